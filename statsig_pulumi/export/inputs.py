"""Say what a program would declare for a live object, such that its preview is empty once it is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..errors import Problem, StatsigError
from ..json_values import Json
from ..lifecycle.resource_client import slug
from ..schema import codec, state
from ..schema.declaration import Declaration
from ..schema.diff import find_changes
from ..schema.live_object import LiveObject
from ..schema.matching import drop_computed, select_exported
from ..schema.state import DECLARED, Inputs, Outputs
from ..schema.validation import find_problems

NOT_REPEATED: Final = "Statsig does not tell it in a form that a program could repeat"


class NotDeclarableError(StatsigError):
    """No program can declare this object."""


@dataclass(frozen=True)
class Declared:
    """A live object as a program declares it."""

    inputs: Inputs
    outputs: Outputs
    left: tuple[str, ...]


def declared(
    declaration: Declaration, live: LiveObject, presets: Mapping[str, Json] = MappingProxyType({})
) -> Declared:
    """What differs from what the API fills in; a property that no program could declare is left to the console.

    ``presets`` are the properties of the object's team, which fills in too. Raises NotDeclarableError.
    """
    inputs = _written(declaration, live, presets)
    left: list[str] = []
    for problem in _unfit(declaration, live, inputs):
        name = _culprit(declaration, inputs, problem)
        if name is None:
            raise NotDeclarableError(str(problem))
        del inputs[name]
        left.append(f"{name} is left to the console ({problem})")
    return Declared(inputs, state.build_outputs(declaration, inputs, live, {}), tuple(left))


def _written(declaration: Declaration, live: LiveObject, presets: Mapping[str, Json]) -> Inputs:
    """What is worth declaring, in the spelling of ``check``."""
    decoded = dict(declaration.observed(live, {}))
    written = select_exported(declaration.cls, decoded, presets)
    key = declaration.key_property
    if key in written and key != "name" and written[key] == slug(str(written.get("name"))):
        del written[key]  # the API makes it from the name
    properties = declaration.inputs
    return {name: codec.normalize(properties[name], drop_computed(properties[name], v)) for name, v in written.items()}


def _unfit(declaration: Declaration, live: LiveObject, inputs: Inputs) -> Iterator[Problem]:
    """What stands in the way of an empty preview, one after the other, while ``inputs`` lose what is unfit."""
    while (problem := next(find_problems(declaration.cls, inputs), None)) is not None:
        yield problem
    while (name := _not_repeated(declaration, live, inputs)) is not None:
        yield Problem(name, NOT_REPEATED)


def _not_repeated(declaration: Declaration, live: LiveObject, inputs: Inputs) -> str | None:
    """A property that a preview or a refresh after the import would find changed."""
    outputs = state.build_outputs(declaration, inputs, live, {})
    refreshed = state.refresh_inputs(declaration, outputs, live)
    found = find_changes(declaration.properties, outputs[DECLARED], outputs, inputs).changed
    moved = (name for name, value in inputs.items() if refreshed.get(name) != value)
    return next(iter((*found, *moved)), None)


def _culprit(declaration: Declaration, inputs: Inputs, problem: Problem) -> str | None:
    """The property without which the problem is gone."""
    optional = [name for name in inputs if not declaration.properties[name].options.required]
    place = problem.place.partition(".")[0].partition("[")[0]
    if place in inputs:
        return place if place in optional else None
    without = {name: {n: value for n, value in inputs.items() if n != name} for name in optional}
    others = {name: list(find_problems(declaration.cls, rest)) for name, rest in without.items()}
    return min((name for name in optional if problem not in others[name]), key=lambda n: len(others[n]), default=None)
