"""Edits of others: the state, the live object and the declaration compared."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.json_values import NONE
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.edits import Edit, find_edits, keep_unseen

Json = Any
RULES = ("Gate", "rules")


def rule(name: str, share: float = 10, **more: Json) -> dict[str, Json]:
    return {"name": name, "pass_percentage": share} | more


def known(name: str, share: float = 10, **more: Json) -> dict[str, Json]:
    """A rule as outputs and live objects have it, with its ids."""
    return rule(name, share, id=f"{name}:1", base_id=name, **more)


def edits_of(kind: str, name: str, old: Json, live: Json, new: Json) -> list[Edit]:
    return list(find_edits(REGISTRY[kind].properties[name], old, live, new, name))


def places_of(kind: str, name: str, old: Json, live: Json, new: Json) -> list[str]:
    return [edit.place for edit in edits_of(kind, name, old, live, new)]


def kept_of(kind: str, name: str, old: Json, live: Json, new: Json) -> tuple[Json, list[str]]:
    return keep_unseen(REGISTRY[kind].properties[name], old, live, new, name)


@pytest.mark.parametrize(
    ("old", "live", "new", "is_edit"),
    [
        ("One", "One", "Two", False),
        ("One", "Theirs", "Two", True),
        ("One", "Two", "Two", False),
        ("One", "", "Two", True),
        ("", "Theirs", "One", True),
        ("One", "Theirs", "One", True),
    ],
)
def test_a_value_is_an_edit_if_it_is_neither_the_old_nor_the_declared_one(
    old: str, live: str, new: str, is_edit: bool
) -> None:
    assert edits_of("Gate", "description", old, live, new) == [Edit("description", old, live, new)] * is_edit


@pytest.mark.parametrize(
    ("old", "live", "new", "is_edit"),
    [
        (["a"], ["b"], ["b", "c"], False),  # a tag that was renamed
        (["a"], ["a", "b"], ["a", "c"], True),
        (["a", "b"], ["a"], ["a", "b", "c"], True),
        (["a", "b"], ["a"], ["c"], False),
        ([], ["a"], ["c"], True),
        (NONE, None, ["c"], False),
    ],
)
def test_an_edit_of_a_set_counts_if_the_declaration_undoes_it(old: Json, live: Json, new: Json, is_edit: bool) -> None:
    assert edits_of("Gate", "tags", old, live, new) == [Edit("tags", old, live, new)] * is_edit


def test_edits_of_a_rule_have_its_name_and_property() -> None:
    old = [known("a", 10), known("b", 20)]
    live = [known("a", 15), known("b", 20)]
    assert edits_of(*RULES, old, live, [rule("a", 10), rule("b", 30)]) == [
        Edit("rules['a'].pass_percentage", 10, 15, 10)
    ]
    assert edits_of(*RULES, old, live, [rule("a", 15), rule("b", 30)]) == []


def test_what_a_rule_omits_is_no_edit() -> None:
    live = [known("a", 10, environments=["staging"])]
    assert edits_of(*RULES, [known("a", 10)], live, [rule("a", 20)]) == []


def test_an_edited_rule_that_the_program_removes_is_an_edit() -> None:
    old, live = [known("a", 10), known("b", 20)], [known("a", 15), known("b", 20)]
    assert edits_of(*RULES, old, live, [rule("b", 20)]) == [Edit("rules['a'].pass_percentage", 10, 15, None)]
    assert edits_of(*RULES, old, old, [rule("b", 20)]) == []


def test_a_rule_that_was_deleted_and_is_declared_is_an_edit() -> None:
    edits = edits_of(*RULES, [known("a"), known("b")], [known("b")], [rule("a"), rule("b", 20)])
    assert edits == [Edit("rules['a']", rule("a"), None, rule("a"))]
    assert edits_of(*RULES, [known("a"), known("b")], [known("b")], [rule("b", 20)]) == []


def test_a_rule_that_was_renamed_is_found_by_its_id() -> None:
    live = [known("a") | {"name": "Theirs"}, known("b")]
    edits = edits_of(*RULES, [known("a"), known("b")], live, [rule("a"), rule("b", 20)])
    assert edits == [Edit("rules['a'].name", "a", "Theirs", "a")]
    assert kept_of(*RULES, [known("a"), known("b")], live, [rule("a"), rule("b", 20)])[1] == []


def test_a_rule_that_both_added_is_an_edit_where_it_differs() -> None:
    edits = edits_of(*RULES, [known("a")], [known("a"), known("b", 5)], [rule("a"), rule("b", 20)])
    assert edits == [Edit("rules['b'].pass_percentage", None, 5, 20)]


def test_another_order_is_an_edit_if_the_declaration_has_neither() -> None:
    a, b, c = known("a"), known("b"), known("c")
    edits = edits_of(*RULES, [a, b, c], [b, a, c], [rule("a"), rule("b"), rule("c", 20)])
    assert edits == [Edit("order of rules", ["a", "b", "c"], ["b", "a", "c"], ["a", "b", "c"])]
    assert edits_of(*RULES, [a, b, c], [b, a, c], [rule("b"), rule("a"), rule("c", 20)]) == []


def test_edits_of_a_json_value_have_its_keys() -> None:
    edits = edits_of("DynamicConfig", "default_value", {"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 5})
    assert edits == [Edit("default_value.a", 1, 2, 1)]


@pytest.mark.parametrize(
    ("live", "names"),
    [
        (["x", "a", "b"], ["x", "b", "a", "c"]),
        (["a", "x", "b"], ["b", "a", "x", "c"]),
        (["a", "b", "x", "y"], ["b", "x", "y", "a", "c"]),
        (["a", "b"], ["b", "a", "c"]),
    ],
)
def test_a_rule_that_nobody_knew_is_kept_behind_the_one_that_it_follows(live: list[str], names: list[str]) -> None:
    new = [rule("b"), rule("a", 20), rule("c")]
    kept, places = kept_of(*RULES, [known("a"), known("b")], list(map(known, live)), new)
    assert [each["name"] for each in kept] == names
    assert places == [f"rules['{name}']" for name in live if name in "xy"]
    assert places_of(*RULES, [known("a"), known("b")], list(map(known, live)), new) == []


def test_a_rule_that_the_state_knew_is_not_kept() -> None:
    assert kept_of(*RULES, [known("a"), known("x")], [known("a"), known("x")], [rule("a", 20)]) == ([rule("a", 20)], [])


def test_a_new_rule_never_becomes_the_one_that_others_added() -> None:
    kept, places = kept_of(*RULES, [known("a")], [known("a"), known("x", conditions=[])], [rule("a"), rule("c")])
    assert [each["name"] for each in kept] == ["a", "x", "c"]
    assert places == ["rules['x']"]


@pytest.mark.parametrize(
    ("kind", "name", "inner"),
    [("Experiment", "groups", {"name": "x"}), ("Experiment", "primary_metrics", {"name": "x", "type": "user"})],
)
def test_every_list_whose_items_have_an_identity_keeps_what_others_added(
    kind: str, name: str, inner: dict[str, Json]
) -> None:
    assert kept_of(kind, name, [], [inner], [])[0] == [inner]


def test_variants_that_others_added_are_kept_in_their_rule() -> None:
    def variants(*names: str) -> list[Json]:
        return [{"name": name, "pass_percentage": 10, "return_value": {}} for name in names]

    kept, places = kept_of(
        "DynamicConfig",
        "rules",
        [known("a", variants=variants("A"))],
        [known("a", variants=variants("A", "X"))],
        [rule("a", variants=variants("A", "B"))],
    )
    assert [variant["name"] for variant in kept[0]["variants"]] == ["A", "X", "B"]
    assert places == ["rules['a'].variants['X']"]


def test_rows_of_overrides_are_paired_by_what_they_are_about() -> None:
    def row(environment: str | None, *ids: str) -> dict[str, Json]:
        return {"environment": environment, "unit_id": "userID", "passing_ids": list(ids)}

    old, live = [row("dev", "a")], [row("dev", "a", "theirs"), row("prod", "b")]
    kept, places = kept_of("GateOverrides", "environment_overrides", old, live, [row("dev", "a", "mine")])
    assert places == [
        "environment_overrides['dev, userID'].passing_ids['theirs']",
        "environment_overrides['prod, userID']",
    ]
    assert kept == [row("dev", "a", "mine", "theirs"), {"environment": "prod", "unit_id": "userID"}]
    assert places_of("GateOverrides", "environment_overrides", old, live, [row("dev", "a", "mine")]) == []


def test_ids_in_an_override_that_others_added_are_kept_but_removed_ones_are_an_edit() -> None:
    name = "passing_user_ids"
    assert kept_of("GateOverrides", name, ["a"], ["a", "x"], ["b"]) == (["b", "x"], ["passing_user_ids['x']"])
    assert places_of("GateOverrides", name, ["a"], ["a", "x"], ["b"]) == []
    assert places_of("GateOverrides", name, ["a", "b"], ["b"], ["a", "b", "c"]) == [name]


def test_a_set_that_is_not_shared_keeps_nothing() -> None:
    assert kept_of("Gate", "tags", ["a"], ["a", "x"], ["b"]) == (["b"], [])


def test_nothing_is_kept_if_the_state_does_not_know_the_list() -> None:
    assert kept_of(*RULES, None, [known("x")], [rule("a")]) == ([rule("a")], [])
