"""Matching: live items are paired with declared ones, and live values written as a program declares them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsig_pulumi.json_values import NONE
from statsig_pulumi.resources.types.conditions import Condition
from statsig_pulumi.resources.types.rules import Rule, Variant
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.diff import is_same
from statsig_pulumi.schema.matching import add_computed, drop_computed, keep_live_values, match_items, to_inputs
from statsig_pulumi.schema.options import computed, optional
from statsig_pulumi.schema.properties import MapProp, NestedType, Prop, declare_properties

RULES = REGISTRY["Gate"].properties["rules"]
CONFIG_RULES = REGISTRY["DynamicConfig"].properties["rules"]
TEAM = REGISTRY["Gate"].properties["team"]
TAGS = REGISTRY["Gate"].properties["tags"]


def rule(name: str, share: float = 10, **more: Any) -> dict[str, Any]:
    return {"name": name, "pass_percentage": share} | more


def live_rule(name: str, share: float = 10, **more: Any) -> dict[str, Any]:
    """A decoded rule: it has every readable property."""
    base = more.pop("base", f"base-{name}")
    found = dict.fromkeys(Rule.properties) | rule(name, share)
    return found | {"conditions": [], "id": f"{base}:{share}:1", "base_id": base} | more


def names(items: list[Any]) -> list[Any]:
    return [item and item["name"] for item in items]


# -- matching


@pytest.mark.parametrize(
    ("expected", "declared", "live"),
    [
        (["a", "b"], [rule("a"), rule("b")], [rule("a"), rule("b")]),
        (["b", "a"], [rule("b"), rule("a")], [rule("a"), rule("b")]),
        (["a", None, "b"], [rule("a"), rule("new", 99), rule("b")], [rule("a"), rule("b")]),
        ([None, "a", "b"], [rule("new"), rule("a"), rule("b")], [rule("a"), rule("b")]),
        (["b"], [rule("b")], [rule("a"), rule("b")]),
        (["a"], [rule("renamed")], [rule("a")]),
        (["a"], [rule("renamed", 99)], [rule("a")]),
        (["b", "a"], [rule("renamed", 20), rule("a")], [rule("a", 10), rule("b", 20)]),
        ([None, None], [rule("x", 1), rule("y", 2)], [rule("a", 3), rule("b", 4)]),
        ([None, None], [rule("x", 10), rule("y", 10)], [rule("a", 10), rule("b", 10)]),
        ([], [], [rule("a")]),
        ([None], [rule("a")], []),
    ],
)
def test_rules_match_by_name_or_else_as_a_rename(expected: Any, declared: Any, live: Any) -> None:
    assert expected == names(match_items(Rule, declared, live))


def test_a_rename_is_found_after_an_inserted_rule() -> None:
    assert names(match_items(Rule, [rule("new", 99), rule("renamed", 10)], [rule("a", 10)])) == [None, "a"]


def test_items_without_an_identity_match_by_position() -> None:
    conditions = [{"type": "country"}, {"type": "public"}]
    assert [conditions[0], conditions[1], None] == match_items(Condition, [{}, {}, {}], conditions)


def test_no_live_rule_matches_two_declared_ones() -> None:
    found = match_items(Rule, [rule("x"), rule("y"), rule("a")], [rule("a"), rule("b")])
    assert names(found).count("a") == 1
    assert names(found).count("b") <= 1


# -- inputs of a live object


@pytest.mark.parametrize(
    ("expected", "before", "live"),
    [
        # Nothing changed: as the program wrote it.
        ([rule("a")], [rule("a")], [live_rule("a")]),
        # Undeclared properties are omitted.
        ([rule("a")], [rule("a")], [live_rule("a", environments=["production"])]),
        # Declared properties have their live value.
        ([rule("a", 50)], [rule("a")], [live_rule("a", 50, environments=["production"])]),
        (
            [rule("a", environments=["staging"])],
            [rule("a", environments=["production"])],
            [live_rule("a", environments=["staging"])],
        ),
        ([rule("a", environments=[])], [rule("a", environments=["production"])], [live_rule("a")]),
        # A rule that was added in the console has all its settable properties.
        (
            [rule("a"), rule("new", 5, environments=["production"])],
            [rule("a")],
            [live_rule("a"), live_rule("new", 5, environments=["production"])],
        ),
        ([rule("b", 20)], [rule("a"), rule("b", 20)], [live_rule("b", 20)]),
        ([rule("b", 20), rule("a")], [rule("a"), rule("b", 20)], [live_rule("b", 20), live_rule("a")]),
        ([rule("renamed")], [rule("a")], [live_rule("renamed")]),
        ([], [rule("a")], []),
        ([], [rule("a")], None),
    ],
)
def test_live_rules_become_inputs_in_the_form_of_the_declared_ones(expected: Any, before: Any, live: Any) -> None:
    assert expected == to_inputs(RULES, before, live)


@pytest.mark.parametrize(
    ("expected", "before", "live"),
    [
        ("Growth", "Checkout", "Growth"),
        (NONE, "Checkout", None),
        (NONE, NONE, None),
        ("", "", None),
        ("Growth", NONE, "Growth"),
    ],
)
def test_a_nullable_text_becomes_an_input(expected: Any, before: Any, live: Any) -> None:
    assert expected == to_inputs(TEAM, before, live)


@pytest.mark.parametrize(
    ("expected", "name", "before", "live"),
    [
        (["a"], "tags", ["a", "b"], ["a"]),
        ([], "tags", ["a", "b"], None),
        ("", "description", "x", None),
        (True, "is_enabled", True, None),
        (False, "is_enabled", True, False),
    ],
)
def test_plain_values_become_inputs(expected: Any, name: str, before: Any, live: Any) -> None:
    # A boolean or a number that the API omits is not known to have changed.
    assert expected == to_inputs(REGISTRY["Gate"].properties[name], before, live)


class Part(NestedType):
    size: Prop[int] = optional()
    made_by: Prop[str] = computed()


class Whole:
    parts: MapProp[Part] = optional()


@pytest.mark.parametrize(
    ("expected", "before", "live"),
    [
        ({"a": {"size": 1}}, None, {"a": {"size": 1, "made_by": "Ana"}}),
        ({"a": {"size": 2}, "b": {"size": 3}}, {"a": {"size": 1}}, {"a": {"size": 2}, "b": {"size": 3}}),
        ({"a": {"size": 1}}, {"a": {"size": 1}}, {"a": {"size": 1, "made_by": "Ana"}}),
        ({}, {"a": {"size": 1}}, None),
    ],
)
def test_a_map_of_nested_values_becomes_inputs(expected: Any, before: Any, live: Any) -> None:
    assert expected == to_inputs(declare_properties(Whole)["parts"], before, live)


def test_an_equal_target_value_keeps_the_form_of_the_program() -> None:
    written = [rule("a", conditions=[{"type": "user_id", "operator": "any", "target_value": ["31"]}])]
    live = {"type": "user_id", "operator": "any", "target_value": [31], "field": None, "custom_id": None}
    assert written == to_inputs(RULES, written, [live_rule("a", conditions=[live])])
    drifted = to_inputs(RULES, written, [live_rule("a", conditions=[live | {"target_value": [32]}])])
    assert drifted == [rule("a", conditions=[{"type": "user_id", "operator": "any", "target_value": [32]}])]


@pytest.mark.parametrize(
    "written",
    [
        rule("a", conditions=[]),
        rule("a", environments=[]),
        rule("a", conditions=[{"type": "public", "operator": ""}]),
        rule("a", conditions=[{"type": "public", "target_value": []}]),
    ],
)
def test_an_explicit_empty_value_stays_declared(written: dict[str, Any]) -> None:
    assert [written] == drop_computed(RULES, [written])


def test_dropping_computed_properties_drops_ids() -> None:
    assert [rule("a")] == drop_computed(RULES, [rule("a", id="a:10:1", base_id="a")])


TEXT = st.sampled_from(["a", "b", "c", "d", "e"])
SHARE = st.integers(0, 100)
ENVIRONMENTS = st.lists(st.sampled_from(["production", "staging"]), min_size=1, unique=True).map(sorted)
CONDITION = st.fixed_dictionaries(
    {"type": st.sampled_from(["country", "user_id"]), "target_value": st.lists(TEXT | SHARE, min_size=1, max_size=2)},
    optional={"operator": st.sampled_from(["any", "none", NONE]), "field": TEXT},
)


def rules(least_conditions: int = 1) -> st.SearchStrategy[Any]:
    conditions = st.lists(CONDITION, min_size=least_conditions, max_size=2)
    item = st.fixed_dictionaries(
        {"name": TEXT, "pass_percentage": SHARE}, optional={"conditions": conditions, "environments": ENVIRONMENTS}
    )
    return st.lists(item, max_size=4, unique_by=lambda one: one["name"])


def make_live(values: Any) -> Any:
    """The decoded live rules after a create with these values."""
    body = [
        encoded | {"id": f"r{i}", "baseID": f"r{i}"}
        for i, encoded in enumerate(codec.encode({"r": RULES}, {"r": values})["rules"])
    ]
    return codec.decode({"r": RULES}, {"rules": body})["r"]


@given(rules(0), rules(0))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_inputs_of_a_live_value_are_the_same_as_the_live_value(before: Any, live_values: Any) -> None:
    live = make_live(live_values)
    assert is_same(RULES, live, to_inputs(RULES, before, live))


@given(rules(0), rules(0))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_inputs_of_a_live_value_stay_the_same_on_a_second_read(before: Any, live_values: Any) -> None:
    live = make_live(live_values)
    once = to_inputs(RULES, before, live)
    assert once == to_inputs(RULES, once, live)


@given(rules(), rules())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_matching_does_not_change_its_arguments(before: Any, live_values: Any) -> None:
    live = make_live(live_values)
    kept = repr((before, live))
    to_inputs(RULES, before, live)
    keep_live_values(RULES, before, None, live)
    assert kept == repr((before, live))


# -- ids


def test_ids_of_live_rules_are_added_to_declared_ones() -> None:
    shown = add_computed(RULES, [rule("b"), rule("new", 1)], [live_rule("a"), live_rule("b")])
    assert [rule("b", id="base-b:10:1", base_id="base-b"), rule("new", 1)] == shown


def test_no_ids_are_added_without_live_rules() -> None:
    assert [rule("a")] == add_computed(RULES, [rule("a")], None)
    assert add_computed(TAGS, ["x"], ["x"]) == ["x"]


def get_kept_ids(new: list[Any], before: list[Any], live: list[Any]) -> list[Any]:
    return [item.get("base_id") for item in keep_live_values(RULES, new, before, live)]


DUTCH = {"type": "country", "operator": "any", "target_value": ["NL"]}
A, B = live_rule("a"), live_rule("b", 20)
BEFORE = [rule("a", id=A["id"], base_id="base-a"), rule("b", 20, id=B["id"], base_id="base-b")]


def test_a_renamed_and_edited_rule_after_a_new_one_is_found_by_its_conditions() -> None:
    live = [live_rule("a", conditions=[DUTCH | {"field": None, "custom_id": None}]), B]
    before = [BEFORE[0] | {"conditions": [DUTCH]}, BEFORE[1]]
    new = [rule("new", 5, conditions=[{"type": "public"}]), rule("renamed", 55, conditions=[DUTCH]), rule("b", 20)]
    assert get_kept_ids(new, before, live) == [None, "base-a", "base-b"]


@pytest.mark.parametrize(
    ("expected", "new"),
    [
        (["base-a", "base-b"], [rule("a", 99), rule("b", 98)]),
        (["base-b", "base-a"], [rule("b", 20), rule("a")]),
        (["base-a", None, "base-b"], [rule("a"), rule("new", 5), rule("b", 20)]),
        (["base-b"], [rule("b", 20)]),
        (["base-a", "base-b"], [rule("renamed"), rule("b", 20)]),
        (["base-a", "base-b"], [rule("a"), rule("renamed", 77)]),
        ([None, "base-a", "base-b"], [rule("new", 1), rule("a"), rule("b", 20)]),
        ([None, "base-b"], [rule("new", 1, conditions=[DUTCH]), rule("b", 20)]),
    ],
)
def test_a_rule_keeps_its_id_when_it_is_edited_reordered_or_renamed(expected: list[str | None], new: list[Any]) -> None:
    assert expected == get_kept_ids(new, BEFORE, [A, B])


def test_a_rule_that_was_renamed_in_the_console_keeps_its_id() -> None:
    assert get_kept_ids(BEFORE_NAMES, BEFORE, [live_rule("console", base="base-a"), B]) == ["base-a", "base-b"]


BEFORE_NAMES = [rule("a", 50), rule("b", 20)]


def test_live_values_are_kept_only_for_undeclared_properties() -> None:
    live = live_rule("a", environments=["production"], pending_automated_rollouts=[{"time": 1, "pass_percent": 2}])
    (kept,) = keep_live_values(RULES, [rule("a", 50)], [rule("a", base_id="base-a")], [live])
    assert (
        kept["environments"],
        kept["pending_automated_rollouts"],
        kept["pass_percentage"],
    ) == (["production"], [{"time": 1, "pass_percent": 2}], 50)
    (kept,) = keep_live_values(RULES, [rule("a", environments=[])], [rule("a", base_id="base-a")], [live])
    assert kept["environments"] == []


def test_an_empty_id_is_not_sent_back() -> None:
    (kept,) = keep_live_values(RULES, [rule("a")], [], [live_rule("a", id="", base="")])
    assert rule("a") == kept


def test_rules_without_a_base_id_keep_their_id_by_name() -> None:
    live = [dict(A, base_id=None), dict(B, base_id=None)]
    before = [{key: value for key, value in item.items() if key != "base_id"} for item in BEFORE]
    kept = keep_live_values(RULES, [rule("a", 11), rule("b", 21)], before, live)
    assert [A["id"], B["id"]] == [item["id"] for item in kept]


def test_variants_inside_rules_keep_their_ids() -> None:
    variants = [{"name": "x", "pass_percentage": 50, "id": "vx"}, {"name": "y", "pass_percentage": 50, "id": "vy"}]
    new = [rule("a", variants=[{"name": "y", "pass_percentage": 60}, {"name": "x", "pass_percentage": 40}])]
    (kept,) = keep_live_values(CONFIG_RULES, new, [rule("a", base_id="base-a")], [live_rule("a", variants=variants)])
    assert [variant["id"] for variant in kept["variants"]] == ["vy", "vx"]
    assert Variant.identity == ("name",)
