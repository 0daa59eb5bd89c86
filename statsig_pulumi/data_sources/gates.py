"""Look-ups of gates, their rules, versions, overrides and results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, overload

from pulumi import Output

from ..resources.types.rules import Rule
from ..schema.declaration import Endpoint
from .call import Api, lookup, lookup_by_id
from .query import query_of
from .records.configurations import GateRecord
from .records.overrides import GateOverridesRecord
from .records.results import GatePulseRecord, PulseLoadRecord
from .rules import is_without, rules_at

GATES = Endpoint("gates")
Rate = Literal["0", "100", "INBETWEEN"]


class GateFilters(TypedDict, total=False):
    """What gates can be listed by; several values are those that fit any of them."""

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


class GatePulseOptions(TypedDict, total=False):
    """How the results of a gate are computed: with CUPED or without, and at which confidence in percent."""

    cuped: bool
    confidence: float


@lookup
def list_gates(api: Api, **filters: Unpack[GateFilters]) -> list[GateRecord]:
    """The gates that fit all filters; archived ones only with ``include_archived=True``.

    Console API: ``GET /gates``.
    """
    return api.every(GateRecord, GATES.collection, query=query_of(api.asker, GateFilters, filters))


@overload
def list_gate_versions(gate_id: str) -> list[GateRecord]: ...
@overload
def list_gate_versions(gate_id: Output[str]) -> Output[list[GateRecord]]: ...
@lookup_by_id
def list_gate_versions(api: Api, gate_id: str) -> list[GateRecord]:
    """The gate as each of its versions was; a GoneError where there is no such gate.

    Console API: ``GET /gates/{id}/versions``.
    """
    return api.every(GateRecord, GATES.path(gate_id, "versions"), f"gate '{gate_id}'")


@overload
def list_gate_rules(gate_id: str) -> list[Rule]: ...
@overload
def list_gate_rules(gate_id: Output[str]) -> Output[list[Rule]]: ...
@lookup_by_id
def list_gate_rules(api: Api, gate_id: str) -> list[Rule]:
    """The rules of a gate, in their order; a GoneError where there is no such gate.

    Console API: ``GET /gates/{id}/rules``.
    """
    return rules_at(api, Rule, GATES.path(gate_id, "rules"), f"gate '{gate_id}'")


@overload
def get_gate_overrides(gate_id: str) -> GateOverridesRecord: ...
@overload
def get_gate_overrides(gate_id: Output[str]) -> Output[GateOverridesRecord]: ...
@lookup_by_id
def get_gate_overrides(api: Api, gate_id: str) -> GateOverridesRecord:
    """Who passes or fails a gate whatever its rules say; a GoneError where there is no such gate.

    Console API: ``GET /gates/{id}/overrides``.
    """
    return api.one(GateOverridesRecord, GATES.path(gate_id, "overrides"), f"gate '{gate_id}'")


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
@lookup_by_id
def get_gate_pulse_results(
    api: Api, gate_id: str, rule_id: str, **options: Unpack[GatePulseOptions]
) -> GatePulseRecord:
    """What Pulse found for a rule, by its id or base id; a GoneError where there is no such gate or rule.

    ``cuped`` reduces the variance by what was known before; ``confidence`` is that of the intervals, in percent.

    Console API: ``GET /gates/{id}/rules/{ruleID}/pulse_results``.
    """
    return api.one(
        GatePulseRecord,
        _rule_path(gate_id, rule_id, "pulse_results"),
        _rule(gate_id, rule_id),
        query_of(api.asker, GatePulseOptions, options),
        is_missing=lambda: _is_missing(api, gate_id, rule_id),
    )


@overload
def list_gate_pulse_loads(gate_id: str, rule_id: str) -> list[PulseLoadRecord]: ...
@overload
def list_gate_pulse_loads(gate_id: Output[str], rule_id: str | Output[str]) -> Output[list[PulseLoadRecord]]: ...
@overload
def list_gate_pulse_loads(gate_id: str, rule_id: Output[str]) -> Output[list[PulseLoadRecord]]: ...
@lookup_by_id
def list_gate_pulse_loads(api: Api, gate_id: str, rule_id: str) -> list[PulseLoadRecord]:
    """The loads of a rule's results; a GoneError where there is no such gate or rule. Warehouse native.

    Console API: ``GET /gates/{id}/rules/{ruleID}/pulse_load_history``.
    """
    return api.every(
        PulseLoadRecord,
        _rule_path(gate_id, rule_id, "pulse_load_history"),
        _rule(gate_id, rule_id),
        is_missing=lambda: _is_missing(api, gate_id, rule_id),
    )


def _rule_path(gate_id: str, rule_id: str, results: str) -> str:
    return Endpoint(GATES.path(gate_id, "rules")).path(rule_id, results)


def _rule(gate_id: str, rule_id: str) -> str:
    return f"rule '{rule_id}' of a gate '{gate_id}'"


def _is_missing(api: Api, gate_id: str, rule_id: str) -> bool:
    return is_without(rules_at(api, Rule, GATES.path(gate_id, "rules"), f"gate '{gate_id}'"), rule_id)
