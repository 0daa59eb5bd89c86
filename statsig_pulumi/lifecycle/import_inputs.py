"""The inputs and outputs that an import writes for a live object: a function of the object alone.

They are chosen so that the first preview after the import is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..errors import Problem, StatsigError
from ..json_values import Json
from ..schema import codec, state
from ..schema.declaration import Declaration
from ..schema.diff import find_changes
from ..schema.live_object import LiveObject
from ..schema.matching import drop_computed, select_exported
from ..schema.state import DECLARED, Inputs, Outputs
from ..schema.validation import find_problems
from .resource_client import slug

NOT_REPEATABLE: Final = "Statsig does not return it in a form that a program can repeat"


class NotDeclarableError(StatsigError):
    """Raised when an object cannot be expressed as a program."""


@dataclass(frozen=True)
class ImportedInputs:
    """A live object as a program declares it."""

    inputs: Inputs
    """The properties to declare, as ``check`` returns them."""
    outputs: Outputs
    """The outputs to store in the state, without secret ones: an import file is not encrypted. A read adds them."""
    omitted: dict[str, Problem]
    """Properties that no program can declare, each with the reason; they are not managed."""


def derive_inputs(
    declaration: Declaration, live: LiveObject, presets: Mapping[str, Json] = MappingProxyType({})
) -> ImportedInputs:
    """Return the inputs that an import writes for a live object: every value that differs from Statsig's default.

    ``presets`` are the values that the object's team fills in, by our name of the object's property: such a
    property is declared even if it is empty. Raises NotDeclarableError if no resource can manage the object, or if a
    required property is invalid.
    """
    if exclusion := declaration.cls.explain_exclusion(live):
        raise NotDeclarableError(exclusion)
    inputs = _non_default_inputs(declaration, live, presets)
    omitted: dict[str, Problem] = {}
    while (problem := _first_problem(declaration, live, inputs)) is not None:
        name = _property_to_omit(declaration, inputs, problem)
        if name is None:
            raise NotDeclarableError(str(problem))
        del inputs[name]
        omitted[name] = problem
    outputs = state.build_outputs(declaration, inputs, live, {})
    shown = {name: value for name, value in outputs.items() if name not in declaration.secret_outputs}
    return ImportedInputs(inputs, shown, omitted)


def _non_default_inputs(declaration: Declaration, live: LiveObject, presets: Mapping[str, Json]) -> Inputs:
    values = select_exported(declaration.cls, declaration.observed(live, {}), presets)
    key = declaration.key_property
    if key in values and key != "name" and "name" in values and values[key] == slug(str(values["name"])):
        del values[key]  # Statsig derives it from the name
    return {name: _as_checked(declaration, name, value) for name, value in values.items()}


def _as_checked(declaration: Declaration, name: str, value: Json) -> Json:
    p = declaration.inputs.get(name)
    return codec.normalize(p, drop_computed(p, value)) if p else value  # else a reserved key


def _first_problem(declaration: Declaration, live: LiveObject, inputs: Inputs) -> Problem | None:
    """Return what would make the preview after an import fail, or else what would make it show a change."""
    invalid = next(find_problems(declaration.cls, inputs), None)
    if invalid is not None:
        return invalid
    name = next(_not_repeatable(declaration, live, inputs), None)
    return None if name is None else Problem(name, NOT_REPEATABLE)


def _not_repeatable(declaration: Declaration, live: LiveObject, inputs: Inputs) -> Iterator[str]:
    """Yield the properties that a preview or a refresh after the import would report as changed."""
    outputs = state.build_outputs(declaration, inputs, live, {})
    yield from find_changes(declaration.properties, outputs[DECLARED], outputs, inputs).changed
    refreshed = state.refresh_inputs(declaration, state.restore_inputs(declaration, outputs), live)
    yield from (n for n, value in inputs.items() if n in declaration.inputs and refreshed.get(n) != value)


def _property_to_omit(declaration: Declaration, inputs: Inputs, problem: Problem) -> str | None:
    """Return the optional property without which the problem is gone, and with the fewest problems left."""
    optional = [name for name in inputs if name in declaration.inputs and not declaration.inputs[name].options.required]
    if (name := problem.property) in inputs:
        return name if name in optional else None
    remaining: dict[str, int] = {}
    for name in optional:
        rest = {other: value for other, value in inputs.items() if other != name}
        left = list(find_problems(declaration.cls, rest))
        if problem not in left:
            remaining[name] = len(left)
    return min(remaining, key=lambda name: remaining[name], default=None)
