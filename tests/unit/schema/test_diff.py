"""Diff: changes of declared properties, and properties that are released."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.diff import Changes, find_changes, is_same

NOTHING = Changes()


def gate(olds: dict[str, Any], news: dict[str, Any], before: list[str] | None = None, kind: str = "Gate") -> Changes:
    """Changes from outputs to inputs, both normalised as by ``check`` and ``decode``."""
    properties = REGISTRY[kind].properties
    olds, news = ({name: codec.normalize(properties[name], v) for name, v in values.items()} for values in (olds, news))
    return find_changes(properties, sorted(news) if before is None else before, olds, news)


def rule(**values: Any) -> dict[str, Any]:
    return {"name": "r", "pass_percentage": 10} | values


def condition(*targets: Any, **values: Any) -> dict[str, Any]:
    return {"type": "custom_field", "field": "f", "operator": "any", "target_value": list(targets)} | values


def ruled(*conditions: Any) -> dict[str, Any]:
    return {"rules": [rule(conditions=list(conditions))]}


@pytest.mark.parametrize(
    ("olds", "news"),
    [
        ({}, {}),
        ({"name": "a"}, {"name": "a"}),
        ({"name": "a", "description": "of the console", "rules": [rule()]}, {"name": "a"}),
        ({"tags": ["a", "b"]}, {"tags": ["b", "a", "b"]}),
        ({"target_apps": ["a", "b"]}, {"target_apps": ["b", "a"]}),
        ({"rules": [rule(environments=["b", "a"])]}, {"rules": [rule(environments=["a", "b"])]}),
        ({"rules": [rule(pass_percentage=3)]}, {"rules": [rule(pass_percentage=3.0)]}),
        ({"rules": [rule(id="r1", base_id="r", completed_automated_rollouts=[])]}, {"rules": [rule()]}),
        ({"rules": [rule(environments=None)]}, {"rules": [rule(environments=[])]}),
        ({"rules": [rule(conditions=None)]}, {"rules": [rule(conditions=[])]}),
        (ruled(condition(31)), ruled(condition("31"))),
        (ruled(condition("a", "b")), ruled(condition("b", "a"))),
        (ruled(condition(2, "a", "2", operator="none")), ruled(condition("a", 2, operator="none"))),
        (ruled(condition(31)), ruled(condition(31.0))),
        (ruled(condition("31", operator="gt")), ruled(condition(31, operator="gt"))),
        (ruled(condition(31.5, operator="gt")), ruled(condition("31.50", operator="gt"))),
        (ruled({"type": "public", "operator": None}), ruled({"type": "public", "operator": NONE})),
        (ruled({"type": "public", "operator": None}), ruled({"type": "public", "operator": ""})),
        ({"owner": None}, {}),
        ({"version": 3}, {}),
        ({"description": "a"}, {"description": " a\n"}),
        ({"rules": [rule(name="r")]}, {"rules": [rule(name=" r ")]}),
    ],
)
def test_no_change(olds: dict[str, Any], news: dict[str, Any]) -> None:
    assert gate(olds, news) == NOTHING


@pytest.mark.parametrize("name", ["team", "release_pipeline_id"])
@pytest.mark.parametrize("old", [None, "", NONE, [], "absent"])
@pytest.mark.parametrize("new", [None, "", NONE])
def test_null_absent_empty_and_a_declared_none_are_the_same(name: str, old: Any, new: Any) -> None:
    assert gate({} if old == "absent" else {name: old}, {name: new}) == NOTHING


@pytest.mark.parametrize(
    ("expected", "olds", "news"),
    [
        (("name",), {"name": "a"}, {"name": "b"}),
        (("name",), {"name": "a"}, {"name": "A"}),
        (("description",), {}, {"description": "x"}),
        (("description",), {"description": "x"}, {"description": ""}),
        (("description",), {"description": " a"}, {"description": "a"}),
        (("team",), {"team": "x"}, {"team": NONE}),
        (("team",), {"team": NONE}, {"team": "x"}),
        (("tags",), {"tags": ["a"]}, {"tags": []}),
        (("tags",), {"tags": ["a"]}, {"tags": ["a", "b"]}),
        (("tags",), {"tags": ["a", "b"]}, {"tags": ["b"]}),
        (("is_enabled",), {"is_enabled": True}, {"is_enabled": False}),
        (("is_enabled",), {"is_enabled": 1}, {"is_enabled": True}),
        (("is_enabled",), {}, {"is_enabled": False}),
        (("is_launched",), {"is_launched": False}, {"is_launched": True}),
        (("name", "description"), {"name": "a"}, {"description": "x", "name": "b"}),
        (("rules",), {"rules": []}, {"rules": [rule()]}),
        (("rules",), {"rules": [rule()]}, {"rules": []}),
        (("rules",), {"rules": [rule(), rule(name="s")]}, {"rules": [rule(name="s"), rule()]}),
        (("rules",), {"rules": [rule(), rule(name="s")]}, {"rules": [rule()]}),
        (("rules",), {"rules": [rule(pass_percentage=33.33)]}, {"rules": [rule(pass_percentage=33.34)]}),
        (("rules",), {"rules": [rule()]}, {"rules": [rule(environments=["a"])]}),
        (("rules",), {"rules": [rule(environments=["a"])]}, {"rules": [rule(environments=[])]}),
        (("rules",), ruled(condition("a", "b", type="experiment_group")), ruled(condition("b", "a"))),
        (("rules",), ruled(condition("a", "b")), ruled(condition("a", "c"))),
        (("rules",), ruled(condition("31.0")), ruled(condition("31"))),
        (("rules",), ruled(condition("1.10", operator="version_gt")), ruled(condition("1.1", operator="version_gt"))),
        (("rules",), ruled(condition(1), condition(2)), ruled(condition(1))),
        (("rules",), ruled(condition("a")), ruled(condition("a", operator="none"))),
        (("monitoring_metrics",), {"monitoring_metrics": []}, {"monitoring_metrics": [{"name": "m", "type": "user"}]}),
        (("review_settings",), {"review_settings": None}, {"review_settings": {"required_review": False}}),
    ],
)
def test_a_change(expected: tuple[str, ...], olds: dict[str, Any], news: dict[str, Any]) -> None:
    assert Changes(changed=expected) == gate(olds, news)


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (("rules[0].environments",), rule(environments=["a"]), rule()),
        (("rules[0].conditions",), rule(conditions=[condition("a")]), rule()),
        ((), rule(conditions=[condition("a")]), rule(conditions=[{"type": "public"}])),
        ((), rule(environments=["a"]), rule(name="another")),
        ((), rule(id="r", base_id="b"), rule()),
    ],
)
def test_what_a_rule_no_longer_declares_is_released(expected: Any, old: Any, new: Any) -> None:
    assert expected == find_changes(REGISTRY["Gate"].properties, ["rules"], {"rules": [old]}, {"rules": [new]}).released


def test_a_property_that_a_conflicting_one_replaces_is_not_released() -> None:
    properties = REGISTRY["DynamicConfig"].properties
    old = {"rules": [{"name": "r", "return_value": {"a": 1}}]}
    new = {"rules": [{"name": "r", "variants": [{"name": "v", "pass_percentage": 100}]}]}
    assert Changes(changed=("rules",)) == find_changes(properties, ["rules"], old, new)


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (True, {"a": 1, "b": [1.0]}, {"b": [1], "a": 1.0}),
        (False, {"a": 1}, {"a": True}),
        (False, {"a": 1}, {"a": "1"}),
        (False, {"a": 1}, {"a": 1, "b": 2}),
        (False, {"a": [1, 2]}, {"a": [2, 1]}),
        (True, None, {}),
        (False, {"a": 1}, {}),
        (False, {"a": ""}, {"a": []}),
    ],
)
def test_json_values_are_compared_as_json(expected: bool, old: Any, new: Any) -> None:
    assert expected is is_same(REGISTRY["DynamicConfig"].properties["default_value"], old, new)


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (True, '{"type":"object"}', '{ "type": "object" }'),
        (True, '{"type":"object"}', "{type: 'object'}  // as JSON5"),
        (False, '{"type":"object"}', '{"type":"array"}'),
        (False, "{", "[["),
        (True, "{", "{"),
    ],
)
def test_a_schema_is_compared_by_its_content(expected: bool, old: str, new: str) -> None:
    assert expected is is_same(REGISTRY["DynamicConfig"].properties["schema"], old, new)


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (False, "{a: 1}", "{a: 1} // why"),
        (True, "{a: 1}", "{a: 1}"),
    ],
)
def test_a_json5_value_is_compared_as_text_because_comments_are_stored(expected: bool, old: str, new: str) -> None:
    assert expected is is_same(REGISTRY["DynamicConfig"].properties["default_value_json5"], old, new)


@pytest.mark.parametrize("news", [{"team": UNKNOWN}, {"tags": ["a", UNKNOWN]}, {"rules": [rule(name=UNKNOWN)]}])
def test_an_unknown_value_counts_as_changed(news: dict[str, Any]) -> None:
    olds = {"team": "x", "tags": ["a", "b"], "rules": [rule()]}
    assert Changes(changed=tuple(news)) == gate(olds, news)


@pytest.mark.parametrize(
    ("expected", "olds", "news"),
    [
        (("gate_id",), {"gate_id": "a_gate"}, {"gate_id": "b_gate"}),
        (("is_template",), {"is_template": False}, {"is_template": True}),
        ((), {"name": "a"}, {"name": "b"}),
        ((), {"gate_id": "a_gate"}, {"gate_id": "a_gate"}),
    ],
)
def test_only_properties_that_cannot_change_replace_the_object(
    expected: tuple[str, ...], olds: dict[str, Any], news: dict[str, Any]
) -> None:
    assert expected == gate(olds, news).replaces


def test_a_property_that_is_no_longer_declared_is_released_and_not_changed() -> None:
    found = gate({"name": "a", "description": "x"}, {"name": "a"}, before=["description", "name"])
    assert Changes(released=("description",)) == found
    assert found


def test_a_property_of_a_newer_version_is_not_released() -> None:
    assert gate({"name": "a"}, {"name": "a"}, before=["name", "of_a_newer_version"]) == NOTHING


def test_no_change_is_false_and_any_change_is_true() -> None:
    assert not Changes()
    assert Changes(changed=("a",))
    assert Changes(released=("a",))


def test_a_computed_property_is_never_a_change() -> None:
    assert gate({"status": "Launched"}, {"status": "In Progress"}) == NOTHING


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (True, {"owner_name": "Ana", "owner_id": "1"}, {"owner_name": "Ana"}),
        (False, {"owner_name": "Ana"}, {"owner_name": "Ana", "owner_id": "1"}),
        (False, {"owner_name": "Ana"}, {"owner_name": "Bob"}),
        (True, {"owner_name": "Ana"}, {"owner_name": "Ana", "of_a_newer_version": 1}),
        (True, {}, {}),
        (True, None, {}),
        (False, {"owner_name": "Ana"}, {}),
    ],
)
def test_of_a_nested_value_only_declared_properties_are_compared(expected: bool, old: Any, new: Any) -> None:
    assert expected is is_same(REGISTRY["DynamicConfig"].properties["owner"], old, new)


def test_undeclared_values_that_reorder_a_set_of_nested_values_are_no_change() -> None:
    p = REGISTRY["GateOverrides"].properties["environment_overrides"]
    declared = codec.normalize(p, [{"unit_id": "0", "failing_ids": ["x"]}, {"passing_ids": ["0"]}])
    live = codec.normalize(p, [{"unit_id": "0", "failing_ids": ["x"]}, {"passing_ids": ["0"], "failing_ids": ["x"]}])
    assert [item["unit_id"] for item in declared if "unit_id" in item] == ["0"]
    assert is_same(p, live, declared)
    assert not is_same(p, live, [declared[0] | {"failing_ids": ["y"]}, declared[1]])
    assert not is_same(p, [*live[:1], *live[:1]], declared)
