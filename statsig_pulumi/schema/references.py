"""References: the values of a resource that identify other resources, such as the gate in a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self, overload

from ..errors import InvalidInputsError, Problem
from ..json_values import Json
from .properties import Property

if TYPE_CHECKING:
    from pulumi import Output


class Reference(NamedTuple):
    """A value that identifies another resource."""

    target: str
    """The property that has the value in the other resource, such as ``Team.name``."""
    value: Json
    siblings: Mapping[str, Json]
    """The values of the resource or nested type that holds it."""
    compare_fn: Callable[[Json], Json] | None = None
    """Returns equal values for spellings of one value, if it has several."""

    def normalize(self, value: Json) -> Json:
        """Return a value as references of this property are compared."""
        return self.compare_fn(value) if self.compare_fn else value


class ItemKey:
    """A method of a resource that returns the key of one item of a list: ``environments.named("qa")``.

    The result is an Output that waits for the resource, so that what uses it follows the creation of the item. Other
    properties refer to it by ``refers_to="Environments.named"``.
    """

    def __init__(self, list_name: str, key: str) -> None:
        self.list_name, self.key = list_name, key

    def __set_name__(self, owner: type, name: str) -> None:
        self.__doc__ = f"Return the {self.key} of one of ``{self.list_name}``, for what refers to it."

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: object, owner: type) -> Callable[[str], Output[str]]: ...
    def __get__(self, obj: Any, owner: type) -> Any:
        return self if obj is None else partial(self._find, obj)

    def list_keys(self, inputs: Mapping[str, Json]) -> list[Json]:
        """Return the keys of the items in inputs."""
        return [item.get(self.key) for item in inputs.get(self.list_name) or () if isinstance(item, Mapping)]

    def _find(self, resource: Any, key: str) -> Output[str]:
        def find(items: list[Any]) -> str:
            if not any(getattr(item, self.key) == key for item in items):
                reason = f"has no item with the {self.key} '{key}'"
                raise InvalidInputsError(type(resource).__name__, [Problem(self.list_name, reason)])
            return key

        found: Output[str] = getattr(resource, self.list_name).apply(find)
        return found


def iterate_references(properties: Mapping[str, Property[Any]], values: Mapping[str, Json]) -> Iterator[Reference]:
    """Yield each reference in the values, at any depth."""
    for name, p in properties.items():
        value = values.get(name)
        if p.nested is not None:
            for item in _items(value):
                if isinstance(item, Mapping):
                    yield from iterate_references(p.nested.properties, item)
        elif value is not None and (target := p.get_reference(values)):
            compare_fn = None if p.many else p.options.compare_fn
            yield from (Reference(target, item, values, compare_fn) for item in _items(value))


def find_references(properties: Mapping[str, Property[Any]], values: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield what the values refer to, such as ``Team.name``, and the value, for each reference at any depth."""
    return ((reference.target, reference.value) for reference in iterate_references(properties, values))


def _items(value: Json) -> Iterable[Json]:
    return value if isinstance(value, list) else [value]
