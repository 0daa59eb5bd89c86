"""Sentences: one for each change of a property, with items named and paired as in an update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.schema.options import computed, optional, required
from statsig_pulumi.schema.properties import ListProp, MapProp, NestedType, Prop
from statsig_pulumi.schema.sentences import describe_property, has_masked
from statsig_pulumi.schema.wording import MAX_CHARACTERS, describe_value, to_noun

Json = Any


class Link(NestedType):
    """Paired by position."""

    url: Prop[str] = required()
    title: Prop[str] = optional()


class Part(NestedType):
    """An item of an item."""

    identity = ("name",)

    name: Prop[str] = required()
    size: Prop[int] = optional()


class Step(NestedType):
    """Paired by name, with two properties in words."""

    identity = ("name",)
    summarized = ("share", "places")

    name: Prop[str] = required()
    share: Prop[int] = optional()
    places: ListProp[str] = optional()
    value: MapProp[Any] = optional()
    parts: ListProp[Part] = optional()
    id: Prop[str] = computed(sent_back=True)

    @classmethod
    def summarize(cls, values: Mapping[str, Json]) -> str:
        return f"{values.get('share')} in {'/'.join(values.get('places') or ['all'])}"


class Thing(NestedType):
    """One property of each form."""

    title: Prop[str | None] = optional()
    active: Prop[bool] = optional()
    steps: ListProp[Step] = optional()
    tags: ListProp[str] = optional(unordered=True)
    order: ListProp[str] = optional()
    values: MapProp[Any] = optional()
    link: Prop[Link] = optional()
    links: ListProp[Link] = optional()


def describe(name: str, old: Json, new: Json) -> list[str]:
    return list(describe_property(Thing.properties[name], old, new))


@pytest.mark.parametrize(
    ("name", "old", "new", "sentences"),
    [
        ("title", "a", "b", ['title: "a" -> "b"']),
        ("title", None, "b", ['title: nothing -> "b"']),
        ("title", "a", NONE, ['title: "a" -> nothing']),
        ("title", "a", UNKNOWN, ['title: "a" -> (known after the update)']),
        ("title", "one\ntwo\nthree", "one\n2\nthree", ['title: line 2: "two" -> "2"']),
        ("active", False, True, ["active: false -> true"]),
        ("tags", ["a", "b"], ["b", "c"], ["tags: added c; removed a"]),
        ("tags", ["a"], ["a", UNKNOWN], ["tags: added (known after the update)"]),
        ("tags", ["a"], [], ['tags: ["a"] -> nothing']),
        ("order", ["a", "b"], ["b", "a"], ['order: ["a", "b"] -> ["b", "a"]']),
        ("order", ["a", "b"], ["a", "c", "b"], ["order: added c"]),
        ("values", {"a": {"b": 1, "c": 2}}, {"a": {"b": 2, "d": 3}}, [
            "values.a.b: 1 -> 2", "values.a.d: nothing -> 3", "values.a.c removed: 2",
        ]),
        ("link", {"url": "x"}, {"url": "y"}, ['link.url: "x" -> "y"']),
        ("links", [{"url": "x"}], [{"url": "x"}, {"url": "y"}], ['links[1]: nothing -> {"url": "y"}']),
    ],
)  # fmt: skip
def test_values_of_each_form_are_described(name: str, old: Json, new: Json, sentences: list[str]) -> None:
    assert describe(name, old, new) == sentences


A, B, C = ({"name": name, "share": 10} for name in "ABC")


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ([A], [A | {"share": 50, "places": ["NL"]}], ['step "A": 10 in all -> 50 in NL']),
        ([A], [B | {"share": 5}, A], ['step "B" added in front: 5 in all']),
        ([A], [A, B], ['step "B" added at the end: 10 in all']),
        ([A, C], [A, B, C], ['step "B" added after "A": 10 in all']),
        ([A, B], [B], ['step "A" removed: 10 in all']),
        ([A, B, C], [B, A, C], ["order of steps: A > B > C -> B > A > C"]),
        ([A | {"id": "1"}], [B], ['step "A" renamed to "B"']),
        ([], [A], ['step "A" added: 10 in all']),
        ([A | {"value": {"x": 1}}], [A | {"value": {"x": 2}}], ['step "A": value.x: 1 -> 2']),
        (
            [A | {"parts": [{"name": "p", "size": 1}]}],
            [A | {"parts": [{"name": "p", "size": 2}]}],
            ['step "A": part "p": size: 1 -> 2'],
        ),
        ([A | {"id": "1"}], [A | {"name": UNKNOWN}], ['step "A" renamed to (known after the update)']),
        ([A], [A, {"name": UNKNOWN, "share": 5}], ["step (known after the update) added at the end: 5 in all"]),
        ([A], [UNKNOWN], ['steps: [{"name": "A", "share": 10}] -> ["(known after the update)"]']),
    ],
)
def test_items_with_a_name_are_described(old: Json, new: Json, sentences: list[str]) -> None:
    assert describe("steps", old, new) == sentences


def test_a_value_that_the_new_item_omits_is_no_change_of_it() -> None:
    """It is released, which is another sentence."""
    assert describe("steps", [A | {"places": ["NL"]}], [A | {"share": 20}]) == ['step "A": 10 in all -> 20 in all']


def test_many_items_are_counted() -> None:
    (sentence,) = describe("tags", ["old"], [str(number) for number in range(100_000)])
    assert sentence.endswith("18, 19 and 99,980 more; removed old")


def test_long_values_are_cut() -> None:
    text = describe_value("x" * 1_000)
    assert text.endswith("...")
    assert len(text) == MAX_CHARACTERS + 3


def test_nouns_are_the_singular_of_lists() -> None:
    nouns = [to_noun(name) for name in ("rules", "primary_metrics", "queries")]
    assert nouns == ["rule", "primary metric", "query"]


def test_masked_secrets_are_found_at_any_depth() -> None:
    assert has_masked({"a": [{"b": "[secret]"}]})
    assert not has_masked({"a": [{"b": "secret"}]})
