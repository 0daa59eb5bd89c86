"""Declarations: paths, verbs and ids of an endpoint, and what a declaration derives from its properties."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.schema.declaration import REGISTRY, Declaration, Endpoint
from statsig_pulumi.schema.options import computed, optional, required
from statsig_pulumi.schema.properties import ListProp, MapProp, Prop, declare_properties

RULE = Endpoint("gates", key=("gateID", "baseID"))
SOURCE = Endpoint("ingestion", key=("type", "dataset", "source_name"))
PROJECT = Endpoint("settings/project", key=())


@pytest.mark.parametrize(
    ("expected", "endpoint", "key", "segments"),
    [
        ("gates/a", Endpoint("gates"), "a", ()),
        ("gates/a/launch", Endpoint("gates"), "a", ("launch",)),
        ("gates/a/overrides", Endpoint("gates", subpath="overrides"), "a", ()),
        ("gates/a/overrides/x", Endpoint("gates", subpath="overrides"), "a", ("x",)),
        ("experiments/source/a", Endpoint("experiments/sources", item_path="experiments/source"), "a", ()),
        ("tags/%E2%98%85%20Core", Endpoint("tags"), "★ Core", ()),
        ("tags/a%2Fb%3Fc", Endpoint("tags"), "a/b?c", ()),
        ("tags/%2E", Endpoint("tags"), ".", ()),
        ("tags/%2E%2E", Endpoint("tags"), "..", ()),
        ("tags/a.b", Endpoint("tags"), "a.b", ()),
        ("metrics/a%20b/c", Endpoint("metrics", key=("type", "name")), "a b/c", ()),
        ("metrics/a/b%2Fc/reload", Endpoint("metrics", key=("type", "name")), "a/b/c", ("reload",)),
        ("metrics/%2E/%2E%2E/x", Endpoint("metrics", key=("type", "name"), subpath="x"), "./..", ()),
        ("settings/project", PROJECT, "settings/project", ()),
        ("settings/project/reset", PROJECT, "settings/project", ("reset",)),
    ],
)
def test_the_path_of_an_object_quotes_its_key(
    expected: str, endpoint: Endpoint, key: str, segments: tuple[str, ...]
) -> None:
    assert expected == endpoint.path(key, *segments)


@pytest.mark.parametrize(
    ("method", "is_full", "endpoint", "changed"),
    [
        ("PATCH", False, Endpoint("a"), ["name"]),
        ("PATCH", False, Endpoint("a", replace_for=("sql",)), ["name"]),
        ("POST", True, Endpoint("a", replace_for=("sql",)), ["name", "sql"]),
        ("POST", True, Endpoint("a", update="replace"), ["name"]),
        ("POST", False, Endpoint("a", update="merge"), ["name"]),
    ],
)
def test_the_method_and_the_body_of_an_update(
    method: str, is_full: bool, endpoint: Endpoint, changed: list[str]
) -> None:
    assert (method, is_full) == (endpoint.get_update_method(changed), endpoint.is_full_update(changed))


@pytest.mark.parametrize(
    ("id_", "endpoint", "values"),
    [
        ("a", Endpoint("gates"), {"id": "a"}),
        ("a/b", Endpoint("tags", key="name"), {"name": "a/b"}),
        ("checkout/2IIQ", RULE, {"gateID": "checkout", "baseID": "2IIQ"}),
        ("s3/Events/raw", SOURCE, {"type": "s3", "dataset": "Events", "source_name": "raw"}),
        ("settings/project", PROJECT, {}),
        ("s3/Events/raw/2026/x", SOURCE, {"type": "s3", "dataset": "Events", "source_name": "raw/2026/x"}),
    ],
)
def test_an_id_is_joined_from_the_key_and_split_again(id_: str, endpoint: Endpoint, values: dict[str, str]) -> None:
    assert id_ == endpoint.join_id({**values, "other": "x"})
    assert values == endpoint.split_id(id_)


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        (Endpoint("gates"), {}),
        (Endpoint("gates"), {"id": ""}),
        (Endpoint("gates"), {"id": None}),
        (RULE, {"gateID": "checkout"}),
        (RULE, {"gateID": "checkout", "baseID": None}),
    ],
)
def test_an_object_without_its_whole_key_has_no_id(endpoint: Endpoint, values: dict[str, Any]) -> None:
    assert endpoint.join_id(values) is None


def test_a_slash_before_the_last_segment_of_an_id_is_an_error() -> None:
    with pytest.raises(ValueError, match="only the last segment of an id may contain '/'"):
        RULE.join_id({"gateID": "a/b", "baseID": "c"})


@pytest.mark.parametrize("id_", ["", "checkout", "/x", "checkout/"])
def test_an_id_with_too_few_segments_is_an_error_that_shows_the_form(id_: str) -> None:
    with pytest.raises(ValueError, match=r"^must have the form 'gateID/baseID'$"):
        RULE.split_id(id_)


@pytest.mark.parametrize("id_", ["", "project", "settings/project/x"])
def test_an_object_without_a_key_has_no_other_id(id_: str) -> None:
    with pytest.raises(ValueError, match=r"^must be 'settings/project'$"):
        PROJECT.path(id_)


class Rule:
    """A resource with a composite key."""

    gate_id: Prop[str] = required()
    name: Prop[str] = required()
    base_id: Prop[str] = computed()


DECLARATION = Declaration("Rule", Rule, RULE, declare_properties(Rule))


def test_a_declaration_joins_an_id_from_property_names() -> None:
    assert DECLARATION.join_id({"gate_id": "checkout", "base_id": "x", "name": "n"}) == "checkout/x"
    assert DECLARATION.join_id({"gate_id": "checkout"}) is None
    assert DECLARATION.key_property is None


@pytest.mark.parametrize(
    ("expected", "values", "key"),
    [
        ("Rule 'n'", {"name": "n", "base_id": "x"}, "k"),
        ("Rule 'k'", {}, "k"),
        ("Rule 'k'", {"name": None}, "k"),
        ("Rule", {}, ""),
    ],
)
def test_messages_name_an_object_by_its_name_or_its_key(expected: str, values: dict[str, Any], key: str) -> None:
    assert expected == DECLARATION.title(values, key)


class Key:
    """A resource with secrets: an output, an input in the path, and nested ones."""

    name: Prop[str] = required()
    scope: Prop[str] = optional(update_only=True)
    label: Prop[str | None] = optional(update_only=True)
    value: Prop[str] = computed(secret=True)
    owner: Prop[str] = required(secret=True, in_path=True)
    tokens: ListProp[str] = optional(secret=True)
    headers: MapProp[Any] = optional(secret=True)


KEY = Declaration("Key", Key, Endpoint("keys"), declare_properties(Key))


def test_properties_that_only_an_update_accepts_are_listed() -> None:
    assert KEY.update_only == ("scope", "label")
    assert DECLARATION.update_only == ()


def test_secret_outputs_are_the_secret_properties_that_only_the_api_sets() -> None:
    assert KEY.secret_outputs == ("value",)
    assert DECLARATION.secret_outputs == ()


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        (set(), {}),
        (set(), {"name": "n", "scope": "s"}),
        ({"abc"}, {"value": "abc", "name": "n"}),
        ({"a/b c", "a%2Fb%20c"}, {"owner": "a/b c"}),
        ({"t1", "t2"}, {"tokens": ["t1", "t2"]}),
        ({"deep", "3"}, {"headers": {"a": [{"b": "deep", "c": 3, "d": True}]}}),
        (set(), {"owner": UNKNOWN, "tokens": ["", NONE, UNKNOWN], "headers": None}),
    ],
)
def test_hidden_words_are_secret_values_as_text_and_as_in_a_path(expected: set[str], values: dict[str, Any]) -> None:
    assert expected == KEY.find_hidden_words(values)


def test_hidden_words_are_found_in_the_inputs_and_in_the_state() -> None:
    assert KEY.find_hidden_words({"value": "new"}, {"value": "old"}) == {"new", "old"}


def test_hidden_words_are_also_those_of_properties_that_the_program_declares_as_secret() -> None:
    assert KEY.find_hidden_words({"name": "n", "scope": "s"}, names=["scope"]) == {"s"}


def test_outputs_of_the_api_that_repeat_a_secret_are_found() -> None:
    outputs = {
        "name": "Revenue",
        "metric_events": [{"name": "TOPSECRET"}],
        "lineage": {"events": {"TOPSECRET": 1}},
        "description": "about TOPSECRET",
        "tags": ["of x"],
    }
    declared = ["name", "metric_events", "description"]
    declaration = REGISTRY["Metric"]
    assert declaration.find_repeated_secrets(outputs, ["metric_events"], declared) == {"lineage"}
    assert declaration.find_repeated_secrets(outputs, [], declared) == set()
