"""The live objects of a Statsig project, read with as few requests as possible."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ..api.client import Client
from ..errors import (
    ApiError,
    InvalidInputsError,
    NoSuchEndpointError,
    NotFoundError,
    Problem,
    RejectedError,
    StatsigError,
    UnauthorizedError,
)
from ..json_values import Response
from ..lifecycle.list_cache import is_listed_completely
from ..lifecycle.resource_client import ResourceClient
from ..schema.declaration import Declaration
from ..schema.live_object import LiveObject
from ..schema.matching import is_default, select_exported
from .filters import Filters
from .kinds import listable_kinds
from .model import NotExported, ReportFn

MAX_CONCURRENT_READS: Final = 8
"""Reads do not count towards the write budget."""


def selected_kinds(filters: Filters) -> list[Declaration]:
    """Return the kinds that the filters select; raises InvalidInputsError for a kind that cannot be listed."""
    listable = listable_kinds()
    if unknown := sorted(set(filters.kind) - listable.keys()):
        reason = f"cannot export {', '.join(unknown)}; choose from {', '.join(listable)}"
        raise InvalidInputsError("--kind", [Problem("", reason)])
    return [declaration for kind, declaration in listable.items() if filters.includes_kind(kind)]


@dataclass(frozen=True)
class ListedObject:
    """One live object as its list returns it."""

    kind: str
    id: str
    name: str
    """The name that the console shows."""
    live: LiveObject


def list_objects(
    client: Client, filters: Filters, report_fn: ReportFn = lambda kind, count, total: None
) -> tuple[list[ListedObject], list[NotExported]]:
    """Return every selected object of the kinds that can be listed, and the kinds without access.

    Objects that no resource can manage are omitted. Sends list requests only. Raises StatsigError if nothing can be
    read, or if a kind is named in the filters and cannot be read.
    """
    inventory = Inventory(client, report_fn, required_kinds=filters.kind)
    objects: list[ListedObject] = []
    for declaration in selected_kinds(filters):
        is_below, is_together = bool(declaration.endpoint.subpath), any(declaration.endpoint.listed_together)
        if is_below and not is_together:
            continue
        with inventory.access(declaration):
            listed = inventory.list_together(declaration) if is_below else inventory.list_kind(declaration)
            for key, live in listed.items():
                id_ = inventory.get_id(declaration, key, live)
                is_own = not (is_initial(declaration, live) or declaration.cls.explain_exclusion(live))
                if is_own and filters.includes(id_, live):
                    objects.append(ListedObject(declaration.kind, id_, display_name(declaration, id_, live), live))
    inventory.raise_if_nothing_is_readable()
    return objects, inventory.not_readable


class Inventory:
    """The objects of a Statsig project; each list and each object is read once. Sends GET requests only."""

    def __init__(self, client: Client, report_fn: ReportFn, *, required_kinds: Collection[str] = ()) -> None:
        """``required_kinds`` are those whose refusal is raised as an error."""
        self._client, self._report, self._required = client.on_behalf_of("export"), report_fn, required_kinds
        self._lists: dict[str, dict[str, LiveObject]] = {}
        self._details: dict[str, dict[str, LiveObject | None]] = {}
        self._together: dict[str, Response] = {}
        self._refusals: list[StatsigError] = []
        self._has_read = False
        self.not_readable: list[NotExported] = []
        """Kinds that the project or the key has no access to."""

    @contextmanager
    def access(self, declaration: Declaration) -> Iterator[None]:
        """Record a refusal to read a kind in ``not_readable``; 401 and the refusal of a required kind are raised."""
        kind = declaration.kind
        self._report(kind, 0, 0)
        try:
            yield
        except (UnauthorizedError, NotFoundError, RejectedError, NoSuchEndpointError) as error:
            is_wrong_key = isinstance(error, ApiError) and error.status == 401
            if is_wrong_key or kind in self._required:
                raise
            self._refusals.append(error)
            self.not_readable.append(NotExported(kind, "", error.summary))
        else:
            self._has_read = True

    def raise_if_nothing_is_readable(self) -> None:
        """Raise the first refusal if no kind could be read."""
        if self._refusals and not self._has_read:
            raise self._refusals[0]

    def list_kind(self, declaration: Declaration) -> dict[str, LiveObject]:
        """Return every object by its key, as the list returns it; kinds that share a list share the request.

        Objects that no resource can manage are only in the list of their own kind.
        """
        listed = _listed_declaration(declaration)
        if listed.kind not in self._lists:
            resource_client = self._resource_client(listed)
            objects: dict[str, LiveObject] = {}
            for live in resource_client.list_all():
                try:
                    objects[resource_client.key_of(live)] = live
                except StatsigError as error:  # such as an API key that the calling key may not see
                    self.not_readable.append(NotExported(declaration.kind, "", error.summary))
                self._report(declaration.kind, len(objects), 0)
            self._lists[listed.kind] = objects
        if listed is declaration:
            return self._lists[listed.kind]
        return {k: live for k, live in self._lists[listed.kind].items() if not listed.cls.explain_exclusion(live)}

    def list_together(self, declaration: Declaration) -> dict[str, LiveObject]:
        """Return every object that has values by its key, from one response for all objects that it belongs to.

        Raises StatsigError if the API lacks the endpoint, or refuses it.
        """
        path, _ = declaration.endpoint.listed_together
        if path not in self._together:
            self._together[path] = self._client.get(path) or {}
        resource_client = self._resource_client(declaration)
        return {resource_client.key_of(live): live for live in resource_client.select_together(self._together[path])}

    def _find_together(self, declaration: Declaration) -> dict[str, LiveObject] | None:
        """Return what ``list_together`` does; None if the API cannot list these objects, or lists less than a read."""
        if not any(declaration.endpoint.listed_together):
            return None
        try:
            together = self.list_together(declaration)
        except (NoSuchEndpointError, NotFoundError, RejectedError, UnauthorizedError):
            return None
        is_complete = not together or _is_longest_complete(self._resource_client(declaration), together)
        return together if is_complete else None

    def get_id(self, declaration: Declaration, key: str, live: LiveObject) -> str:
        """Return the id in the state of an object with this key, which may be secret."""
        return self._resource_client(declaration).id_of(live) if declaration.endpoint.state_id else key

    def read_objects(
        self, declaration: Declaration, listed: Mapping[str, LiveObject]
    ) -> Iterator[tuple[str, LiveObject]]:
        """Yield the key and the complete object for each listed one; an object that is gone by now is skipped."""
        resource_client = self._resource_client(declaration)
        has_own_list = _listed_declaration(declaration) is declaration
        if has_own_list and _is_list_complete(resource_client, listed):
            yield from listed.items()
            return
        if (together := self._find_together(declaration)) is not None:
            yield from ((key, live) for key, live in together.items() if key in listed)
            return
        details = self._details.setdefault(declaration.kind, {})
        for key, live in self._read_missing(resource_client, listed, details):
            if live is not None:
                yield key, live

    def _read_missing(
        self, resource_client: ResourceClient, keys: Iterable[str], details: dict[str, LiveObject | None]
    ) -> Iterator[tuple[str, LiveObject | None]]:
        """Yield all objects in order, and read those that ``details`` lacks into it."""
        missing = [key for key in keys if key not in details]
        with ThreadPoolExecutor(MAX_CONCURRENT_READS) as pool:
            live_objects = pool.map(resource_client.get, missing)
            for key in keys:
                if key not in details:
                    details[key] = next(live_objects)
                yield key, details[key]

    def _resource_client(self, declaration: Declaration) -> ResourceClient:
        resource_client: ResourceClient = declaration.cls.resource_client(declaration, self._client)
        return resource_client


def display_name(declaration: Declaration, key: str, live: LiveObject) -> str:
    """Return the name that people know an object by: its id if people choose it, else its name or description."""
    listed = _listed_declaration(declaration)
    name = listed.key_property
    has_chosen_id = name is not None and listed.properties[name].settable
    described = live.get("description") if declaration.endpoint.state_id else None
    return key if has_chosen_id else str(live.get("name") or described or key)


def is_initial(declaration: Declaration, live: LiveObject) -> bool:
    """Return whether an object that every project has once is as Statsig creates it."""
    if declaration.endpoint.key_names:
        return False
    values = select_exported(declaration.cls, live.decoded)
    return all(is_default(declaration.properties[name], value) for name, value in values.items())


def _listed_declaration(declaration: Declaration) -> Declaration:
    """Return the kind whose list has these objects: itself, or for overrides that of the overridden objects."""
    endpoint = declaration.endpoint
    if not endpoint.subpath:
        return declaration
    kinds = listable_kinds().values()
    return next(d for d in kinds if d.endpoint.collection == endpoint.collection and d is not declaration)


def _is_list_complete(resource_client: ResourceClient, listed: Mapping[str, LiveObject]) -> bool:
    """Return whether list items are complete objects; the longest item is read and compared."""
    endpoint = resource_client.endpoint
    if not endpoint.has_read or not listed:
        return True
    return endpoint.lists == "complete" and _is_longest_complete(resource_client, listed)


def _is_longest_complete(resource_client: ResourceClient, listed: Mapping[str, LiveObject]) -> bool:
    key = max(listed, key=lambda key: len(json.dumps(listed[key].response)))
    live = resource_client.get(key)
    return live is not None and is_listed_completely(listed[key], live)
