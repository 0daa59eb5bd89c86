"""The requests of lists of ids: in chunks, and within limits of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from ...errors import (
    ChangedMeanwhileError,
    NoSuchEndpointError,
    NotFoundError,
    RejectedError,
    StatsigError,
    UnreachableError,
)
from ...json_values import Json
from ...lifecycle.resource_client import ResourceClient
from ...schema.declaration import Declaration, Endpoint
from ...schema.live_object import LiveObject
from ...settings import Window
from ..types.id_files import Summary, summarize

if TYPE_CHECKING:
    from ...api.client import Client

SEGMENTS: Final = Endpoint("segments")
ID_LIST: Final = "id_list"
USER_STORE: Final = "user_store_id_list"
LIST_TYPES: Final = (ID_LIST, USER_STORE, "analysis_list")
WRITES: Final = (Window(12, 10), Window(900, 900))
"""Console API: the limits of PATCH and DELETE. Whether a reset counts is not documented."""
READS: Final = (Window(100, 10),)
"""Console API: reads are limited to 100, without the time."""
CHUNK_IDS: Final = 100_000
USER_STORE_CHUNK_IDS: Final = 1_000
PAGE_IDS: Final = (1_000, 100)
"""The number of ids of a page; the second one if the API refuses the first."""
POLL_S: Final = 1.0
UPDATE_S: Final = 600.0
"""The longest time that Statsig may take to update a list."""


class IDListClient(ResourceClient):
    """The requests of the id list of a segment, within limits of their own."""

    def __init__(self, declaration: Declaration, client: Client) -> None:
        super().__init__(declaration, client)
        self.lists = client.with_limits(ID_LIST, "id lists", writes=WRITES, reads=READS)

    def get_type(self, key: str) -> str | None:
        """Return the type of the segment, or None if there is none."""
        try:
            segment = self.client.get_object(SEGMENTS.path(key))
        except NotFoundError:
            return None
        if not isinstance(type_ := segment.get("type"), str):
            raise UnreachableError("GET", f"/{SEGMENTS.path(key)}", "the response has no type")
        if self.client.new_objects.is_new(SEGMENTS.path(key)):  # its list may be shown later than the segment
            self.client.new_objects.note(self.path(key))
        return type_.casefold()

    def get(self, key: str) -> LiveObject | None:
        """Return the list with all its ids; None if the segment does not exist, or is no list of ids."""
        if self.get_type(key) not in LIST_TYPES:
            return None
        live = self.iterate_ids(key)
        if live is None:
            return self.live({"segmentID": key})
        ids = list(dict.fromkeys(live))
        return self.live({**to_response(key, summarize(ids)), "ids": [id_.decode() for id_ in ids]})

    def iterate_ids(self, key: str) -> Iterator[bytes] | None:
        """Return the live ids; None if the API does not show them, as it may be for lists in the user store."""
        for limit in PAGE_IDS:
            ids = self.lists.pages(self.path(key), limit=limit, item_type=str, list_key="ids")
            try:
                first = list(islice(ids, 1))
            except RejectedError as error:
                if error.status != 400:
                    raise
            else:
                return (id_.encode() for id_ in chain(first, ids))
        return None

    def add(self, key: str, type_: str, ids: list[str]) -> None:
        """Add up to a chunk of ids to the list."""
        if type_ == USER_STORE:
            self._send(self.client, "PATCH", key, "add_ids", ids)
        else:
            self._send(self.lists, "PATCH", key, "id_list", ids)

    def remove(self, key: str, type_: str, ids: list[str]) -> None:
        """Remove up to a chunk of ids from the list."""
        if type_ == USER_STORE:
            self._send(self.client, "PATCH", key, "remove_ids", ids)
        else:
            self._send(self.lists, "DELETE", key, "id_list", ids)

    def reset(self, key: str, ids: list[str], before: Summary) -> None:
        """Replace the list, which is atomic for a short one; ``before`` is what it is computed from.

        Raises ChangedMeanwhileError if others change the list while the request waits or is repeated.
        """

        def check() -> None:
            if summarize(self.iterate_ids(key) or ()) != before:
                raise ChangedMeanwhileError(f"the ids of segment '{key}' were changed while a request waited")

        with self.lists.guarded(check):
            self._send(self.lists, "POST", key, "id_list/reset", ids)

    def _send(self, client: Client, method: str, key: str, below: str, ids: list[str]) -> None:
        path = SEGMENTS.path(key) + f"/{below}"
        try:
            client.change(method, path, {"ids": ids})
        except RejectedError as error:
            if error.status != 409:
                raise
            self.wait_for_update(key)
            client.before_repeat_fn()
            client.change(method, path, {"ids": ids})

    def wait_for_update(self, key: str) -> None:
        """Return when Statsig has updated the list; raises StatsigError if that takes too long."""
        end_s = time.monotonic() + UPDATE_S
        while self._is_updating(key):
            if time.monotonic() > end_s:
                raise StatsigError(f"Statsig still updates the ids of segment '{key}'; run `pulumi up` later")
            self.client.deadline.check(f"the update of the ids of segment '{key}' takes longer", POLL_S)
            time.sleep(POLL_S)

    def _is_updating(self, key: str) -> bool:
        try:
            metadata = self.client.get(f"{SEGMENTS.path(key)}/idlist_metadata")
        except (NoSuchEndpointError, NotFoundError):  # older APIs
            return False
        return isinstance(metadata, dict) and bool(metadata.get("isUpdating"))


def to_response(key: str, summary: Summary) -> dict[str, Json]:
    """Return what the properties of a list are decoded from."""
    return {"segmentID": key, "count": summary.count, "digest": summary.digest}


def get_chunk_size(type_: str) -> int:
    """Return how many ids a request for a list of a type may have."""
    return USER_STORE_CHUNK_IDS if type_ == USER_STORE else CHUNK_IDS
