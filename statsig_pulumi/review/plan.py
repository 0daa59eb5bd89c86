"""The plan that ``pulumi preview --json`` or ``pulumi refresh --preview-only --json`` prints."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ..errors import StatsigError
from ..json_values import Json
from ..schema.declaration import TYPE_PREFIX
from .values import read_values

Operation = Literal["create", "import", "update", "replace", "delete", "edited", "removed"]
"""What an update does; ``edited`` and ``removed`` are what a refresh finds."""
OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import": "import",
    "import-replacement": "replace",
}
"""Operations of the engine that change something. The steps of one replacement count as one."""
REFRESH: Final[Mapping[str, Operation]] = {"update": "edited", "delete": "removed"}
"""Operations of a refresh that finds drift."""
UNCHANGED: Final = "refresh"
"""The operation of a refresh that finds no drift. A refresh has it at least for the stack."""
NOT_COUNTED: Final = ("pulumi:pulumi:Stack", "pulumi:providers:")
"""Types of resources that are no objects of a service."""
HINT: Final = "pass the output of `pulumi preview --json` or of `pulumi refresh --preview-only --json`"


class PlanFileError(StatsigError, ValueError):
    """Raised when a file is not the plan of a preview, or when the preview failed."""


@dataclass(frozen=True)
class PlannedChange:
    """One object that an update changes."""

    urn: str
    kind: str
    operation: Operation
    id: str
    """The id in the state; empty for a new object."""
    outputs: Mapping[str, Json]
    """The outputs before; empty for a new object."""
    inputs: Mapping[str, Json]
    """The inputs after; empty for a delete."""
    reasons: tuple[str, ...] = ()
    """The properties that differ, as the engine lists them."""
    replaces: tuple[str, ...] = ()
    """The properties that require a new object, as the engine lists them."""
    is_retained: bool = False
    """Whether the program keeps the object when it is no longer declared (``retain_on_delete``)."""

    @property
    def name(self) -> str:
        """The name of the resource in the program."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class Plan:
    """The changes of one update."""

    changes: tuple[PlannedChange, ...]
    """The Statsig objects that change, in the order of the plan."""
    stack: str = ""
    project: str = ""
    others: Mapping[Operation, int] = field(default_factory=dict)
    """How many resources of other packages change, by operation."""
    configuration: Mapping[str, str] = field(default_factory=dict)
    """The configuration of the stack, as far as the plan has it."""
    is_refresh: bool = False
    """Whether the changes are drift: edits of others that a refresh finds."""


def parse_plan(text: str) -> Plan:
    """Return the plan of a preview or a refresh; raises PlanFileError if the text is none, or if the command failed."""
    try:
        plan = json.loads(text)
        if errors := [each["message"] for each in plan.get("diagnostics") or () if each.get("severity") == "error"]:
            raise PlanFileError(f"the preview failed: {'; '.join(' '.join(each.split()) for each in errors)}")
        return _read_plan(plan)
    except PlanFileError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PlanFileError(f"this is not the plan of a preview: {HINT}") from None


def _read_plan(plan: Json) -> Plan:
    steps: dict[str, list[Json]] = {}
    found = {step["op"] for step in plan["steps"]}
    is_refresh = UNCHANGED in found and found <= {UNCHANGED, *REFRESH}  # `preview --refresh` has other steps too
    operations = REFRESH if is_refresh else OPERATIONS
    for step in plan["steps"]:
        if step["op"] in operations:
            steps.setdefault(step["urn"], []).append(step)
    changes: list[PlannedChange] = []
    others: dict[Operation, int] = {}
    for urn, of_resource in steps.items():
        change = _read_change(urn, of_resource, operations)
        type_ = urn.split("::")[2].rpartition("$")[2]
        if type_.startswith(TYPE_PREFIX):
            changes.append(change)
        elif not type_.startswith(NOT_COUNTED):
            others[change.operation] = others.get(change.operation, 0) + 1
    stack, project = next((_split_urn(step["urn"]) for step in plan["steps"]), ("", ""))
    configuration = {key: value for key, value in (plan.get("config") or {}).items() if isinstance(value, str)}
    return Plan(tuple(changes), stack, project, others, configuration, is_refresh)


def _split_urn(urn: str) -> tuple[str, str]:
    """Return the stack and the project of a URN."""
    stack, project = urn.removeprefix("urn:pulumi:").split("::")[:2]
    return stack, project


def _read_change(urn: str, steps: Sequence[Json], names: Mapping[str, Operation]) -> PlannedChange:
    """Return the change of one resource, which may take several steps."""
    states: dict[str, Json] = {}
    lists: dict[str, list[str]] = {"diffReasons": [], "replaceReasons": []}
    operations: set[Operation] = {names[step["op"]] for step in steps}
    for step in steps:
        states |= {name: step[name] for name in ("oldState", "newState") if step.get(name)}
        for name, found in lists.items():
            found += [each for each in step.get(name) or () if each not in found]
    old, new = states.get("oldState") or {}, states.get("newState") or {}
    operation: Operation = "replace" if len(operations) > 1 else operations.pop()
    return PlannedChange(
        urn=urn,
        kind=urn.split("::")[2].rpartition("$")[2].removeprefix(TYPE_PREFIX),
        operation=operation,
        id=str(old.get("id") or ""),
        outputs=read_values(old.get("outputs")),
        inputs={} if operation in ("delete", "removed") else read_values(new.get("inputs")),
        reasons=tuple(lists["diffReasons"]),
        replaces=tuple(lists["replaceReasons"]),
        is_retained=bool(old.get("retainOnDelete")),
    )
