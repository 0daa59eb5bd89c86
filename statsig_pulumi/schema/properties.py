"""Properties: how one is declared, set with an Input at any depth, and read back typed.

On an entity a property is set with an ``Input`` and read as an ``Output``; on a part (a
value inside a property, such as a rule of a gate) it reads as the plain value. A part is a
dict, so it crosses into outputs, exports and other resources as the plain JSON it is.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from difflib import get_close_matches
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    Self,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    overload,
)

from pulumi import Input, Output

from ..errors import Problem
from ..json_values import NONE, Json, encode_none
from .actions import Action
from .options import PropertyOptions, computed, required

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


class Property(Generic[T]):
    """What the three kinds of property share; a declaration fills it in."""

    many: Literal["", "list", "map"] = ""

    def __init__(self, name: str, owner: type, hint: Any, options: PropertyOptions) -> None:
        self.name, self.owner, self.options = name, owner, options
        self.declared_in = owner
        self.wire = options.wire or camel(name)
        self.item, self.nullable = _without_none(get_args(hint)[0])
        self.nested: type[NestedType] | None = (
            self.item if inspect.isclass(self.item) and issubclass(self.item, NestedType) else None
        )

    @property
    def settable(self) -> bool:
        """Whether a program may set it."""
        return not self.options.computed

    @property
    def sent(self) -> bool:
        """Whether it travels in the body of a create or an update."""
        apart = self.options.action is not None and not self.options.action.in_body
        return (self.settable or self.options.sent_back) and not (self.options.local or self.options.in_path or apart)

    @property
    def readable(self) -> bool:
        """Whether the API returns it."""
        return not self.options.local and not self.options.write_only

    @property
    def action(self) -> Action | None:
        """The endpoints of its own, which may be those of a property of its parts."""
        inner = self.nested.properties.values() if self.nested else ()
        return self.options.action or next((q.options.action for q in inner if q.options.action), None)

    def referring(self, beside: Mapping[str, Json]) -> str:
        """Whose property it holds, such as ``Team.name``; ``beside`` are the values that it stands with."""
        told = self.options.refers_to
        return told if isinstance(told, str) else told(beside)

    @property
    def can_be_empty(self) -> bool:
        """Whether null or absence is a value of it; elsewhere the API just does not tell."""
        if self.options.action:
            return False
        text = getattr(self.item, "__origin__", self.item) is str
        return bool(self.many) or self.nullable or self.nested is not None or text

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """pydantic's view of one item; made when first needed, for start-up's sake."""
        from pydantic import ConfigDict, TypeAdapter

        return TypeAdapter(self.item, config=ConfigDict(strict=True))

    @property
    def doc(self) -> str:
        """The docstring under the attribute."""
        from .docstrings import under_attributes

        for base in self.owner.__mro__:
            if doc := under_attributes(base).get(self.name):
                return doc
        return ""

    @property
    def empty(self) -> Json:
        """How a program says that there is nothing."""
        return NONE if self.nullable else {"list": [], "map": {}}.get(self.many, "")

    def typed(self, value: Json) -> Any:
        """The value as programs read it: parts where there are parts."""
        if value is None or (value == NONE and self.nullable):
            return {"list": [], "map": {}}.get(self.many)
        return self.map_nested(value, lambda nested, item: nested.of(item))

    def map_nested(self, value: Json, make: Callable[[type[NestedType], Any], Any]) -> Any:
        """The value with every part in it replaced by what ``make`` says; other values as they are."""
        if self.nested is None:
            return value
        match self.many, value:
            case "list", list():
                return [make(self.nested, item) for item in value]
            case "map", dict():
                return {key: make(self.nested, item) for key, item in value.items()}
            case "", dict():
                return make(self.nested, value)
            case _:
                return value

    def _read(self, obj: Any) -> Any:
        if isinstance(obj, NestedType):
            return self.typed(dict.get(obj, self.name))
        output: Output[Any] = obj.output(self.name)
        return output.apply(self.typed)

    def owned_by(self, owner: type) -> Self:
        """Return a copy for a class that inherits the property."""
        copied = copy(self)
        copied.owner = owner
        return copied

    def read_only(self) -> Self:
        """Return the property as a record has it: decoded as on the resource, and never set or sent."""
        copied = copy(self)
        copied.options = PropertyOptions(computed=True, wire=self.options.wire, from_wire=self.options.from_wire)
        return copied

    def _refuse(self) -> None:
        raise AttributeError(f"{self.name} is set where {self.owner.__name__} is declared")


class Prop(Property[T]):
    """One value: set it with an ``Input[T]``."""

    @overload
    def __get__(self, obj: None, owner: type) -> Prop[T]: ...
    @overload
    def __get__(self, obj: NestedType, owner: type) -> T: ...
    @overload
    def __get__(self, obj: object, owner: type) -> Output[T]: ...
    def __get__(self, obj: Any, owner: type) -> Any:
        return self if obj is None else self._read(obj)

    def __set__(self, obj: object, value: Input[T]) -> None:
        self._refuse()


class SparseProp(Property[T]):
    """One value that the API omits from some objects: set it like ``Prop[T]``; a record has None for it then."""

    @overload
    def __get__(self, obj: None, owner: type) -> SparseProp[T]: ...
    @overload
    def __get__(self, obj: NestedType, owner: type) -> T | None: ...
    @overload
    def __get__(self, obj: object, owner: type) -> Output[T]: ...
    def __get__(self, obj: Any, owner: type) -> Any:
        return self if obj is None else self._read(obj)

    def __set__(self, obj: object, value: Input[T]) -> None:
        self._refuse()

    def read_only(self) -> Self:
        copied = super().read_only()
        copied.nullable = True
        return copied


class ListProp(Property[T]):
    """A list of values: set it with an ``Input[Sequence[Input[T]]]``."""

    many = "list"

    @overload
    def __get__(self, obj: None, owner: type) -> ListProp[T]: ...
    @overload
    def __get__(self, obj: NestedType, owner: type) -> list[T]: ...
    @overload
    def __get__(self, obj: object, owner: type) -> Output[list[T]]: ...
    def __get__(self, obj: Any, owner: type) -> Any:
        return self if obj is None else self._read(obj)

    def __set__(self, obj: object, value: Input[Sequence[Input[T]]]) -> None:
        self._refuse()


class MapProp(Property[T]):
    """A JSON object: set it with an ``Input[Mapping[str, Input[T]]]``."""

    many = "map"

    @overload
    def __get__(self, obj: None, owner: type) -> MapProp[T]: ...
    @overload
    def __get__(self, obj: NestedType, owner: type) -> dict[str, T]: ...
    @overload
    def __get__(self, obj: object, owner: type) -> Output[dict[str, T]]: ...
    def __get__(self, obj: Any, owner: type) -> Any:
        return self if obj is None else self._read(obj)

    def __set__(self, obj: object, value: Input[Mapping[str, Input[T]]]) -> None:
        self._refuse()


def declare_properties(cls: type) -> dict[str, Property[Any]]:
    """Turn the annotated attributes of a class body into properties, and copy the inherited ones, which come first."""
    for name, hint in inspect.get_annotations(cls, eval_str=True).items():
        kind = get_origin(hint)
        if inspect.isclass(kind) and issubclass(kind, Property):
            setattr(cls, name, kind(name, cls, hint, cls.__dict__.get(name, PropertyOptions(required=True))))
            del cls.__annotations__[name]  # Pulumi reads the annotations of resources too, and knows nothing of these
    properties: dict[str, Property[Any]] = {}
    for base in reversed(cls.__mro__):
        declared = {name: p for name, p in vars(base).items() if isinstance(p, Property) and p.declared_in is base}
        properties |= declared  # copies would hide what another base declares
    for name, p in properties.items():
        if p.owner is not cls:
            properties[name] = p.owned_by(cls)
            setattr(cls, name, properties[name])
    return properties


def camel(name: str) -> str:
    """The API's spelling of our name."""
    first, *rest = name.split("_")
    return first + "".join("ID" if word == "id" else "IDs" if word == "ids" else word.capitalize() for word in rest)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """The type with ``None`` taken out of its union, and whether it was in."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    kept = tuple(arg for arg in get_args(hint) if arg is not type(None))
    return Union[kept], len(kept) < len(get_args(hint))  # noqa: UP007 - built from a tuple


@dataclass_transform(kw_only_default=True, field_specifiers=(required, computed))
class Fields:
    """Properties that a resource and its record share: ``class GateFields(Fields)``, which both inherit.

    They read as ``Output[T]`` on the resource and as ``T`` on the record, where all are read-only.
    """

    properties: ClassVar[dict[str, Property[Any]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.properties = declare_properties(cls)


@dataclass_transform(kw_only_default=True, field_specifiers=(required, computed))
class NestedType(dict[str, Any]):
    """A value inside a property, such as a rule of a gate: declared like an entity, passed like a dict."""

    properties: ClassVar[dict[str, Property[Any]]] = {}
    identity: ClassVar[tuple[str, ...]] = ()
    """The properties by which a part is matched to the live one; without any it is matched by position."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.properties = declare_properties(cls)

    def __init__(self, **given: Any) -> None:
        check_names(type(self), given)
        super().__init__((name, encode_none(value)) for name, value in given.items())

    @classmethod
    def of(cls, value: Mapping[str, Json]) -> Any:
        """The JSON of a part, as the part."""
        if isinstance(value, cls):
            return value
        self = cls.__new__(cls)
        dict.update(self, value)
        return self

    @classmethod
    def identified(cls, item: Mapping[str, Json]) -> tuple[str, ...]:
        """What tells this item apart from others."""
        return tuple(str(item.get(name)) for name in cls.identity)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.items())})"

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterable[Problem]:
        """What is wrong between its properties; what is missing, unknown or wrong by itself is to be skipped."""
        return ()

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """What a program would write of a live part, where it depends on more than one property."""
        return values

    @classmethod
    def normalize_values(cls, values: dict[str, Json]) -> dict[str, Json]:
        """The one spelling of the part, where it depends on more than one property."""
        return values

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        """The wire's form, where it depends on more than one property."""
        return body


def check_names(cls: Any, given: Iterable[str]) -> None:
    """A misspelt argument fails where it stands, as it does for any Python class."""
    names = [name for name, p in cls.properties.items() if p.settable]
    for name in given:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else f"; it has {', '.join(sorted(names))}"
            raise TypeError(f"{cls.__name__} has no property '{name}' that a program can set{hint}")
