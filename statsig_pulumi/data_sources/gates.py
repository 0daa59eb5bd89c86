"""Data sources of gates, their rules, versions, overrides and results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack, overload

from pulumi import Output

from ..resources.types.rules import Rule
from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source, data_source_by_id
from .query import build_query
from .records.configurations import GateRecord
from .records.overrides import GateOverridesRecord
from .records.results import GatePulseRecord, PulseLoadRecord
from .rules import has_rule, list_rules

GATES = Endpoint("gates")
Rate = Literal["0", "100", "INBETWEEN"]


class GateFilters(ReadOptions, total=False):
    """Filters of ``list_gates``. A gate matches a filter with several values if it matches any of them."""

    tags: str | Sequence[str]
    id_type: str | Sequence[str]
    type: Literal["TEMPORARY", "PERMANENT", "STALE", "TEMPLATE"]
    type_reason: Literal[
        "NONE",
        "STALE_PROBABLY_LAUNCHED",
        "STALE_PROBABLY_UNLAUNCHED",
        "STALE_PROBABLY_FORGOTTEN",
        "STALE_NO_RULES",
        "STALE_PROBABLY_DEAD_CHECK",
        "STALE_EMPTY_CHECKS",
        "STALE_ALL_TRUE",
        "STALE_ALL_FALSE",
    ]
    pass_rate: Rate | Sequence[Rate]
    rollout_rate: Rate | Sequence[Rate]
    creator_name: str
    creator_id: str
    release_pipeline_id: str
    target_app_id: str
    include_archived: bool
    store_0100_exposures: bool


class GatePulseOptions(ReadOptions, total=False):
    """Options of ``get_gate_pulse_results``."""

    cuped: bool
    confidence: float


@data_source
def list_gates(reader: Reader, **filters: Unpack[GateFilters]) -> list[GateRecord]:
    """Return the gates that match all filters. Archived gates are included only with ``include_archived=True``.

    Raises TypeError if a filter is unknown.

    Console API: ``GET /gates``.
    """
    return reader.list_records(
        GateRecord, GATES.collection, query=build_query(reader.data_source, GateFilters, filters)
    )


@overload
def list_gate_versions(gate_id: str, **options: Unpack[ReadOptions]) -> list[GateRecord]: ...
@overload
def list_gate_versions(gate_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[GateRecord]]: ...
@data_source_by_id
def list_gate_versions(reader: Reader, gate_id: str) -> list[GateRecord]:
    """Return all versions of a gate.

    Raises GoneError if the gate does not exist.

    Console API: ``GET /gates/{id}/versions``.
    """
    return reader.list_records(GateRecord, GATES.path(gate_id, "versions"), f"gate '{gate_id}'")


@overload
def list_gate_rules(gate_id: str, **options: Unpack[ReadOptions]) -> list[Rule]: ...
@overload
def list_gate_rules(gate_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[Rule]]: ...
@data_source_by_id
def list_gate_rules(reader: Reader, gate_id: str) -> list[Rule]:
    """Return the rules of a gate, in order.

    Raises GoneError if the gate does not exist.

    Console API: ``GET /gates/{id}/rules``.
    """
    return list_rules(reader, Rule, GATES.path(gate_id, "rules"), f"gate '{gate_id}'")


@overload
def get_gate_overrides(gate_id: str, **options: Unpack[ReadOptions]) -> GateOverridesRecord: ...
@overload
def get_gate_overrides(gate_id: Output[str], **options: Unpack[ReadOptions]) -> Output[GateOverridesRecord]: ...
@data_source_by_id
def get_gate_overrides(reader: Reader, gate_id: str) -> GateOverridesRecord:
    """Return the overrides of a gate.

    Raises GoneError if the gate does not exist.

    Console API: ``GET /gates/{id}/overrides``.
    """
    return reader.get_record(GateOverridesRecord, GATES.path(gate_id, "overrides"), f"gate '{gate_id}'")


@overload
def get_gate_pulse_results(gate_id: str, rule_id: str, **options: Unpack[GatePulseOptions]) -> GatePulseRecord: ...
@overload
def get_gate_pulse_results(
    gate_id: Output[str], rule_id: str | Output[str], **options: Unpack[GatePulseOptions]
) -> Output[GatePulseRecord]: ...
@overload
def get_gate_pulse_results(
    gate_id: str, rule_id: Output[str], **options: Unpack[GatePulseOptions]
) -> Output[GatePulseRecord]: ...
@data_source_by_id
def get_gate_pulse_results(
    reader: Reader, gate_id: str, rule_id: str, **options: Unpack[GatePulseOptions]
) -> GatePulseRecord:
    """Return the Pulse results of a gate's rule, given by its id or base id.

    Options: ``cuped`` applies CUPED variance reduction; ``confidence`` is the confidence level of the intervals, in
    percent. Raises GoneError if the gate or the rule does not exist.

    Console API: ``GET /gates/{id}/rules/{ruleID}/pulse_results``.
    """
    return reader.get_record(
        GatePulseRecord,
        _rule_path(gate_id, rule_id, "pulse_results"),
        _rule(gate_id, rule_id),
        build_query(reader.data_source, GatePulseOptions, options),
        is_missing_fn=lambda: _is_missing(reader, gate_id, rule_id),
    )


@overload
def list_gate_pulse_loads(gate_id: str, rule_id: str, **options: Unpack[ReadOptions]) -> list[PulseLoadRecord]: ...
@overload
def list_gate_pulse_loads(
    gate_id: Output[str], rule_id: str | Output[str], **options: Unpack[ReadOptions]
) -> Output[list[PulseLoadRecord]]: ...
@overload
def list_gate_pulse_loads(
    gate_id: str, rule_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[list[PulseLoadRecord]]: ...
@data_source_by_id
def list_gate_pulse_loads(reader: Reader, gate_id: str, rule_id: str) -> list[PulseLoadRecord]:
    """Return the Pulse loads of a gate's rule, given by its id or base id. Warehouse-native projects only.

    Raises GoneError if the gate or the rule does not exist.

    Console API: ``GET /gates/{id}/rules/{ruleID}/pulse_load_history``.
    """
    return reader.list_records(
        PulseLoadRecord,
        _rule_path(gate_id, rule_id, "pulse_load_history"),
        _rule(gate_id, rule_id),
        is_missing_fn=lambda: _is_missing(reader, gate_id, rule_id),
    )


def _rule_path(gate_id: str, rule_id: str, results: str) -> str:
    return Endpoint(GATES.path(gate_id, "rules")).path(rule_id, results)


def _rule(gate_id: str, rule_id: str) -> str:
    return f"rule '{rule_id}' of gate '{gate_id}'"


def _is_missing(reader: Reader, gate_id: str, rule_id: str) -> bool:
    return not has_rule(list_rules(reader, Rule, GATES.path(gate_id, "rules"), f"gate '{gate_id}'"), rule_id)
