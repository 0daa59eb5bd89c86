"""Wrong arguments of constructors: all of a call are one error, with the most similar names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import statsig_pulumi as statsig
from statsig_pulumi.json_values import UNKNOWN
from statsig_pulumi.schema.arguments import find_wrong_names, find_wrong_paths, replace_wrong
from statsig_pulumi.schema.options import computed, optional, required
from statsig_pulumi.schema.properties import NestedType, Prop


class Wheel(NestedType):
    """A nested value."""

    size: Prop[int] = required()
    """Its size in inches."""
    brand: Prop[str | None] = optional()
    """Who made it."""
    serial: Prop[str] = computed(sent_back=True)
    """Its number."""


AnyWheel: Any = Wheel
loose: Any = statsig
"""The package for calls that type checkers reject."""
OPTIONS: Any = pulumi.ResourceOptions()
NUMBER: Any = 3


@pytest.mark.parametrize(
    ("expected", "call"),
    [
        (["Wheel: siez: is not a property that a program can set; did you mean 'size'?"], lambda: AnyWheel(siez=3)),
        (["Wheel: zzz: is not a property that a program can set; it has brand, size"], lambda: AnyWheel(zzz=3)),
        (
            ["Wheel: serial: is not a property that a program can set: only Statsig sets it"],
            lambda: AnyWheel(serial="x"),
        ),
        (
            [
                "Wheel: siez: is not a property that a program can set; did you mean 'size'?",
                "Wheel: brnad: is not a property that a program can set; did you mean 'brand'?",
            ],
            lambda: AnyWheel(siez=3, brnad="x"),
        ),
        (["Wheel: takes its values by name: write Wheel(size=...)"], lambda: AnyWheel(3)),
        (["Condition: takes its values by name: write Condition(type=...)"], lambda: loose.Condition("public")),
        (
            [
                "Gate 'g': takes its values by name: write Gate('name', name=...)",
                "Gate 'g': desc: is not a property that a program can set; it has ",
                "Gate 'g': tgas: is not a property that a program can set; did you mean 'tags'?",
            ],
            lambda: loose.Gate("g", "checkout", desc="x", tgas=[]),
        ),
        (
            ["Gate 'g': takes resource options by name: write opts=pulumi.ResourceOptions(...)"],
            lambda: loose.Gate("g", OPTIONS, name="x"),
        ),
        (["Gate '': needs a name as its first argument: write Gate('name', ...)"], lambda: loose.Gate(name="x")),
        (["Gate: needs a name as its first argument: write Gate('name', ...)"], lambda: loose.Gate(3, name="x")),
        (["Gate 'g': opts: must be pulumi.ResourceOptions, not dict"], lambda: loose.Gate("g", name="x", opts={})),
        (
            ["Gate 'g': ignore_changes: 'isEnabled' is not a property; did you mean 'is_enabled'?"],
            lambda: loose.Gate("g", name="x", opts=pulumi.ResourceOptions(ignore_changes=["isEnabled"])),
        ),
        (
            ["Gate 'g': import_: must be a str: the preview reads the object with this id"],
            lambda: loose.Gate("g", name="x", opts=pulumi.ResourceOptions(import_=NUMBER)),
        ),
    ],
)
def test_wrong_arguments_of_a_call_are_one_type_error(expected: list[str], call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    lines = str(raised.value).splitlines()
    assert len(lines) == len(expected)
    assert [line for line, start in zip(lines, expected, strict=True) if not line.startswith(start)] == []


def test_the_error_contains_no_value() -> None:
    with pytest.raises(TypeError) as raised:
        loose.Gate("g", "s3cr3t", descripton="s3cr3t")
    assert "s3cr3t" not in str(raised.value)


def test_settable_names_are_accepted() -> None:
    assert find_wrong_names(Wheel, ["size", "brand"]) == []


def test_a_misspelt_name_stands_for_the_property_that_it_means() -> None:
    assert replace_wrong(Wheel, (), {"siez": 3, "brand": "x"}) == {"size": UNKNOWN, "brand": "x"}
    assert replace_wrong(Wheel, (17,), {"brand": "x"}) == {"size": UNKNOWN, "brand": "x"}
    assert replace_wrong(Wheel, (), {"siez": 3, "size": 17}) == {"size": 17}


@pytest.mark.parametrize(
    ("reason", "path"),
    [
        ("'siez' is not a property; did you mean 'size'?", "siez"),
        ("'isEnabled' is not a property; it has brand, serial, size", "isEnabled[0].a"),
        ("'Size' is not a property; did you mean 'size'?", '["Size"].a'),
    ],
)
def test_a_path_of_an_option_begins_with_a_property(reason: str, path: str) -> None:
    assert [(p.place, p.reason) for p in find_wrong_paths(Wheel, "ignore_changes", [path])] == [
        ("ignore_changes", reason)
    ]


def test_paths_of_properties_and_the_star_are_accepted() -> None:
    paths = ["*", *Wheel.properties, "size.a", "size[0]", '["size"][0]']
    assert find_wrong_paths(Wheel, "ignore_changes", paths) == []
