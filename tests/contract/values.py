"""Strategies for the values of any property, from its declaration.

Types and constraints of the declaration are enough for most properties. The tables below are for
values that depend on each other or refer to objects.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from math import ceil, floor
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic.fields import FieldInfo

from statsig_pulumi import (
    AutotuneVariant,
    ColumnMapping,
    Condition,
    ConfigRule,
    Group,
    LayerParameter,
    MetricCriterion,
    RolePermissions,
    Variant,
    WarehouseNativeMetric,
)
from statsig_pulumi.emulator.api.rule_bodies import SEGMENT_CONDITION_TYPES
from statsig_pulumi.emulator.model.conditions import NUMERIC_OPERATORS, OPERATORS
from statsig_pulumi.json_values import NONE
from statsig_pulumi.resources.tag import CORE_TAG
from statsig_pulumi.resources.types.rules import Rule
from statsig_pulumi.schema.properties import NestedType, Property

from .console_user import AUTOTUNE, CONFIG, EXPERIMENT, GATE, HOLDOUT, LAYER, SEGMENT

Json = Any
Values = dict[str, Json]

LETTERS = st.sampled_from(string.ascii_letters + string.digits + string.punctuation + " é★日😀")
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
SPECIAL = (NONE, CORE_TAG)
"""Texts with a meaning of their own. Hypothesis finds them in the source and tries them."""
TEXT = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: text not in SPECIAL)
ID = TEXT.filter(lambda text: text == text.strip())
ID_FILES = sorted((Path(__file__).parent / "id_files").glob("*.txt"))
WORD = st.from_regex(r"[a-z][a-z0-9_]{2,11}", fullmatch=True)
VERSION = st.from_regex(r"[1-9]\.[0-9]{1,2}(\.[0-9])?", fullmatch=True)
WHOLE = st.integers(-(2**40), 2**40)
PERCENT = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
MILLISECONDS = st.integers(1_500_000_000_000, 2_000_000_000_000)
SCALAR = st.one_of(TEXT, WHOLE, st.booleans(), PERCENT)
OBJECT = st.dictionaries(
    WORD, st.one_of(SCALAR, st.lists(SCALAR, max_size=2), st.dictionaries(WORD, SCALAR, max_size=2)), max_size=3
)


def json5(value: Json) -> str:
    return f"// a comment\n{json.dumps(value, indent=1, ensure_ascii=False)}"


# -- by type and constraint
#
# Strategies are cached: Hypothesis validates each new one, which takes longer than most draws.


def item_values(hint: Any) -> SearchStrategy[Json]:
    """Return values of a type, which is the type of one item of a property."""
    if get_origin(hint) is Annotated:
        item, *constraints = get_args(hint)
        return _constrained(item, constraints)
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(item_values, get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, NestedType):
        return nested_values(hint)
    return {str: TEXT, bool: st.booleans(), int: WHOLE, float: PERCENT, Any: SCALAR}[hint]


def _constrained(item: Any, constraints: list[Any]) -> SearchStrategy[Json]:
    limits = [limit for one in constraints for limit in (one.metadata if isinstance(one, FieldInfo) else [one])]
    shortest = next((limit.min_length for limit in limits if isinstance(limit, MinLen)), 1)
    longest = next((limit.max_length for limit in limits if isinstance(limit, MaxLen)), 1000)
    pattern = next((limit.pattern for limit in limits if getattr(limit, "pattern", None)), None)
    if pattern:
        matching = st.from_regex(pattern, fullmatch=True, alphabet=PRINTABLE)
        return matching.filter(lambda text: shortest <= len(text) <= longest)
    if item is str:
        texts = st.text(LETTERS, min_size=shortest, max_size=12).filter(lambda text: text not in SPECIAL)
        return st.one_of(texts, st.just("x" * longest))
    low = next((limit.ge for limit in limits if isinstance(limit, Ge)), 0)
    high = next((limit.le for limit in limits if isinstance(limit, Le)), 1000)
    if item is int:
        return st.integers(int(low), int(high))
    return st.integers(ceil(low * 100), floor(high * 100)).map(lambda hundredths: hundredths / 100)


@cache
def nested_values(nested: type[NestedType]) -> SearchStrategy[Json]:
    """Return values of a nested type: the required properties and some of the others."""
    if nested in BY_NESTED_TYPE:
        return BY_NESTED_TYPE[nested]
    settable = {name: p for name, p in nested.properties.items() if p.settable}
    choice = next((p for p in settable.values() if p.options.forms), None)
    if choice is None:
        return _values_of(settable, {})
    forms = choice.options.forms.items()
    return st.one_of(
        _values_of({n: p for n, p in settable.items() if n in own or not p.is_of_form}, {choice.name: form, **own})
        for form, names in forms
        for own in [dict.fromkeys(names)]
    )


def _values_of(properties: Mapping[str, Property[Any]], form: Mapping[str, Json]) -> SearchStrategy[Json]:
    """Return values of these properties: the required ones, those of a form, and some of the others."""
    needed = {n: property_values(p) for n, p in properties.items() if p.options.required or n in form}
    needed |= {n: st.just(value) for n, value in form.items() if value is not None}
    others = {n: property_values(p) for n, p in properties.items() if n not in needed}
    typed = {n: p.options.typed_by for n, p in properties.items() if p.options.typed_by}
    if typed:
        (type_property,) = set(typed.values())
        return property_values(properties[type_property]).flatmap(
            lambda type_: st.fixed_dictionaries(
                needed | {type_property: st.just(type_), **dict.fromkeys(typed, DEFAULTS[type_])}, optional=others
            )
        )
    values = st.fixed_dictionaries(needed, optional=others)
    return values if needed else values.filter(bool)


@cache
def property_values(p: Property[Any], kind: str = "") -> SearchStrategy[Json]:
    """Return values of a property that are not empty."""
    if (kind, p.name) in BY_PROPERTY:
        return BY_PROPERTY[kind, p.name]
    if p.name in BY_NAME:
        return BY_NAME[p.name]
    item = nested_values(p.nested) if p.nested else item_values(p.item)
    match p.many:
        case "list":
            identity = p.nested.get_identity if p.nested is not None and p.nested.identity else None
            return st.lists(item, min_size=1, max_size=3, unique_by=identity)
        case "map":
            return OBJECT.filter(bool) if p.item is Any else st.dictionaries(WORD, item, min_size=1, max_size=2)
        case _:
            return item


# -- values that the declaration does not describe


KNOWN_TYPES = sorted(type_ for type_, operators in OPERATORS.items() if operators is not None)


@st.composite
def conditions(draw: st.DrawFn, required_property: str = "", types: Sequence[str] = KNOWN_TYPES) -> Values:
    """Draw a condition of one of these types, or of one that takes ``required_property``."""
    types = {"field": ["custom_field"], "custom_id": ["unit_id"]}.get(required_property, types)
    type_ = draw(st.sampled_from(types))
    if type_ == "public":
        return {"type": type_}
    if not OPERATORS[type_]:
        return {"type": type_, "target_value": [draw(WORD)]}
    operator = draw(st.sampled_from(OPERATORS[type_]))
    value: Values = {"type": type_, "operator": operator}
    if type_ == "custom_field":
        value["field"] = draw(TEXT)
    if type_ == "unit_id":
        value["custom_id"] = draw(TEXT)
    if operator not in ("is_null", "is_not_null"):
        value["target_value"] = draw(target_values(type_, operator))
    return value


@cache
def target_values(condition_type: str, operator: str) -> SearchStrategy[Json]:
    """Return what a condition of this type can compare with."""
    if condition_type == "time" or operator in ("before", "after", "on"):
        return st.lists(MILLISECONDS, min_size=1, max_size=1)
    if operator in NUMERIC_OPERATORS:
        return st.lists(st.one_of(WHOLE, PERCENT, WHOLE.map(str)), min_size=1, max_size=1)
    if operator.startswith("version_"):
        return st.lists(VERSION, min_size=1, max_size=1)
    return st.one_of(st.lists(TEXT, min_size=1, max_size=3), st.lists(WHOLE, min_size=1, max_size=3))


RULE = {"name": st.text(LETTERS, min_size=1, max_size=12), "pass_percentage": PERCENT}
TARGETING = {
    "conditions": st.lists(conditions(), max_size=2),
    "environments": st.lists(st.sampled_from(["development", "staging", "production", "qa"]), max_size=3),
}
RETURN_VALUE = st.one_of(
    st.fixed_dictionaries({}, optional={"return_value": OBJECT}),
    OBJECT.map(lambda value: {"return_value_json5": json5(value)}),
    OBJECT.map(lambda value: {"return_value": value, "return_value_json5": json5(value)}),
)


def _with_return_value(
    required: Mapping[str, SearchStrategy[Json]], optional: Mapping[str, SearchStrategy[Json]]
) -> SearchStrategy[Json]:
    return st.builds(
        lambda rule, value: rule | value, st.fixed_dictionaries(dict(required), optional=dict(optional)), RETURN_VALUE
    )


VARIANT = _with_return_value(RULE, {})
CONFIG_RULE = _with_return_value(
    {"name": RULE["name"]},
    {
        "pass_percentage": PERCENT,
        **TARGETING,
        "variants": st.lists(VARIANT, max_size=2, unique_by=lambda variant: variant["name"]),
    },
)
SCHEMAS = st.sampled_from([{"type": "object"}, {"minProperties": 0}, {"type": "object", "title": "Limits"}, {}])
DEFAULTS = {
    "string": TEXT,
    "number": st.one_of(WHOLE, PERCENT),
    "boolean": st.booleans(),
    "object": OBJECT,
    "array": st.lists(SCALAR, max_size=2),
}
# Only objects have schemas.
PARAMETER = st.sampled_from([*DEFAULTS, *["object"] * 4]).flatmap(
    lambda type_: st.fixed_dictionaries(
        {"name": TEXT, "type": st.just(type_), "default_value": DEFAULTS[type_]},
        optional={"description": TEXT} | ({"schema": SCHEMAS.map(json.dumps)} if type_ == "object" else {}),
    )
)

CRITERION = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["value", "metadata", "user", "user_custom"]),
        "condition": st.sampled_from(["in", "=", ">", "is_null", "sql_filter", "is_true"]),
        "target_values": st.lists(TEXT, min_size=1, max_size=2),
    },
    optional={"column": TEXT, "null_vacuous_override": st.booleans()},
)

BY_NESTED_TYPE: dict[type[NestedType], SearchStrategy[Json]] = {
    MetricCriterion: CRITERION,
    Condition: conditions(),
    Rule: st.fixed_dictionaries(RULE, optional=TARGETING),
    Variant: VARIANT,
    ConfigRule: CONFIG_RULE,
    LayerParameter: PARAMETER,
    ColumnMapping: st.fixed_dictionaries(
        {"event_name": TEXT, "timestamp": TEXT},
        optional={
            "unit_id": TEXT,
            "ids": st.dictionaries(WORD, WORD, max_size=2),
            "metadata": st.dictionaries(WORD, WORD, max_size=2),
            "metadata_object": TEXT,
            "event_value": TEXT,
        },
    ),
}
# All values have the same permissions: what a program omits is no difference.
BY_NESTED_TYPE[RolePermissions] = st.fixed_dictionaries(
    {name: st.booleans() for name in ("create_configs", "approve_reviews")}
    | {"more_permissions": st.fixed_dictionaries({"a permission of 2030": st.booleans()})}
)
BY_NAME: dict[str, SearchStrategy[Json]] = {
    "team": st.sampled_from(["Core", "Growth"]),
    "team_id": st.sampled_from(["core-team", "growth-team"]),
    "schema": SCHEMAS.map(json.dumps),
    "schema_json5": SCHEMAS.map(json5),
    "default_value_json5": OBJECT.map(json5),
    "return_value_json5": OBJECT.map(json5),
    # A time in the past would mean now.
    "scheduled_start": st.datetimes(datetime(2090, 1, 1), datetime(2099, 1, 1)).map(
        lambda time: f"{time.isoformat(timespec='seconds')}Z"
    ),
    # Rules that do not exist, and whose places form no circle with the rule itself.
    "after": WORD.map(lambda word: f"earlier {word}"),
    "before": WORD.map(lambda word: f"later {word}"),
}
GROUPS = st.lists(
    st.deferred(lambda: nested_values(Group)), min_size=1, max_size=3, unique_by=lambda group: group["name"]
).map(lambda groups: [group | {"size": min(group["size"], 33.3)} for group in groups])
SEGMENT_CONDITIONS = st.lists(conditions(types=SEGMENT_CONDITION_TYPES), max_size=2)
SEGMENT_RULES = st.lists(
    st.fixed_dictionaries(RULE, optional=TARGETING | {"conditions": SEGMENT_CONDITIONS}),
    min_size=1,
    max_size=3,
    unique_by=lambda rule: rule["name"],
)
FLAGS_OF_ENVIRONMENTS = {
    "requires_review": st.booleans(),
    "requires_release_pipeline": st.booleans(),
}


def _environment(name: str) -> SearchStrategy[Json]:
    fixed = {"name": st.just(name), "is_production": st.just(name == "production")}
    return st.fixed_dictionaries(fixed | FLAGS_OF_ENVIRONMENTS, optional={"required_review_group_id": WORD})


def warehouse_metrics() -> SearchStrategy[Json]:
    """Return definitions with every property. The console replaces them as a whole, so two of them differ in values."""
    fields = WarehouseNativeMetric.properties
    return st.fixed_dictionaries({name: property_values(p) for name, p in fields.items() if name != "metric_sources"})


ALERT_METRICS = st.lists(OBJECT, min_size=1, max_size=2)
VARIANTS = st.lists(st.deferred(lambda: nested_values(AutotuneVariant)), min_size=2, max_size=2).map(
    lambda variants: [variant | {"name": name} for name, variant in zip("AB", variants, strict=True)]
)
BY_PROPERTY: dict[tuple[str, str], SearchStrategy[Json]] = {
    ("Key", "primary_target_app"): st.sampled_from(["Web", "iOS"]),
    ("Key", "secondary_target_apps"): st.sampled_from([["Web"], ["iOS"], ["Web", "iOS"]]),
    ("Key", "description"): TEXT,
    ("Environments", "environments"): st.tuples(
        *map(_environment, ("development", "staging", "production")),
        st.lists(st.sampled_from(["qa", "a b/ü"]).flatmap(_environment), max_size=1),
    ).map(lambda drawn: [*drawn[:3], *drawn[3]]),
    ("GateRule", "gate_id"): st.just(GATE),
    ("DynamicConfigRule", "dynamic_config_id"): st.just(CONFIG),
    ("GateOverrides", "gate_id"): st.just(GATE),
    ("ExperimentOverrides", "experiment_id"): st.just(EXPERIMENT),
    ("LayerOverrides", "layer_id"): st.just(LAYER),
    ("HoldoutOverrides", "holdout_id"): st.just(HOLDOUT),
    ("AutotuneOverrides", "autotune_id"): st.just(AUTOTUNE),
    ("Experiment", "status"): st.sampled_from(["setup", "active", "archived"]),
    ("Experiment", "groups"): GROUPS,
    ("Experiment", "control_group"): st.sampled_from(["Control", "Test"]),
    # Always the same keys: a refresh keeps those that the program declares, and no update adds others.
    ("Metric", "metric_events"): st.lists(
        st.fixed_dictionaries({"name": WORD, "type": st.sampled_from(["count", "value"])}), min_size=1, max_size=2
    ),
    ("Metric", "percentile"): st.sampled_from([0.001, 0.5, 0.95, 0.999]),
    ("Metric", "warehouse_native"): st.deferred(warehouse_metrics),
    ("Metric", "funnel_event_list"): st.lists(
        st.fixed_dictionaries({"name": WORD, "type": st.sampled_from(["event_dau", "event_user"])}),
        min_size=2,
        max_size=3,
    ),
    ("Alert", "metrics"): ALERT_METRICS,
    ("Autotune", "variants"): VARIANTS,
    ("Autotune", "winner"): st.sampled_from(["A", "B"]),
    ("MetricSource", "all_columns"): st.lists(WORD, min_size=2, max_size=2),
    ("QualifyingEvent", "all_columns"): st.lists(WORD, min_size=2, max_size=2),
    ("MetricSource", "column_types"): st.lists(WORD, min_size=2, max_size=2),
    ("QualifyingEvent", "column_types"): st.lists(WORD, min_size=2, max_size=2),
    ("IngestionSource", "type"): st.sampled_from(["redshift", "bigquery-v2", "s3"]),
    ("IngestionSource", "dataset"): st.just("Events"),
    ("SegmentIDs", "segment_id"): st.just(SEGMENT),
    ("SegmentIDs", "ids"): st.lists(ID, min_size=1, max_size=3),
    ("SegmentIDs", "ids_file"): st.sampled_from([str(path) for path in ID_FILES]),
    ("Segment", "rules"): SEGMENT_RULES,
    ("Segment", "conditions"): SEGMENT_CONDITIONS,
    # Only these have a property that an update can change.
    ("Segment", "type"): st.sampled_from([*["rule_based"] * 4, "id_list", "user_store_id_list", "analysis_list"]),
    ("User", "email"): WORD.map(lambda word: f"{word}@example.com"),
}
"""Values of a property of one resource, by kind and name."""
