"""Names: identifiers that read like what they stand for."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

import statsig_pulumi
from statsig_pulumi.export.names import module, names, variables, word
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.properties import NestedType

TEXTS = st.text(st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("New Checkout", "new_checkout"),
        ("new_checkout", "new_checkout"),
        ("newCheckout", "new_checkout"),
        ("A/B-Test: (2nd)", "a_b_test_2nd"),
        ("iOS", "ios"),
        ("__secret__", "secret"),
        ("Équipe", "equipe"),
        ("Øresund Łódź straße", "oresund_lodz_strasse"),
        ("ﬁle №5", "file_no5"),
    ],
)
def test_a_name_reads_like_its_text(text: str, name: str) -> None:
    assert names([text], "gate") == [name]


@pytest.mark.parametrize("text", ["", "  ", "команда", "💡", "---"])
def test_what_has_no_latin_letter_is_named_by_its_kind(text: str) -> None:
    assert names([text], "team") == ["team"]


def test_a_name_that_would_start_with_a_digit_starts_with_its_kind() -> None:
    assert names(["2024-sale"], "gate") == ["gate_2024_sale"]


@pytest.mark.parametrize(
    "text", ["class", "match", "type", "list", "statsig", "pulumi", "json", "files", "gates", "metric_sources", "l"]
)
def test_a_name_that_means_something_else_gets_an_underscore(text: str) -> None:
    assert names([text], "tag") == [f"{text}_"]


def test_texts_that_would_share_a_name_are_numbered_in_their_order() -> None:
    assert names(["a b", "A-B", "a_b_2", "a.b", "list", "List"], "tag") == [
        "a_b",
        "a_b_2",
        "a_b_2_2",
        "a_b_3",
        "list_",
        "list_2",
    ]


def test_a_long_text_is_cut_between_words() -> None:
    [name] = names([" ".join(["checkout"] * 20)], "gate")
    assert name == "_".join(["checkout"] * 6)


@given(st.lists(TEXTS, max_size=30))
def test_names_are_valid_and_unique_and_free(texts: list[str]) -> None:
    found = names(texts, "gate")
    assert len(set(found)) == len(texts)
    for name in found:
        assert name.isidentifier()
        assert name.isascii()
        assert name == name.lower()
        assert not keyword.iskeyword(name)
        assert not keyword.issoftkeyword(name)
        assert not hasattr(builtins, name)
        assert name not in {*map(module, REGISTRY), "statsig", "pulumi", "files", "json"}


@given(st.lists(TEXTS), st.lists(TEXTS))
def test_names_do_not_depend_on_what_comes_later(texts: list[str], more: list[str]) -> None:
    assert names(texts + more, "gate")[: len(texts)] == names(texts, "gate")


@given(st.lists(TEXTS, unique=True))
def test_resources_named_here_have_variables_of_their_names(texts: list[str]) -> None:
    found = names(texts, "gate")
    assert variables(found, "gate") == {name: name for name in found}


def test_resources_with_names_of_other_sorts_have_variables_too() -> None:
    found = variables(["new-checkout", "class", "new_checkout", "QA"], "gate")
    assert found == {"new_checkout": "new_checkout", "QA": "QA", "new-checkout": "new_checkout_2", "class": "class_"}


def test_every_kind_has_a_module_and_a_word() -> None:
    assert (word("EntityPropertySource"), module("EntityPropertySource")) == (
        "entity_property_source",
        "entity_property_sources",
    )
    assert module("GateOverrides") == "gate_overrides"
    assert len({module(kind) for kind in REGISTRY}) == len(REGISTRY)


def parts_of(cls: type) -> set[type[NestedType]]:
    """The parts that a program may write, at any depth."""
    direct = {p.nested for p in getattr(cls, "properties", {}).values() if p.nested is not None and p.settable}
    return direct.union(*(parts_of(nested) for nested in direct))


@pytest.mark.parametrize("kind", REGISTRY)
def test_a_program_finds_every_class_that_it_names(kind: str) -> None:
    for cls in {REGISTRY[kind].cls, *parts_of(REGISTRY[kind].cls)}:
        assert getattr(statsig_pulumi, cls.__name__, None) is cls
