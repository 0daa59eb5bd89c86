"""Which objects another tool manages, and under which names: told by its state.

The state is the output of ``terraform show -json`` for a configuration with the provider statsig-io/statsig, or of
``pulumi stack export`` for a stack with the package pulumi-statsig, which is that provider bridged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..errors import StatsigError
from ..json_values import Json
from .filters import Pick
from .model import NotExported
from .names import names, word

KINDS: Final = {
    "gate": "Gate",
    "dynamic_config": "DynamicConfig",
    "experiment": "Experiment",
    "tag": "Tag",
    "metric_source": "MetricSource",
    "entity_property": "EntityPropertySource",
}
"""The provider's types of resources, without ``statsig_``, and the kinds that they are here."""
NO_KIND: Final = "there is no resource for it"
NO_ID: Final = "the state tells neither its id nor its name"
"""The provider forgets them where Statsig refuses to show the object."""
BRIDGED: Final = re.compile(r"statsig:[^:]*:(\w+)")


class StateError(StatsigError, ValueError):
    """A file is not the state that it was said to be."""


@dataclass(frozen=True)
class Elsewhere:
    """What another tool manages."""

    picks: tuple[Pick, ...]
    """The objects of kinds that there are here."""
    not_supported: tuple[NotExported, ...]


@dataclass(frozen=True)
class _Managed:
    type: str
    address: str
    name: str
    ids: tuple[str, ...]


def managed_elsewhere(text: str) -> Elsewhere:
    """What a state tells; raises StateError where it is none."""
    try:
        state = dict(json.loads(text))
        found = list(_managed(state))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateError("this is no output of `terraform show -json`, nor of `pulumi stack export`") from None
    if "planned_values" in state:
        raise StateError("this is a plan of Terraform: `terraform show -json`, without a file, tells the state")
    picks: list[Pick] = []
    for type_, kind in KINDS.items():
        managed = [each for each in found if each.type == type_ and each.ids]
        named = names([each.name for each in managed], word(kind))
        picks += [Pick(kind, each.ids, name) for each, name in zip(managed, named, strict=True)]
    missing = [NotExported(each.type, each.address, NO_KIND) for each in found if each.type not in KINDS]
    missing += [NotExported(KINDS[e.type], e.address, NO_ID) for e in found if e.type in KINDS and not e.ids]
    return Elsewhere(tuple(picks), tuple(missing))


def _managed(state: Json) -> Iterator[_Managed]:
    if "deployment" in state:
        return _of_pulumi(state["deployment"])
    # Terraform tells no values of an empty state.
    values = state.get("values") if "format_version" in state else state["values"]
    return _of_module((values or {}).get("root_module") or {}, ())


def _of_module(module: Json, path: tuple[str, ...]) -> Iterator[_Managed]:
    """The resources of a module and of those in it; their names tell the modules and the keys of ``for_each``."""
    for resource in module.get("resources") or ():
        type_ = str(resource.get("type"))
        if resource.get("mode", "managed") != "managed" or not type_.startswith("statsig_"):
            continue
        if resource.get("deposed_key"):  # it is replaced already, and about to be deleted
            continue
        name = "_".join(filter(None, (*path, str(resource.get("name")), str(resource.get("index", "")))))
        yield _Managed(type_.removeprefix("statsig_"), str(resource.get("address")), name, _ids(resource.get("values")))
    for inner in module.get("child_modules") or ():
        step = re.sub(r"^.*\bmodule\.", "", str(inner.get("address")))
        yield from _of_module(inner, (*path, step))


def _of_pulumi(deployment: Json) -> Iterator[_Managed]:
    for resource in (deployment or {}).get("resources") or ():
        bridged = BRIDGED.fullmatch(str(resource.get("type")))
        if bridged is None or resource.get("external") or resource.get("delete"):
            continue
        type_ = re.sub(r"(?<!^)(?=[A-Z])", "_", bridged[1]).lower()
        address = str(resource["urn"])
        outputs = {**(resource.get("outputs") or {}), "id": resource.get("id")}
        yield _Managed(type_, address, address.rpartition("::")[2], _ids(outputs))


def _ids(values: Json) -> tuple[str, ...]:
    """What may identify the object; the provider has the name for an id in places."""
    return tuple(dict.fromkeys(str(values[name]) for name in ("id", "name") if (values or {}).get(name)))
