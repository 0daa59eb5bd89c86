"""Layers and holdouts on the real engine: what the order of a command and edits of colleagues do to them."""

from __future__ import annotations

import re

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

LAYER = """
layer = statsig.Layer("layer", name="Homepage Feed Improvements", id_type="userID", parameters=[{parameters}])
statsig.Experiment("one", name="one page", layer_id=layer, groups=[
    statsig.Group(name="A", size=50, parameter_values={values}), statsig.Group(name="B", size=50)])
"""
FLOW = 'statsig.LayerParameter(name="test!!!", type="string", default_value="a")'
PAGES = 'statsig.LayerParameter(name="pages", type="number", default_value=3)'
HOLDOUT = """
gate = statsig.Gate("mine", name="mine")
statsig.Holdout("holdout", name="Long term", description="{description}", pass_percentage=1, gate_ids=[gate],
                delete_while_enabled={is_allowed})
"""
LAYER_PATH = "/layers/homepage_feed_improvements"


def test_a_parameter_is_removed_together_with_its_use(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(LAYER.format(parameters=f"{FLOW}, {PAGES}", values='{"test!!!": "b", "pages": 2}'))
    stack.up()
    assert wire.written()[0].startswith(f"PATCH {LAYER_PATH}: parameters")
    stack.preview_is_empty()
    stack.program(LAYER.format(parameters=PAGES, values='{"pages": 2}'))
    wire.requests()
    answer = " ".join(stack.up(ok=False).text.split())
    reason = "experiment 'one_page' uses test!!!. A layer is updated before its experiments"
    assert f"parameters: Statsig refuses the change: {reason}" in answer
    assert wire.written() == []
    (target,) = set(re.findall(r"--target '(urn:[^']+::one)'", answer))
    assert "test!!!" in str(emulator.object("experiments", "one_page")["groups"])
    stack.run("up", "--yes", "--target", target)
    stack.up()
    assert [each["name"] for each in emulator.object("layers", "homepage_feed_improvements")["parameters"]] == ["pages"]
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.destroy()
    assert emulator.objects("layers") == emulator.objects("experiments") == []


def test_a_holdout_keeps_a_gate_that_a_colleague_attached(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(HOLDOUT.format(description="a", is_allowed=False))
    stack.up()
    emulator.add("gates", {"name": "theirs"})
    emulator.edit("holdouts", "long_term", {"gateIDs": ["mine", "theirs"]})
    wire.requests()
    stack.program(HOLDOUT.format(description="b", is_allowed=False))
    stack.up()
    assert wire.written() == ["PATCH /holdouts/long_term: description"]
    assert emulator.object("holdouts", "long_term")["gateIDs"] == ["mine", "theirs"]
    assert emulator.object("gates", "theirs")["holdoutIDs"] == ["long_term"]
    stack.preview_is_empty()

    answer = stack.destroy(ok=False)
    assert "was not deleted: it holds units out, who would see all features at once" in answer
    assert len(emulator.objects("holdouts")) == 1
    stack.program(HOLDOUT.format(description="b", is_allowed=True))
    stack.up()
    stack.destroy()
    assert emulator.objects("holdouts") == []
    assert [gate["id"] for gate in emulator.objects("gates")] == ["theirs"]
