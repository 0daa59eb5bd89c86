"""What ``help``, ``dir``, ``inspect.signature`` and notebooks show of resources, nested types and records.

All of it is computed on request. Reading the source of the classes for their docstrings is too slow for an import.
"""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

if TYPE_CHECKING:
    from .properties import Property


class Introspected(type):
    """Metaclass of classes with properties, which presents their public names and their constructor."""

    properties: dict[str, Property[Any]]
    public_names: ClassVar[tuple[str, ...]] = ()
    """What programs use of a class in addition to its properties. All other attributes are internal."""
    parameters_before: ClassVar[tuple[inspect.Parameter, ...]] = ()
    """Parameters of the constructor that precede the properties."""
    parameters_after: ClassVar[tuple[inspect.Parameter, ...]] = ()

    def __dir__(cls) -> list[str]:
        return sorted({*cls.public_names, *cls.properties})

    @property
    def __signature__(cls) -> inspect.Signature:
        settable = [to_parameter(p) for p in cls.properties.values() if p.settable]
        return inspect.Signature([*cls.parameters_before, *settable, *cls.parameters_after])


class Shown(str):
    """An annotation as a program would write it, shown without quotes."""

    def __repr__(self) -> str:
        return str(self)


OMITTED = Shown("...")
"""Shown as the default of a property that is not managed if it is omitted."""


class PropertyDoc:
    """The ``__doc__`` of a property class, which for its instances describes the property."""

    def __init__(self, class_doc: str | None) -> None:
        self._class_doc = class_doc

    def __get__(self, obj: Property[Any] | None, owner: type) -> str | None:
        return self._class_doc if obj is None else describe(obj)


def describe(p: Property[Any]) -> str:
    """Return the type of a property and the docstring under its attribute."""
    if p.settable:
        facts = f"{to_input_type(p)}{', required' if p.options.required else ''}"
    else:
        facts = f"{to_output_type(p)}, read-only"
    return f"{facts}\n{p.doc}"


def to_parameter(p: Property[Any]) -> inspect.Parameter:
    """Return the constructor parameter that sets a property."""
    default = inspect.Parameter.empty if p.options.required else OMITTED
    return inspect.Parameter(p.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=to_input_type(p))


def to_input_type(p: Property[Any]) -> Shown:
    """Return the type that the constructor accepts, such as ``Input[Sequence[Input[str]]]``."""
    item = _to_item_type(p)
    value = {"": item, "list": f"Sequence[Input[{item}]]", "map": f"Mapping[str, Input[{item}]]"}[p.many]
    return Shown(f"Input[{value}]")


def to_output_type(p: Property[Any]) -> Shown:
    """Return the type that a program reads: an ``Output`` on a resource, a plain value on other classes."""
    item = _to_item_type(p)
    value = {"": item, "list": f"list[{item}]", "map": f"dict[str, {item}]"}[p.many]
    return Shown(value if issubclass(p.owner, dict) else f"Output[{value}]")


def _to_item_type(p: Property[Any]) -> str:
    return f"{_to_source(p.item)} | None" if p.nullable else _to_source(p.item)


def _to_source(hint: Any) -> str:
    """Return a type as a program would write it, without the constraints of ``Annotated``."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _to_source(arguments[0])
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if origin in (Union, types.UnionType):
        return " | ".join(map(_to_source, arguments))
    if origin is not None:
        return f"{origin.__name__}[{', '.join(map(_to_source, arguments))}]"
    return str(getattr(hint, "__name__", hint))
