"""Options: which of them cannot be combined."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.schema.actions import trigger_action
from statsig_pulumi.schema.options import EXCLUDES, PropertyOptions, computed, optional, required

ACTION = trigger_action("reset")


@pytest.mark.parametrize(
    ("message", "options"),
    [
        ("computed and required exclude each other", {"computed": True, "required": True}),
        ("computed and write_only exclude each other", {"computed": True, "write_only": True}),
        ("computed and create_default exclude each other", {"computed": True, "create_default": "x"}),
        ("local and wire exclude each other", {"local": True, "wire": "x"}),
        ("local and action exclude each other", {"local": True, "action": ACTION}),
        ("in_path and always_sent exclude each other", {"in_path": True, "always_sent": True}),
        ("update_only and create_default exclude each other", {"update_only": True, "create_default": "x"}),
        ("create_only and update_only exclude each other", {"create_only": True, "update_only": True}),
        ("create_only and replace_on_changes exclude each other", {"create_only": True, "replace_on_changes": True}),
        ("sent_back requires computed", {"sent_back": True}),
    ],
)
def test_options_that_cannot_be_combined_are_an_error(message: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        PropertyOptions(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"computed": True, "sent_back": True},
        {"computed": True, "secret": True, "in_path": True},
        {"required": True, "in_path": True, "replace_on_changes": True},
        {"write_only": True, "update_only": True},
        {"local": True, "replace_on_changes": True},
    ],
)
def test_options_that_can_be_combined_are_accepted(options: dict[str, Any]) -> None:
    assert all(getattr(PropertyOptions(**options), name) for name in options)


def test_every_excluded_option_exists() -> None:
    names = {name for name, excluded in EXCLUDES.items() for name in (name, *excluded)}
    assert sorted(names - set(PropertyOptions.__dataclass_fields__)) == []


def test_required_optional_and_computed_set_their_option() -> None:
    assert required(wire="x") == PropertyOptions(required=True, wire="x")
    assert optional(wire="x") == PropertyOptions(wire="x")
    assert computed(wire="x") == PropertyOptions(computed=True, wire="x")
