"""The objects that another tool manages, read from its state.

The state is the output of ``terraform show -json`` for a configuration with the provider statsig-io/statsig, or of
``pulumi stack export`` for a stack with the package pulumi-statsig, which bridges that provider.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..json_values import Json
from ..schema.declaration import REGISTRY, TYPE_PREFIX
from ..schema.properties import to_snake_case
from .filters import Pick
from .model import NotExported, StateFileError
from .names import to_identifiers

TERRAFORM_PREFIX: Final = "statsig_"
BRIDGED_TYPE: Final = re.compile(r"statsig:[^:]*:(\w+)")
NOT_SUPPORTED: Final = "statsig_pulumi has no resource for it"
NO_ID: Final = "the state holds neither its id nor its name"
"""The provider drops both when Statsig refuses to return the object."""


@dataclass(frozen=True)
class ForeignState:
    """The objects that another tool manages."""

    picks: tuple[Pick, ...]
    """The objects that statsig_pulumi has a resource for."""
    not_exported: tuple[NotExported, ...]
    """The others, and those without an id."""


@dataclass(frozen=True)
class _ForeignResource:
    type: str
    """The resource type of the Terraform provider, without its prefix."""
    address: str
    name: str
    values: Json

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return what may identify the object; some resources of the provider use the name as id.

        If the key of the object is secret, it is the id in the state of this package, without the secret. What a
        project has once has the same id in every project.
        """
        endpoint = REGISTRY[kind].endpoint
        if not endpoint.key_names:
            return (endpoint.collection,)
        values: Mapping[str, Json] = self.values or {}
        names: tuple[str, ...] = ("id", "name")
        if state_id := endpoint.state_id:
            try:
                values, names = REGISTRY[kind].from_response(values), (state_id,)
            except (KeyError, TypeError):
                return ()
        return tuple(dict.fromkeys(str(values[name]) for name in names if values.get(name)))


def parse_foreign_state(text: str) -> ForeignState:
    """Return the objects that a state holds; raises StateFileError if the text is not a state."""
    try:
        state = dict(json.loads(text))
        resources = list(_resources(state))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateFileError(
            "the file is not a state: pass the output of `terraform show -json` or of `pulumi stack export`"
        ) from None
    if "planned_values" in state:
        raise StateFileError("the file is a Terraform plan: run `terraform show -json` without a file to get the state")
    if not resources and TYPE_PREFIX in text:
        raise StateFileError("the state holds no object of another tool: its resources are of statsig_pulumi already")
    picks: list[Pick] = []
    not_exported = [NotExported(r.type, r.address, NOT_SUPPORTED) for r in resources if r.type not in _kinds_by_type()]
    for type_, kind in _kinds_by_type().items():
        of_type = [each for each in resources if each.type == type_]
        not_exported += [NotExported(kind, each.address, NO_ID) for each in of_type if not each.ids(kind)]
        with_id = [each for each in of_type if each.ids(kind)]
        names = to_identifiers([each.name for each in with_id], to_snake_case(kind))
        picks += [Pick(kind, each.ids(kind), name) for each, name in zip(with_id, names, strict=True)]
    return ForeignState(tuple(picks), tuple(not_exported))


def _kinds_by_type() -> dict[str, str]:
    types = {kind: declaration.cls.terraform_type for kind, declaration in sorted(REGISTRY.items())}
    return {type_: kind for kind, type_ in types.items() if type_}


def _resources(state: Json) -> Iterator[_ForeignResource]:
    if "deployment" in state:
        return _pulumi_resources(state["deployment"])
    # Terraform writes no values for an empty state.
    values = state.get("values") if "format_version" in state else state["values"]
    return _terraform_resources((values or {}).get("root_module") or {}, ())


def _terraform_resources(module: Json, path: tuple[str, ...]) -> Iterator[_ForeignResource]:
    """Yield the resources of a module and its child modules; a name holds the modules and the ``for_each`` key."""
    for resource in module.get("resources") or ():
        type_ = str(resource.get("type"))
        is_managed = resource.get("mode", "managed") == "managed"
        is_replaced = bool(resource.get("deposed_key"))  # Terraform deletes it in the next run
        if not is_managed or is_replaced or not type_.startswith(TERRAFORM_PREFIX):
            continue
        name = "_".join(filter(None, (*path, str(resource.get("name")), str(resource.get("index", "")))))
        address, values = str(resource.get("address")), resource.get("values")
        yield _ForeignResource(type_.removeprefix(TERRAFORM_PREFIX), address, name, values)
    for child in module.get("child_modules") or ():
        step = re.sub(r"^.*\bmodule\.", "", str(child.get("address")))
        yield from _terraform_resources(child, (*path, step))


def _pulumi_resources(deployment: Json) -> Iterator[_ForeignResource]:
    for resource in (deployment or {}).get("resources") or ():
        bridged = BRIDGED_TYPE.fullmatch(str(resource.get("type")))
        if bridged is None or resource.get("external") or resource.get("delete"):
            continue
        urn = str(resource["urn"])
        outputs = {**(resource.get("outputs") or {}), "id": resource.get("id")}
        yield _ForeignResource(to_snake_case(bridged[1]), urn, urn.rpartition("::")[2], outputs)
