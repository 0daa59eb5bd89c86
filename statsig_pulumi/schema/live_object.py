"""A live object: the API's response and its values under our names, decoded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..json_values import Json
from . import codec
from .properties import Property


class DecodedValues(Mapping[str, Json]):
    """The values of a response under our names; each is decoded when it is first read, and only then.

    ``properties`` are those that the API returns. A value that the response omits or holds as null is None.
    """

    def __init__(self, properties: Mapping[str, Property[Any]], response: Mapping[str, Json]) -> None:
        self.properties = properties
        self._response = response
        self._decoded: dict[str, Json] = {}

    def __getitem__(self, name: str) -> Json:
        if name not in self._decoded:
            self._decoded[name] = codec.decode_value(self.properties[name], self._response)
        return self._decoded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.properties)

    def __len__(self) -> int:
        return len(self.properties)

    def __contains__(self, name: object) -> bool:
        return name in self.properties


class LiveObject(Mapping[str, Json]):
    """A live object: a mapping of the response by wire names, and ``decoded``, its values by our names."""

    def __init__(self, properties: Mapping[str, Property[Any]], response: Mapping[str, Json]) -> None:
        self.response = response
        self.decoded = DecodedValues(properties, response)

    def __getitem__(self, wire: str) -> Json:
        return self.response[wire]

    def __iter__(self) -> Iterator[str]:
        return iter(self.response)

    def __len__(self) -> int:
        return len(self.response)

    @property
    def is_archived(self) -> bool:
        """Whether the status of the object says that it is archived."""
        return str(self.get("status")).casefold() == "archived"

    def with_values(self, values: Mapping[str, Json]) -> LiveObject:
        """Return the object with these values of its response, by wire name."""
        return LiveObject(self.decoded.properties, {**self.response, **values})

    def __repr__(self) -> str:
        return f"LiveObject({', '.join(self.response)})"  # values may be secret
