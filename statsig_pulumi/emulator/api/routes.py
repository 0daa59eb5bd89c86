"""Finds the handler of a request by its method and path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from ..model.project import Project
from .responses import Answer, ApiError, Json, Record, invalid
from .shapes import Findings, Shape

MUTATIONS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Call:
    """A request on its way to a handler."""

    project: Project
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None

    def read(self, shape: Shape) -> Record:
        """The body, checked and stripped of what the shape does not know."""
        findings = Findings(strict=self.project.quirks["strict_body"])
        read: Record = shape.read({} if self.body is None else self.body, "", findings)
        if findings.issues:
            raise invalid(findings.issues)
        return read

    def first(self, name: str) -> str | None:
        values = self.query.get(name)
        return values[0] if values else None

    def every(self, name: str) -> list[str]:
        """A repeated query parameter, also in the `name[]` spelling."""
        return [*self.query.get(name, []), *self.query.get(f"{name}[]", [])]

    def flag(self, name: str) -> bool:
        return (self.first(name) or "").lower() in ("true", "1")


Handler: TypeAlias = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    handler: Handler
    # The route exists while this quirk is on.
    quirk: str | None = None

    @property
    def label(self) -> str:
        return f"{self.method} {self.template}"


class Routes:
    """The routes that one file declares, or all of them together."""

    def __init__(self) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}

    def add(self, method: str, template: str, handler: Handler, quirk: str | None = None) -> None:
        self._insert(Route(method, template, handler, quirk))

    def on(self, method: str, template: str, quirk: str | None = None) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.add(method, template, handler, quirk)
            return handler

        return register

    def include(self, other: Routes) -> None:
        for candidates in other._by_shape.values():
            for _, route in candidates:
                self._insert(route)

    def _insert(self, route: Route) -> None:
        segments = route.template.strip("/").split("/")
        candidates = self._by_shape.setdefault((route.method, len(segments)), [])
        candidates.append((segments, route))
        # `/users/teams` before `/users/{email}`: literal segments first, left to right.
        candidates.sort(key=lambda entry: [segment.startswith("{") for segment in entry[0]])

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """The path is the one on the wire: it is split before it is decoded, so `%2F` stays in its segment."""
        given = [unquote(segment) for segment in raw_path.strip("/").split("/")]
        for segments, route in self._by_shape.get((method, len(given)), []):
            params = _match(segments, given)
            if params is not None:
                return route, params
        return None

    def labels(self) -> list[str]:
        return sorted(route.label for candidates in self._by_shape.values() for _, route in candidates)


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
    """What the framework behind the API says of a path that it does not know."""
    return ApiError(404, f"Cannot {method} {path}")
