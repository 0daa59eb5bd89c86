"""Properties: how a class body declares them, how nested values are made and read, and wire names."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from statsig_pulumi.json_values import NONE
from statsig_pulumi.schema.options import PropertyOptions, computed, optional, required
from statsig_pulumi.schema.properties import (
    ListProp,
    MapProp,
    NestedType,
    Prop,
    declare_properties,
    to_camel_case,
    to_snake_case,
)


class Wheel(NestedType):
    """A nested value inside another one."""

    size: Prop[int] = required()
    """Its size in inches."""
    brand: Prop[str | None] = optional()
    """Who made it."""
    serial: Prop[str] = computed(sent_back=True)
    """Its number."""


class Car(NestedType):
    """A nested type with one property of every kind."""

    identity = ("name",)

    name: Prop[str] = required()
    """Its name.

    And more of it.
    """
    kind: Prop[Annotated[Literal["car", "van"], Field()]] = optional()
    """What it is."""
    wheels: ListProp[Wheel] = optional()
    """All of them."""
    spare: Prop[Wheel] = optional()
    """The one in the back."""
    named: MapProp[Wheel] = optional()
    """Some have names."""
    labels: ListProp[str] = optional(unordered=True)
    """A list of plain values."""
    extra: MapProp[Any] = optional()
    """Any JSON object."""
    undocumented: Prop[bool] = optional()
    weight = 3  # no annotation, no property


class Van(Car):
    """Overrides one property, adds one."""

    name: Prop[str | None] = optional()
    """May be omitted here."""
    doors: Prop[int] = optional()
    """How many."""


class Machine:
    """A class with properties that is no nested type, as a resource."""

    owner_id: Prop[str]
    state: Prop[str] = computed()
    not_ours: int = 3
    switched: Prop[bool] = optional(local=True)


declare_properties(Machine)
MACHINE = {name: value for name, value in vars(Machine).items() if hasattr(value, "options")}


def test_properties_have_the_order_of_the_class_body_inherited_ones_first() -> None:
    own = ["name", "kind", "wheels", "spare", "named", "labels", "extra", "undocumented"]
    assert list(Car.properties) == own
    assert list(Van.properties) == [*own, "doors"]


def test_an_annotation_without_a_value_is_a_required_property() -> None:
    assert MACHINE["owner_id"].options == PropertyOptions(required=True)


@pytest.mark.parametrize(
    ("name", "is_required", "settable", "sent", "readable"),
    [
        ("owner_id", True, True, True, True),
        ("state", False, False, False, True),
        ("switched", False, True, False, False),
    ],
)
def test_required_computed_and_local_decide_what_is_set_sent_and_read(
    name: str, is_required: bool, settable: bool, sent: bool, readable: bool
) -> None:
    p = MACHINE[name]
    assert (is_required, settable, sent, readable) == (p.options.required, p.settable, p.sent, p.readable)


def test_a_computed_property_that_is_sent_back_is_sent_and_not_settable() -> None:
    assert Wheel.properties["serial"].sent
    assert not Wheel.properties["serial"].settable


def test_annotations_that_are_no_properties_are_kept() -> None:
    assert list(Machine.__annotations__) == ["not_ours"]
    assert set(MACHINE) == {"owner_id", "state", "switched"}


def test_a_property_has_the_item_type_nested_type_and_nullability_of_its_annotation() -> None:
    brand, wheels, kind = Wheel.properties["brand"], Car.properties["wheels"], Car.properties["kind"]
    assert (str, True, None) == (brand.item, brand.nullable, brand.nested)
    assert (Wheel, False, Wheel, "list") == (wheels.item, wheels.nullable, wheels.nested, wheels.many)
    assert (kind.nullable, kind.nested, kind.many) == (False, None, "")


def test_an_override_replaces_the_inherited_property_in_the_subclass_alone() -> None:
    assert Car.properties["name"].options.required
    assert not Van.properties["name"].options.required
    assert Van.properties["name"].nullable
    assert Van.properties["kind"].options is Car.properties["kind"].options
    assert (Van.properties["kind"].owner, Car.properties["kind"].owner) == (Van, Car)
    assert NestedType.properties == {}


@pytest.mark.parametrize(
    ("expected", "cls", "name"),
    [
        ("Its name.\n\nAnd more of it.", Car, "name"),
        ("May be omitted here.", Van, "name"),
        ("What it is.", Van, "kind"),
        ("Its size in inches.", Wheel, "size"),
        ("", Car, "undocumented"),
    ],
)
def test_the_docstring_under_the_attribute_is_the_documentation(
    expected: str, cls: type[NestedType], name: str
) -> None:
    assert expected == cls.properties[name].doc


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("name", "name"),
        ("id", "id"),
        ("isEnabled", "is_enabled"),
        ("passPercentage", "pass_percentage"),
        ("teamID", "team_id"),
        ("baseID", "base_id"),
        ("customID", "custom_id"),
        ("idType", "id_type"),
        ("holdoutIDs", "holdout_ids"),
        ("releasePipelineID", "release_pipeline_id"),
        ("returnValueJson5", "return_value_json5"),
        ("identityName", "identity_name"),
    ],
)
def test_wire_names_are_camel_case_with_a_capital_id(expected: str, name: str) -> None:
    assert expected == to_camel_case(name)


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("gate", "Gate"),
        ("entity_property_source", "EntityPropertySource"),
        ("unit_id_type", "UnitIDType"),
        ("unit_id_type", "UnitIdType"),
        ("segment_ids", "SegmentIDs"),
    ],
)
def test_id_is_one_word_of_a_class_name(expected: str, name: str) -> None:
    assert expected == to_snake_case(name)


def test_a_wire_name_is_derived_unless_it_is_set() -> None:
    class Odd(NestedType):
        team_id: Prop[str] = optional()
        store_0100: Prop[str] = optional(wire="store0100Exposures")

    assert [p.wire for p in Odd.properties.values()] == ["teamID", "store0100Exposures"]


def test_a_nested_value_is_a_dict_of_its_arguments() -> None:
    wheel = Wheel(size=17)
    assert wheel == {"size": 17}
    assert json.dumps(Car(name="a", wheels=[wheel])) == '{"name": "a", "wheels": [{"size": 17}]}'


def test_none_in_a_nested_value_is_stored_as_a_marker_and_reads_as_none() -> None:
    wheel = Wheel(size=17, brand=None)
    assert wheel == {"size": 17, "brand": NONE}
    assert wheel.brand is None


@pytest.mark.parametrize(
    ("expected", "name"),
    [(None, "kind"), ([], "wheels"), (None, "spare"), ({}, "named"), ([], "labels"), ({}, "extra")],
)
def test_an_omitted_property_reads_as_none_or_empty(expected: Any, name: str) -> None:
    assert expected == getattr(Car(name="a"), name)


def test_reading_an_omitted_list_returns_a_new_list_every_time() -> None:
    Car(name="a").wheels.append(Wheel(size=1))
    assert Car(name="a").wheels == []


def test_plain_json_inside_a_nested_value_reads_as_nested_types() -> None:
    car = Car.of(
        {"name": "a", "wheels": [{"size": 17}], "spare": {"size": 5, "brand": NONE}, "named": {"x": {"size": 2}}}
    )
    assert isinstance(car, Car)
    assert [Wheel] == [type(wheel) for wheel in car.wheels]
    assert (car.wheels[0].size, car.spare.size, car.spare.brand, car.named["x"].size) == (17, 5, None, 2)


def test_converting_a_nested_value_returns_the_same_object() -> None:
    wheel = Wheel(size=17)
    assert Wheel.of(wheel) is wheel


def test_computed_properties_and_undeclared_keys_of_a_nested_value_can_be_read() -> None:
    wheel = Wheel.of({"size": 17, "serial": "s1", "colour": "red"})
    assert wheel.serial == "s1"
    assert wheel["colour"] == "red"


def test_a_property_read_on_the_class_is_the_descriptor() -> None:
    assert Wheel.size is Wheel.properties["size"]


def test_the_repr_of_a_nested_value_is_its_constructor_call() -> None:
    assert repr(Car(name="a", wheels=[Wheel(size=17)])) == "Car(name='a', wheels=[Wheel(size=17)])"


def test_a_nested_value_is_read_only() -> None:
    wheel = Wheel(size=17)
    with pytest.raises(AttributeError, match="Wheel: size: is read-only: pass it to the constructor of Wheel"):
        wheel.size = 3
    assert wheel.size == 17


def test_a_missing_required_property_is_no_error_of_the_constructor() -> None:
    # The resource validates its nested values, with their place and together with all other problems.
    assert Wheel() == {}
