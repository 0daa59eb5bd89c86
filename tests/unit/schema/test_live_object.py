"""Live objects: values of another shape than their property are errors, wherever they are read."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pytest

from statsig_pulumi.errors import UnreachableError
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.live_object import LiveObject

GATE = REGISTRY["Gate"]


def of_gate(**response: Any) -> LiveObject:
    def unusable(reason: str) -> UnreachableError:
        return UnreachableError("GET", "/gates/g", reason)

    return LiveObject(GATE.readable, response, GATE.containers, unusable)


@pytest.mark.parametrize("read", [itemgetter("rules"), lambda live: live.decoded["rules"]], ids=["raw", "decoded"])
@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ("odd", "rules is text, not a list"),
        (7, "rules is a number, not a list"),
        ({"name": "r"}, "rules is an object, not a list"),
        (["odd"], r"rules\[0\] is text, not an object"),
        ([{"name": "r"}, None], r"rules\[1\] is null, not an object"),
        ([{"conditions": [{}, "odd"]}], r"rules\[0\].conditions\[1\] is text, not an object"),
        ([{"environments": [{"name": "x"}]}], r"rules\[0\].environments\[0\] is an object, not a single value"),
    ],
)
def test_a_value_of_another_shape_is_an_error_that_names_it(
    read: Callable[[LiveObject], Any], rules: Any, reason: str
) -> None:
    with pytest.raises(UnreachableError, match=f"GET /gates/g got no usable response: {reason}"):
        read(of_gate(rules=rules))


def test_other_properties_of_the_object_can_be_read() -> None:
    live = of_gate(name="g", rules="odd", tags=["a"])
    assert (live["name"], live["tags"], live.decoded["tags"]) == ("g", ["a"], ["a"])


@pytest.mark.parametrize("response", [{"tags": "a"}, {"tags": ["a"]}])
def test_one_item_instead_of_a_list_is_a_list_of_one_item(response: Any) -> None:
    live = of_gate(**response)
    assert (live["tags"], live.decoded["tags"]) == (["a"], ["a"])


def test_scalars_of_another_type_are_accepted() -> None:
    live = of_gate(description=7, tags=["a", 5, None], isEnabled="yes")
    assert (live.decoded["description"], live["isEnabled"], live["tags"]) == (7, "yes", ["a", 5, None])
