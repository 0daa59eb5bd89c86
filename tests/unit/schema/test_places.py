"""Places of values: which parts of them a program chooses, and may be secret."""

from __future__ import annotations

import pytest

from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.places import find_places_of_keys, hide_keys

CONFIG = REGISTRY["DynamicConfig"].properties
VALUE = "rules[1].return_value"


@pytest.mark.parametrize(
    ("expected", "place", "secret_places"),
    [
        # All of the object is secret: so are its keys.
        ("default_value", "default_value.token.pin", ["default_value"]),
        ("default_value[0]", "default_value[0].token", ["default_value"]),
        ("default_value_json5", "default_value_json5.token", ["default_value_json5"]),
        (VALUE, f"{VALUE}.token", [VALUE]),
        (VALUE, f"{VALUE}.token", ["rules"]),
        (VALUE, f"{VALUE}.token", ["rules[1]"]),
        # A secret inside of it: the keys around it are not secret.
        ("default_value.token", "default_value.token", ["default_value.token"]),
        ("default_value.token", "default_value.token.pin", ["default_value.token"]),
        ("default_value.open", "default_value.open", ["default_value.token"]),
        (f"{VALUE}.token", f"{VALUE}.token", [VALUE.replace("1", "2")]),
        # The names of properties are never secret.
        ("rules[1].name", "rules[1].name", ["rules"]),
        ("rules[1].conditions[0].type", "rules[1].conditions[0].type", ["rules[1]"]),
        ("tags[1]", "tags[1]", ["tags"]),
        ("name", "name", ["name"]),
        ("rules[1]", "rules[1].nmae", ["rules"]),
        ("nope", "nope", []),
        ("", "", ["default_value"]),
    ],
)
def test_the_keys_of_a_secret_json_object_are_hidden(expected: str, place: str, secret_places: list[str]) -> None:
    assert expected == hide_keys(CONFIG, place, secret_places)


def test_only_places_with_keys_are_sent() -> None:
    places = ["default_value", "default_value.token", VALUE, "rules", "rules[1]", "default_value_json5", "schema"]
    without = ["name", "tags[0]", "rules[1].name", "rules[1].pass_percentage", "target_apps"]
    assert places == find_places_of_keys(CONFIG, [*places, *without])
