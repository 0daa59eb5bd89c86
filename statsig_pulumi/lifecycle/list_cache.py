"""Reads of one run, served from the API's lists: one request per page instead of one per object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from threading import Lock
from typing import Final

from ..errors import StatsigError
from ..schema.live_object import LiveObject
from .resource_client import ResourceClient

PAGE_ITEMS: Final = 100
"""The number of objects on a page of a list."""
SINGLE_READS: Final = 3
"""Up to so many objects of a kind are read one by one if the first page of the list does not hold them."""


class ListCache:
    """The objects of one kind, listed once for all reads of a run; any thread may use it.

    The first object is read by itself and compared with its item in the list: a list may hold less than a read. If the
    list lacks the object, such as an archived one, the next object is compared.
    Pages are read as they are needed. After a write since the list was started it is not used any more, because a
    change of one object may change others.
    """

    def __init__(self, resource_client: ResourceClient) -> None:
        self._resource_client, self._writes = resource_client, resource_client.client.writes
        self._lock, self._reads = Lock(), 0
        self._sample: tuple[str, LiveObject] | None = None
        self._items: dict[str, LiveObject] = {}
        self._rest: Iterator[LiveObject] | None = None
        self._latest_write = 0
        """The latest write of the run when the list was started."""
        self._is_complete = not resource_client.endpoint.has_read
        """Whether the list holds as much of an object as a read, as the sample shows."""
        self._is_usable = resource_client.is_listed_whole

    def get(
        self,
        key: str,
        is_expected: Callable[[LiveObject], bool],
        read_fn: Callable[[str], LiveObject | None],
    ) -> LiveObject | None:
        """Return the live object, or None if there is none; an item that is not as expected is read by itself.

        ``read_fn`` reads one object by its key, for the resource that asks: errors are about it.
        """
        self._reads += 1  # threads that wait for the lock show that many objects are read
        with self._lock:
            if self._is_usable and not self._is_complete and self._sample is None:
                live = read_fn(key)
                self._sample = (key, live) if live is not None else None
                return live
            item = self._item(key) if self._is_usable else None
        return item if item is not None and is_expected(item) else read_fn(key)

    def _item(self, key: str) -> LiveObject | None:
        try:
            if self._rest is None:
                self._latest_write = self._writes.latest
                self._rest = self._resource_client.list_all()
                self._read_page()
            while not (self._is_complete and key in self._items) and self._is_worth_a_page:
                if not self._read_page():
                    if not self._is_complete:
                        self._sample = None
                    break
        except StatsigError:  # a key that may read one object may lack the right to list them all
            self._is_usable = False
        self._is_usable = self._is_usable and self._writes.latest == self._latest_write
        return self._items.get(key) if self._is_usable and self._is_complete else None

    @property
    def _is_worth_a_page(self) -> bool:
        return self._is_usable and (self._reads > SINGLE_READS or not self._resource_client.endpoint.has_read)

    def _read_page(self) -> bool:
        """Return whether the list had more items; the sample is compared when its item arrives."""
        count = 0
        for item in islice(self._rest or (), PAGE_ITEMS):
            count += 1
            self._items[self._resource_client.key_of(item)] = item
        if not self._is_complete and self._sample is not None and (sample := self._items.get(self._sample[0])):
            self._is_complete = self._is_usable = is_listed_completely(sample, self._sample[1])
        return count > 0


def is_listed_completely(item: LiveObject, live: LiveObject) -> bool:
    """Return whether an item of a list holds what a read of the same object holds; a list may omit an empty value."""
    for name, p in live.decoded.properties.items():
        listed, read = item.decoded[name], live.decoded[name]
        if p.many and not listed and not read:
            continue
        if listed != read if p.settable else (listed is None) != (read is None):
            return False
    return True
