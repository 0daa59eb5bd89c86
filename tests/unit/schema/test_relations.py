"""Forms of values, and JSON values whose type another property names."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from statsig_pulumi.json_values import UNKNOWN
from statsig_pulumi.schema.matching import keep_live_values
from statsig_pulumi.schema.options import optional, required
from statsig_pulumi.schema.properties import Fields, ListProp, NestedType, Prop
from statsig_pulumi.schema.validation import find_problems

Json = Any


class Berth(NestedType):
    """A place for a boat: at a pier, or at a buoy."""

    identity = ("name",)

    name: Prop[str] = required()
    at: Prop[Literal["pier", "buoy"]] = required(forms={"pier": ("pier", "number"), "buoy": ("buoy",)})
    pier: Prop[str] = optional()
    number: Prop[int] = optional()
    buoy: Prop[str] = optional()
    note_type: Prop[Literal["string", "number", "boolean", "object", "array"]] = optional()
    note: Prop[Any] = optional(typed_by="note_type")


class HarborFields(Fields):
    """Fields of a harbor."""

    berths: ListProp[Berth] = optional()


PIER = {"name": "1", "at": "pier", "pier": "North", "number": 3}


def problems(**values: Json) -> list[str]:
    return [str(problem) for problem in find_problems(Berth, values)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (PIER, []),
        ({"name": "1", "at": "buoy", "buoy": UNKNOWN}, []),
        ({"name": "1", "at": UNKNOWN, "pier": "North"}, []),
        ({"name": "1", "at": "buoy"}, ["buoy: is required with at='buoy'"]),
        (PIER | {"buoy": "B"}, ["buoy: must be omitted with at='pier'"]),
        (
            {"name": "1", "at": "buoy", "pier": "North"},
            ["buoy: is required with at='buoy'", "pier: must be omitted with at='buoy'"],
        ),
    ],
)
def test_a_value_has_all_properties_of_its_form_and_no_others(values: Json, expected: list[str]) -> None:
    assert problems(**values) == expected


@pytest.mark.parametrize(
    ("type_", "value", "found"),
    [
        ("string", "a", ""),
        ("string", 1, "number"),
        ("number", 1.5, ""),
        ("number", True, "boolean"),
        ("boolean", False, ""),
        ("boolean", 0, "number"),
        ("object", {}, ""),
        ("object", [], "array"),
        ("array", [1], ""),
        ("array", UNKNOWN, ""),
        (UNKNOWN, 1, ""),
        ("object", {"a": UNKNOWN}, ""),
    ],
)
def test_a_json_value_has_the_type_that_another_property_names(type_: Json, value: Json, found: str) -> None:
    expected = [f"note: must be of the declared type, {type_}, not {found}"] if found else []
    assert problems(**PIER, note_type=type_, note=value) == expected


def test_an_update_takes_nothing_of_another_form_from_the_live_value() -> None:
    live = [{"name": "1", "at": "buoy", "buoy": "B", "note_type": "string", "note": "by hand"}]
    kept = keep_live_values(HarborFields.properties["berths"], [PIER], live, live)
    assert kept == [PIER | {"note_type": "string", "note": "by hand"}]
