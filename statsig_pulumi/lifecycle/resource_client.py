"""The objects of one kind in one Statsig project: read one, find one, change one, by the paths of its endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import GoneError, NotFoundError, RejectedError, StatsigError, UnreachableError
from ..json_values import UNKNOWN, Json
from ..schema.declaration import Declaration

if TYPE_CHECKING:
    from ..api.client import Client

Live = Mapping[str, Json]
"""An object as the API returned it."""


def slug(name: str) -> str:
    """The id that the API makes from a name."""
    return name.lower().replace(" ", "_")


class ResourceClient:
    """The objects of one declaration; an entity that the API treats irregularly overrides a method."""

    def __init__(self, declaration: Declaration, client: Client) -> None:
        self.declaration, self.client = declaration, client
        self.endpoint = declaration.endpoint

    def path(self, key: str, *more: str) -> str:
        """The path of one object."""
        return self.endpoint.path(key, *more)

    def key(self, id_: str, olds: Mapping[str, Json]) -> str:
        """What identifies a resource's object in paths; a renamed object may have another than when it was made."""
        name = self.declaration.key_property
        return str(olds.get(name) or id_) if name else id_

    def identity(self, inputs: Mapping[str, Json]) -> str | None:
        """What will identify the object of these inputs in paths, or else by name; None where that is not known."""
        name, key = inputs.get("name"), self.declaration.key_property
        said = inputs.get(key) if key else None
        if said is None and isinstance(name, str) and key and self.declaration.properties[key].settable:
            said = slug(name)
        return next((value for value in (said, name) if isinstance(value, str)), None) if said is not UNKNOWN else None

    def key_of(self, live: Live) -> str:
        """What identifies a live object."""
        if (key := self.endpoint.join_id(live)) is None:
            raise StatsigError(
                f"{self.declaration.title(live)} exists, but Statsig's answer does not tell its {self.endpoint.key}"
            )
        return key

    def read(self, key: str) -> Live | None:
        """The live object, or None where there is none."""
        if not self.endpoint.has_read:
            return next((item for item in self.listed() if self.endpoint.join_id(item) == key), None)
        try:
            live = self.client.get(self.path(key))
        except NotFoundError:
            return None
        except RejectedError as error:
            if error.status in self.endpoint.missing_statuses and not self._is_listed(key):
                return None
            raise
        if not isinstance(live, dict):
            raise UnreachableError("GET", f"/{self.path(key)}", "the answer holds no object")
        return self.declaration.from_response(
            live if self.endpoint.join_id(live) else live | self.endpoint.split_id(key)
        )

    @property
    def is_listed_whole(self) -> bool:
        """Whether an item of the list may stand for the object, by the key that paths have."""
        endpoint, cls = self.endpoint, type(self)
        is_regular = (cls.read, cls.listed, cls.key_of) == (
            ResourceClient.read,
            ResourceClient.listed,
            ResourceClient.key_of,
        )
        return is_regular and endpoint.lists == "complete"

    def listed(self) -> Iterator[Live]:
        """Every live object, as a list has it."""
        seen: set[Json] = set()
        for query in self.endpoint.list_queries:
            for item in self._pages(query):
                if (key := self.endpoint.join_id(item)) not in seen:
                    yield self.declaration.from_response(item)
                seen.add(key)

    def _pages(self, query: Mapping[str, str]) -> Iterator[Json]:
        path = self.endpoint.list_path or self.endpoint.collection
        try:
            yield from self.client.pages(path, query)
        except RejectedError:
            if not query:
                raise
            yield from self.client.pages(path)  # by an API that does not know the query yet

    def find(self, inputs: Mapping[str, Json]) -> Live | None:
        """The live object that would be in the way of a new one with these inputs."""
        name, key = inputs.get("name"), self.declaration.key_property
        guess = inputs.get(key) if key and (key != "name" or self.endpoint.has_read) else None
        if guess is None and self.endpoint.key == "id":
            guess = slug(str(name))
        live = self.read(str(guess)) if guess else None
        if live is not None:
            return live
        for item in self.listed():
            if item.get("name") == name:
                return item if self.endpoint.lists == "complete" else self.read(self.key_of(item)) or item
        return None

    def met(self, inputs: Mapping[str, Json]) -> Live | None:
        """``find`` for every new object of a preview: no list is read where the id is chosen by people."""
        key, id_ = self.declaration.key_property, self.identity(inputs)
        is_chosen = key is not None and self.declaration.properties[key].settable
        return self.read(id_) if is_chosen and id_ is not None else self.find(inputs)

    def made(self, inputs: Mapping[str, Json], body: Json, applied: Callable[[], Live | None]) -> Live | None:
        """The new object, by one POST; None where Statsig does not show it."""
        answer = self.client.create(self.endpoint.collection, body, applied)
        if isinstance(answer, dict) and self.endpoint.join_id(answer):
            return self.declaration.from_response(answer)
        return self.find(inputs)

    def updated(self, key: str, changed: Iterable[str], body: Json) -> Live:
        """The object after an update of these properties."""
        return self.changed(self.endpoint.get_update_method(changed), key, body=body)

    def changed(self, method: str, key: str, *more: str, body: Json = None) -> Live:
        """The object after a change: as answered, or read again where the answer is a message only."""
        answer = self.client.change(method, self.path(key, *more), body)
        if isinstance(answer, dict) and self.endpoint.subpath:
            answer = answer | self.endpoint.split_id(key)  # what is under an object does not tell whose it is
        if isinstance(answer, dict) and self.endpoint.join_id(answer):
            return self.declaration.from_response(answer)
        live = self.read(key)
        if live is None:
            raise GoneError(f"{self.declaration.kind} '{key}' was changed, but Statsig no longer has it")
        return live

    def ended(self, method: str, key: str, *more: str, body: Json = None) -> None:
        """A change after which the object may be gone, and may have been before."""
        try:
            self.client.change(method, self.path(key, *more), body)
        except NotFoundError:
            return
        except RejectedError:
            if self.read(key) is not None:
                raise

    def referring(self, key: str) -> list[str]:
        """What refers to an object, where the API tells."""
        names: list[str] = []
        for references in self.endpoint.reference_paths:
            with suppress(StatsigError):  # asked after a refusal, which is what the user has to see
                found = self.client.pages(self.path(key, references))
                names += [f"{references.removesuffix('_references')} '{item.get('id')}'" for item in found]
        return names

    def _is_listed(self, key: str) -> bool:
        return any(self.endpoint.join_id(item) == key for item in self.listed())
