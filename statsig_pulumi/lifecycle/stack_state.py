"""The state of the stack: what a run has to know of other resources in it, and of runs before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any

from ..api.settling import SETTLE_S
from ..json_values import Json
from ..schema.declaration import REGISTRY, TYPE_PREFIX
from ..schema.state import PROJECT, SECRET


def _read_nothing(stack: str) -> Mapping[str, Json] | None:
    return {}


class StackState:
    """The state of one stack, read when it is needed; any thread may use it.

    ``read_fn`` returns the deployment in the state of a stack, by its name, or None. It is slow, so it is called after
    a conflict, and for secrets in lists that several resources manage.
    """

    def __init__(
        self,
        read_fn: Callable[[str], Mapping[str, Json] | None] = _read_nothing,
        name: str = "",
        *,
        has_checkpoints: bool = True,
    ) -> None:
        self.read_fn, self.name = read_fn, name
        """The name of the stack is empty until it is known; the full name, if possible."""
        self.has_checkpoints = has_checkpoints
        """Whether the engine writes the state before and after each step, or only at the end of a command."""
        self._deployment: Mapping[str, Json] | None = None
        self._is_readable, self._lock = True, Lock()

    def find_owners(self, kind: str, id_: str, project: str) -> dict[str, Mapping[str, Json]]:
        """Return the resources that have this object, by URN; none if the state cannot be read.

        ``project`` is the id of the Statsig project of this run; empty if it is not known. A resource that ``get``
        returned is external: the stack reads the object and does not have it. One whose replacement is pending has lost
        its object: the engine deleted it, and what has its id now is of others.
        """
        object_ = (TYPE_PREFIX + kind, id_)
        return {
            str(resource.get("urn")): resource
            for resource in _list_resources(self._read())
            if (resource.get("type"), resource.get("id")) == object_
            and not (resource.get("external") or resource.get("pendingReplacement"))
            and _is_of_project(resource, project)
        }

    def has_secret_below(self, path: str) -> bool:
        """Return whether a resource whose path begins with this one holds a secret, or the state cannot be read."""
        resources = list(_list_resources(self._read()))
        return not self._is_readable or any(_is_secret_below(path, resource) for resource in resources)

    def is_create_pending(self, kind: str, resource: str) -> bool:
        """Return whether an interrupted run of the stack was creating this resource.

        ``resource`` is the URN of the resource, or its name. This run is creating it now, which the state shows too, if
        the engine writes it at each step. So the state is read again each time.
        """
        deployment = (self.read_fn(self.name) if self.name else None) or {}
        operations = deployment.get("pending_operations") or ()
        urns = [
            str(operation["resource"]["urn"])
            for operation in operations
            if (operation.get("type"), operation["resource"].get("type")) == ("creating", TYPE_PREFIX + kind)
        ]
        pending = [urn for urn in urns if _is_urn_of(resource, urn)]
        return len(pending) > (1 if self.has_checkpoints else 0)

    def is_to_delete(self, resource: str, id_: str) -> bool:
        """Return whether an earlier run replaced this object of a resource, by its URN, and did not delete it."""
        deleted = (resource, id_, True)
        return any(
            (each.get("urn"), each.get("id"), each.get("delete")) == deleted for each in _list_resources(self._read())
        )

    def is_just_written(self, resource: str) -> bool:
        """Return whether the state of a resource, by its URN, is so new that the API may not show its object yet."""
        return abs(time.time() - self._modified_s.get(resource, 0)) < SETTLE_S

    def is_stored(self, resource: str, id_: str) -> bool:
        """Return whether the state has the last create or update of a resource, when the run ends.

        If the state is not written before that, or cannot be read, it has.
        """
        if not self._last:
            return True
        operations = self._last.get("pending_operations") or ()
        updating = [str(each["resource"]["urn"]) for each in operations if each.get("type") == "updating"]
        if any(_is_urn_of(resource, urn) for urn in updating):
            return False
        return any(
            _is_urn_of(resource, str(each.get("urn"))) for each in _list_resources(self._last) if each.get("id") == id_
        )

    def _read(self) -> Mapping[str, Json]:
        with self._lock:
            if self._deployment is None:
                deployment = self.read_fn(self.name)
                self._is_readable, self._deployment = deployment is not None, deployment or {}
            return self._deployment

    @cached_property
    def _modified_s(self) -> Mapping[str, float]:
        """When the state of each resource was written, in seconds since 1970, by URN.

        ``find_owners`` reads the state again: a refresh may drop resources.
        """
        resources = _list_resources(self.read_fn(self.name) or {})
        return {str(each.get("urn")): _to_seconds(each.get("modified")) for each in resources}

    @cached_property
    def _last(self) -> Mapping[str, Json] | None:
        """The state when the run ends."""
        return self.read_fn(self.name) if self.name and self.has_checkpoints else None


def _list_resources(deployment: Mapping[str, Json]) -> Iterator[Mapping[str, Any]]:
    yield from deployment.get("resources") or ()


def _is_of_project(resource: Mapping[str, Json], project: str) -> bool:
    """Return whether the object of a resource is in a project, as far as the state shows it."""
    other = (resource.get("outputs") or {}).get(PROJECT)
    return not other or not project or other == project


def _is_secret_below(path: str, resource: Mapping[str, Json]) -> bool:
    """Return whether a resource holds a secret, and its path begins with this one."""
    kind = str(resource.get("type")).removeprefix(TYPE_PREFIX)
    if SECRET in resource.get("outputs", ()) and kind in REGISTRY and resource.get("id"):
        with suppress(ValueError):  # an id that no path can express
            return REGISTRY[kind].endpoint.path(resource["id"]).startswith(f"{path}/")
    return False


def _is_urn_of(resource: str, urn: str) -> bool:
    """Return whether a URN is that of a resource, which is named by its URN, or by its name."""
    return urn == resource or urn.endswith(f"::{resource}")


def _to_seconds(time_: Json) -> float:
    """Return a time of the engine, which is UTC, in seconds since 1970; 0 if there is none."""
    with suppress(TypeError, ValueError):
        return datetime.fromisoformat(f"{time_[:19]}+00:00").timestamp()
    return 0.0
