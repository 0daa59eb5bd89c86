"""What an entity's class declares: its endpoint and its properties, for all who read declarations.

The provider diffs by it, the client finds its paths in it, the documentation prints it.
"""

from __future__ import annotations

import inspect
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote

from ..json_values import Json
from .properties import Property

if TYPE_CHECKING:
    from .live_object import LiveObject


@dataclass(frozen=True)
class Endpoint:
    """Where an entity lives under the base URL; most need the collection alone."""

    collection: str
    """The path that lists and creates, such as ``gates``."""
    key: str = "id"
    """The wire name of what identifies an object in a path."""
    update: Literal["PATCH", "POST"] = "PATCH"
    """The verb that changes an object; PATCH leaves alone what is not sent, POST replaces the whole."""
    item: str = ""
    """The path under which one object lives, where it is not the collection."""
    under: str = ""
    """What follows the key in the path of one object."""
    listing: str = ""
    """The path that lists, where it is not the collection."""
    listings: tuple[Mapping[str, str], ...] = ({},)
    """The queries that list every object together: some lists leave out what is archived, unless they are told."""
    has_list: bool = True
    """Whether objects can be listed."""
    has_read: bool = True
    """Whether one object can be read by itself; else it is looked for in the list."""
    posts_partly: bool = False
    """With ``update="POST"``: what is not sent stays."""
    posted: tuple[str, ...] = ()
    """Properties that PATCH does not take: a change of one is a POST of the whole object."""
    lists_whole_objects: bool = True
    """Whether an item of a list holds all that reading the object alone does."""
    missing_statuses: tuple[int, ...] = (404,)
    """Statuses of a read that may mean there is no such object."""
    references: tuple[str, ...] = ()
    """Paths under an object that list what refers to it, told when a delete is refused."""

    def path(self, key: str, *more: str) -> str:
        """The path of one object, or of something under it."""
        quoted = quote(key, safe="")
        if not quoted.strip("."):
            quoted = quoted.replace(".", "%2E")  # "." and ".." in a path mean something else
        return "/".join(filter(None, (self.item or self.collection, quoted, self.under, *more)))

    def takes_whole(self, changed: Iterable[str]) -> bool:
        """Whether a change of these properties has to be sent with all the others, lest they are reset."""
        return (self.update == "POST" and not self.posts_partly) or any(name in self.posted for name in changed)


@dataclass(frozen=True)
class Declaration:
    """One entity, as its class body says."""

    kind: str
    """The class name, which is the type token, the file and the heading."""
    cls: Any
    endpoint: Endpoint
    properties: dict[str, Property[Any]]

    @property
    def doc(self) -> str:
        """The class docstring."""
        return inspect.getdoc(self.cls) or ""

    @cached_property
    def inputs(self) -> dict[str, Property[Any]]:
        """The properties a program can set."""
        return {name: p for name, p in self.properties.items() if p.settable}

    @cached_property
    def readable(self) -> dict[str, Property[Any]]:
        """The properties that the API returns."""
        return {name: p for name, p in self.properties.items() if p.readable}

    @cached_property
    def key_property(self) -> str | None:
        """Our name of the property that identifies an object."""
        return next((name for name, p in self.properties.items() if p.wire == self.endpoint.key), None)

    def observed(self, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the values of a live object as they are compared with the declared ones."""
        return ChainMap(dict(self.cls.suppress_drift(live, declared)), cast(dict[str, Json], live.decoded))

    def from_response(self, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a response in the form that the properties are decoded from."""
        normalized: Mapping[str, Json] = self.cls.from_response(response)
        return normalized

    def title(self, values: Mapping[str, Json], key: str = "") -> str:
        """How messages name an object: ``Gate 'new_checkout'``."""
        name = values.get("name") or values.get(self.key_property or "")
        shown = name if isinstance(name, str) else key
        return f"{self.kind} '{shown}'" if shown else self.kind


REGISTRY: dict[str, Declaration] = {}
"""Every entity by its kind; importing ``statsig_pulumi.resources`` fills it."""
