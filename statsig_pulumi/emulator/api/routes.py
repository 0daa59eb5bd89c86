"""Routes: the handler of a request by its method and path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from ..model.errors import ApiError, invalid_body
from ..model.json_values import Json, Record
from ..model.project import Project
from .responses import Response
from .shapes import Fields, Findings, Listed, Shape

MUTATIONS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Call:
    """A parsed request, as a handler takes it."""

    project: Project
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None

    def read(self, shape: Shape) -> Record:
        """Return the validated body, without the keys that the shape does not have."""
        read: Record = self._validated(shape, {} if self.body is None else self.body)
        return read

    def read_items(self, item: Shape) -> list[Record]:
        """Return the validated body of an endpoint that takes a list."""
        read: list[Record] = self._validated(Listed(item), self.body)
        return read

    def _validated(self, shape: Shape, body: Json) -> Json:
        findings = Findings(is_strict=self.project.quirks["strict_body"])
        read = shape.read(body, "", findings)
        if findings.issues:
            raise invalid_body(findings.issues)
        return read

    def read_query(self, shape: Fields) -> Record:
        """Return the query parameters that the shape has, validated like a body."""
        given: Record = {}
        for name, parameter in shape.keys.items():
            value = self.every(name) if isinstance(parameter, Listed) else self.first(name)
            if value is not None:
                given[name] = value
        findings = Findings()
        read: Record = shape.read(given, "", findings)
        if findings.issues:
            raise invalid_body(findings.issues)
        return read

    def first(self, name: str) -> str | None:
        """Return the first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else None

    def every(self, name: str) -> list[str]:
        """Return all values of a query parameter, which may be repeated and spelled `name[]`."""
        return [*self.query.get(name, []), *self.query.get(f"{name}[]", [])]

    def flag(self, name: str) -> bool:
        """Return whether a query parameter is true."""
        return (self.first(name) or "").lower() in ("true", "1")


Handler: TypeAlias = Callable[[Call], Response]


@dataclass(frozen=True)
class Route:
    """A method, a path template such as `/gates/{id}`, and their handler."""

    method: str
    template: str
    handler: Handler
    # The route exists only while this quirk is on.
    quirk: str | None = None

    @property
    def label(self) -> str:
        return f"{self.method} {self.template}"


class Routes:
    """The routes of one module, or of the whole API."""

    def __init__(self) -> None:
        self._by_size: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}

    def add(self, method: str, template: str, handler: Handler, quirk: str | None = None) -> None:
        self._insert(Route(method, template, handler, quirk))

    def on(self, method: str, template: str, quirk: str | None = None) -> Callable[[Handler], Handler]:
        """Register the decorated function as a handler."""

        def register(handler: Handler) -> Handler:
            self.add(method, template, handler, quirk)
            return handler

        return register

    def include(self, other: Routes) -> None:
        for candidates in other._by_size.values():
            for _, route in candidates:
                self._insert(route)

    def _insert(self, route: Route) -> None:
        segments = route.template.strip("/").split("/")
        candidates = self._by_size.setdefault((route.method, len(segments)), [])
        candidates.append((segments, route))
        # Literal segments first, from left to right: `/users/teams` before `/users/{email}`.
        candidates.sort(key=lambda entry: [segment.startswith("{") for segment in entry[0]])

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a request and its path parameters.

        The path is split before it is decoded, so that `%2F` does not end a segment.
        """
        given = [unquote(segment) for segment in raw_path.strip("/").split("/")]
        for segments, route in self._by_size.get((method, len(given)), []):
            params = _match(segments, given)
            if params is not None:
                return route, params
        return None

    def labels(self, quirk: str | None = None) -> list[str]:
        """Return the method and path of each route, or of those that exist only while a quirk is on."""
        routes = [route for candidates in self._by_size.values() for _, route in candidates]
        return sorted(route.label for route in routes if quirk in (None, route.quirk))


def _match(segments: list[str], given: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    for segment, value in zip(segments, given, strict=True):
        if segment.startswith("{"):
            if not value:
                return None
            params[segment[1:-1]] = value
        elif segment != value:
            return None
    return params


def no_such_route(method: str, path: str) -> ApiError:
    """Return the 404 of the API's web framework for a path that it does not know."""
    return ApiError(404, f"Cannot {method} {path}")
