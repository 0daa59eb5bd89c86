"""Options of a property: what a declaration states beyond its name and type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..json_values import Json
from .actions import Action

Hook = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class PropertyOptions:
    """Options of one property. The first group states who sets the property and where it is sent."""

    required: bool = False
    """The program must set it."""
    computed: bool = False
    """Only the API sets it."""
    local: bool = False
    """Only this package uses it: it is never sent, and the API does not return it."""
    in_path: bool = False
    """It is part of the object's path and not of its body, such as the gate of a rule."""
    write_only: bool = False
    """The API accepts it and never returns it, so its drift cannot be seen."""
    update_only: bool = False
    """An update accepts it and a create does not, so it is set by an update after the create."""
    create_only: bool = False
    """A create accepts it and no update does, but a new object would lose what belongs to the old one. A change is
    refused at the preview."""
    always_sent: bool = False
    """It is part of every update, because the API may reset it if it is omitted."""
    sent_with: tuple[str, ...] = ()
    """Other properties that an update sends with it, because the API reads their values together."""
    sent_back: bool = False
    """Only the API sets it, and updates send it back, so that a list item remains the same object."""
    action: Action | None = None
    """It is set through endpoints of its own."""

    secret: bool = False
    """Its value is encrypted in the state and hidden in errors, whether or not the program marks it as secret."""
    replace_on_changes: bool = False
    """The API cannot change it, so a change replaces the object."""
    unordered: bool = False
    """The list is a set: neither order nor repetition is a change."""
    shared: bool = False
    """Others add items to the set too: an update keeps those that the state does not know."""
    merged: bool = False
    """The API replaces the nested value as a whole: an update keeps the live values in it that are not declared."""
    rollout: bool = False
    """It is the share of units, in percent, that get something: a review can limit how much it grows at once."""
    max_items: int | None = None
    """The largest number of items that the API accepts."""

    wire: str = ""
    """Name in the API, if it is not the camelCase form of ours."""
    to_wire: Hook | None = None
    """Convert an encoded value to what the API accepts."""
    from_wire: Hook | None = None
    """Convert a value that the API returned to what a program would declare."""
    normalize_fn: Hook | None = None
    """Convert an item that can be written in several ways to one of them."""
    compare_fn: Hook | None = None
    """Return what is compared instead of the value."""

    create_default: Json = None
    """Value that a create sends if the program declares none, because the API requires one."""
    default: Json = None
    """Value that Statsig sets if the program declares none, or a predicate for such values. Exports omit it."""
    language: Literal["", "sql", "json", "json5", "file"] = ""
    """Language of a text. Exports write long texts to a data file of this language. ``file``: the text is the path of a
    file. ``to_program`` returns the content of the file instead, which exports write to it."""
    exported: bool = True
    """Exports declare it. False for ids that Statsig makes, which mean nothing in another project."""
    preset_by: str = ""
    """Property of another resource that presets it for new objects, such as ``Team.default_gate_metrics``. If the
    other object has a preset, imports declare it even when it is empty."""
    required_by: str = ""
    """Property of the project's settings that makes Statsig refuse new objects without it, such as
    ``TeamSettings.require_teams_on_configs``. If the program declares that setting, the preview of a create
    without it is a warning."""
    refers_to: str | Callable[[Mapping[str, Json]], str] = ""
    """Property whose value it holds, such as ``Team.name``, or a function of the sibling values that returns it."""
    alternative: str = ""
    """Other property with the same value in another form. Only the declared one of the two is an output; if
    none is declared, it is this one."""
    typed_by: str = ""
    """Property beside it that names the type of its JSON value: string, number, boolean, object or array."""
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By value, the properties beside it that belong to this value: required with it, and omitted with the others."""
    conflicts_with: tuple[str, ...] = ()
    """Properties that replace it: its live value is not kept in an update that declares one of them."""

    def __post_init__(self) -> None:
        """Raise ValueError if two options exclude each other, or one requires another."""
        for name, excluded in EXCLUDES.items():
            for other in excluded:
                if getattr(self, name) and getattr(self, other):
                    raise ValueError(f"{name} and {other} exclude each other")
        if self.sent_back and not self.computed:
            raise ValueError("sent_back requires computed")


EXCLUDES: Final[Mapping[str, tuple[str, ...]]] = {
    "computed": ("required", "write_only", "update_only", "always_sent", "create_default"),
    "local": ("computed", "in_path", "write_only", "update_only", "always_sent", "action", "wire"),
    "in_path": ("write_only", "update_only", "always_sent", "sent_back", "action"),
    "update_only": ("create_default", "replace_on_changes"),
    "create_only": ("computed", "local", "update_only", "always_sent", "action", "replace_on_changes"),
}
"""Options that cannot be combined."""


def required(**options: Any) -> Any:
    """Return the options of a property that the program must set. Arguments are fields of ``PropertyOptions``."""
    return PropertyOptions(required=True, **options)


def optional(**options: Any) -> Any:
    """Return the options of a property that the program may set. If omitted, it is neither sent nor compared."""
    return PropertyOptions(**options)


def computed(*, init: Literal[False] = False, **options: Any) -> Any:
    """Return the options of a property that only the API sets."""
    return PropertyOptions(computed=True, **options)
