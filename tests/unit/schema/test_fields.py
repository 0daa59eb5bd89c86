"""Fields: properties that several classes inherit, and their read-only form on records."""

from __future__ import annotations

from statsig_pulumi.schema.options import PropertyOptions, computed, optional, required
from statsig_pulumi.schema.properties import Fields, ListProp, NestedType, Prop, SparseProp


class BoatFields(Fields):
    """Fields of all boats."""

    name: Prop[str] = required()
    """Name of the boat."""
    length: SparseProp[int] = optional(wire="lengthM")
    """Length, in metres."""
    ports: ListProp[str] = optional(unordered=True, from_wire=sorted)
    """Names of ports."""


class FerryFields(BoatFields):
    """Fields of ferries."""

    name: Prop[str] = required(replace_on_changes=True)
    """Name of the ferry."""


class Boat(NestedType, BoatFields):
    """A boat."""

    crew: Prop[int] = computed()
    """Number of people."""


class Ferry(Boat, FerryFields):
    """Inherits a property from two classes, of which one overrides the other."""


def test_a_class_has_the_properties_of_its_fields_and_its_own() -> None:
    assert list(Boat.properties) == ["name", "length", "ports", "crew"]
    assert {name: p.owner for name, p in Boat.properties.items()} == dict.fromkeys(Boat.properties, Boat)
    assert Boat.properties["length"].doc == "Length, in metres."


def test_fields_that_override_others_win_over_copies_of_those() -> None:
    assert Ferry.properties["name"].options.replace_on_changes
    assert Ferry.properties["name"].doc == "Name of the ferry."
    assert not Boat.properties["name"].options.replace_on_changes


def test_a_value_reads_and_is_set_like_one_that_the_class_declares() -> None:
    boat = Boat(name="Wave", ports=["Delft"])
    assert (boat.name, boat.ports, boat.length, boat) == ("Wave", ["Delft"], None, {"name": "Wave", "ports": ["Delft"]})


def test_the_read_only_form_keeps_the_wire_name_and_the_decoding_alone() -> None:
    ports = Boat.properties["ports"].read_only()
    assert ports.options == PropertyOptions(computed=True, from_wire=sorted)
    assert (ports.wire, ports.settable, Boat.properties["ports"].settable) == ("ports", False, True)


def test_only_a_sparse_property_becomes_nullable_in_the_read_only_form() -> None:
    nullable = {name: p.read_only().nullable for name, p in Boat.properties.items()}
    assert nullable == {"name": False, "length": True, "ports": False, "crew": False}
    assert not Boat.properties["length"].nullable
