"""What only Statsig knows of the objects of a plan: how often they are checked, and what else refers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..api.client import Client
from ..json_values import Json
from ..schema.declaration import REGISTRY
from .plan import PlannedChange

CHECKS: Final = "checks_per_hour"


@dataclass(frozen=True)
class LiveFacts:
    """What Statsig returned of one object."""

    checks_per_hour: float | None = None
    dependents: tuple[str, ...] = ()
    """What refers to the object, each such as ``gate 'new_checkout'``."""


def read_live_facts(client: Client, changes: Iterable[PlannedChange]) -> Mapping[str, LiveFacts]:
    """Return what Statsig knows of the objects that exist, by URN. Only GET requests are sent.

    Raises StatsigError if the key is not valid or Statsig cannot be reached. An object that it does not return has
    no facts.
    """
    existing = [each for each in changes if each.id and each.kind in REGISTRY]
    return {each.urn: _read(client, each) for each in existing if _has_facts(each)}


def _has_facts(change: PlannedChange) -> bool:
    declaration = REGISTRY[change.kind]
    return CHECKS in declaration.properties or bool(declaration.endpoint.reference_paths)


def _read(client: Client, change: PlannedChange) -> LiveFacts:
    declaration = REGISTRY[change.kind]
    resource_client: Any = declaration.cls.resource_client(declaration, client.on_behalf_of(change.kind))
    key = resource_client.key(change.id, change.outputs)
    names = resource_client.list_references(key) if declaration.endpoint.reference_paths else []
    checks: Json = None
    if CHECKS in declaration.properties and (live := resource_client.get(key)) is not None:
        checks = live.decoded[CHECKS]
    is_number = isinstance(checks, (int, float)) and not isinstance(checks, bool)
    return LiveFacts(checks if is_number else None, tuple(sorted(set(names))))
