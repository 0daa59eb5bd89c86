"""Properties: how a class body declares them, how programs set and read them.

A resource takes an ``Input`` for each property and returns an ``Output``. A nested type, such as a rule of a
gate, returns plain values. It is a dict, so outputs, exports and other resources accept it as plain JSON.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
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
from ..json_values import NONE, NOT_KNOWN, UNKNOWN, Json, encode_none
from ..program import refuse, type_error
from .actions import Action
from .arguments import find_misplaced, find_wrong_names, replace_wrong
from .introspection import Introspected, PropertyDoc
from .options import PropertyOptions, computed, required
from .shapes import ScalarFn, is_scalar_type, make_scalar_reader

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
WORD_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?!Ds)")
"""Where a word of a class name begins; ``ID`` and ``IDs`` are words."""


class ReadOnly:
    """The objects that type checkers let a program assign a property of: none.

    The type of the value in ``__set__`` is what a constructor accepts, so an assignment must be wrong elsewhere.
    """


class TypedOutput(Output[T]):
    """An Output of nested types, such as rules, that keeps the types in ``Output.all``.

    The SDK unwraps the Outputs in a value, and makes plain dicts of dicts. The values of this one hold no Outputs.
    """

    @classmethod
    def of(cls, output: Output[Any]) -> Output[Any]:
        """Return an Output as one of this class."""
        output.__class__ = cls
        return output

    def apply(self, func: Any, run_with_unknowns: bool = False) -> Any:
        return self if func is Output.from_input else super().apply(func, run_with_unknowns)

    def __getitem__(self, key: Any) -> Output[Any]:
        return self.of(super().__getitem__(key))

    def __getattr__(self, item: str) -> Output[Any]:
        return self.of(super().__getattr__(item))


class Property(Generic[T]):
    """Base of the three kinds of property."""

    many: Literal["", "list", "map"] = ""
    """Whether the value is one item, a list of items or a map of items."""
    takes_scalar = False
    """Whether one item alone stands for a list of one item."""
    is_alternative = False
    """Another property holds the same value in another form and is preferred, see ``PropertyOptions.alternative``."""
    is_of_form = False
    """Whether a property beside it says if it is needed, see ``PropertyOptions.forms``."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__doc__ = PropertyDoc(cls.__doc__)  # type: ignore[assignment]

    def __init__(self, name: str, owner: type, hint: Any, options: PropertyOptions) -> None:
        """``owner`` is the class that declares it, ``hint`` its annotation, such as ``Prop[str | None]``."""
        self.name, self.owner = name, owner
        self.set_options(options)
        self.declared_in = owner
        self.wire = options.wire or to_camel_case(name)
        self.item, self.nullable = _split_none(get_args(hint)[0])
        self.nested: type[NestedType] | None = (
            self.item if inspect.isclass(self.item) and issubclass(self.item, NestedType) else None
        )

    def set_options(self, options: PropertyOptions) -> None:
        """Set the options, and what follows from them; the codec and the diff read that for each value."""
        self.options = options
        self.settable = not options.computed
        """Whether a program can set it."""
        self.is_trigger = options.action is not None and options.action.is_trigger
        """Whether its changes send a request and its value is never sent."""
        self.readable = not (options.local or options.write_only or self.is_trigger)
        """Whether the API returns it."""
        self.replaced_by = frozenset(filter(None, (*options.conflicts_with, options.alternative)))
        """Properties that hold the value in its place."""

    @property
    def sent(self) -> bool:
        """Whether it is part of the body of a create or an update."""
        options = self.options
        is_separate = options.local or options.in_path or (options.action is not None and not options.action.in_body)
        return (self.settable or options.sent_back) and not is_separate

    @property
    def can_be_updated(self) -> bool:
        """Whether the API can change it on an object that exists."""
        return not (self.options.replace_on_changes or self.options.create_only)

    @property
    def action(self) -> Action | None:
        """Its action, or the action of a property of its nested type."""
        inner = self.nested.properties.values() if self.nested else ()
        return self.options.action or next((q.options.action for q in inner if q.options.action), None)

    def get_reference(self, siblings: Mapping[str, Json]) -> str:
        """Return the property whose value it holds, such as ``Team.name``; empty if it is no reference."""
        refers_to = self.options.refers_to
        return refers_to if isinstance(refers_to, str) else refers_to(siblings)

    @property
    def can_be_empty(self) -> bool:
        """Whether null or absence in a response is a value; for other types, the API omits the value."""
        if self.options.action:
            return False
        return bool(self.many) or self.nullable or self.nested is not None or self.is_text

    @cached_property
    def is_text(self) -> bool:
        """Whether its value, or each item of it, is any text."""
        return getattr(self.item, "__origin__", self.item) is str

    @cached_property
    def has_scalar_items(self) -> bool:
        """Whether its value, or each item of it, is a scalar."""
        return is_scalar_type(self.item)

    @cached_property
    def scalar_reader(self) -> ScalarFn | None:
        """Function that reads its value in a response, one scalar, as one of its type; None if there is none."""
        return None if self.many or self.options.from_wire else make_scalar_reader(self.item)

    @property
    def has_any_form(self) -> bool:
        """Whether the API documents no form of its value, and nothing here depends on one."""
        return self.item is Any and not self.settable

    @property
    def is_container(self) -> bool:
        """Whether the response holds its value as a list or an object."""
        return (bool(self.many) or self.nested is not None) and self.options.action is None

    @cached_property
    def accepts_empty(self) -> bool:
        """Whether a program can declare ``empty``."""
        if self.options.action or self.many or self.nullable or not self.can_be_empty or self.nested:
            return not self.options.action and bool(self.many or self.nullable)
        from pydantic import ValidationError

        try:
            self.adapter.validate_python(self.empty)
        except ValidationError:
            return False
        return True

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """pydantic adapter that validates one item. Made on first use, because importing pydantic is slow."""
        from pydantic import ConfigDict, TypeAdapter

        return TypeAdapter(self.item, config=ConfigDict(strict=True))

    @property
    def doc(self) -> str:
        """The docstring under the attribute."""
        from .docstrings import parse_attribute_docs

        for base in self.owner.__mro__:
            if doc := parse_attribute_docs(base).get(self.name):
                return doc
        return ""

    @property
    def empty(self) -> Json:
        """The value that a program declares to clear it."""
        return NONE if self.nullable else {"list": [], "map": {}}.get(self.many, "")

    def to_python(self, value: Json) -> Any:
        """Return the value as programs read it, with nested types instead of plain dicts."""
        value = self.to_list(value)
        if value is None or (value == NONE and self.nullable):
            return {"list": [], "map": {}}.get(self.many)
        return self.map_nested(value, lambda nested, item: nested.of(item))

    def to_list(self, value: Json) -> Json:
        """Return a value that may be one item as the list that it stands for, and any other value unchanged."""
        item_types = (dict,) if self.nested else (str, int, float)
        is_item = self.takes_scalar and isinstance(value, item_types) and value != NONE
        return [value] if is_item else value

    def map_nested(self, value: Json, convert: Callable[[type[NestedType], Any], Any]) -> Any:
        """Return the value with ``convert`` applied to every nested value directly in it; others are unchanged."""
        if self.nested is None:
            return value
        match self.many, value:
            case "list", list():
                return [convert(self.nested, item) for item in value]
            case "map", dict():
                return {key: convert(self.nested, item) for key, item in value.items()}
            case "", dict():
                return convert(self.nested, value)
            case _:
                return value

    def _read(self, obj: Any) -> Any:
        if isinstance(obj, NestedType):
            return self.to_python(dict.get(obj, self.name))
        output: Output[Any] = obj.output(self.name)
        value = output.apply(self.to_python)
        return TypedOutput.of(value) if self.nested else value

    def owned_by(self, owner: type) -> Self:
        """Return a copy for a class that inherits the property."""
        copied = copy(self)
        copied.owner = owner
        return copied

    def read_only(self) -> Self:
        """Return the property as a record has it: decoded as on the resource, and never set or sent."""
        copied = copy(self)
        options = self.options
        copied.set_options(PropertyOptions(computed=True, wire=options.wire, from_wire=options.from_wire))
        return copied

    def _refuse_assignment(self) -> None:
        problem = Problem(self.name, f"is read-only: pass it to the constructor of {self.owner.__name__}")
        refuse(self.owner.__name__, [problem], lambda subject, _: AttributeError(f"{subject}: {problem}"))


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

    def __set__(self, obj: ReadOnly, value: Input[T]) -> None:
        self._refuse_assignment()


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

    def __set__(self, obj: ReadOnly, value: Input[T]) -> None:
        self._refuse_assignment()

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

    def __set__(self, obj: ReadOnly, value: Input[Sequence[Input[T]]]) -> None:
        self._refuse_assignment()


class OneOrListProp(ListProp[T]):
    """A list of values for which one value can be set: set it with an ``Input[T]``, or like ``ListProp[T]``."""

    takes_scalar = True

    def __set__(self, obj: ReadOnly, value: Input[T] | Input[Sequence[Input[T]]]) -> None:
        self._refuse_assignment()


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

    def __set__(self, obj: ReadOnly, value: Input[Mapping[str, Input[T]]]) -> None:
        self._refuse_assignment()


def declare_properties(cls: type) -> dict[str, Property[Any]]:
    """Return the properties of a class, inherited ones first, and set them as descriptors.

    Every attribute that is annotated with a subclass of ``Property``, such as ``Prop``, is a property. An inherited
    property is copied, so that it knows the class that has it.
    """
    for name, hint in inspect.get_annotations(cls, eval_str=True).items():
        kind = get_origin(hint)
        if inspect.isclass(kind) and issubclass(kind, Property):
            setattr(cls, name, kind(name, cls, hint, cls.__dict__.get(name, PropertyOptions(required=True))))
            del cls.__annotations__[name]  # Pulumi evaluates the annotations of resources and fails on these
    properties: dict[str, Property[Any]] = {}
    for base in reversed(cls.__mro__):
        declared = {name: p for name, p in vars(base).items() if isinstance(p, Property) and p.declared_in is base}
        properties |= declared  # copies would hide what another base declares
    for name, p in properties.items():
        if p.owner is not cls:
            properties[name] = p.owned_by(cls)
            setattr(cls, name, properties[name])
    for p in properties.values():
        if p.options.alternative:
            properties[p.options.alternative].is_alternative = True
            properties[p.options.alternative].replaced_by |= {p.name}
        for name in {name for names in p.options.forms.values() for name in names}:
            properties[name].is_of_form = True
    return properties


def find_containers(properties: Mapping[str, Property[Any]]) -> dict[str, str]:
    """Return the names of the properties that a response holds as lists or objects, by wire name."""
    return {p.wire: name for name, p in properties.items() if p.is_container}


def to_camel_case(name: str) -> str:
    """Return the wire name of a property: ``team_id`` is ``teamID``."""
    first, *rest = name.split("_")
    return first + "".join("ID" if word == "id" else "IDs" if word == "ids" else word.capitalize() for word in rest)


def to_snake_case(name: str) -> str:
    """Return the words of a class name in lower case: ``UnitIDType`` is ``unit_id_type``."""
    return WORD_BOUNDARY.sub("_", name).lower()


def _split_none(hint: Any) -> tuple[Any, bool]:
    """Return the type without ``None``, and whether it includes ``None``."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    rest = tuple(arg for arg in get_args(hint) if arg is not type(None))
    return Union[rest], len(rest) < len(get_args(hint))  # noqa: UP007 - built from a tuple


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
class NestedType(dict[str, Any], metaclass=Introspected):
    """Base of nested values, such as a rule of a gate: declared like a resource, passed like a dict."""

    properties: ClassVar[dict[str, Property[Any]]] = {}
    identity: ClassVar[tuple[str, ...]] = ()
    """Properties that identify a list item. Without any, items are paired with the live ones by position."""
    summarized: ClassVar[tuple[str, ...]] = ()
    """Properties that ``summarize`` puts in words: changes of them are one sentence of a preview or review."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.properties = declare_properties(cls)

    def __init__(self, *misplaced: Any, **values: Any) -> None:
        """Set properties by name; raises TypeError for unknown names, in a program of the engine at its end."""
        cls = type(self)
        if wrong := [*find_misplaced(cls, misplaced, f"{cls.__name__}("), *find_wrong_names(cls, values)]:
            refuse(cls.__name__, wrong, type_error)
            values = replace_wrong(cls, misplaced, values)
        super().__init__((name, encode_none(value)) for name, value in values.items())

    @classmethod
    def of(cls, value: Mapping[str, Json]) -> Any:
        """Return JSON as an instance of this class."""
        if isinstance(value, cls):
            return value
        self = cls.__new__(cls)
        dict.update(self, value)
        return self

    @classmethod
    def get_identity(cls, item: Mapping[str, Json]) -> tuple[str, ...]:
        """Return the values that identify a list item."""
        values = [item.get(name) for name in cls.identity]
        return tuple("" if value in (None, NONE) else str(value) for value in values)

    @classmethod
    def get_name(cls, item: Mapping[str, Json]) -> str:
        """Return the identity of a list item for messages."""
        if any(item.get(name) is UNKNOWN for name in cls.identity):
            return NOT_KNOWN
        return ", ".join(filter(None, cls.get_identity(item)))

    def __dir__(self) -> list[str]:
        return [*dir(type(self)), *dir(dict)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.items())})"

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterable[Problem]:
        """Yield the problems that involve several properties.

        ``values`` omits missing values; unknown and invalid ones are ``UNKNOWN``. Skip both.
        """
        return ()

    @classmethod
    def find_excluded(cls, values: Mapping[str, Json]) -> Collection[str]:
        """Return the properties that a value with these declared properties cannot have: an update removes them."""
        return ()

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """Return what an export declares, if it depends on more than one property."""
        return values

    @classmethod
    def normalize_values(cls, values: dict[str, Json]) -> dict[str, Json]:
        """Return normalised values, if they depend on more than one property."""
        return values

    @classmethod
    def to_compared(
        cls, old: Mapping[str, Json], new: Mapping[str, Json]
    ) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
        """Return what is compared instead of two values, if it depends on more than one property."""
        return old, new

    @classmethod
    def summarize(cls, values: Mapping[str, Json]) -> str:
        """Return the ``summarized`` properties in words, such as "10 % of country NL"; empty if there are none.

        Values may be missing or unknown.
        """
        return ""

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        """Return the JSON to send, if it depends on more than one property; ``body`` is the default."""
        return body
