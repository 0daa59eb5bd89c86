"""The order of rules that several resources manage."""

from __future__ import annotations

from itertools import permutations

import pytest

from statsig_pulumi.errors import StatsigError
from statsig_pulumi.json_values import NONE
from statsig_pulumi.lifecycle.run_context import Place
from statsig_pulumi.resources.bases.rule_order import arrange_rules, find_circle, observe_place


def arranged(names: str, **places: tuple[str, str]) -> str:
    """Return the order of rules with names of one letter, after their places (after, before) were set."""
    declared = {name: Place(after or None, before or None) for name, (after, before) in places.items()}
    return "".join(rule["name"] for rule in arrange_rules([{"name": name} for name in names], declared))


@pytest.mark.parametrize(
    ("expected", "names", "places"),
    [
        ("abc", "abc", {"b": ("a", "")}),
        ("acb", "bac", {"b": ("c", "")}),
        ("xnby", "xbyn", {"n": ("", "b")}),  # others keep their order
        ("xnby", "nxby", {"n": ("x", "b")}),
        ("abc", "cba", {"b": ("a", ""), "c": ("b", "")}),
        ("abcx", "xcab", {"a": ("", ""), "b": ("a", ""), "c": ("b", "x")}),  # b and its leader move with it
        ("abc", "cba", {"a": ("", "b"), "b": ("", "c")}),
        ("ba", "ba", {"b": ("missing", "")}),
        ("ba", "ba", {"missing": ("a", "")}),
    ],
)
def test_a_rule_moves_no_further_than_its_place(expected: str, names: str, places: dict[str, tuple[str, str]]) -> None:
    assert arranged(names, **places) == expected


@pytest.mark.parametrize("names", ["".join(order) for order in permutations("abcde")])
def test_a_chain_of_places_leads_to_one_order_from_each_start(names: str) -> None:
    chain = {"e": ("d", ""), "d": ("c", ""), "c": ("", ""), "b": ("", "c"), "a": ("", "b")}
    assert arranged(names, **chain) == "abcde"


def test_others_change_their_order_only_if_the_places_require_it() -> None:
    assert arranged("bna", n=("a", "b")) == "anb"
    assert arranged("nxa", n=("a", "")) == "xan"


def test_places_that_form_a_circle_are_an_error() -> None:
    with pytest.raises(StatsigError, match="form a circle"):
        arranged("ab", a=("b", ""), b=("a", ""))


def test_of_two_rules_with_one_name_none_is_lost() -> None:
    assert arranged("xaxb", b=("", "a")) == "xbax"


@pytest.mark.parametrize(
    ("expected", "places"),
    [
        ([], {"a": Place(None, "b"), "b": Place("a", None)}),
        (["a", "a"], {"a": Place("a", None)}),
        (["a", "b", "a"], {"a": Place("b", None), "b": Place("a", None)}),
        (["a", "c", "b", "a"], {"b": Place("a", "c"), "a": Place("c", None)}),
    ],
)
def test_places_that_form_a_circle_are_found(expected: list[str], places: dict[str, Place]) -> None:
    assert find_circle("a", places) == expected


@pytest.mark.parametrize(
    ("expected", "name", "other"),
    [("a", "after", "a"), ("a", "after", "c"), ("c", "before", "c"), ("c", "before", "a"), ("x", "after", "x")],
)
def test_a_rule_in_its_place_shows_what_is_declared_else_its_neighbour(expected: str, name: str, other: str) -> None:
    assert observe_place(name, other, ["a", "b", "c"], "b") == expected


def test_a_rule_without_a_neighbour_shows_none() -> None:
    assert observe_place("after", "b", ["a", "b"], "a") == NONE
