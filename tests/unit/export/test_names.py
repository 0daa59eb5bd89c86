"""Identifiers that read like the objects they are named after."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

import statsig_pulumi
from statsig_pulumi.export.names import to_identifiers, to_module, to_variables
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
        ("Équipe 🎉", "equipe"),
        ("œuvre", "oeuvre"),
        ("Новая корзина", "novaya_korzina"),
        ("письмо", "pismo"),
        ("深圳", "shenzhen"),
        ("हिन्दी", "hindi"),
    ],
)
def test_a_name_reads_like_its_text(text: str, name: str) -> None:
    assert to_identifiers([text], "gate") == [name]


@pytest.mark.parametrize("text", ["", "  ", "💡", "❤\ufe0f", "---"])
def test_a_text_without_letters_is_named_after_its_kind(text: str) -> None:
    assert to_identifiers([text], "team") == ["team"]


def test_a_text_that_starts_with_a_digit_starts_with_its_kind() -> None:
    assert to_identifiers(["2024-sale"], "gate") == ["gate_2024_sale"]


@pytest.mark.parametrize(
    "text", ["class", "match", "type", "list", "statsig", "pulumi", "json", "files", "gates", "metric_sources", "l"]
)
def test_a_reserved_name_gets_an_underscore(text: str) -> None:
    assert to_identifiers([text], "tag") == [f"{text}_"]


def test_texts_of_the_same_name_are_numbered_in_order() -> None:
    assert to_identifiers(["a b", "A-B", "a_b_2", "a.b", "list", "List"], "tag") == [
        "a_b",
        "a_b_2",
        "a_b_2_2",
        "a_b_3",
        "list_",
        "list_2",
    ]


def test_a_long_text_is_shortened_between_words() -> None:
    [name] = to_identifiers([" ".join(["checkout"] * 20)], "gate")
    assert name == "_".join(["checkout"] * 6)


@given(st.lists(TEXTS, max_size=30))
def test_names_are_valid_unique_and_not_reserved(texts: list[str]) -> None:
    names = to_identifiers(texts, "gate")
    assert len(set(names)) == len(texts)
    for name in names:
        assert name.isidentifier()
        assert name.isascii()
        assert name == name.lower()
        assert not keyword.iskeyword(name)
        assert not keyword.issoftkeyword(name)
        assert not hasattr(builtins, name)
        assert name not in {*map(to_module, REGISTRY), "statsig", "pulumi", "files", "json"}


@given(st.lists(TEXTS), st.lists(TEXTS))
def test_later_texts_do_not_change_a_name(texts: list[str], more: list[str]) -> None:
    assert to_identifiers(texts + more, "gate")[: len(texts)] == to_identifiers(texts, "gate")


@given(st.lists(TEXTS, unique=True))
def test_an_exported_resource_name_is_its_variable(texts: list[str]) -> None:
    names = to_identifiers(texts, "gate")
    assert to_variables(names, "gate") == {name: name for name in names}


def test_a_resource_name_that_is_no_identifier_gets_a_variable() -> None:
    variables = to_variables(["new-checkout", "class", "new_checkout", "QA"], "gate")
    assert variables == {
        "new_checkout": "new_checkout",
        "QA": "QA",
        "new-checkout": "new_checkout_2",
        "class": "class_",
    }


def test_every_kind_has_a_module_of_its_own() -> None:
    assert to_module("EntityPropertySource") == "entity_property_sources"
    assert to_module("GateOverrides") == "gate_overrides"
    assert len({to_module(kind) for kind in REGISTRY}) == len(REGISTRY)


def nested_types(cls: type) -> set[type[NestedType]]:
    """Return the nested types that a program may write, at any depth."""
    direct = {p.nested for p in getattr(cls, "properties", {}).values() if p.nested is not None and p.settable}
    return direct.union(*map(nested_types, direct))


def test_the_package_exports_every_class_that_a_program_names() -> None:
    resources = {declaration.cls for declaration in REGISTRY.values()}
    classes = resources.union(*map(nested_types, resources))
    assert {cls.__name__ for cls in classes if getattr(statsig_pulumi, cls.__name__, None) is not cls} == set()
