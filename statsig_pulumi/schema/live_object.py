"""A live object: the API's response and its values under our names, decoded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import UnreachableError
from ..json_values import Json
from . import codec
from .properties import Property, find_containers
from .shapes import ShapeError

UnusableFn = Callable[[str], UnreachableError]
"""Returns the error for a response, with the reason why it cannot be used."""


def _without_request(reason: str) -> UnreachableError:
    return UnreachableError("GET", "", reason, may_pass=False)


class DecodedValues(Mapping[str, Json]):
    """The values of a response under our names; each is decoded when it is first read, and only then.

    ``properties`` are those that the API returns. A value that the response omits or holds as null is None. A value
    of another shape than its property has raises UnreachableError.
    """

    def __init__(self, properties: Mapping[str, Property[Any]], live: LiveObject, unusable_fn: UnusableFn) -> None:
        self.properties = properties
        self._live, self._unusable_fn = live, unusable_fn
        self._decoded: dict[str, Json] = {}

    def __getitem__(self, name: str) -> Json:
        if name not in self._decoded:
            p = self.properties[name]
            response = self._live if p.options.action else self._live.response  # an action may read lists beside it
            try:
                self._decoded[name] = codec.decode_value(p, response)
            except ShapeError as error:
                raise self._unusable_fn(str(error)) from None
        return self._decoded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.properties)

    def __len__(self) -> int:
        return len(self.properties)

    def __contains__(self, name: object) -> bool:
        return name in self.properties


class LiveObject(Mapping[str, Json]):
    """A live object: a mapping of the response by wire names, and ``decoded``, its values by our names.

    A list or an object of the response has the shape that its property declares; otherwise a read of it raises
    UnreachableError. So no code below has to expect other shapes.
    """

    def __init__(
        self,
        properties: Mapping[str, Property[Any]],
        response: Mapping[str, Json],
        containers: Mapping[str, str] | None = None,
        unusable_fn: UnusableFn = _without_request,
    ) -> None:
        """``containers`` are the names of the properties that are lists or objects, by wire name."""
        self.response = response
        self._containers = find_containers(properties) if containers is None else containers
        self._unusable_fn = unusable_fn
        self.decoded = DecodedValues(properties, self, unusable_fn)

    def __getitem__(self, wire: str) -> Json:
        value = self.response[wire]
        if wire not in self._containers or value is None:
            return value
        name = self._containers[wire]
        decoded = self.decoded[name]  # raises if it has another shape
        is_list = self.decoded.properties[name].many == "list"
        return None if decoded is None else [value] if is_list and not isinstance(value, list) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self.response)

    def __len__(self) -> int:
        return len(self.response)

    @property
    def is_archived(self) -> bool:
        """Whether the status of the object says that it is archived."""
        return str(self.get("status")).casefold() == "archived"

    def verify(self) -> LiveObject:
        """Return the object; raises UnreachableError if a value has another shape than its property."""
        for name in self._containers.values():
            self.decoded[name]
        return self

    def with_values(self, values: Mapping[str, Json]) -> LiveObject:
        """Return the object with these values of its response, by wire name."""
        response = {**self.response, **values}
        return LiveObject(self.decoded.properties, response, self._containers, self._unusable_fn)

    def __repr__(self) -> str:
        return f"LiveObject({', '.join(self.response)})"  # values may be secret
