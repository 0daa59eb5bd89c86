"""The file from which ``pulumi import --file`` takes the objects of an export."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from ..json_values import drop_nulls
from ..provider import ENGINE_KEY, EntityProvider
from ..schema.state import Inputs, Outputs
from .model import Exported, Project


def text(project: Project) -> str:
    """The file, as JSON."""
    return json.dumps({"resources": resources(project)}, indent=1, ensure_ascii=False) + "\n"


def resources(project: Project) -> list[dict[str, Any]]:
    """Every object, in a stable order."""
    return [_resource(each) for each in sorted(project.objects, key=lambda each: (each.kind, each.name))]


def _resource(exported: Exported) -> dict[str, Any]:
    """One object: with inputs and outputs given, the engine takes it as it is and reads nothing."""
    return {
        "type": token(exported.kind),
        "name": exported.name,
        "id": exported.id,
        "inputs": with_provider(exported.kind, exported.inputs),
        "outputs": with_provider(exported.kind, exported.outputs),
    }


def token(kind: str) -> str:
    """Pulumi's type of a kind of entity."""
    return f"pulumi-python:dynamic/statsig:{kind}"


def with_provider(kind: str, values: Inputs | Outputs) -> Outputs:
    """Values as they stand in a state: what is nothing is left out there."""
    return {**drop_nulls(values), ENGINE_KEY: _provider(kind)}


@cache
def _provider(kind: str) -> str:
    pickled: str = serialize_provider(EntityProvider(kind))
    return pickled
