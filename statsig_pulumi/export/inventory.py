"""Read a live Statsig project: by lists where they hold whole objects, one by one what they do not carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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
from ..json_values import Json
from ..lifecycle.list_cache import is_listed_completely
from ..lifecycle.resource_client import ResourceClient
from ..schema.declaration import REGISTRY, Declaration
from ..schema.live_object import LiveObject
from .filters import Filters, Pick
from .inputs import Declared, NotDeclarableError, declared
from .model import Exported, NotExported, Project
from .names import names, word

Report = Callable[[str, int, int], None]
"""Told the kind, how many objects of it are read, and how many there are to read: 0 where that is not known yet."""

NOT_THERE: Final = "it is not in this Statsig project, or left out by a filter"
AT_ONCE: Final = 8
"""Requests under way at a time; reads do not count for the write budget."""
CONNECTION: Final = NotExported("DatabricksConnection", "", "the API does not show it: declare it by hand")
"""What an ingestion source of Databricks tells to be there."""


def exportable() -> dict[str, Declaration]:
    """The kinds whose objects can be found: those that are listed, or stand under what is listed."""
    return {kind: d for kind, d in sorted(REGISTRY.items()) if d.endpoint.lists != "none" or d.endpoint.subpath}


@dataclass(frozen=True)
class Listed:
    """One live object, as a list has it."""

    kind: str
    id: str
    name: str
    """What people call it."""
    live: LiveObject


def read(
    client: Client,
    wanted: Filters,
    report: Report = lambda kind, count, total: None,
    picks: Sequence[Pick] | None = None,
) -> Project:
    """Every object that is wanted, as a program would declare it; sends GET requests only.

    A kind that the project or the key has no access to is told, unless it was asked for by name: then it is an
    error, as is anything else that fails. With ``picks`` only these are wanted. Raises StatsigError.
    """
    reader = _reader(client, wanted, report, picks)
    for declaration in _kinds(wanted, picks):
        reader.add(declaration)
    reader.tell_what_is_missing()
    return reader.project


def listed(
    client: Client, wanted: Filters, report: Report = lambda kind, count, total: None
) -> tuple[list[Listed], list[NotExported]]:
    """Every object that is wanted and has a list of its own, and the kinds that could not be listed."""
    reader = _reader(client, wanted, report, None)
    found: list[Listed] = []
    for declaration in _kinds(wanted, None):
        if not declaration.endpoint.subpath:
            found += reader.found(declaration)
    reader.tell_what_is_missing()
    return found, reader.project.not_exported


def _kinds(wanted: Filters, picks: Sequence[Pick] | None) -> list[Declaration]:
    picked = exportable().keys() if picks is None else {pick.kind for pick in picks}
    return [d for kind, d in exportable().items() if wanted.takes_kind(kind) and kind in picked]


def _reader(client: Client, wanted: Filters, report: Report, picks: Sequence[Pick] | None) -> _Reader:
    if unknown := sorted(set(wanted.kind) - exportable().keys()):
        reason = f"there is nothing to export of {', '.join(unknown)}; there is of {', '.join(exportable())}"
        raise InvalidInputsError("--kind", [Problem("", reason)])
    by_id = {(pick.kind, id_): pick for pick in picks or () for id_ in pick.ids}
    return _Reader(client.on_behalf_of("export"), wanted, report, None if picks is None else by_id)


@dataclass
class _Reader:
    client: Client
    wanted: Filters
    report: Report
    picks: Mapping[tuple[str, str], Pick] | None
    """By kind and id, and by kind and name."""
    project: Project = field(default_factory=Project)
    _lists: dict[str, dict[str, LiveObject]] = field(default_factory=dict)
    _details: dict[str, dict[str, LiveObject | None]] = field(default_factory=dict)
    _teams: dict[str, Mapping[str, Json]] | None = None
    _unread: list[StatsigError] = field(default_factory=list)
    _has_read: bool = False

    def add(self, declaration: Declaration) -> None:
        """The objects of one kind."""
        kind = declaration.kind
        with self._told(kind):
            listed = self._listed(declaration)
            texts = [_text(declaration, *item) for item in listed.items()]
            named = dict(zip(listed, names(texts, word(kind)), strict=True))
            wanted = {key: live for key, live in listed.items() if self._is_wanted(kind, key, live)}
            for count, (key, live) in enumerate(self._whole(self._objects(declaration), wanted), 1):
                self.report(kind, count, len(wanted))
                pick = self._pick(kind, key, live)
                self._take(declaration, key, pick.name if pick else named[key], live)

    def found(self, declaration: Declaration) -> Iterator[Listed]:
        """The objects of one kind, as a list has them."""
        with self._told(declaration.kind):
            for key, live in self._listed(declaration).items():
                if self.wanted.takes(key, live):
                    yield Listed(declaration.kind, key, _text(declaration, key, live), live)

    def tell_what_is_missing(self) -> None:
        """What cannot be read, and what was meant by itself and is not there; raises where nothing could be read."""
        if self._unread and not self._has_read:
            raise self._unread[0]
        sources = (each.inputs for each in self.project.objects if each.kind == "IngestionSource")
        if any(source["type"] == "databricks" for source in sources) and not self.wanted.kind:
            self.project.not_exported.append(CONNECTION)
        found = {(each.kind, each.name) for each in self.project.objects}
        for pick in dict.fromkeys(self.picks.values() if self.picks else ()):
            if (pick.kind, pick.name) not in found:
                self.project.not_exported.append(NotExported(pick.kind, pick.ids[0], NOT_THERE))

    @contextmanager
    def _told(self, kind: str) -> Iterator[None]:
        """Say that a kind is read, and tell what the project or the key has no access to."""
        self.report(kind, 0, 0)
        try:
            yield
        except (UnauthorizedError, NotFoundError, RejectedError, NoSuchEndpointError) as error:
            if getattr(error, "status", 404) == 401 or kind in self.wanted.kind:
                raise
            self._unread.append(error)
            self.project.not_exported.append(NotExported(kind, "", error.summary))
        else:
            self._has_read = True

    def _take(self, declaration: Declaration, key: str, name: str, live: LiveObject) -> None:
        try:
            said = declared(declaration, live, self._presets(live))
        except NotDeclarableError as error:
            self.project.not_exported.append(NotExported(declaration.kind, key, str(error)))
            return
        if not declaration.endpoint.subpath or _says_something(declaration, said):
            exported = Exported(declaration.kind, key, name, live, said.inputs, said.outputs, said.left)
            self.project.objects.append(exported)

    def _presets(self, live: LiveObject) -> Mapping[str, Json]:
        """What the object's team presets for its objects."""
        if not live.get("team"):
            return {}
        if self._teams is None:
            team, self._teams = REGISTRY["Team"], {}
            with suppress(ApiError):  # where teams cannot be read, their presets are not known
                whole = self._whole(self._objects(team), self._listed(team))
                self._teams = {str(each.get("name")): each.decoded for _, each in whole}
        return self._teams.get(str(live["team"]), {})

    def _listed(self, declaration: Declaration) -> dict[str, LiveObject]:
        """Every object by its key, as a list has it; one list is read once for all kinds that need it."""
        owner = _owner(declaration)
        if owner.kind not in self._lists:
            objects, found = self._objects(owner), dict[str, LiveObject]()
            for live in objects.list_all():
                found[objects.key_of(live)] = live
                self.report(declaration.kind, len(found), 0)
            self._lists[owner.kind] = found
        return self._lists[owner.kind]

    def _whole(self, objects: ResourceClient, listed: Mapping[str, LiveObject]) -> Iterator[tuple[str, LiveObject]]:
        if _owner(objects.declaration) is objects.declaration and _tells_all(objects, listed):
            yield from listed.items()
            return
        known = self._details.setdefault(objects.declaration.kind, {})
        missing = [key for key in listed if key not in known]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(objects.get, missing)
            for key in listed:
                live = known[key] if key in known else known.setdefault(key, next(found))
                if live is not None:  # it may have gone since it was listed
                    yield key, live

    def _objects(self, declaration: Declaration) -> ResourceClient:
        objects: ResourceClient = declaration.cls.resource_client(declaration, self.client)
        return objects

    def _is_wanted(self, kind: str, key: str, live: LiveObject) -> bool:
        return self.wanted.takes(key, live) and (self.picks is None or self._pick(kind, key, live) is not None)

    def _pick(self, kind: str, key: str, live: LiveObject) -> Pick | None:
        picks = self.picks or {}
        return picks.get((kind, key)) or picks.get((kind, str(live.get("name"))))


def _owner(declaration: Declaration) -> Declaration:
    """What is listed: the kind itself, or the one under which its objects stand."""
    endpoint = declaration.endpoint
    if not endpoint.subpath:
        return declaration
    return next(d for d in exportable().values() if d.endpoint.collection == endpoint.collection and d != declaration)


def _tells_all(objects: ResourceClient, listed: Mapping[str, LiveObject]) -> bool:
    """Whether the list holds whole objects: the one of which it holds most is read, and compared."""
    endpoint = objects.endpoint
    if not endpoint.has_read or not listed:
        return True
    if endpoint.lists != "complete":
        return False
    key = max(listed, key=lambda key: len(json.dumps(listed[key].response)))
    live = objects.get(key)
    return live is not None and is_listed_completely(listed[key], live)


def _says_something(declaration: Declaration, said: Declared) -> bool:
    """Whether more is declared than what it belongs to."""
    return any(not declaration.properties[name].options.in_path for name in said.inputs)


def _text(declaration: Declaration, key: str, live: LiveObject) -> str:
    """What an object is called by people: its id where people choose it, else its name."""
    owner = _owner(declaration)
    name = owner.key_property
    is_chosen = name is not None and owner.properties[name].settable
    return key if is_chosen else str(live.get("name") or live.get("source_name") or key)
