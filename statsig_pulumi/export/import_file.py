"""The file from which ``pulumi import --file`` imports the objects of an export."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from ..json_values import drop_nulls
from ..provider import ENGINE_KEY, EntityProvider
from ..schema.declaration import TYPE_PREFIX
from ..schema.state import PROJECT, Inputs, Outputs
from .model import ExportedProject, ExportedResource


def to_json(project: ExportedProject) -> str:
    """Return the content of the file."""
    return json.dumps({"resources": to_imports(project)}, indent=1, ensure_ascii=False) + "\n"


def to_imports(project: ExportedProject) -> list[dict[str, Any]]:
    """Return one import for each resource, in a stable order."""
    resources = sorted(project.resources, key=lambda each: (each.kind, each.name))
    return [_to_import(each, {PROJECT: project.id} if project.id else {}) for each in resources]


def to_type_token(kind: str) -> str:
    """Return Pulumi's type of a resource."""
    return f"{TYPE_PREFIX}{kind}"


def _to_import(resource: ExportedResource, shared: Outputs) -> dict[str, Any]:
    """Return one import; with inputs and outputs, the engine imports it without reading the object.

    ``shared`` are outputs of all resources: the project, with which a key of another one is refused later.
    """
    return {
        "type": to_type_token(resource.kind),
        "name": resource.name,
        "id": resource.id,
        "inputs": _with_provider(resource.kind, resource.inputs),
        "outputs": _with_provider(resource.kind, resource.outputs | shared),
    }


def _with_provider(kind: str, values: Inputs | Outputs) -> Outputs:
    """Return the values as the engine stores them: without nulls, and with the provider."""
    return {**drop_nulls(values), ENGINE_KEY: _pickled_provider(kind)}


@cache
def _pickled_provider(kind: str) -> str:
    pickled: str = serialize_provider(EntityProvider(kind))
    return pickled
