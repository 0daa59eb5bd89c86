"""Declarations of resources: the endpoint and the properties of each, and the registry of all.

The lifecycle diffs with a declaration, the client builds paths with it, and the documentation prints it.
"""

from __future__ import annotations

import inspect
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from urllib.parse import quote

from ..json_values import NONE, Json, Response
from . import codec
from .actions import Action
from .properties import Property, find_containers, to_snake_case

if TYPE_CHECKING:
    from .live_object import LiveObject


EXAMPLE: Final = "\nExample::\n"
"""What precedes the example in the docstring of a resource."""
SHORTEST_SECRET: Final = 3
"""Secret values up to this length are not looked for in outputs."""
CONSOLE_URL: Final = "https://console.statsig.com"
TYPE_PREFIX: Final = "pulumi-python:dynamic/statsig:"
"""The type of a resource in the state, without its kind."""


@dataclass(frozen=True)
class Endpoint:
    """Paths and verbs of a resource, below the base URL. Most resources need only ``collection``."""

    collection: str
    """Path that creates objects and lists them, such as ``gates``."""
    key: str | tuple[str, ...] = "id"
    """Wire name of the property that identifies an object. Several names make a composite id: ``gate/rule``. An empty
    tuple: the project has one object, at ``collection``, which is also its id."""
    key_form: str = ""
    """Form of a key that the API makes of other properties, such as ``{name}::{type}``. A change of them may change
    the key, so an object keeps the key of its last response and is searched by these properties."""
    state_id: str = ""
    """Wire name of the property that is the id in the state, if the key cannot be: it is secret, or people know the
    object by another id. Imports take this id, and the object is searched in the list."""
    update: Literal["patch", "replace", "merge"] = "patch"
    """How objects are updated. ``patch``: PATCH, which keeps the values that are not sent. ``replace``: POST of the
    full object, which resets them. ``merge``: POST, which keeps them."""
    replace_for: tuple[str, ...] = ()
    """With ``update="patch"``: the properties that PATCH does not accept. Changing one sends the full object."""
    item_path: str = ""
    """Path of single objects, without their key, if it differs from ``collection``."""
    subpath: str = ""
    """Path below the key, for resources that belong to another object, such as ``overrides``."""
    list_path: str = ""
    """Path that lists objects, if it differs from ``collection``."""
    list_queries: tuple[Mapping[str, str], ...] = ({},)
    """Queries that together list every object; the default lists of some resources omit archived objects."""
    lists: Literal["complete", "partial", "none"] = "complete"
    """Whether listed objects have all properties of a read, have fewer, or cannot be listed."""
    listed_together: tuple[str, str] = ("", "")
    """Path of a response that holds the objects of several kinds which have values, and the name of the list with those
    of this kind. Older versions of the API lack it."""
    has_read: bool = True
    """Whether the API reads single objects. Otherwise, the list is searched."""
    missing_statuses: tuple[int, ...] = (404,)
    """HTTP statuses of a read that may mean that the object does not exist."""
    reference_paths: tuple[str, ...] = ()
    """Paths below an object that list what refers to it. A refused delete reports these objects."""

    def path(self, key: str, *segments: str) -> str:
        """Return the path of one object, or with ``segments`` the path of an endpoint below it.

        Each segment of a composite key is quoted by itself; raises ValueError if the key has too few.
        """
        segments_of_key = self.split_id(key).values() if self.is_composite else (key,)
        quoted = map(_quote_segment, segments_of_key)
        return "/".join(filter(None, (self.item_path or self.collection, *quoted, self.subpath, *segments)))

    def is_full_update(self, changed: Iterable[str]) -> bool:
        """Return whether updating these properties requires the full body."""
        return self.update == "replace" or any(name in self.replace_for for name in changed)

    def get_update_method(self, changed: Iterable[str]) -> Literal["PATCH", "POST"]:
        """Return the HTTP method that updates these properties."""
        return "PATCH" if self.update == "patch" and not self.is_full_update(changed) else "POST"

    @property
    def key_names(self) -> tuple[str, ...]:
        """Wire names of the properties that identify an object, in the order of the id."""
        return (self.key,) if isinstance(self.key, str) else self.key

    @property
    def is_composite(self) -> bool:
        """Whether not one property alone identifies an object, but several, or none."""
        return len(self.key_names) != 1

    def join_id(self, values: Mapping[str, Json]) -> str | None:
        """Return the id of an object from its wire values, or None if a value is missing.

        Only the last segment of a composite id may contain ``/``; raises ValueError otherwise.
        """
        segments = [str(values.get(name) or "") for name in self.key_names]
        if any("/" in segment for segment in segments[:-1]):
            raise ValueError(f"only the last segment of an id may contain '/', not in {segments}")
        if not segments:
            return self.collection
        return "/".join(segments) if all(segments) else None

    @cached_property
    def key_parts(self) -> tuple[str, ...]:
        """Names of the properties of which the API makes the key; empty if it does not."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.key_form) if name)

    def make_key(self, inputs: Mapping[str, Json]) -> str | None:
        """Return the key that the API makes of these inputs; None if a value is missing or unknown."""
        values = {name: inputs.get(name) for name in self.key_parts}
        known = values and all(isinstance(value, str) for value in values.values())
        return self.key_form.format_map(values) if known else None

    def split_id(self, id_: str) -> dict[str, str]:
        """Return the segments of an id by wire name; raises ValueError if there are too few."""
        names = self.key_names
        if not names:
            if id_ != self.collection:
                raise ValueError(f"must be '{self.collection}'")
            return {}
        segments = id_.split("/", len(names) - 1)
        if len(segments) < len(names) or not all(segments):
            raise ValueError(f"must have the form '{'/'.join(names)}'")
        return dict(zip(names, segments, strict=True))


@dataclass(frozen=True)
class Declaration:
    """One resource: its class, endpoint and properties."""

    kind: str
    """Class name, which is also the type token and the heading in the documentation."""
    cls: Any
    """Class of the resource, a subclass of ``Entity``."""
    endpoint: Endpoint
    properties: dict[str, Property[Any]]
    """Every property by name, in the order of the class body."""

    def __post_init__(self) -> None:
        """Raise ValueError if the id in the state would be a secret value, which no state encrypts."""
        names = (self.endpoint.state_id,) if self.endpoint.state_id else self.endpoint.key_names
        if secret := [name for name, p in self.properties.items() if p.wire in names and p.options.secret]:
            raise ValueError(f"{self.kind}.{secret[0]} is secret and cannot be the id; set state_id of its endpoint")

    @property
    def doc(self) -> str:
        """The class docstring, without the example."""
        return self._split_doc()[0]

    @property
    def example(self) -> str:
        """The program at the end of the class docstring; empty if it has none."""
        return self._split_doc()[1]

    @cached_property
    def inputs(self) -> dict[str, Property[Any]]:
        """The properties that a program can set."""
        return {name: p for name, p in self.properties.items() if p.settable}

    @cached_property
    def readable(self) -> dict[str, Property[Any]]:
        """The properties that the API returns."""
        return {name: p for name, p in self.properties.items() if p.readable}

    @cached_property
    def containers(self) -> dict[str, str]:
        """The names of the properties that a response holds as lists or objects, by wire name."""
        return find_containers(self.readable)

    @cached_property
    def key_property(self) -> str | None:
        """Name of the property that identifies an object; None for composite keys."""
        return next((name for name, p in self.properties.items() if p.wire == self.endpoint.key), None)

    @cached_property
    def actions(self) -> dict[str, Action]:
        """The actions of its properties and of their nested types, without triggers, in the order to apply them.

        Launching an archived gate also takes it out of the archive: what other actions affect comes last.
        """
        actions = {name: p.action for name, p in self.inputs.items() if p.action and not p.is_trigger}
        return dict(sorted(actions.items(), key=lambda item: item[1].affected_by_others))

    @cached_property
    def update_only(self) -> tuple[str, ...]:
        """Names of the properties that only an update accepts, to be sent after a create."""
        return tuple(name for name, p in self.properties.items() if p.options.update_only)

    @cached_property
    def secret_outputs(self) -> tuple[str, ...]:
        """Names of the secret properties that only the API sets, which the provider must mark as secret."""
        return tuple(name for name, p in self.properties.items() if p.options.secret and not p.settable)

    @cached_property
    def has_secrets(self) -> bool:
        """Whether a property is secret, whether or not the program marks its value as secret."""
        return bool(self._secret_names)

    @cached_property
    def _secret_names(self) -> frozenset[str]:
        return frozenset(name for name, p in self.properties.items() if p.options.secret)

    def find_hidden_words(self, *values: Mapping[str, Json], names: Collection[str] = ()) -> set[str]:
        """Return the texts in inputs or outputs that no error may show: secret values, also as in a path.

        ``names`` are the properties that the program declares as secret.
        """
        secret = self._secret_names | set(names)
        words = {word for each in values for name in secret for word in _iterate_texts(each.get(name))}
        return words | {quote(word, safe="") for word in words}

    def find_repeated_secrets(
        self, outputs: Mapping[str, Json], names: Collection[str], declared: Collection[str]
    ) -> set[str]:
        """Return the outputs that only the API sets and that contain a secret value of the resource, in keys too.

        ``names`` are the properties that the program declares as secret, and ``declared`` all that it declares. Values
        of three characters or less, such as numbers, do not count: they would be found everywhere.
        """
        words = [word for word in self.find_hidden_words(outputs, names=names) if len(word) > SHORTEST_SECRET]
        others = (outputs.keys() & self.properties.keys()) - {*names, *declared, *self.secret_outputs}
        if not words:
            return set()
        found = {n: list(_iterate_texts(outputs[n], with_keys=True)) for n in others}
        return {name for name, texts in found.items() if any(word in text for text in texts for word in words)}

    def join_id(self, values: Mapping[str, Json]) -> str | None:
        """Return the id of an object from its inputs or outputs; see ``Endpoint.join_id``."""
        return self.endpoint.join_id({p.wire: values[name] for name, p in self.properties.items() if name in values})

    def keep_secret_outputs(self, before: LiveObject, live: LiveObject) -> LiveObject:
        """Return a live object with the secrets that only an earlier response had, such as that of a create."""
        wires = {self.properties[name].wire for name in self.secret_outputs}
        kept = {wire: before[wire] for wire in wires if live.get(wire) is None and before.get(wire) is not None}
        return live.with_values(kept) if kept else live

    def is_archived_on_delete(self, outputs: Mapping[str, Json], *, by_default: bool) -> bool:
        """Return whether a delete archives the object: as the resource declares, else as ``by_default`` says."""
        declared = outputs.get("archive_on_delete")
        return "archive_on_delete" in self.properties and bool(by_default if declared is None else declared)

    def console_link(self, id_: str, values: Mapping[str, Json]) -> str:
        """Return the page of an object in the console: as the API returned it, else by its path.

        A rule has the page of its gate.
        """
        if isinstance(permalink := values.get("permalink"), str) and permalink:
            return permalink
        owner = id_.partition("/")[0] if self.endpoint.is_composite else id_
        return f"{CONSOLE_URL}/{self.endpoint.collection}/{quote(owner, safe='')}"

    def observed(self, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the values of a live object as they are compared with the declared ones."""
        return ChainMap(dict(self.cls.suppress_drift(live, declared)), cast(dict[str, Json], live.decoded))

    def from_response(self, response: Response) -> Response:
        """Return a response in the form that properties are decoded from; raises ShapeError for another shape."""
        return codec.convert_response(self.readable, self.cls.from_response, response)

    def title(self, values: Mapping[str, Json], key: str = "") -> str:
        """Return how messages name an object: ``Gate 'new_checkout'``."""
        key_property = self.key_property or ""
        is_secret = key_property in self.properties and self.properties[key_property].options.secret
        name = values.get("name") or values.get("description" if is_secret else key_property)
        shown = name if isinstance(name, str) else key
        return f"{self.kind} '{shown}'" if shown else self.kind

    def _split_doc(self) -> tuple[str, str]:
        text, _, example = (inspect.getdoc(self.cls) or "").partition(EXAMPLE)
        return text.strip(), inspect.cleandoc(f"\n{example}").strip()


def _quote_segment(segment: str) -> str:
    quoted = quote(segment, safe="")
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")  # URLs resolve the segments "." and ".."


def _iterate_texts(value: Json, *, with_keys: bool = False) -> Iterator[str]:
    match value:
        case dict():
            yield from value if with_keys else ()
            for item in value.values():
                yield from _iterate_texts(item, with_keys=with_keys)
        case list():
            for item in value:
                yield from _iterate_texts(item, with_keys=with_keys)
        case str() if value not in ("", NONE):
            yield value
        case int() | float() if not isinstance(value, bool):
            yield str(value)


class Registry(MutableMapping[str, Declaration]):
    """The declarations of a package with one module per resource, by class name.

    A lookup imports the module of that resource only. Iteration imports every module, so no resource can be missed.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._declarations: dict[str, Declaration] = {}
        self._imported: set[str] = set()
        """The kinds whose module was imported to its end."""

    @cached_property
    def _modules(self) -> list[str]:
        modules = iter_modules(import_module(self._package).__path__)
        return sorted(module.name for module in modules if not module.ispkg)

    def __getitem__(self, kind: str) -> Declaration:
        if kind not in self._imported:
            module = to_snake_case(kind)
            if module in self._modules:
                # Also if the kind is registered: another thread may still be importing the rest of its module.
                import_module(f"{self._package}.{module}")
            self._imported.add(kind)
        return self._declarations[kind]

    def __iter__(self) -> Iterator[str]:
        for module in self._modules:
            import_module(f"{self._package}.{module}")
        return iter(self._declarations)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __setitem__(self, kind: str, declaration: Declaration) -> None:
        self._declarations[kind] = declaration

    def __delitem__(self, kind: str) -> None:
        del self._declarations[kind]


REGISTRY = Registry("statsig_pulumi.resources")
"""Every resource. Modules are imported by name, because ``resources`` is an upper layer."""
