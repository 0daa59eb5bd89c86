"""Read a live Statsig project: by lists where they hold whole objects, one by one what they do not carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from .. import wire
from ..client import Client
from ..declaration import REGISTRY, Declaration
from ..errors import ApiError, InvalidInputsError, Problem
from ..objects import Live, Objects
from .declaring import Declared, NotDeclarableError, declared
from .exported import Exported, NotExported, Project
from .filters import Filters
from .naming import names, word

Report = Callable[[str, int, int], None]
"""Told the kind, how many objects of it are read, and how many there are to read."""
Only = Mapping[tuple[str, str], str]
"""The kinds and the ids (or names) of objects, with the names that their resources are to have."""

AT_ONCE: Final = 8
"""Requests under way at a time; reads do not count for the write budget."""
CONNECTION: Final = NotExported("DatabricksConnection", "", "the API does not show it: declare it by hand")
"""What an ingestion source of Databricks tells to be there."""


def exportable() -> dict[str, Declaration]:
    """The kinds whose objects can be found: those that are listed, or stand under what is listed."""
    return {kind: d for kind, d in sorted(REGISTRY.items()) if d.endpoint.has_list or d.endpoint.under}


def read(
    client: Client, wanted: Filters, report: Report = lambda kind, count, total: None, only: Only | None = None
) -> Project:
    """Every object that is wanted, as a program would declare it; sends GET requests only.

    A kind that the project or the key has no access to is told, unless it was asked for by name: then it is an
    error, as is anything else that fails. Raises StatsigError.
    """
    if unknown := sorted(set(wanted.kind) - exportable().keys()):
        reason = f"there is nothing to export of {', '.join(unknown)}; there is of {', '.join(exportable())}"
        raise InvalidInputsError("--kind", [Problem("", reason)])
    reader = _Reader(client.on_behalf_of("export"), wanted, report, only)
    for kind, declaration in exportable().items():
        if wanted.takes_kind(kind):
            reader.add(declaration)
    reader.tell_what_is_hidden()
    return reader.project


@dataclass
class _Reader:
    client: Client
    wanted: Filters
    report: Report
    only: Only | None
    project: Project = field(default_factory=Project)
    _lists: dict[str, dict[str, Live]] = field(default_factory=dict)
    _details: dict[str, dict[str, Live | None]] = field(default_factory=dict)
    _teams: dict[str, Live] | None = None

    def add(self, declaration: Declaration) -> None:
        """The objects of one kind."""
        kind = declaration.kind
        self.report(kind, 0, 0)
        try:
            listed = self._listed(declaration)
            texts = [_text(declaration, *item) for item in listed.items()]
            named = dict(zip(listed, names(texts, word(kind)), strict=True))
            wanted = {key: live for key, live in listed.items() if self._is_wanted(kind, key, live)}
            for count, (key, live) in enumerate(self._whole(self._objects(declaration), wanted), 1):
                self.report(kind, count, len(wanted))
                self._take(declaration, key, self._name(kind, key, live) or named[key], live)
        except ApiError as error:
            if error.status not in (400, 403, 404) or kind in self.wanted.kind:
                raise
            self.project.not_exported.append(NotExported(kind, "", error.words))

    def tell_what_is_hidden(self) -> None:
        """What may exist and cannot be read."""
        sources = (each.inputs for each in self.project.objects if each.kind == "IngestionSource")
        if any(source["type"] == "databricks" for source in sources) and not self.wanted.kind:
            self.project.not_exported.append(CONNECTION)

    def _take(self, declaration: Declaration, key: str, name: str, live: Live) -> None:
        try:
            said = declared(declaration, live, self._presets(live))
        except NotDeclarableError as error:
            self.project.not_exported.append(NotExported(declaration.kind, key, str(error)))
            return
        if not declaration.endpoint.under or _says_something(declaration, said):
            exported = Exported(declaration.kind, key, name, live, said.inputs, said.outputs, said.left)
            self.project.objects.append(exported)

    def _presets(self, live: Live) -> Live:
        """What the object's team presets for its objects."""
        if not live.get("team"):
            return {}
        if self._teams is None:
            team, self._teams = REGISTRY["Team"], {}
            with suppress(ApiError):  # where teams cannot be read, their presets are not known
                whole = self._whole(self._objects(team), self._listed(team))
                self._teams = {str(each.get("name")): wire.decode(team.properties, each) for _, each in whole}
        return self._teams.get(str(live["team"]), {})

    def _listed(self, declaration: Declaration) -> dict[str, Live]:
        """Every object by its key, as a list has it; one list is read once for all kinds that need it."""
        owner = _owner(declaration)
        if owner.kind not in self._lists:
            objects = self._objects(owner)
            self._lists[owner.kind] = {objects.key_of(live): live for live in objects.listed()}
        return self._lists[owner.kind]

    def _whole(self, objects: Objects, listed: Mapping[str, Live]) -> Iterator[tuple[str, Live]]:
        if _owner(objects.declaration) is objects.declaration and _tells_all(objects, listed):
            yield from listed.items()
            return
        known = self._details.setdefault(objects.declaration.kind, {})
        missing = [key for key in listed if key not in known]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(objects.read, missing)
            for key in listed:
                live = known[key] if key in known else known.setdefault(key, next(found))
                if live is not None:  # it may have gone since it was listed
                    yield key, live

    def _objects(self, declaration: Declaration) -> Objects:
        objects: Objects = declaration.cls.objects(declaration, self.client)
        return objects

    def _is_wanted(self, kind: str, key: str, live: Live) -> bool:
        return self.wanted.takes(key, live) and (self.only is None or self._name(kind, key, live) is not None)

    def _name(self, kind: str, key: str, live: Live) -> str | None:
        """The name that is asked for."""
        asked = self.only or {}
        return asked.get((kind, key)) or asked.get((kind, str(live.get("name"))))


def _owner(declaration: Declaration) -> Declaration:
    """What is listed: the kind itself, or the one under which its objects stand."""
    endpoint = declaration.endpoint
    if not endpoint.under:
        return declaration
    return next(d for d in exportable().values() if d.endpoint.collection == endpoint.collection and d != declaration)


def _tells_all(objects: Objects, listed: Mapping[str, Live]) -> bool:
    """Whether the list holds whole objects: the one of which it holds most is read, and compared."""
    endpoint, properties = objects.endpoint, objects.declaration.properties
    if not endpoint.has_read or not listed:
        return True
    if not endpoint.lists_whole_objects:
        return False
    key = max(listed, key=lambda key: len(json.dumps(listed[key])))
    told, whole = wire.decode(properties, listed[key]), wire.decode(properties, objects.read(key) or {})
    return all(
        told[name] == whole[name] if p.settable else (told[name] is None) == (whole[name] is None)
        for name, p in properties.items()
        if name in whole
    )


def _says_something(declaration: Declaration, said: Declared) -> bool:
    """Whether more is declared than what it belongs to."""
    return any(not declaration.properties[name].facts.in_path for name in said.inputs)


def _text(declaration: Declaration, key: str, live: Live) -> str:
    """What an object is called by people: its id where people choose it, else its name."""
    owner = _owner(declaration)
    name = owner.key_property
    is_chosen = name is not None and owner.properties[name].settable
    return key if is_chosen else str(live.get("name") or live.get("source_name") or key)
