"""The result of reading a live project: resources to declare, and what cannot be declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import Problem, StatsigError
from ..json_values import Json
from ..schema.declaration import REGISTRY, Declaration
from ..schema.references import find_references
from ..schema.state import Inputs, Outputs

ReportFn = Callable[[str, int, int], None]
"""Called with a kind, how many of its objects are read, and how many there are; 0 if that is not known yet."""


class StateFileError(StatsigError, ValueError):
    """Raised when a file is not the state of another tool or stack."""


@dataclass(frozen=True)
class ExportedResource:
    """One live object as a resource of a program."""

    kind: str
    """The class name of the resource, such as ``Gate``."""
    id: str
    """The Pulumi id by which it is imported."""
    name: str
    """The resource name, unique among the resources of its kind."""
    inputs: Inputs
    """The properties that the program declares, as ``check`` returns them."""
    outputs: Outputs
    """The outputs that the state holds after the import."""
    omitted: Mapping[str, Problem] = field(default_factory=dict)
    """Properties that no program can declare, each with the reason."""

    @property
    def title(self) -> str:
        """The kind and the id, for messages."""
        return f"{self.kind} '{self.id}'"

    @property
    def declaration(self) -> Declaration:
        return REGISTRY[self.kind]

    @property
    def omissions(self) -> list[str]:
        """One sentence for each property that is not managed, with the reason."""
        return [f"{name} is not managed: {_reason(name, problem)}" for name, problem in self.omitted.items()]

    def references(self) -> Iterator[tuple[str, Json]]:
        """Yield what the resource refers to, such as ``Team.name``, and the value, for each reference at any depth."""
        return find_references(self.declaration.inputs, self.inputs)


@dataclass(frozen=True)
class NotExported:
    """An object, or a whole kind, that exists or may exist and is not exported."""

    kind: str
    id: str
    """The id of the object; empty for all objects of the kind."""
    reason: str

    @property
    def title(self) -> str:
        """The kind, and the id if there is one, for messages."""
        return f"{self.kind} '{self.id}'" if self.id else self.kind


@dataclass(frozen=True)
class ExportedProject:
    """The content of a Statsig project, as far as the filters select it."""

    resources: list[ExportedResource] = field(default_factory=list)
    not_exported: list[NotExported] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """The content of the files that properties of the resources name, by their path."""
    id: str = ""
    """Statsig's id of the project; empty if the API does not show it."""

    @property
    def omissions(self) -> list[tuple[str, str]]:
        """The title and the reason of every object and every property that is not exported."""
        objects = [(each.title, each.reason) for each in self.not_exported]
        return objects + [(each.title, sentence) for each in self.resources for sentence in each.omissions]


def _reason(name: str, problem: Problem) -> str:
    return problem.reason if problem.place == name else str(problem)
