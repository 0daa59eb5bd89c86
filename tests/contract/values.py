"""Values for any property, made from its declaration; the tables below hold what only the API's meaning tells.

A new entity gets its values from its types and constraints. An entry is needed only where values
have to fit each other or name something that exists.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic.fields import FieldInfo

from statsig_pulumi import ColumnMapping, Condition, ConfigRule, Group, Variant
from statsig_pulumi.emulator.model.conditions import NUMERIC_OPERATORS, OPERATORS
from statsig_pulumi.json_values import NONE
from statsig_pulumi.resources.tag import CORE
from statsig_pulumi.resources.types.rules import Rule
from statsig_pulumi.schema.codec import normalize
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.diff import is_same
from statsig_pulumi.schema.properties import NestedType, Property

from .ground import CONFIG, EXPERIMENT, GATE

Json = Any
Values = dict[str, Json]

LETTERS = st.sampled_from(string.ascii_letters + string.digits + string.punctuation + " é★日😀")
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
SPECIAL = (NONE, CORE)
"""Texts that mean something, which hypothesis finds in the source and tries."""
TEXT = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: text not in SPECIAL)
WORD = st.from_regex(r"[a-z][a-z0-9_]{2,11}", fullmatch=True)
WHOLE = st.integers(-(2**40), 2**40)
PERCENT = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
MILLISECONDS = st.integers(1_500_000_000_000, 2_000_000_000_000)
SCALAR = st.one_of(TEXT, WHOLE, st.booleans(), PERCENT)
OBJECT = st.dictionaries(
    WORD, st.one_of(SCALAR, st.lists(SCALAR, max_size=2), st.dictionaries(WORD, SCALAR, max_size=2)), max_size=3
)


def json5(value: Json) -> str:
    return f"// as written\n{json.dumps(value, indent=1, ensure_ascii=False)}"


# -- by type and constraint


def of_type(hint: Any) -> SearchStrategy[Json]:
    """Values of one item of a property."""
    if get_origin(hint) is Annotated:
        item, *constraints = get_args(hint)
        return _constrained(item, constraints)
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(of_type, get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, NestedType):
        return of_part(hint)
    return {str: TEXT, bool: st.booleans(), int: WHOLE, float: PERCENT, Any: SCALAR}[hint]


def _constrained(item: Any, constraints: list[Any]) -> SearchStrategy[Json]:
    known = [fact for found in constraints for fact in (found.metadata if isinstance(found, FieldInfo) else [found])]
    least = next((fact.min_length for fact in known if isinstance(fact, MinLen)), 1)
    most = next((fact.max_length for fact in known if isinstance(fact, MaxLen)), 1000)
    pattern = next((fact.pattern for fact in known if getattr(fact, "pattern", None)), None)
    if pattern:
        return st.from_regex(pattern, fullmatch=True, alphabet=PRINTABLE).filter(
            lambda text: least <= len(text) <= most
        )
    if item is str:
        return st.one_of(
            st.text(LETTERS, min_size=least, max_size=12).filter(lambda text: text not in SPECIAL),
            st.just("x" * most),
        )
    low = next((fact.ge for fact in known if isinstance(fact, Ge)), 0)
    high = next((fact.le for fact in known if isinstance(fact, Le)), 1000)
    if item is int:
        return st.integers(int(low), int(high))
    return st.integers(int(low) * 100, int(high) * 100).map(lambda hundredths: hundredths / 100)


def of_part(nested: type[NestedType]) -> SearchStrategy[Json]:
    """Values of a part: what is required, and some of the rest."""
    if nested in BY_PART:
        return BY_PART[nested]
    settable = {name: p for name, p in nested.properties.items() if p.settable}
    needed = {name: of_property(p) for name, p in settable.items() if p.options.required}
    rest = {name: of_property(p) for name, p in settable.items() if not p.options.required}
    some = st.fixed_dictionaries(needed, optional=rest)
    return some if needed else some.filter(bool)


def of_property(p: Property[Any], kind: str = "") -> SearchStrategy[Json]:
    """Values of a property that are not empty."""
    if (kind, p.name) in BY_PROPERTY:
        return BY_PROPERTY[kind, p.name]
    if p.name in BY_NAME:
        return BY_NAME[p.name]
    item = of_part(p.nested) if p.nested else of_type(p.item)
    match p.many:
        case "list":
            by = p.nested.identified if p.nested is not None and p.nested.identity else None
            return st.lists(item, min_size=1, max_size=3, unique_by=by)
        case "map":
            return OBJECT.filter(bool) if p.item is Any else st.dictionaries(WORD, item, min_size=1, max_size=2)
        case _:
            return item


def empties(p: Property[Any], declaration: Declaration) -> list[Json]:
    """The explicit empty values that the package takes for a property."""
    found = [NONE] if p.nullable else []
    found += {"list": [[]], "map": [{}]}.get(p.many, [""])
    rest = beside({}, declaration.kind, p.name)
    return [v for v in found if not p.options.required and valid(declaration, rest | {p.name: v}, only=p.name)]


# -- what only the API's meaning tells


@st.composite
def conditions(draw: st.DrawFn, with_: str = "") -> Values:
    """Any condition, or one that has a property of this name."""
    kinds = {"field": ["custom_field"], "custom_id": ["unit_id"]}.get(
        with_, sorted(kind for kind, operators in OPERATORS.items() if operators is not None)
    )
    kind = draw(st.sampled_from(kinds))
    if kind == "public":
        return {"type": kind}
    if not OPERATORS[kind]:
        return {"type": kind, "target_value": [draw(WORD)]}
    operator = draw(st.sampled_from(OPERATORS[kind]))
    value: Values = {"type": kind, "operator": operator}
    if kind == "custom_field":
        value["field"] = draw(TEXT)
    if kind == "unit_id":
        value["custom_id"] = draw(TEXT)
    if operator not in ("is_null", "is_not_null"):
        value["target_value"] = draw(_targets(kind, operator))
    return value


def _targets(kind: str, operator: str) -> SearchStrategy[Json]:
    if kind == "time" or operator in ("before", "after", "on"):
        return st.lists(MILLISECONDS, min_size=1, max_size=1)
    if operator in NUMERIC_OPERATORS:
        return st.lists(st.one_of(WHOLE, PERCENT, WHOLE.map(str)), min_size=1, max_size=1)
    if operator.startswith("version_"):
        return st.lists(st.from_regex(r"[1-9]\.[0-9]{1,2}(\.[0-9])?", fullmatch=True), min_size=1, max_size=1)
    return st.one_of(st.lists(TEXT, min_size=1, max_size=3), st.lists(WHOLE, min_size=1, max_size=3))


RULE = {"name": st.text(LETTERS, min_size=1, max_size=12), "pass_percentage": PERCENT}
TARGETING = {
    "conditions": st.lists(conditions(), max_size=2),
    "environments": st.lists(st.sampled_from(["development", "staging", "production", "qa"]), max_size=3),
}
ONE_VALUE = st.one_of(
    st.fixed_dictionaries({}, optional={"return_value": OBJECT}),
    OBJECT.map(lambda value: {"return_value_json5": json5(value)}),
    OBJECT.map(lambda value: {"return_value": value, "return_value_json5": json5(value)}),
)


def _with_value(
    required: Mapping[str, SearchStrategy[Json]], optional: Mapping[str, SearchStrategy[Json]]
) -> SearchStrategy[Json]:
    return st.builds(
        lambda rule, value: rule | value, st.fixed_dictionaries(dict(required), optional=dict(optional)), ONE_VALUE
    )


VARIANT = _with_value(RULE, {})
CONFIG_RULE = _with_value(
    {"name": RULE["name"]},
    {
        "pass_percentage": PERCENT,
        **TARGETING,
        "variants": st.lists(VARIANT, max_size=2, unique_by=lambda variant: variant["name"]),
    },
)
SCHEMAS = st.sampled_from([{"type": "object"}, {"minProperties": 0}, {"type": "object", "title": "Limits"}, {}])

BY_PART: dict[type[NestedType], SearchStrategy[Json]] = {
    Condition: conditions(),
    Rule: st.fixed_dictionaries(RULE, optional=TARGETING),
    Variant: VARIANT,
    ConfigRule: CONFIG_RULE,
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
BY_NAME: dict[str, SearchStrategy[Json]] = {
    "team": st.sampled_from(["Core", "Growth"]),
    "team_id": st.sampled_from(["core-team", "growth-team"]),
    "schema": SCHEMAS.map(json.dumps),
    "schema_json5": SCHEMAS.map(json5),
    "default_value_json5": OBJECT.map(json5),
    "return_value_json5": OBJECT.map(json5),
}
GROUPS = st.lists(
    st.deferred(lambda: of_part(Group)), min_size=1, max_size=3, unique_by=lambda group: group["name"]
).map(lambda groups: [group | {"size": min(group["size"], 33.3)} for group in groups])
BY_PROPERTY: dict[tuple[str, str], SearchStrategy[Json]] = {
    ("GateRule", "gate_id"): st.just(GATE),
    ("DynamicConfigRule", "dynamic_config_id"): st.just(CONFIG),
    ("GateOverrides", "gate_id"): st.just(GATE),
    ("ExperimentOverrides", "experiment_id"): st.just(EXPERIMENT),
    ("Experiment", "status"): st.sampled_from(["setup", "active", "archived"]),
    ("Experiment", "groups"): GROUPS,
    ("Experiment", "control_group"): st.sampled_from(["Control", "Test"]),
    ("MetricSource", "all_columns"): st.lists(WORD, min_size=2, max_size=2),
    ("MetricSource", "column_types"): st.lists(WORD, min_size=2, max_size=2),
    ("IngestionSource", "type"): st.sampled_from(["redshift", "bigquery-v2", "s3"]),
    ("IngestionSource", "dataset"): st.just("Events"),
    ("User", "email"): WORD.map(lambda word: f"{word}@example.com"),
}
"""Values of one property of one entity, by kind and name."""
ALSO_NEEDED: dict[str, dict[str, SearchStrategy[Json]]] = {"MetricSource": {"sql": TEXT}}
"""One of several ways to say what has to be said."""
BESIDES: dict[tuple[str, str], Values] = {
    ("Experiment", "decision_reason"): {"status": "abandoned"},
    ("Experiment", "reset_trigger"): {"status": "active"},
    ("MetricSource", "skip_validation"): {"all_columns": ["a", "b"], "column_types": ["INT", "INT"]},
    ("MetricSource", "all_columns"): {"skip_validation": True, "column_types": ["INT", "INT"]},
    ("MetricSource", "column_types"): {"skip_validation": True, "all_columns": ["a", "b"]},
    ("MetricSource", "table_name"): {"source_type": "table", "sql": None},
    ("MetricSource", "date_partition_column"): {"source_type": "table", "table_name": "events", "sql": None},
}
"""What has to be declared with a property, for it to mean something; None stands for what must not be."""
NEVER_ALONE = {
    ("Experiment", "launched_group"): "is set by the decision alone",
    ("IngestionSource", "type"): "tells it apart",
    ("IngestionSource", "dataset"): "tells it apart",
    ("IngestionSource", "source_name"): "tells it apart",
    ("IngestionSource", "use_delta_sharing"): "can only be true",
    ("IngestionSchedule", "dataset"): "tells it apart",
    ("MetricSource", "source_type"): "decides what else has to be declared",
    ("GateOverrides", "gate_id"): "is what it belongs to",
    ("GateRule", "gate_id"): "is what it belongs to",
    ("DynamicConfigRule", "dynamic_config_id"): "is what it belongs to",
    ("ExperimentOverrides", "experiment_id"): "is what it belongs to",
}
"""Properties whose change by itself says nothing."""


# -- a whole entity


def plain_property(declaration: Declaration, *, but: str = "") -> str:
    """A property that any object can have, and that a program and a console user can change."""
    found = [
        name
        for name, p in declaration.inputs.items()
        if p.sent and p.readable and p.action is None and not p.options.replace_on_changes
    ]
    return next((name for name in sorted(found, key=lambda name: name != "name") if name != but), "")


def required(declaration: Declaration) -> dict[str, SearchStrategy[Json]]:
    needed = {name: of_property(p, declaration.kind) for name, p in declaration.inputs.items() if p.options.required}
    return needed | ALSO_NEEDED.get(declaration.kind, {})


def valid(declaration: Declaration, values: Values, *, only: str = "") -> bool:
    """Whether the package takes these values; of ``only`` one property, where that is given."""
    lifecycle = declaration.cls.lifecycle(declaration, client=None)
    _, problems = lifecycle.check(values, new=False)
    return not [problem for problem in problems if problem.place.startswith(only)]


@st.composite
def some(draw: st.DrawFn, declaration: Declaration, *, empty: bool = True) -> Values:
    """Any valid inputs: some of the properties, empty ones among them."""
    values = draw(st.fixed_dictionaries(required(declaration)))
    optional = [name for name in declaration.inputs if name not in values]
    for name in draw(st.lists(st.sampled_from(optional), unique=True, max_size=8)) if optional else []:
        p = declaration.inputs[name]
        filled = of_property(p, declaration.kind)
        nothing = empties(p, declaration) if empty else []
        added = values | {name: draw(st.one_of(filled, st.sampled_from(nothing)) if nothing else filled)}
        values = added if valid(declaration, added) else values
    return values


@st.composite
def all_of(draw: st.DrawFn, declaration: Declaration, *, backwards: bool = False) -> Values:
    """Every property that goes with the others; backwards, the last of those that exclude each other."""
    values = draw(st.fixed_dictionaries(required(declaration)))
    names = [name for name in declaration.inputs if name not in values]
    for name in reversed(names) if backwards else names:
        added = values | {name: draw(of_property(declaration.inputs[name], declaration.kind))}
        values = added if valid(declaration, added) else values
    return values


@st.composite
def two_versions(draw: st.DrawFn, declaration: Declaration) -> tuple[Values, Values]:
    """Any two programs for one object."""
    before, after = draw(st.tuples(some(declaration), some(declaration)))
    assume(becomes(declaration, before, after))
    for name, p in declaration.inputs.items():
        if p.options.replace_on_changes:  # another one would need a new object
            after.pop(name, None)
            after |= {name: before[name]} if name in before else {}
    return before, after


def beside(rest: Values, kind: str, name: str) -> Values:
    """The rest of a program that declares one property."""
    return {n: value for n, value in (rest | BESIDES.get((kind, name), {})).items() if value is not None and n != name}


def becomes(declaration: Declaration, before: Values, after: Values) -> bool:
    """Whether the one can become the other; an experiment that says nothing of its status is in setup."""
    changed = [name for name in after if before.get(name) != after[name]]
    return not list(declaration.cls.validate_change({"status": "setup"} | before, after, changed))


@st.composite
def changes_of(draw: st.DrawFn, declaration: Declaration, name: str) -> tuple[Values, Values]:
    """Inputs, and the same with one property changed."""
    p = declaration.inputs[name]
    before, after = draw(st.tuples(*[of_property(p, declaration.kind)] * 2).filter(lambda two: _differ(p, *two)))
    rest = draw(st.fixed_dictionaries({n: s for n, s in required(declaration).items() if n != name}))
    rest = beside(rest, declaration.kind, name)
    assume(becomes(declaration, rest | {name: before}, rest | {name: after}))
    assume(becomes(declaration, rest | {name: after}, rest | {name: before}))
    return rest | {name: before}, rest | {name: after}


@st.composite
def with_one(draw: st.DrawFn, declaration: Declaration, name: str) -> Values:
    """Inputs that declare one property besides those that have to be."""
    rest = draw(st.fixed_dictionaries({n: s for n, s in required(declaration).items() if n != name}))
    rest = beside(rest, declaration.kind, name)
    return rest | {name: draw(of_property(declaration.inputs[name], declaration.kind))}


def _differ(p: Property[Any], before: Json, after: Json) -> bool:
    return not is_same(p, normalize(p, before), normalize(p, after))
