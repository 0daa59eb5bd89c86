"""Read a live Statsig project as the resources of a program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ..api.client import Client
from ..errors import ApiError
from ..json_values import Json
from ..lifecycle.import_inputs import ImportedInputs, NotDeclarableError, derive_inputs
from ..lifecycle.project_guard import find_project
from ..schema.declaration import REGISTRY, Declaration
from ..schema.live_object import LiveObject
from ..schema.properties import to_snake_case
from ..schema.state import Inputs
from .filters import Filters, Pick
from .inventory import Inventory, display_name, is_initial, selected_kinds
from .kinds import listable_kinds
from .model import ExportedProject, ExportedResource, NotExported, ReportFn
from .names import to_identifiers
from .program.data_files import FILE, DataFiles

NOT_FOUND: Final = "it does not exist in this Statsig project, or a filter excludes it"
INITIAL: Final = "it is as in a new project, so there is nothing to declare"
NOT_LISTED: Final = "the API does not return it: declare it by hand"


def read_project(
    client: Client,
    filters: Filters,
    report_fn: ReportFn = lambda kind, count, total: None,
    picks: Sequence[Pick] | None = None,
) -> ExportedProject:
    """Return every selected object as a resource; with ``picks``, only those of them that are selected too.

    Sends GET requests only. A kind that the project or the key has no access to is listed as not exported. If the
    filters name it, the error is raised, like any other error. Raises StatsigError.
    """
    reader = _Reader(client, filters, report_fn, picks)
    picked_kinds = {pick.kind for pick in picks or ()}
    for declaration in selected_kinds(filters):
        if picks is None or declaration.kind in picked_kinds:
            reader.add(declaration)
    return reader.finish()


class _Reader:
    """Collects the resources of one export."""

    def __init__(self, client: Client, filters: Filters, report_fn: ReportFn, picks: Sequence[Pick] | None) -> None:
        self.client, self.inventory = client, Inventory(client, report_fn, required_kinds=filters.kind)
        self.filters, self.report_fn, self.picks = filters, report_fn, picks
        self.project = ExportedProject()
        self._values_by_name: dict[str, dict[str, Mapping[str, Json]]] = {}

    def add(self, declaration: Declaration) -> None:
        """Add the selected objects of one kind."""
        with self.inventory.access(declaration):
            listed = self.inventory.list_kind(declaration)
            # Names are derived from the whole list, so that they do not depend on the filters.
            ids = {key: self.inventory.get_id(declaration, key, live) for key, live in listed.items()}
            display_names = [display_name(declaration, ids[key], live) for key, live in listed.items()]
            names = dict(zip(listed, to_identifiers(display_names, to_snake_case(declaration.kind)), strict=True))
            if self.picks is not None:
                names = _match_picks([pick for pick in self.picks if pick.kind == declaration.kind], ids, listed)
            selected = {k: live for k, live in listed.items() if k in names and self.filters.includes(ids[k], live)}
            for count, (key, live) in enumerate(self.inventory.read_objects(declaration, selected), 1):
                self.report_fn(declaration.kind, count, len(selected))
                self._add_object(declaration, ids[key], names[key], live)

    def finish(self) -> ExportedProject:
        """Return the project with everything that is missing from it; raises StatsigError if nothing was readable."""
        self.inventory.raise_if_nothing_is_readable()
        self.project.not_exported.extend(self.inventory.not_readable)
        self.project.not_exported.extend(self._required_but_not_listed())
        self.project.not_exported.extend(self._picks_not_found())
        return replace(self.project, id=find_project(self.client))

    def _add_object(self, declaration: Declaration, id_: str, name: str, live: LiveObject) -> None:
        try:
            derived = derive_inputs(declaration, live, self._presets(declaration, live))
        except NotDeclarableError as error:
            self.project.not_exported.append(NotExported(declaration.kind, id_, str(error)))
            return
        if is_initial(declaration, live):
            if self.picks is not None:
                self.project.not_exported.append(NotExported(declaration.kind, id_, INITIAL))
        elif _is_configured(declaration, derived):
            paths = self._write_files(declaration, name, derived.inputs)
            in_files = {other for each in paths for other in declaration.inputs[each].options.conflicts_with}
            outputs = {n: value for n, value in (derived.outputs | paths).items() if n not in in_files}
            inputs = derived.inputs | paths
            resource = ExportedResource(declaration.kind, id_, name, inputs, outputs, derived.omitted)
            self.project.resources.append(resource)

    def _write_files(self, declaration: Declaration, name: str, inputs: Inputs) -> Inputs:
        """Add the content of files to the project, and return their paths by property."""
        files = DataFiles(self.project.files)
        paths = {
            property_name: files.add_file(p, [name], "txt", inputs[property_name])
            for property_name, p in declaration.inputs.items()
            if p.options.language == FILE and property_name in inputs
        }
        self.project.files.update(files.contents)
        return paths

    def _required_but_not_listed(self) -> Iterable[NotExported]:
        """Return the kinds that exported resources refer to and that no list contains."""
        if self.filters.kind:
            return []
        references = [reference for each in self.project.resources for reference, _ in each.references()]
        kinds = {reference.partition(".")[0] for reference in references}
        return [NotExported(kind, "", NOT_LISTED) for kind in sorted(kinds - listable_kinds().keys())]

    def _picks_not_found(self) -> Iterable[NotExported]:
        exported = {(each.kind, each.name) for each in self.project.resources}
        reported = {(each.kind, each.id) for each in self.project.not_exported}
        picks = [pick for pick in self.picks or () if (pick.kind, pick.name) not in exported]
        missing = [pick for pick in picks if not reported & {(pick.kind, id_) for id_ in pick.ids}]
        # The id in the state of another tool may be a secret key.
        ids = {pick: pick.name if REGISTRY[pick.kind].endpoint.state_id else pick.ids[0] for pick in missing}
        return [NotExported(pick.kind, id_, NOT_FOUND) for pick, id_ in ids.items()]

    def _presets(self, declaration: Declaration, live: LiveObject) -> Mapping[str, Json]:
        """Return the values that other objects, such as its team, fill in for new objects, by our property name."""
        presets: dict[str, Json] = {}
        for name, p in declaration.properties.items():
            kind, _, preset = p.options.preset_by.partition(".")
            if kind:
                presets[name] = self._referenced_values(declaration, kind, live).get(preset)
        return presets

    def _referenced_values(self, declaration: Declaration, kind: str, live: LiveObject) -> Mapping[str, Json]:
        """Return the decoded object of this kind that a live object refers to by name; empty if it has none."""
        reference = f"{kind}.name"
        names = (live.get(p.wire) for p in declaration.properties.values() if p.options.refers_to == reference)
        name = next(filter(None, names), None)
        return self._read_values(REGISTRY[kind]).get(str(name), {}) if name else {}

    def _read_values(self, declaration: Declaration) -> dict[str, Mapping[str, Json]]:
        """Return the decoded objects of a kind by their name; empty if the key may not read them."""
        kind = declaration.kind
        if kind not in self._values_by_name:
            values = self._values_by_name.setdefault(kind, {})
            with suppress(ApiError):
                for _, live in self.inventory.read_objects(declaration, self.inventory.list_kind(declaration)):
                    values[str(live.get("name"))] = live.decoded
        return self._values_by_name[kind]


def _match_picks(picks: Iterable[Pick], ids: Mapping[str, str], listed: Mapping[str, LiveObject]) -> dict[str, str]:
    """Return the name to give to each picked object, by its key.

    A pick without an object of its id is the first object of its name: some states of other tools hold no ids.
    """
    keys_by_id = {id_: key for key, id_ in ids.items()}
    keys_by_name = {str(live.get("name")): key for key, live in reversed(list(listed.items()))}
    names: dict[str, str] = {}
    for pick in picks:
        by_id = (keys_by_id.get(id_) for id_ in pick.ids)
        by_name = (keys_by_name.get(id_) for id_ in pick.ids)
        if key := next(filter(None, (*by_id, *by_name)), None):
            names[key] = pick.name
    return names


def _is_configured(declaration: Declaration, derived: ImportedInputs) -> bool:
    """Return whether more is declared than the object that it belongs to."""
    is_below = bool(declaration.endpoint.subpath)
    return not is_below or any(not declaration.properties[name].options.in_path for name in derived.inputs)
