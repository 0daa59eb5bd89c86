"""What a declaration says of a property besides its name and type, and the endpoints that a property may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..json_values import Json
from .actions import Action, Trigger

Hook = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class PropertyOptions:
    """What a declaration says of one property besides its name and type."""

    required: bool = False
    """The program must set it."""
    computed: bool = False
    """Only the API sets it."""
    replace_on_changes: bool = False
    """The API cannot change it, so a change replaces the object."""
    unordered: bool = False
    """A set to the API: order and repetition are no change."""
    max_items: int | None = None
    """How many items a list may have."""
    sent_back: bool = False
    """Set by the API and sent back with every update, so that the part stays the one it is."""
    local: bool = False
    """Meant for this package: never in the body of the object, never returned."""
    in_path: bool = False
    """What the object belongs to: part of its path, and not of its body."""
    write_only: bool = False
    """Taken by the API and never returned, so that its drift cannot be seen."""
    secret: bool = False
    """Kept encrypted in the state, however it is given."""
    trigger: Trigger | None = None
    """A change of it, once it is declared, makes this call, whatever the new value is."""
    only_if_declared: bool = False
    """An output only when the program declares it."""
    wire: str = ""
    """The API's name, where it is not the camelCase of ours."""
    always_sent: bool = False
    """Part of every update, as it is where it does not change: the API may reset it when it is left out."""
    create_default: Json = None
    """What the API wants at creation when the program says nothing."""
    default: Json = None
    """What the API fills in where a program says nothing: a value, or a test of a value. Exports leave it out."""
    exported: bool = True
    """Exports declare it; not so what Statsig makes by itself, such as ids, which mean nothing in another project."""
    preset_by: str = ""
    """The property of another resource that fills it in for new objects, such as ``Team.default_gate_metrics``.

    If it is set, an import declares this property even if it is empty.
    """
    refers_to: str | Callable[[Mapping[str, Json]], str] = ""
    """Whose property it holds, such as ``Team.name``; or what tells that from the values beside it."""
    alternative: str = ""
    """The other form of the same value: when only that one is declared, this one is no output."""
    conflicts_with: tuple[str, ...] = ()
    """In a part, other ways to say the same: it is not carried over into an update that declares one of them."""
    action: Action | None = None
    """Set by endpoints of its own."""
    normalize_fn: Hook | None = None
    """The one spelling of an item that has several."""
    to_wire: Hook | None = None
    """From what a program writes to what the API takes."""
    from_wire: Hook | None = None
    """From what the API returns to what a program would have written."""
    compare_fn: Hook | None = None
    """What is compared in place of the value."""


def required(**options: Any) -> Any:
    """A property the program must set; the words are those of ``Facts``."""
    return PropertyOptions(required=True, **options)


def optional(**options: Any) -> Any:
    """A property the program may set; omitted, it is neither sent nor compared."""
    return PropertyOptions(**options)


def computed(*, init: Literal[False] = False, **options: Any) -> Any:
    """A property only the API sets."""
    return PropertyOptions(computed=True, **options)
