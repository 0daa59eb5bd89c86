"""Experiments on the real engine, from setup to decision, with edits in the console."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.emulator import Emulator

from .stack import Answer, Stack
from .wire import Wire

PROGRAM = """
audience = statsig.Gate("audience", name="audience")
others = statsig.Gate("others", name="others")
statsig.Experiment(
    "exp", name="One page", targeting_gate_id=audience.id, id_type="userID",
    groups=[
        statsig.Group(name="Several", size=50, parameter_values={{"pages": 3}}, description="{words}"),
        statsig.Group(name="One", size={size}, parameter_values={{"pages": 1}}, disabled={disabled}),
    ],
    {more}
)
"""
DECIDED = 'status="decision_made", launched_group="One", decision_reason="More purchases"'


def program(more: str, *, words: str = "As it was", size: float = 50, disabled: bool = False) -> str:
    return PROGRAM.format(more=more, words=words, size=size, disabled=disabled)


def lines(answer: Answer) -> list[str]:
    """What a preview shows, without the blanks that align it."""
    return [" ".join(line.replace(":", " : ").split()) for line in answer.text.splitlines()]


def refusal(stack: Stack) -> str:
    """The one error line with which the preview refuses the program."""
    answer = stack.preview(ok=False)
    assert "Traceback" not in answer
    (line,) = answer.error_lines
    return line.removeprefix("error: statsig_pulumi.InvalidInputsError: ")


def group_ids(emulator: Emulator) -> dict[str, Any]:
    return {group["name"]: group["id"] for group in emulator.object("experiments", "one_page")["groups"]}


def decided_in_the_console(emulator: Emulator) -> None:
    launched = group_ids(emulator)["One"]
    decision = {"status": "decision_made", "launchedGroupID": launched, "decisionReason": "Ana says so"}
    emulator.edit("experiments", "one_page", decision)


def test_an_experiment_is_set_up_started_edited_and_decided(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(program('status="setup"')).up()
    ids = group_ids(emulator)
    stack.preview_is_empty()

    stack.program(program('status="active", description="Two weeks", allocation=80'))
    assert '~ status : "setup" => "active"' in lines(stack.preview("--diff"))
    wire.requests()
    stack.up()
    assert wire.written() == ["PATCH /experiments/one_page: allocation description", "PUT /experiments/one_page/start"]
    stack.preview_is_empty()

    # What is locked now is refused in the preview, and so is the way back.
    locked = program('status="setup"', size=40).replace("audience.id", "others.id")
    said = refusal(stack.program(locked))
    assert said.startswith("Experiment 'One page': status: 'active' cannot become 'setup', only 'decision_made' or ")
    for place in ("groups", "targeting_gate_id"):
        assert f"; {place}: is locked, because the experiment is 'active'" in said
    assert wire.written() == []

    # A group can be described anew and switched off, in one request, and switched on again.
    active = 'status="active", description="Two weeks", allocation=80'
    stack.program(program(active, words="Three pages", disabled=True)).up()
    (write,) = wire.writes()
    assert [(group["id"], group["disabled"]) for group in write["body"]["groups"]] == [
        (ids["Several"], False),
        (ids["One"], True),
    ]
    stack.preview_is_empty()
    stack.program(program(active, words="Three pages")).up()
    assert wire.written() == ["POST /experiments/one_page/enable_groups: group_names"]

    # The console edits it: what is declared is seen, and put right.
    emulator.edit("experiments", "one_page", {"description": "Ana's", "allocation": 10, "hypothesis": "Ana's too"})
    assert "~ 1 updated" in stack.refresh()
    shown = lines(stack.preview("--diff"))
    assert '~ description : "Ana\'s" => "Two weeks"' in shown
    assert "~ allocation : 10 => 80" in shown
    wire.requests()

    stack.program(program(f"{DECIDED}, description='Two weeks', allocation=80", words="Three pages")).up()
    assert [(entry["method"], entry["path"]) for entry in wire.writes()] == [
        ("PATCH", "/experiments/one_page"),
        ("PUT", "/experiments/one_page/make_decision"),
    ]
    live = emulator.object("experiments", "one_page")
    assert (live["status"], live["launchedGroupID"], live["hypothesis"]) == ("decision_made", ids["One"], "Ana's too")
    assert group_ids(emulator) == ids
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()
    stack.destroy()
    assert emulator.objects("experiments") == []


def test_a_preview_of_another_status_shows_only_the_status(stack: Stack) -> None:
    stack.program(program('status="setup"')).up()
    shown = lines(stack.program(program('status="active"')).preview("--diff"))
    assert '~ status : "setup" => "active"' in shown
    assert not any("pages" in line or "description" in line for line in shown)


def test_a_decision_in_the_console_is_drift_and_can_be_declared(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(program('status="active"')).up()
    decided_in_the_console(emulator)
    wire.requests()
    said = "Experiment 'One page': status: 'decision_made' cannot become 'active'"

    # The preview on the way shows the drift. The update fails, after the refresh.
    answer = stack.run("up", "--yes", "--refresh", ok=False)
    assert [line for line in answer.error_lines if said in line] == answer.error_lines
    assert "[diff: ~status]" in answer
    assert stack.resources()["exp"]["outputs"]["status"] == "decision_made"
    stack.refresh_is_empty()
    assert wire.written() == []

    as_it_is = 'status="decision_made", launched_group="One", decision_reason="Ana says so"'
    stack.program(program(as_it_is)).preview_is_empty()
    stack.up()
    stack.program(program(as_it_is.replace("Ana says so", "More purchases"))).up()
    assert wire.written() == ["PATCH /experiments/one_page: decisionReason"]


def test_a_changed_reset_trigger_resets_and_edits_in_one_update(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(program('status="active", reset_trigger="first"')).up()
    ids = group_ids(emulator)
    again = program('status="active", reset_trigger="second"', size=40).replace("audience.id", "others.id")
    shown = lines(stack.program(again).preview("--diff"))
    assert '~ reset_trigger : "first" => "second"' in shown
    assert "~ size : 50 => 40" in shown
    wire.requests()
    stack.up()
    writes = wire.writes()
    assert [(entry["method"], entry["path"].removeprefix("/experiments/one_page")) for entry in writes] == [
        ("PUT", "/reset"),
        ("PATCH", ""),
        ("PUT", "/start"),
    ]
    assert sorted(writes[1]["body"]) == ["groups", "targetingGateID"]
    live = emulator.object("experiments", "one_page")
    assert (live["status"], live["targetingGateID"]) == ("active", "others")
    assert group_ids(emulator) == ids
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()  # the trigger is spent


TWO = """
statsig.Experiment("plain", name="Plain", status="active"{plain})
statsig.Experiment("kept", name="Kept", status="active"{kept})
"""


def test_an_active_experiment_is_destroyed_only_if_declared(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(TWO.format(plain="", kept="")).up()
    wire.requests()
    answer = stack.destroy("--continue-on-error", ok=False)
    for name in ("Plain", "Kept"):
        said = f"Experiment '{name}' is active and was not deleted. Decide, abandon or"
        (line,) = [line for line in answer.error_lines if said in line]
        assert line.endswith(
            " archive it first, or declare archive_on_delete=True or delete_while_active=True, run `pulumi up`, and"
            " then delete it"
        )
    assert "Traceback" not in answer
    assert wire.written() == []
    assert set(stack.resources()) == {"plain", "kept"}

    stack.program(TWO.format(plain=", delete_while_active=True", kept=", archive_on_delete=True")).up()
    assert wire.written() == []  # neither is anything of Statsig's
    stack.destroy()
    assert wire.written() == ["DELETE /experiments/plain", "PUT /experiments/kept/archive"]
    assert {e["id"]: e["status"] for e in emulator.objects("experiments")} == {"kept": "archived"}
