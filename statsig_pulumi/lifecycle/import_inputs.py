"""Say what a program would declare for a live object, such that its preview is empty once it is imported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..errors import Problem, StatsigError
from ..schema import codec, state
from ..schema.declaration import Declaration
from ..schema.diff import changes
from ..schema.matching import declared_only, worth_writing
from ..schema.state import DECLARED, Values
from ..schema.validation import problems
from .resource_client import Live, slug

NOT_REPEATED: Final = "Statsig does not tell it in a form that a program could repeat"


class NotDeclarableError(StatsigError):
    """No program can declare this object."""


@dataclass(frozen=True)
class Declared:
    """A live object as a program declares it."""

    inputs: Values
    outputs: Values
    left: tuple[str, ...]


def declared(declaration: Declaration, live: Live, presets: Live = MappingProxyType({})) -> Declared:
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
    return Declared(inputs, state.outputs(declaration, inputs, live, {}), tuple(left))


def _written(declaration: Declaration, live: Live, presets: Live) -> Values:
    """What is worth declaring, in the spelling of ``check``."""
    decoded = codec.decode(declaration.properties, declaration.suppress_drift(live, {}))
    written = worth_writing(declaration.cls, decoded, presets)
    key = declaration.key_property
    if key in written and key != "name" and written[key] == slug(str(written.get("name"))):
        del written[key]  # the API makes it from the name
    properties = declaration.inputs
    return {name: codec.normalize(properties[name], declared_only(properties[name], v)) for name, v in written.items()}


def _unfit(declaration: Declaration, live: Live, inputs: Values) -> Iterator[Problem]:
    """What stands in the way of an empty preview, one after the other, while ``inputs`` lose what is unfit."""
    while (problem := next(problems(declaration.cls, inputs), None)) is not None:
        yield problem
    while (name := _not_repeated(declaration, live, inputs)) is not None:
        yield Problem(name, NOT_REPEATED)


def _not_repeated(declaration: Declaration, live: Live, inputs: Values) -> str | None:
    """A property that a preview or a refresh after the import would find changed."""
    outputs = state.outputs(declaration, inputs, live, {})
    refreshed = state.inputs_of(declaration, outputs, live)
    found = changes(declaration.properties, outputs[DECLARED], outputs, inputs).changed
    moved = (name for name, value in inputs.items() if refreshed.get(name) != value)
    return next(iter((*found, *moved)), None)


def _culprit(declaration: Declaration, inputs: Values, problem: Problem) -> str | None:
    """The property without which the problem is gone."""
    optional = [name for name in inputs if not declaration.properties[name].options.required]
    place = problem.place.partition(".")[0].partition("[")[0]
    if place in inputs:
        return place if place in optional else None
    without = {name: {n: value for n, value in inputs.items() if n != name} for name in optional}
    others = {name: list(problems(declaration.cls, rest)) for name, rest in without.items()}
    return min((name for name in optional if problem not in others[name]), key=lambda n: len(others[n]), default=None)
