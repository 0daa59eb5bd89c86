"""The report on a plan: what changes, what it means, and what depends on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import root_of
from ..json_values import Json
from ..schema.declaration import REGISTRY, Declaration
from ..schema.diff import Changes, find_changes
from ..schema.release import reset_released
from ..schema.sentences import (
    LEVELS,
    End,
    Level,
    Sentence,
    describe_create,
    describe_delete,
    describe_update,
    find_secret,
)
from ..schema.state import DECLARED, DIGEST
from .live import LiveFacts
from .plan import Operation, Plan, PlannedChange
from .state import Dependencies, Dependent, StoredObject

NO_FACTS = LiveFacts()


@dataclass(frozen=True)
class ObjectReport:
    """What a plan does to one object."""

    change: PlannedChange
    title: str
    link: str
    """The page of the object in the console; empty if it has none."""
    sentences: tuple[Sentence, ...]
    """Consequences first. There is at least one."""
    dependents: tuple[Dependent, ...] = ()
    indirect: int = 0
    """How many objects depend on the dependents, at any distance."""
    checks_per_hour: float | None = None

    @property
    def level(self) -> Level:
        """The level of the most important sentence."""
        return LEVELS[min(LEVELS.index(each.level) for each in self.sentences)]

    @property
    def consequences(self) -> tuple[Sentence, ...]:
        """The sentences that state what a change means."""
        return tuple(each for each in self.sentences if each.is_consequence)


@dataclass(frozen=True)
class Report:
    """A plan in words. Objects of the same plan are always in the same order: the most important first."""

    stack: str
    project: str
    objects: tuple[ObjectReport, ...]
    others: Mapping[Operation, int] = field(default_factory=dict)
    """How many resources of other packages change, by operation."""
    is_with_state: bool = True
    """Whether the state was read, without which no dependents are known."""
    is_refresh: bool = False
    """Whether the changes are drift."""

    @property
    def operations(self) -> Mapping[Operation, int]:
        """How many objects there are of each operation."""
        return Counter(each.change.operation for each in self.objects)

    @property
    def levels(self) -> Mapping[Level, int]:
        """How many objects there are of each level."""
        return Counter(each.level for each in self.objects)


def build_report(
    plan: Plan, stored: Sequence[StoredObject] | None = None, facts: Mapping[str, LiveFacts] | None = None
) -> Report:
    """Return the report on a plan; ``stored`` are the objects of the stack, ``facts`` what Statsig returned."""
    dependencies = Dependencies(stored or ())
    objects = [
        _report_change(plan, change, dependencies, (facts or {}).get(change.urn, NO_FACTS)) for change in plan.changes
    ]
    objects.sort(key=lambda each: (LEVELS.index(each.level), each.title, each.change.urn))
    return Report(plan.stack, plan.project, tuple(objects), plan.others, stored is not None, plan.is_refresh)


def _report_change(plan: Plan, change: PlannedChange, dependencies: Dependencies, facts: LiveFacts) -> ObjectReport:
    if change.kind not in REGISTRY:
        reasons = f": {', '.join(change.reasons)}" if change.reasons else ""
        text = f"{change.operation}{reasons} (this version of statsig-pulumi does not know {change.kind})"
        return ObjectReport(change, f"{change.kind} '{change.name}'", "", (Sentence(text, "medium"),))
    declaration = REGISTRY[change.kind]
    secret = find_secret(declaration, change.outputs, change.inputs)
    shown = _drop(change.inputs or change.outputs, secret)
    dependents = dependencies.find_direct(change.kind, change.id, change.outputs, change.urn)
    indirect = dependencies.count_indirect(dependents, change.urn)
    listed = {each.live_name for each in dependents}
    dependents += [Dependent(name) for name in facts.dependents if name not in listed]
    checks = facts.checks_per_hour if facts.checks_per_hour is not None else change.outputs.get("checks_per_hour")
    return ObjectReport(
        change,
        declaration.title(shown, change.id or change.name),
        declaration.console_link(change.id, change.outputs) if change.id and declaration.cls.has_console_page else "",
        tuple(_describe(plan, declaration, change)),
        tuple(dependents),
        indirect,
        checks if isinstance(checks, (int, float)) and not isinstance(checks, bool) else None,
    )


def _describe(plan: Plan, declaration: Declaration, change: PlannedChange) -> Iterable[Sentence]:
    """Return the sentences of a change; there is at least one."""
    match change.operation:
        case "removed":
            return [describe_delete(declaration, change.outputs, "deleted")]
        case "delete":
            return [describe_delete(declaration, change.outputs, _find_end(plan, declaration, change))]
        case "create":
            return describe_create(declaration, change.inputs)
        case _ if not change.outputs:  # an import of the engine
            return describe_create(declaration, change.inputs)
    replaced, end = None, _find_end(plan, declaration, change)
    if change.operation == "replace":
        replaced = list(dict.fromkeys(map(root_of, change.replaces)))
    changes = _find_changes(plan, declaration, change)
    found = describe_update(declaration, change.outputs, change.inputs, changes, replaced=replaced, end=end)
    if not found:
        names = ", ".join(change.reasons)
        if change.operation == "edited":
            return [Sentence(f"{names or 'it'} changed")]
        found = [Sentence(f"the state changes{f' in {names}' if names else ''}, and the object in Statsig does not")]
    return found


def _find_changes(plan: Plan, declaration: Declaration, change: PlannedChange) -> Changes:
    """Return what the plugin found. Secret values, and the path of a changed file, are the same in a plan.

    So the engine's list of reasons has their changes.
    """
    secret = find_secret(declaration, change.outputs, change.inputs)
    outputs, inputs = (_drop(values, secret) for values in (change.outputs, change.inputs))
    declared = change.outputs.get(DECLARED) or []
    known = [name for name in declared if name not in secret]
    wanted: Mapping[str, Json] = inputs
    resets: Mapping[str, Json] = {}
    if plan.configuration.get("statsig:onRelease") == "reset":
        wanted, resets = reset_released(declaration.properties, {name: outputs.get(name) for name in known}, inputs)
    found = find_changes(declaration.properties, known, outputs, wanted)
    roots = dict.fromkeys(map(root_of, change.reasons))
    hidden = [name for name in roots if name in secret & change.inputs.keys()]
    if DIGEST in roots:
        files = (name for name, p in declaration.properties.items() if p.options.language == "file")
        hidden += [name for name in files if name in change.inputs and name not in (*found.changed, *hidden)]
    released = {name for name in declared if name in secret - change.inputs.keys()}
    return Changes((*found.changed, *hidden), tuple(sorted({*found.released, *resets, *released})), resets=resets)


def _drop(values: Mapping[str, Json], names: Collection[str]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if name not in names}


def _find_end(plan: Plan, declaration: Declaration, change: PlannedChange) -> End:
    if change.is_retained or declaration.cls.lifecycle.keeps_on_delete:
        return "kept"
    is_default = plan.configuration.get("statsig:archiveOnDelete", "").lower() == "true"
    return "archived" if declaration.is_archived_on_delete(change.outputs, by_default=is_default) else "deleted"
