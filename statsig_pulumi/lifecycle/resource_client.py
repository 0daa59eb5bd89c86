"""The objects of one resource type in one Statsig project: get, list, find, create, update and delete them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from ..api.settling import is_found
from ..errors import GoneError, NotFoundError, RejectedError, StatsigError, UnreachableError
from ..json_values import UNKNOWN, Json, Response, has_unknown
from ..schema.declaration import Declaration
from ..schema.live_object import LiveObject
from ..schema.shapes import ShapeError, get_objects, require_object

if TYPE_CHECKING:
    from ..api.client import Client


def slug(name: str) -> str:
    """Return the id that the API derives from a name."""
    return name.lower().replace(" ", "_")


def _is_shown(live: LiveObject) -> bool:
    return True


class ResourceClient:
    """The requests of one resource type, by the paths of its endpoint.

    A resource whose endpoint is irregular overrides a method. Every live object that leaves this class is a
    ``LiveObject``, so that a response is decoded once.
    """

    def __init__(self, declaration: Declaration, client: Client) -> None:
        self.declaration, self.client = declaration, client
        self.endpoint = declaration.endpoint
        self.is_shown_fn: Callable[[LiveObject], bool] = _is_shown
        """Returns whether a live object shows the request that was sent last. Until it does, ``get_changed`` reads
        again: the API may show the object as it was before."""

    # -- identity

    def path(self, key: str, *more: str) -> str:
        """Return the path of one object, or of something below it."""
        return self.endpoint.path(key, *more)

    def key(self, id_: str, outputs: Mapping[str, Json]) -> str:
        """Return the key in paths of a resource's object; after a rename it differs from the id in the state."""
        if not self.endpoint.key_names:
            return id_ or self.endpoint.collection
        return self.declaration.join_id(outputs) or id_

    def current_key(self, id_: str, outputs: Mapping[str, Json]) -> str:
        """Return the key as ``key`` does. If the outputs lack a secret key, search the object in the list by its id.

        They lack it after an import from a file.
        """
        if not self.endpoint.state_id or self.declaration.join_id(outputs) is not None:
            return self.key(id_, outputs)
        live = self.get_by_id(id_)
        return id_ if live is None else self.key_of(live)

    def key_of(self, live: Mapping[str, Json]) -> str:
        """Return the key of a live object; raises StatsigError if the response lacks it."""
        try:
            key = self.endpoint.join_id(live)
        except ValueError as error:
            raise StatsigError(f"{self.declaration.title(live)} cannot be managed: {error}") from None
        return key or self._raise_lacks(live, " or ".join(self.endpoint.key_names))

    def id_of(self, live: Mapping[str, Json]) -> str:
        """Return the id in the state of a live object; raises StatsigError if the response lacks it."""
        if not self.endpoint.state_id:
            return self.key_of(live)
        return str(live.get(self.endpoint.state_id) or "") or self._raise_lacks(live, self.endpoint.state_id)

    def identity(self, inputs: Mapping[str, Json]) -> str | None:
        """Return the key or name that the object of these inputs will have; None if it is not known yet."""
        name, key = inputs.get("name"), self.declaration.key_property
        if self.endpoint.is_composite:
            return None if has_unknown(dict(inputs)) else self.declaration.join_id(inputs)
        if self.endpoint.key_form:
            return self.endpoint.make_key(inputs)
        declared = inputs.get(key) if key else None
        if declared is UNKNOWN:
            return None
        if declared is None and isinstance(name, str) and key and self.declaration.properties[key].settable:
            declared = slug(name)
        return next((value for value in (declared, name) if isinstance(value, str)), None)

    # -- objects of one name

    has_unique_names = True
    """Whether a create conflicts with an object that exists. Otherwise, ``list_same`` and ``find`` are overridden."""
    known_ids: frozenset[str] = frozenset()
    """The ids of objects that ``find`` must not take for the one of a create: they existed before it."""

    def list_same(self, inputs: Mapping[str, Json]) -> list[LiveObject]:
        """Return all objects that a create with these inputs could be mistaken for."""
        return []

    # -- reads

    def live(self, response: Mapping[str, Json], method: str = "GET") -> LiveObject:
        """Return the live object of a response to a request; from now on, no error contains its secret values."""
        declaration = self.declaration

        def unusable(reason: str) -> UnreachableError:
            shown = self._shown_path(self._listed_key(response) or "")
            return UnreachableError(method, shown, reason, may_pass=False)

        try:
            decodable = declaration.from_response(response)
        except ShapeError as error:
            raise unusable(str(error)) from None
        live = LiveObject(declaration.readable, decodable, declaration.containers, unusable)
        if self.declaration.has_secrets:
            self.client.hide(*self.declaration.find_hidden_words(live.decoded))
        return live

    def objects_in(self, path: str, response: Json, name: str) -> list[dict[str, Json]]:
        """Return the objects in a list of a response to GET ``path`` that is not about this resource's object.

        Raises UnreachableError if there is something else, and returns none if there is no list.
        """
        try:
            return get_objects(require_object({} if response is None else response), name)
        except ShapeError as error:
            raise UnreachableError("GET", f"/{self.client.redact(path)}", str(error), may_pass=False) from None

    def complete(self, key: str, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the response for one object with the values that endpoints below the object hold.

        A resource with such values overrides this and sends the requests that read them. It is called for each
        object that is read, created or changed, not for the items of a list.
        """
        return response

    def get(self, key: str) -> LiveObject | None:
        """Return the live object, or None if there is none (GET on its path, else from the list)."""
        if not self.endpoint.has_read:
            return next((item for item in self.list_all() if self._listed_key(item) == key), None)
        try:
            response: Response = self.client.get_object(self.path(key))
        except NotFoundError:
            return None
        except ValueError as error:
            title = self.client.redact(f"{self.declaration.kind} '{key}'")
            raise GoneError(f"{title} does not exist: its id {error}") from None
        except RejectedError as error:
            if error.status in self.endpoint.missing_statuses and not self._is_listed(key):
                return None
            raise
        self._check_key("GET", key, response)
        if self.endpoint.join_id(response) is None:
            held = {name: value for name, value in response.items() if value not in (None, "")}
            response = {**response, **self.endpoint.split_id(key), **held}
        return self.live(self.complete(key, response))

    def get_by_id(self, id_: str) -> LiveObject | None:
        """Return the live object with this id in the state, or None; searches the list if the id is not the key."""
        if not self.endpoint.state_id:
            return self.get(id_)
        item = next((item for item in self.list_all() if self.id_of(item) == id_), None)
        return None if item is None else self.get(self.key_of(item))

    @property
    def is_listed_whole(self) -> bool:
        """Whether an item of the list can replace a read of the object, by the key that paths have."""
        endpoint, cls, base = self.endpoint, type(self), ResourceClient
        overridden = (cls.get, cls.list_all, cls.key_of, cls.complete)
        is_regular = overridden == (base.get, base.list_all, base.key_of, base.complete)
        return is_regular and endpoint.lists == "complete"

    def list_all(self) -> Iterator[LiveObject]:
        """Yield every live object, as the list holds it."""
        if not self.endpoint.key_names:
            path = self.endpoint.collection
            yield self.live(self.complete(path, self.client.get(self.path(path)) or {}))
            return
        seen: set[Json] = set()
        for query in self.endpoint.list_queries:
            for item in self._pages(query):
                key = self._listed_key(item)
                if key is None or key not in seen:
                    yield self.live(item)
                seen.add(key)

    def needs_references(self, live: LiveObject) -> bool:
        """Return whether an object needs what it refers to; one that has no effect any more does not."""
        return True

    def select_together(self, response: Response) -> Iterator[LiveObject]:
        """Yield each live object in the response of ``listed_together``, which holds those of several kinds."""
        _, name = self.endpoint.listed_together
        for item in response.get(name) or ():
            yield self.live(item | self.endpoint.split_id(str(item["id"])))

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the live object that a create with these inputs conflicts with.

        If the API makes a segment of a composite key, the resource overrides this.
        """
        if self.endpoint.is_composite:
            composite = self.declaration.join_id(inputs)
            return self.get(composite) if composite else None
        if self.endpoint.key_form:
            return self._find_by_parts(inputs)
        name, key = inputs.get("name"), self.declaration.key_property
        guess = inputs.get(key) if key and (key != "name" or self.endpoint.has_read) else None
        if guess is None and self.endpoint.key == "id":
            guess = slug(str(name))
        live = self.get(str(guess)) if guess else None
        if live is not None:
            return live
        for item in self.list_all():
            if item.get("name") == name:
                return item if self.endpoint.lists == "complete" else self.get(self.key_of(item)) or item
        return None

    def key_after(self, inputs: Mapping[str, Json], changed: Collection[str]) -> str | None:
        """Return the key after an update that changes it; None if the update keeps the key."""
        if set(self.endpoint.key_parts) & set(changed):
            return self.endpoint.make_key(inputs)
        return self.declaration.join_id(inputs) if self.declaration.key_property in changed else None

    def find_by_identity(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return what ``find`` does, without reading a list if people choose the key: for each create of a preview."""
        key, id_ = self.declaration.key_property, self.identity(inputs)
        is_chosen = key is not None and self.declaration.properties[key].settable
        return self.get(id_) if is_chosen and id_ is not None else self.find(inputs)

    # -- writes

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        """Send one POST and return the new object; None if Statsig does not list it.

        ``find_created`` looks the object up when the response is lost, so that it is not created twice.
        """
        response = self.client.create(self.endpoint.collection, body, find_created)
        if isinstance(response, LiveObject):
            return response
        if isinstance(response, dict) and (key := self.endpoint.join_id(response)):
            if self._is_about(inputs, response):
                self.client.new_objects.note(self.path(key))
                return self.live(self.complete(key, response), "POST")
            if (live := self.find_new(inputs)) is None:
                raise UnreachableError("POST", f"/{self.endpoint.collection}", "the response is about another object")
            return live
        return self.find_new(inputs)

    def find_new(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the object of a create that the API has accepted, as soon as the API shows it; None if it does not."""
        live = self.client.read_until(lambda: self.find(inputs), is_found)
        if live is not None:
            self.client.new_objects.note(self.path(self.key_of(live)))
        return live

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        """Send an update of the changed properties and return the object after it; ``live`` is the one before."""
        return self.call(self.endpoint.get_update_method(changed), key, body=body)

    def call(self, method: str, key: str, *more: str, body: Json = None) -> LiveObject:
        """Send a request to the object's path, or below it; return the object after it.

        If the response is only a message, the object is read. Raises GoneError if it no longer exists.
        """
        response = self.client.change(method, self.path(key, *more), body)
        if isinstance(response, dict) and not self.endpoint.state_id:  # the key of these may change
            self._check_key(method, key, response, body)
        if isinstance(response, dict) and response and self.endpoint.subpath:
            response = response | self.endpoint.split_id(key)  # the response omits the object that it belongs to
        if isinstance(response, dict) and (key_now := self.endpoint.join_id(response)):
            return self.live(self.complete(key_now, response), method).verify()
        return self.get_changed(key)

    def get_changed(self, key: str) -> LiveObject:
        """Return the object after a change; raises GoneError if it no longer exists."""
        live = self.client.read_until(lambda: self.get(key), lambda live: live is not None and self.is_shown_fn(live))
        if live is None:
            title = self.client.redact(f"{self.declaration.kind} '{key}'")
            raise GoneError(f"{title} was changed, but Statsig no longer has it")
        return live

    def delete(self, key: str, body: Json = None) -> None:
        """Send DELETE; an object that no longer exists is no error."""
        self.client.new_objects.forget(self.path(key))
        self.end(lambda: self.client.change("DELETE", self.path(key), body), lambda: self.get(key) is None)

    def archive(self, key: str) -> None:
        """Archive the object; an object that is archived, or no longer exists, is no error."""

        def is_archived() -> bool:
            live = self.get(key)
            return live is None or live.is_archived

        self.end(lambda: self.client.change("PUT", self.path(key, "archive"), {}), is_archived)

    def end(self, send_fn: Callable[[], Json], has_ended_fn: Callable[[], bool]) -> None:
        """Send a request that ends an object; raise its failure unless a read shows that the object has ended."""
        try:
            send_fn()
        except NotFoundError:
            return
        except StatsigError:
            with suppress(StatsigError):  # the failure of the request is the one to report
                if has_ended_fn():
                    return
            raise

    def list_references(self, key: str) -> list[str]:
        """Return what refers to an object, as far as the API lists it; each as ``gate 'name'``."""
        names: list[str] = []
        for references in self.endpoint.reference_paths:
            with suppress(StatsigError):  # the caller is about to report a refused delete
                items = self.client.pages(self.path(key, references))
                names += [f"{references.removesuffix('_references')} '{item.get('id')}'" for item in items]
        return names

    # -- steps

    def _find_by_parts(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the object with these values of ``key_parts``, whatever its key; None if there is none."""
        wires = {self.declaration.properties[name].wire: inputs.get(name) for name in self.endpoint.key_parts}
        key = self.endpoint.make_key(inputs)
        live = self.get(key) if key else None
        if live is not None and all(live.get(wire) == value for wire, value in wires.items()):
            return live
        return next((o for o in self.list_all() if all(o.get(wire) == value for wire, value in wires.items())), None)

    def _shown_path(self, key: str) -> str:
        """Return the path of an object as errors show it; that of the list without a key."""
        return f"/{self.client.redact(self.path(key) if key else self.endpoint.collection)}"

    def _check_key(self, method: str, key: str, response: Mapping[str, Json], body: Json = None) -> None:
        """Raise UnreachableError if a response is about another object than its request, whose body may rename it."""
        other, renamed = self._listed_key(response), self._listed_key(body) if isinstance(body, dict) else None
        if other is None or other.casefold() in (key.casefold(), (renamed or key).casefold()):
            return
        if self._has_same_name(key, response, body):
            return
        shown = "another object" if self.declaration.has_secrets else f"'{self.client.redact(other)}'"
        raise UnreachableError(method, self._shown_path(key), f"the response is about {shown}")

    def _is_about(self, inputs: Mapping[str, Json], response: Mapping[str, Json]) -> bool:
        """Return whether the response to a create has the name and the key that the inputs declare."""
        identities = {"name", self.declaration.key_property or ""}
        declared = {self.declaration.properties[name].wire: inputs[name] for name in identities if name in inputs}
        pairs = [(value, response[wire]) for wire, value in declared.items() if response.get(wire) is not None]
        return all(slug(str(value).strip()) == slug(str(answered).strip()) for value, answered in pairs)

    def _has_same_name(self, key: str, response: Mapping[str, Json], body: Json) -> bool:
        """Return whether a response has the name that was asked for or set.

        Where the API makes the ids and objects can be renamed, such as tags, paths accept a name, and an id may be
        made from the name.
        """
        key_property, properties = self.declaration.key_property, self.declaration.properties
        is_made_by_api = key_property is not None and not properties[key_property].settable
        if not is_made_by_api or "name" not in properties or not properties["name"].can_be_updated:
            return False
        names = (key, body.get("name") if isinstance(body, dict) else None)
        return slug(str(response.get("name"))) in [slug(str(name)) for name in names if name]

    def _raise_lacks(self, live: Mapping[str, Json], names: str) -> NoReturn:
        raise StatsigError(f"{self.declaration.title(live)} exists, but the response of Statsig lacks its {names}")

    def _pages(self, query: Mapping[str, str]) -> Iterator[Json]:
        path = self.endpoint.list_path or self.endpoint.collection
        try:
            yield from self.client.pages(path, query)
        except RejectedError:
            if not query:
                raise
            yield from self.client.pages(path)  # older APIs do not know the query

    def _is_listed(self, key: str) -> bool:
        return any(self._listed_key(item) == key for item in self.list_all())

    def _listed_key(self, item: Mapping[str, Json]) -> str | None:
        """Return the key of an item of the list; None if the item lacks it, or if no id can express it."""
        try:
            return self.endpoint.join_id(item)
        except ValueError:
            return None
