"""Inputs that look right and are not: each is one problem with its place, for every resource and nested type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pulumi import FileAsset, Output

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.properties import NestedType

from ..unit.problems import places
from .conftest import Deployment, registrations


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def circular() -> Any:
    value: dict[str, Any] = {}
    value["a"] = [value]
    return value


ODD: dict[str, Any] = {
    "bytes": b"a",
    "a set": {"a"},
    "a huge number": 10**5000,
    "not a number": float("nan"),
    "half a character": "\ud800",
    "half a character in a key": {"\ud800": 1},
    "a key that is no text": {1: "a"},
    "500 levels": nested(500),
    "circular": circular(),
    "an asset": FileAsset("a.txt"),
    "an object": object(),
    "a list of odd items": [1, None, b"a", [b"a"]],
}


def failures() -> Iterator[str]:
    """Set each property, of nested types too, to each odd value; yield what is no InvalidInputsError of one line."""
    for kind, declaration in REGISTRY.items():
        for name, p in declaration.inputs.items():
            targets: list[tuple[str, Callable[[Any], Any]]] = [(name, lambda value: value)]
            if p.nested:
                targets += [(f"{name}.{inner}", wrapped(p.many, p.nested, inner)) for inner in p.nested.properties]
            for place, wrap in targets:
                for title, value in ODD.items():
                    try:
                        declaration.cls("odd", **{name: wrap(value)})
                    except InvalidInputsError as error:
                        if "\n" in str(error) or not str(error).isascii() or len(str(error)) > 5_000:
                            yield f"{kind} {place} {title}: {str(error)[:200]!r}"
                    except Exception as error:  # noqa: BLE001 - any other class is a failure
                        yield f"{kind} {place} {title}: {error!r}"
                    else:
                        yield f"{kind} {place} {title}: no error"


def wrapped(many: str, type_: type[NestedType], name: str) -> Callable[[Any], Any]:
    def wrap(value: Any) -> Any:
        item = type_.of({name: value})
        return {"list": [item], "map": {"a": item}}.get(many, item)

    return wrap


def test_each_odd_value_of_each_property_is_an_invalid_input() -> None:
    found: list[str] = []
    registrations(lambda: found.extend(failures()))
    assert found == []


@pytest.mark.parametrize(
    ("place", "program"),
    [
        ("variants[0]: must be a Variant, not str", lambda: rule(variants=["a"])),
        ("variants[0].name: ", lambda: rule(variants=[{"return_value": {}}])),
        ("default_value.a: must be a JSON value, not FileAsset; write the", lambda: config({"a": FileAsset("a")})),
        ("...: is nested too deeply, or contains itself; use at most 100 levels", lambda: config({"a": circular()})),
        ("default_value.a: must not exceed 2**53", lambda: config({"a": 10**400})),
        ("default_value.a: contains half of a surrogate pair", lambda: config({"a": "\ud800"})),
        ("default_value.1: has a key that is no text; write str(key)", lambda: config({1: 2})),
    ],
)
def test_a_problem_names_the_place_and_what_to_write(place: str, program: Callable[[], object]) -> None:
    def stack() -> None:
        with pytest.raises(InvalidInputsError) as caught:
            program()
        assert place in str(caught.value)

    registrations(stack)


def rule(**values: Any) -> object:
    return statsig.DynamicConfigRule("rule", dynamic_config_id="limits", name="All", **values)


def config(value: Any) -> object:
    return statsig.DynamicConfig("config", name="limits", default_value=value)


def test_an_output_is_a_variant(deployment: Deployment) -> None:
    def program() -> None:
        variant = Output.from_input({"name": "A", "pass_percentage": 100, "return_value": {"a": 1}})
        statsig.DynamicConfig("config", name="limits", rules=[{"name": "All", "variants": [variant]}])  # type: ignore[list-item]

    (create,) = deployment.up(program)
    assert create[2]["rules"][0]["variants"][0]["returnValue"] == {"a": 1}


# -- target values


def targets(deployment: Deployment, operator: str, value: Any, **more: Any) -> Any:
    """Return the target value that is sent for a condition, or None if nothing is sent."""

    def program() -> None:
        condition = {"type": "custom_field", "field": "f", "operator": operator, "target_value": value} | more
        statsig.Gate("gate", name="a gate", rules=[{"name": "All", "pass_percentage": 1, "conditions": [condition]}])  # type: ignore[list-item]

    writes = deployment.up(program)
    return writes[0][2]["rules"][0]["conditions"][0]["targetValue"] if writes else None


def test_a_target_value_can_be_one_value(deployment: Deployment) -> None:
    assert targets(deployment, "gt", 17) == 17
    assert targets(deployment, "gt", [17]) is None  # the same declaration
    assert targets(deployment, "version_gt", "2.10.0") == "2.10.0"
    assert targets(deployment, "any", Output.from_input("NL")) == ["NL"]
    assert deployment.resources["gate"].refresh()["rules"][0]["conditions"][0]["target_value"] == ["NL"]
    assert statsig.Condition(type="public", target_value=3).target_value == [3]


def test_another_order_of_target_values_is_no_change(deployment: Deployment) -> None:
    assert targets(deployment, "none", ["NL", "BE", 1]) == ["NL", "BE", "1"]
    assert targets(deployment, "none", ["1", "BE", "NL"]) is None
    assert targets(deployment, "none", ["BE", "DE"]) == ["BE", "DE"]


def test_an_id_of_an_owner_that_no_path_can_hold_is_a_problem() -> None:
    accepted = [
        f"{kind}.{name}={odd!r}"
        for kind, declaration in REGISTRY.items()
        for name, p in declaration.inputs.items()
        for odd in ("", " ", ".", "..", "...", "../users", "a/", "a\nb", "a\0b")
        if p.options.in_path or (kind == "PulseLoad" and name in ("experiment_id", "gate_id"))
        if name not in places(kind, **{name: odd})
    ]
    assert accepted == []
    assert not {"gate_id"} & set(places("GateOverrides", gate_id="my gate.v2"))
