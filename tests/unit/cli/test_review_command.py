"""``statsig-pulumi review``: sources of the plan, forms, policies and exit codes."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from .command_line import CommandLine

Json = Any
RECORDED = Path(__file__).parents[1] / "review" / "recorded"
PLAN, STATE = str(RECORDED / "plan.json"), str(RECORDED / "state.json")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder without a pyproject.toml."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_plan_without_broken_policies_ends_with_0(command_line: CommandLine) -> None:
    result = command_line.run("review", PLAN, "--state", STATE, "--offline")
    assert result.code == 0
    assert "Gate 'Launched gate' updated\n  high: launched: passes for everyone" in result.out
    assert "2 depend on it: Experiment 'Started experiment' (targeting_gate_id)" in result.out


def test_a_broken_policy_ends_with_3_and_is_named(command_line: CommandLine) -> None:
    result = command_line.run("review", PLAN, "--offline", "--forbid", "delete,reset", "--max-rollout-step", "25")
    assert result.code == 3
    assert "forbid delete: Gate 'Deleted gate'" in result.out
    assert "5 changes break a policy" in result.err


def test_policies_are_read_from_pyproject_and_options_count_more(command_line: CommandLine, folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.statsig-pulumi.review]\nforbid = ["replace"]\n')
    assert "forbid replace" in command_line.run("review", PLAN, "--offline").out
    result = command_line.run("review", PLAN, "--offline", "--forbid", "key")
    assert "forbid key" in result.out
    assert "forbid replace" not in result.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--forbid", "deletes"), "options: forbid must not have 'deletes': did you mean 'delete'?"),
        (("--max-rollout-step", "300"), "options: max-rollout-step must be a number from 0 to 100"),
        (("--policies", "missing.toml"), "cannot read missing.toml"),
        (("--format", "xml"), "--format"),
        (("--stack", "prod"), "--stack selects the stack to preview"),
        (("--drift",), "--drift runs a refresh; omit it"),
        (("--forbidden", "x"), "--forbidden"),
    ],
)
def test_wrong_use_ends_with_2_and_one_line(command_line: CommandLine, arguments: tuple[str, ...], reason: str) -> None:
    result = command_line.run("review", PLAN, "--offline", *arguments)
    assert result.code == 2
    assert reason in result.err
    assert len(result.err.splitlines()) == 1
    assert result.out == ""


def test_only_one_source_can_be_standard_input(command_line: CommandLine) -> None:
    assert command_line.run("review", "-", "--state", "-").code == 2


def test_a_file_that_is_no_plan_or_state_ends_with_1(command_line: CommandLine, folder: Path) -> None:
    (folder / "empty.json").write_text("")
    plan = command_line.run("review", "empty.json", "--offline")
    state = command_line.run("review", PLAN, "--state", "empty.json", "--offline")
    assert (plan.code, state.code) == (1, 1)
    assert "pass the output of `pulumi preview --json`" in plan.err
    assert "pass the output of `pulumi stack export`" in state.err


def test_standard_input_is_a_plan_and_json_a_form(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(Path(PLAN).read_text()))
    result = command_line.run("review", "-", "--offline", "--format", "json")
    assert json.loads(result.out)["operations"] == {"create": 1, "delete": 1, "replace": 1, "update": 17}


def test_statsig_is_asked_for_checks_and_dependents(command_line: CommandLine, emulator: Emulator) -> None:
    emulator.add("gates", {"name": "Inserted rule", "checksPerHour": 1500})
    conditions = [{"type": "passes_gate", "targetValue": "inserted_rule"}]
    rules = [{"name": "r", "passPercentage": 100, "conditions": conditions}]
    emulator.add("gates", {"name": "Console gate", "rules": rules})
    emulator.clear_requests()
    result = command_line.run("review", PLAN, "--state", STATE)
    assert "1,500 checks per hour; 3 depend on it" in result.out
    assert "gate 'console_gate'" in result.out
    assert {entry["method"] for entry in emulator.requests()["log"]} == {"GET"}
    emulator.clear_requests()
    assert command_line.run("review", PLAN, "--state", STATE, "--offline").code == 0
    assert emulator.requests()["log"] == []


def test_a_key_that_is_not_valid_is_a_note(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-wrong")
    result = command_line.run("review", PLAN, "--state", STATE)
    assert result.code == 0
    assert "nothing was read from Statsig" in result.err
    assert "console-wrong" not in result.err + result.out


def write_pulumi(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a command ``pulumi`` with this script on PATH."""
    program = folder / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_without_a_plan_the_preview_of_the_stack_is_run(
    command_line: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f'echo "$@" >> calls; case "$1" in preview) cat {PLAN};; *) cat {STATE};; esac'
    write_pulumi(folder, monkeypatch, script)
    result = command_line.run("review", "--stack", "prod", "--offline")
    assert (result.code, "Gate 'Launched gate' updated" in result.out) == (0, True)
    assert (folder / "calls").read_text().splitlines() == [
        "preview --json --stack prod --non-interactive",
        "stack export --stack prod --non-interactive",
    ]


def make_refresh(*drifted: Json) -> str:
    urn = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod"
    return json.dumps({"steps": [{"op": "refresh", "urn": urn}, *drifted]})


def make_drift(op: str, **states: Json) -> Json:
    return {"op": op, "urn": f"urn:pulumi:prod::shop::pulumi-python:dynamic/statsig:Gate::{op}", **states}


def test_drift_is_found_by_a_refresh_and_ends_with_3(
    command_line: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"id": "a", "inputs": {"name": "A"}, "outputs": {"name": "A", "description": "x", "is_launched": False}}
    state["outputs"]["__declared"] = ["name", "description", "is_launched"]
    live = {"inputs": {"name": "A", "description": "y", "is_launched": True}}
    refresh = make_refresh(
        make_drift("update", oldState=state, newState=live, diffReasons=["description"]),
        make_drift("delete", oldState={"id": "b", "outputs": {"name": "B"}}),
    )
    (folder / "refresh.json").write_text(refresh)
    write_pulumi(
        folder, monkeypatch, f'echo "$@" >> calls; case "$1" in refresh) cat refresh.json;; *) cat {STATE};; esac'
    )
    result = command_line.run("review", "--drift", "--offline", "--forbid", "pass-everyone,delete")
    assert result.code == 3
    assert result.out.startswith(
        "2 Statsig objects differ from the state: 1 changed in Statsig, 1 deleted in Statsig\n"
    )
    assert "Gate 'A' changed in Statsig\n  high: launched: passes for everyone\n" in result.out
    assert 'description: "x" -> "y"' in result.out
    assert "Gate 'B' deleted in Statsig\n  high: deleted: code that checks it gets false\n" in result.out
    assert "policies" not in result.out
    assert (folder / "calls").read_text().splitlines()[0] == "refresh --preview-only --json --non-interactive"


def test_no_drift_ends_with_0(command_line: CommandLine, folder: Path) -> None:
    (folder / "refresh.json").write_text(make_refresh())
    result = command_line.run("review", "refresh.json")
    assert (result.code, result.out) == (0, "No Statsig object differs from the state\n")


def test_a_preview_that_fails_is_one_line(
    command_line: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = '{"steps": [], "diagnostics": [{"severity": "error", "message": "rules is wrong"}]}'
    write_pulumi(folder, monkeypatch, f"echo '{plan}'; exit 255")
    result = command_line.run("review", "--offline")
    assert (result.code, result.err) == (1, "the preview failed: rules is wrong\n")


def test_a_folder_without_a_program_is_named_by_the_words_of_pulumi(
    command_line: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pulumi(folder, monkeypatch, "echo 'error: no Pulumi.yaml project file found' >&2; exit 255")
    result = command_line.run("review", "--offline")
    assert result.code == 1
    assert result.err == (
        "`pulumi preview --json --non-interactive` failed: error: no Pulumi.yaml project file found\n"
    )


def test_a_machine_without_pulumi_is_told_what_to_install(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    result = command_line.run("review", "--offline")
    assert (result.code, "install the Pulumi CLI, or pass a plan" in result.err) == (1, True)
