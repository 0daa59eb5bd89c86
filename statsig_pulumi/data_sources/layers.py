"""Data sources of layers."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.experiments import ExperimentRecord
from .records.layers import LayerRecord
from .records.overrides import LayerOverridesRecord

LAYERS = Endpoint("layers")


@data_source_of_all
def list_layers(reader: Reader) -> list[LayerRecord]:
    """Return all layers. Those that Statsig made for experiments without a layer have ``is_implicit_layer``.

    Console API: ``GET /layers``.
    """
    return reader.list_records(LayerRecord, LAYERS.collection)


@overload
def get_layer(layer_id: str, **options: Unpack[ReadOptions]) -> LayerRecord: ...
@overload
def get_layer(layer_id: Output[str], **options: Unpack[ReadOptions]) -> Output[LayerRecord]: ...
@data_source_by_id
def get_layer(reader: Reader, layer_id: str) -> LayerRecord:
    """Return a layer.

    Raises GoneError if the layer does not exist.

    Console API: ``GET /layers/{id}``.
    """
    return reader.get_record(LayerRecord, LAYERS.path(layer_id), _title(layer_id))


@overload
def list_layer_experiments(layer_id: str, **options: Unpack[ReadOptions]) -> list[ExperimentRecord]: ...
@overload
def list_layer_experiments(layer_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[ExperimentRecord]]: ...
@data_source_by_id
def list_layer_experiments(reader: Reader, layer_id: str) -> list[ExperimentRecord]:
    """Return the experiments in a layer.

    Raises GoneError if the layer does not exist.

    Console API: ``GET /layers/{id}/experiments``.
    """
    return reader.list_records(ExperimentRecord, LAYERS.path(layer_id, "experiments"), _title(layer_id))


@overload
def get_layer_overrides(layer_id: str, **options: Unpack[ReadOptions]) -> LayerOverridesRecord: ...
@overload
def get_layer_overrides(layer_id: Output[str], **options: Unpack[ReadOptions]) -> Output[LayerOverridesRecord]: ...
@data_source_by_id
def get_layer_overrides(reader: Reader, layer_id: str) -> LayerOverridesRecord:
    """Return the overrides of a layer.

    Raises GoneError if the layer does not exist.

    Console API: ``GET /layers/{id}/overrides``.
    """
    return reader.get_record(LayerOverridesRecord, LAYERS.path(layer_id, "overrides"), _title(layer_id))


def _title(layer_id: str) -> str:
    return f"layer '{layer_id}'"
