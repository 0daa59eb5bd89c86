"""Serve the reads of one run from the API's lists: as many requests as there are pages, not as there are objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from threading import Lock
from typing import Final

from ..errors import StatsigError
from ..schema import codec
from .resource_client import Live, ResourceClient

FIRST: Final = 100
"""So many objects have the pages that are asked for."""
FEW: Final = 3
"""Up to so many objects of a kind are read one by one where the first page of the list does not have them."""


class ListCache:
    """The objects of one kind, listed once for all that are read in one run; any thread may ask.

    The first object is read by itself and laid beside what the list has of it, which finds out a list that holds
    less. Pages are read as far as they are needed. Once this run has written anything the list is not asked again,
    for a change of one object may change others.
    """

    def __init__(self, resource_client: ResourceClient) -> None:
        self._objects, self._writes = resource_client, resource_client.client.writes
        self._lock, self._asked = Lock(), 0
        self._sample: tuple[str, Live] | None = None
        self._items: dict[str, Live] = {}
        self._rest: Iterator[Live] | None = None
        self._began_at = 0
        """The latest write when the list was begun."""
        self._is_whole = not resource_client.endpoint.has_read
        self._is_of_use = resource_client.is_listed_whole

    def read(self, key: str, is_expected: Callable[[Live], bool]) -> Live | None:
        """The live object, or None where there is none; one that is not as expected is read by itself."""
        self._asked += 1  # by all threads: those that wait for the lock tell that many objects are read
        with self._lock:
            if self._is_of_use and not self._is_whole and self._sample is None:
                live = self._objects.read(key)
                self._sample = (key, live) if live is not None else None
                return live
            listed = self._listed(key) if self._is_of_use else None
        return listed if listed is not None and is_expected(listed) else self._objects.read(key)

    def _listed(self, key: str) -> Live | None:
        try:
            if self._rest is None:
                self._began_at = self._writes.latest
                self._rest = self._objects.listed()
                self._take(FIRST)
            while not (self._is_whole and key in self._items) and self._is_worth_it and self._take(FIRST):
                pass
        except StatsigError:  # who may read one object may not be allowed to list them all
            self._is_of_use = False
        self._is_of_use = self._is_of_use and self._writes.latest == self._began_at
        return self._items.get(key) if self._is_of_use and self._is_whole else None

    @property
    def _is_worth_it(self) -> bool:
        return self._is_of_use and (self._asked > FEW or not self._objects.endpoint.has_read)

    def _take(self, count: int) -> bool:
        """Whether there were any more; the sample is compared when it comes."""
        taken = 0
        for item in islice(self._rest or (), count):
            taken += 1
            self._items[self._objects.key_of(item)] = item
        if not self._is_whole and self._sample is not None and (found := self._items.get(self._sample[0])):
            self._is_whole = self._is_of_use = is_listed_completely(self._objects, found, self._sample[1])
        return taken > 0


def is_listed_completely(resource_client: ResourceClient, listed: Live, read: Live) -> bool:
    """Whether a list has of an object what reading it by itself has."""
    properties = resource_client.declaration.properties
    told, whole = codec.decode(properties, listed), codec.decode(properties, read)
    return all(
        told[name] == whole[name] if p.settable else (told[name] is None) == (whole[name] is None)
        for name, p in properties.items()
        if name in whole
    )
