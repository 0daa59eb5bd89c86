"""Strategies for the inputs of any resource, and for changes of them."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.json_values import NONE
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.codec import normalize
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.diff import is_same
from statsig_pulumi.schema.properties import Property

from .values import ID, TEXT, WORD, Json, Values, property_values

CLIENT = Client("console-KEY123")
"""A client for validation, which sends nothing."""
ONE_OF_SEVERAL: dict[str, dict[str, SearchStrategy[Json]]] = {
    "MetricSource": {"sql": TEXT},
    "SegmentIDs": {"ids": st.lists(ID, min_size=1, max_size=3)},
    "QualifyingEvent": {"sql": TEXT},
    "Metric": {
        "type": st.sampled_from(["sum", "event_count_custom"]),
        "unit_types": st.just(["userID"]),
        "metric_events": st.lists(WORD.map(lambda word: {"name": word}), min_size=1, max_size=2),
    },
}
"""By kind, a choice where the API requires one of several properties."""
WAREHOUSE_METRIC: Values = {
    "type": "user_warehouse",
    "warehouse_native": {"aggregation": "count", "metric_source_name": "orders"},
    "metric_events": None,
}
FUNNEL_STEPS = [{"name": "a", "type": "event_count"}, {"name": "b", "type": "event_count"}]
COMPANIONS: dict[tuple[str, str], Values] = {
    ("Environments", "environments"): {"allow_removal": True, "allow_any_production": True},
    ("Experiment", "decision_reason"): {"status": "abandoned"},
    ("Experiment", "reset_trigger"): {"status": "active"},
    ("Segment", "rules"): {"type": "rule_based"},
    ("SegmentIDs", "ids_file"): {"ids": None},
    ("Metric", "warehouse_native"): WAREHOUSE_METRIC | {"warehouse_native": None},
    ("Metric", "scheduled_reload_hour"): WAREHOUSE_METRIC,
    ("Metric", "scheduled_reload_days"): WAREHOUSE_METRIC,
    ("Metric", "percentile"): {"type": "percentile"},
    ("Metric", "funnel_event_list"): {"type": "funnel", "funnel_count_distinct": "users", "metric_events": None},
    ("Metric", "funnel_count_distinct"): {"type": "funnel", "funnel_event_list": FUNNEL_STEPS, "metric_events": None},
    ("Metric", "metric_component_metrics"): {"type": "composite", "metric_events": None},
    ("Autotune", "reset_trigger"): {"is_started": True},
    ("Autotune", "decision_reason"): {"winner": "A"},
    ("Autotune", "remove_targeting"): {"winner": "A"},
    ("MetricSource", "skip_validation"): {"all_columns": ["a", "b"], "column_types": ["INT", "INT"]},
    ("QualifyingEvent", "skip_validation"): {"all_columns": ["a", "b"], "column_types": ["INT", "INT"]},
    ("MetricSource", "all_columns"): {"skip_validation": True, "column_types": ["INT", "INT"]},
    ("QualifyingEvent", "all_columns"): {"skip_validation": True, "column_types": ["INT", "INT"]},
    ("MetricSource", "column_types"): {"skip_validation": True, "all_columns": ["a", "b"]},
    ("QualifyingEvent", "column_types"): {"skip_validation": True, "all_columns": ["a", "b"]},
    ("MetricSource", "table_name"): {"source_type": "table", "sql": None},
    ("QualifyingEvent", "table_name"): {"source_type": "table", "sql": None},
    ("MetricSource", "date_partition_column"): {"source_type": "table", "table_name": "events", "sql": None},
    ("QualifyingEvent", "date_partition_column"): {"source_type": "table", "table_name": "events", "sql": None},
}
"""By kind and property, the other properties that it needs; None for one that it excludes."""
NOT_CHANGED_ALONE = {
    ("Key", "type"): "needs another key, while the old one is active",
    ("Key", "is_active"): "changes in one direction only",
    ("Key", "rotate_trigger"): "replaces the key, which is its path",
    ("Experiment", "launched_group"): "is set together with the decision",
    ("Autotune", "is_started"): "is set once",
    ("Autotune", "winner"): "is set once",
    ("IngestionSource", "type"): "identifies the source",
    ("IngestionSource", "dataset"): "identifies the source",
    ("IngestionSource", "source_name"): "identifies the source",
    ("IngestionSource", "use_delta_sharing"): "has only one value",
    ("IngestionSchedule", "dataset"): "identifies the schedule",
    ("Metric", "funnel_count_distinct"): "determines the types of the steps",
    ("Metric", "type"): "determines which other properties are required",
    ("MetricSource", "source_type"): "determines which other properties are required",
    ("QualifyingEvent", "source_type"): "determines which other properties are required",
    ("GateOverrides", "gate_id"): "identifies the owner",
    ("SegmentIDs", "segment_id"): "identifies the owner",
    ("GateRule", "gate_id"): "identifies the owner",
    ("DynamicConfigRule", "dynamic_config_id"): "identifies the owner",
    ("ExperimentOverrides", "experiment_id"): "identifies the owner",
    ("LayerOverrides", "layer_id"): "identifies the owner",
    ("HoldoutOverrides", "holdout_id"): "identifies the owner",
    ("AutotuneOverrides", "autotune_id"): "identifies the owner",
}
"""By kind and property, why no program changes that property alone."""


def separable(declaration: Declaration) -> dict[str, Property[Any]]:
    """Return the properties that can have another value while all others stay."""
    return {n: p for n, p in declaration.inputs.items() if (declaration.kind, n) not in NOT_CHANGED_ALONE}


def changeable(declaration: Declaration) -> dict[str, Property[Any]]:
    """Return the properties that a program can change alone."""
    return {n: p for n, p in separable(declaration).items() if not p.options.create_only}


def ordinary_property(declaration: Declaration, *, but: str = "") -> str:
    """Return a property, other than ``but``, that every object has and both program and console can change."""
    names = [
        name
        for name, p in declaration.inputs.items()
        if p.sent and p.readable and p.action is None and p.can_be_updated
    ]
    return next((name for name in sorted(names, key=lambda name: name != "name") if name != but), "")


@cache
def _required(kind: str, properties: tuple[Property[Any], ...]) -> dict[str, SearchStrategy[Json]]:
    needed = {p.name: property_values(p, kind) for p in properties if p.options.required}
    if "name" in needed:  # of a role, it must not be that of a built-in one
        needed["name"] = needed["name"].filter(partial(_is_valid_name, kind))
    return needed | ONE_OF_SEVERAL.get(kind, {})


def _is_valid_name(kind: str, name: Json) -> bool:
    return is_valid(REGISTRY[kind], {"name": name}, only="name")


def required_values(declaration: Declaration) -> dict[str, SearchStrategy[Json]]:
    """Return the values of each property that has to be declared, by name."""
    return dict(_required(declaration.kind, tuple(declaration.inputs.values())))


def required_inputs(declaration: Declaration, *, but: str = "") -> SearchStrategy[Values]:
    """Return inputs with the required properties only, without ``but``."""
    return _required_inputs(declaration.kind, tuple(declaration.inputs.values()), but)


@cache
def _required_inputs(kind: str, properties: tuple[Property[Any], ...], but: str) -> SearchStrategy[Values]:
    return st.fixed_dictionaries({name: s for name, s in _required(kind, properties).items() if name != but})


def is_valid(declaration: Declaration, inputs: Values, *, only: str = "") -> bool:
    """Return whether the package accepts these inputs, or only the value of one property."""
    lifecycle = declaration.cls.lifecycle(declaration, RunContext(CLIENT))
    _, problems = lifecycle.check(inputs, new=False)
    return not [problem for problem in problems if problem.place.startswith(only)]


def is_valid_change(declaration: Declaration, before: Values, after: Values) -> bool:
    """Return whether an object with the inputs ``before`` can be updated to ``after``."""
    changed = [name for name in after if before.get(name) != after[name]]
    lifecycle = declaration.cls.lifecycle(declaration, RunContext(CLIENT))
    try:
        # An experiment without a declared status is in setup.
        lifecycle.updater.validate_change({"status": "setup"} | before, after, changed)
    except InvalidInputsError:
        return False
    return True


@cache
def empty_values(p: Property[Any], kind: str) -> list[Json]:
    """Return the explicit empty values that the package accepts for a property."""
    if p.options.required or p.name in ONE_OF_SEVERAL.get(kind, {}):
        return []
    candidates = [NONE] if p.nullable else []
    candidates += {"list": [[]], "map": [{}]}.get(p.many, [""])
    others = with_companions({}, kind, p.name)
    return [value for value in candidates if is_valid(REGISTRY[kind], others | {p.name: value}, only=p.name)]


def with_companions(inputs: Values, kind: str, name: str) -> Values:
    """Return the inputs without a property, and with the others that it needs."""
    needed = inputs | COMPANIONS.get((kind, name), {})
    return {other: value for other, value in needed.items() if value is not None and other != name}


@st.composite
def some_inputs(
    draw: st.DrawFn, declaration: Declaration, *, with_empty: bool = True, fixed: Values | None = None
) -> Values:
    """Draw valid inputs with some of the properties; some are empty, if ``with_empty``.

    The properties in ``fixed`` have these values.
    """
    values = dict(fixed or {})
    for name, strategy in required_values(declaration).items():
        if name not in values:
            values[name] = draw(strategy)
    optional = [name for name in declaration.inputs if name not in values]
    for name in draw(st.lists(st.sampled_from(optional), unique=True, max_size=8)) if optional else []:
        p = declaration.inputs[name]
        not_empty = property_values(p, declaration.kind)
        empty = empty_values(p, declaration.kind) if with_empty else []
        added = values | {name: draw(st.one_of(not_empty, st.sampled_from(empty)) if empty else not_empty)}
        values = added if is_valid(declaration, added) else values
    return values


@st.composite
def all_inputs(draw: st.DrawFn, declaration: Declaration, *, reverse: bool = False) -> Values:
    """Draw inputs with every property that fits to the earlier ones, or to the later ones if ``reverse``."""
    values = draw(required_inputs(declaration))
    names = [name for name in declaration.inputs if name not in values]
    for name in reversed(names) if reverse else names:
        added = values | {name: draw(property_values(declaration.inputs[name], declaration.kind))}
        values = added if is_valid(declaration, added) else values
    return values


@st.composite
def two_versions(draw: st.DrawFn, declaration: Declaration) -> tuple[Values, Values]:
    """Draw the inputs of two programs for one object."""
    before, after = draw(st.tuples(some_inputs(declaration), some_inputs(declaration)))
    for name, p in declaration.inputs.items():
        if not p.can_be_updated:  # a change would need a new object
            after.pop(name, None)
            after |= {name: before[name]} if name in before else {}
    assume(is_valid(declaration, after) and is_valid_change(declaration, before, after))
    return before, after


@st.composite
def single_differences(draw: st.DrawFn, declaration: Declaration, name: str) -> tuple[Values, Values]:
    """Draw inputs, and the same with another value of one property."""
    p = declaration.inputs[name]
    values = property_values(p, declaration.kind)
    before, after = draw(st.tuples(values, values).filter(lambda pair: _differ(p, *pair)))
    others = with_companions(draw(required_inputs(declaration, but=name)), declaration.kind, name)
    return others | {name: before}, others | {name: after}


@st.composite
def single_changes(draw: st.DrawFn, declaration: Declaration, name: str) -> tuple[Values, Values]:
    """Draw inputs, and the same with one property changed."""
    one, two = draw(single_differences(declaration, name))
    assume(is_valid_change(declaration, one, two))
    assume(is_valid_change(declaration, two, one))
    return one, two


@st.composite
def inputs_with(draw: st.DrawFn, declaration: Declaration, name: str) -> Values:
    """Draw inputs that declare one property and those that have to be declared."""
    others = with_companions(draw(required_inputs(declaration, but=name)), declaration.kind, name)
    return others | {name: draw(property_values(declaration.inputs[name], declaration.kind))}


def _differ(p: Property[Any], before: Json, after: Json) -> bool:
    return not is_same(p, normalize(p, before), normalize(p, after))
