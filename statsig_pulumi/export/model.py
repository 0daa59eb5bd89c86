"""What an export consists of: live objects as a program would declare them, and what could not be declared."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..schema.declaration import REGISTRY, Declaration
from ..schema.live_object import LiveObject
from ..schema.state import Inputs, Outputs


@dataclass(frozen=True)
class Exported:
    """One live object, as a program would declare it."""

    kind: str
    """The kind of entity, such as ``Gate``."""
    id: str
    """Its id in Pulumi, by which it is imported."""
    name: str
    """The name of its resource and of the variable that holds it, unique in its kind."""
    live: LiveObject
    """The object as the API returned it."""
    inputs: Inputs
    """What the program declares, in the one spelling of ``check``."""
    outputs: Outputs
    """What the state holds of it."""
    left: tuple[str, ...] = ()
    """What of it is left to the console, and why."""

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"{self.kind} '{self.id}'"

    @property
    def declaration(self) -> Declaration:
        return REGISTRY[self.kind]


@dataclass(frozen=True)
class NotExported:
    """What exists, or may exist, and is no part of the export."""

    kind: str
    what: str
    """Which object; empty for all of the kind."""
    reason: str

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"{self.kind} '{self.what}'" if self.what else self.kind


@dataclass(frozen=True)
class Project:
    """What was read of a Statsig project."""

    objects: list[Exported] = field(default_factory=list)
    not_exported: list[NotExported] = field(default_factory=list)

    @property
    def shortcomings(self) -> list[tuple[str, str]]:
        """What is no part of the export, and why: whole objects, and properties of some."""
        missing = [(each.title, each.reason) for each in self.not_exported]
        return missing + [(each.title, reason) for each in self.objects for reason in each.left]
