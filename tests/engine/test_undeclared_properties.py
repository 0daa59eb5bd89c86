"""Only what the program declares is managed."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

FROM_THE_CONSOLE = {
    "isEnabled": False,
    "description": "Written in the console",
    "tags": ["★ Core"],
    "rules": [{"name": "Beta", "passPercentage": 12.5, "conditions": [{"type": "public"}]}],
}


def test_undeclared_properties_keep_the_console_values(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(
        """
        statsig.Gate("gate", name="checkout")
        statsig.DynamicConfig("config", name="limits")
        """
    ).up()
    emulator.edit("gates", "checkout", FROM_THE_CONSOLE)
    emulator.edit("dynamic_configs", "limits", {"defaultValue": {"max": 7}, "isEnabled": False})
    rules = emulator.object("gates", "checkout")["rules"]
    stack.refresh()
    stack.preview_is_empty()

    stack.program(
        """
        statsig.Gate("gate", name="checkout", type="PERMANENT")
        statsig.DynamicConfig("config", name="limits", description="Bounds")
        """
    )
    wire.requests()
    stack.up()
    assert wire.written() == ["PATCH /dynamic_configs/limits: description", "PATCH /gates/checkout: type"]
    gate, config = emulator.object("gates", "checkout"), emulator.object("dynamic_configs", "limits")
    assert {key: gate[key] for key in ("isEnabled", "description", "tags")} == {
        "isEnabled": False,
        "description": "Written in the console",
        "tags": ["★ Core"],
    }
    assert gate["rules"] == rules
    assert (config["defaultValue"], config["isEnabled"]) == ({"max": 7}, False)
    stack.preview_is_empty()


def test_a_property_that_is_no_longer_declared_is_unchanged(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(
        """
        statsig.Gate("gate", name="checkout", description="One page", is_enabled=False, tags=["a", "b"],
                     rules=[statsig.Rule(name="Beta", pass_percentage=10)])
        """
    ).up()
    before = emulator.object("gates", "checkout")
    wire.requests()

    stack.program('statsig.Gate("gate", name="checkout", is_enabled=False)')
    warning = "Gate 'checkout' no longer manages what the program omits: description stays 'One page', rules stays [{"
    preview = stack.preview("--diff")
    assert warning in preview
    assert "tags stays ['a', 'b']" in preview
    assert '- description: "One page"' in preview
    stack.up()
    assert warning in stack.answers[-1]
    assert wire.written() == []
    assert emulator.object("gates", "checkout") == before

    # From now on the console may change them.
    emulator.edit("gates", "checkout", {"description": "Two pages", "rules": []})
    stack.refresh()
    assert warning not in stack.preview_is_empty()
