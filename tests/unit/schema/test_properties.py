"""Properties: what a class body declares, how parts are made and read, how names are spelled on the wire."""

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
    camel,
    check_names,
    declare_properties,
)


class Wheel(NestedType):
    """A part of a part."""

    size: Prop[int] = required()
    """Its size in inches."""
    brand: Prop[str | None] = optional()
    """Who made it."""
    serial: Prop[str] = computed(sent_back=True)
    """Its number."""


class Car(NestedType):
    """A part with one property of every kind."""

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
    """No part: what an entity has in common with one."""

    owner_id: Prop[str]
    state: Prop[str] = computed()
    not_ours: int = 3
    switched: Prop[bool] = optional(local=True)


declare_properties(Machine)
MACHINE = {name: value for name, value in vars(Machine).items() if hasattr(value, "options")}


def test_properties_stand_in_the_order_of_the_class_body_inherited_ones_first() -> None:
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
def test_required_computed_and_local_say_who_sets_and_who_returns(
    name: str, is_required: bool, settable: bool, sent: bool, readable: bool
) -> None:
    p = MACHINE[name]
    assert (is_required, settable, sent, readable) == (p.options.required, p.settable, p.sent, p.readable)


def test_what_is_computed_and_carried_is_sent_although_no_program_sets_it() -> None:
    assert Wheel.properties["serial"].sent
    assert not Wheel.properties["serial"].settable


def test_other_annotations_are_left_to_whom_they_belong() -> None:
    assert list(Machine.__annotations__) == ["not_ours"]
    assert set(MACHINE) == {"owner_id", "state", "switched"}


def test_a_property_knows_its_item_its_part_and_whether_none_may_be_said() -> None:
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
def test_wire_names_are_camel_case_with_the_api_s_capital_id(expected: str, name: str) -> None:
    assert expected == camel(name)


def test_a_wire_name_is_derived_unless_it_is_said() -> None:
    class Odd(NestedType):
        team_id: Prop[str] = optional()
        store_0100: Prop[str] = optional(wire="store0100Exposures")

    assert [p.wire for p in Odd.properties.values()] == ["teamID", "store0100Exposures"]


def test_a_part_is_a_dict_of_what_was_given_and_of_nothing_else() -> None:
    wheel = Wheel(size=17)
    assert wheel == {"size": 17}
    assert json.dumps(Car(name="a", wheels=[wheel])) == '{"name": "a", "wheels": [{"size": 17}]}'


def test_none_in_a_part_survives_as_a_marker_that_reads_as_none() -> None:
    wheel = Wheel(size=17, brand=None)
    assert wheel == {"size": 17, "brand": NONE}
    assert wheel.brand is None


@pytest.mark.parametrize(
    ("expected", "name"),
    [(None, "kind"), ([], "wheels"), (None, "spare"), ({}, "named"), ([], "labels"), ({}, "extra")],
)
def test_what_was_not_given_reads_as_nothing_of_its_kind(expected: Any, name: str) -> None:
    assert expected == getattr(Car(name="a"), name)


def test_reading_what_was_not_given_makes_a_new_empty_list_every_time() -> None:
    Car(name="a").wheels.append(Wheel(size=1))
    assert Car(name="a").wheels == []


def test_plain_json_inside_a_part_reads_as_parts() -> None:
    car = Car.of(
        {"name": "a", "wheels": [{"size": 17}], "spare": {"size": 5, "brand": NONE}, "named": {"x": {"size": 2}}}
    )
    assert isinstance(car, Car)
    assert [Wheel] == [type(wheel) for wheel in car.wheels]
    assert (car.wheels[0].size, car.spare.size, car.spare.brand, car.named["x"].size) == (17, 5, None, 2)


def test_a_part_that_is_one_already_is_not_made_again() -> None:
    wheel = Wheel(size=17)
    assert Wheel.of(wheel) is wheel


def test_what_the_api_adds_to_a_part_can_be_read_and_what_it_does_not_declare_is_kept() -> None:
    wheel = Wheel.of({"size": 17, "serial": "s1", "colour": "red"})
    assert wheel.serial == "s1"
    assert wheel["colour"] == "red"


def test_on_the_class_a_property_is_itself() -> None:
    assert Wheel.size is Wheel.properties["size"]


def test_a_part_shows_itself_as_the_program_wrote_it() -> None:
    assert repr(Car(name="a", wheels=[Wheel(size=17)])) == "Car(name='a', wheels=[Wheel(size=17)])"


def test_a_part_cannot_be_changed_by_assignment() -> None:
    wheel = Wheel(size=17)
    with pytest.raises(AttributeError, match="size is set where Wheel is declared"):
        wheel.size = 3
    assert wheel.size == 17


@pytest.mark.parametrize(
    ("message", "given"),
    [
        (r"Wheel has no property 'siez' that a program can set; did you mean 'size'\?", {"siez": 3}),
        (r"Wheel has no property 'zzz' that a program can set; it has brand, size", {"zzz": 3}),
        (r"Wheel has no property 'serial' that a program can set", {"size": 3, "serial": "x"}),
    ],
)
def test_an_unknown_name_is_refused_with_what_was_probably_meant(message: str, given: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=message):
        Wheel(**given)


def test_known_names_are_not_refused() -> None:
    check_names(Van, ["name", "doors", "kind"])


def test_a_missing_required_name_is_no_error_of_construction_but_of_checking() -> None:
    # A part is checked where it stands in an entity: with its place, and with all that is wrong beside it.
    assert Wheel() == {}
