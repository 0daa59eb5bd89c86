"""``statsig-pulumi review`` on the plans of the real engine: nothing is missing in a report."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.review.plan import parse_plan
from statsig_pulumi.review.report import ObjectReport, build_report
from statsig_pulumi.review.state import parse_state

from .review_programs import AFTER, BEFORE, SECRETS
from .stack import Stack

Json = Any
WORDED = {"passes_gate", "any", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
"""Values that a sentence has as words: a condition type, an operator, and the marker of what is not known yet."""
CHANGING = ("create", "update", "delete", "replace")


def leaves(value: Json) -> Iterator[str]:
    """Yield the texts and numbers in a value."""
    match value:
        case dict():
            for item in value.values():
                yield from leaves(item)
        case list():
            for item in value:
                yield from leaves(item)
        case bool() | None:
            return
        case _:
            yield str(value)


def changed_leaves(step: Json, covered: set[str]) -> set[str]:
    """Return the texts and numbers that only one of the two states of a step has."""
    found: set[str] = set()
    for name in step.get("diffReasons") or ():
        if name not in covered:
            old, new = ((step[state].get("inputs") or {}).get(name) for state in ("oldState", "newState"))
            found |= set(leaves(old)) ^ set(leaves(new))
    return found


def find_missing(step: Json, report: ObjectReport) -> set[str]:
    """Return the changed values of a step that its report does not show."""
    text = " ".join(sentence.text for sentence in report.sentences)
    covered = {name for sentence in report.sentences for name in sentence.covers}
    return {leaf for leaf in changed_leaves(step, covered) if leaf not in text} - WORDED


def review(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "statsig_pulumi.cli", "review", *arguments]
    return subprocess.run(command, cwd=stack.folder, env=stack.env, capture_output=True, text=True, check=False)


def test_a_report_of_twenty_changes_has_all_that_the_plan_has(stack: Stack, emulator: Emulator) -> None:
    stack.program(BEFORE).up()
    state = stack.exported()
    plan = stack.program(AFTER).preview("--json").text
    steps = {step["urn"]: step for step in json.loads(plan)["steps"] if step["op"] in CHANGING}
    assert len(steps) == 20

    reports = {each.change.urn: each for each in build_report(parse_plan(plan), parse_state(state)).objects}
    assert reports.keys() == steps.keys()
    known = {urn: step for urn, step in steps.items() if step["op"] in ("update", "replace")}
    missing = {urn.rpartition("::")[2]: find_missing(step, reports[urn]) for urn, step in known.items()}
    assert {name: values for name, values in missing.items() if values} == {}

    # The command runs the preview by itself, and asks Statsig for what else depends on the objects.
    result = review(stack, "--format", "json", "--forbid", "replace")
    assert result.returncode == 3, result.stderr
    found = json.loads(result.stdout)
    assert {each["urn"] for each in found["objects"]} == set(steps)
    assert [each["policy"] for each in found["violations"]] == ["forbid replace"]
    depending = {each["id"]: [d["title"] for d in each["dependents"]] for each in found["objects"]}
    assert depending["inserted_rule"] == ["Experiment 'Started experiment'", "Gate 'Testing gate'"]
    assert not any(secret in result.stdout + result.stderr for secret in SECRETS)

    # The preview itself has the same sentences, each once and on its resource, if the engine compares the resource.
    messages = [each for each in json.loads(plan)["diagnostics"] if each.get("urn")]
    compared = {urn: report for urn, report in reports.items() if report.change.operation in ("update", "replace")}
    expected = {(urn, sentence.text): 1 for urn, report in compared.items() for sentence in report.sentences}
    assert {(urn, text): count_messages(messages, urn, text) for urn, text in expected} == expected
    assert len(messages) == len(expected)
    assert not any(secret in json.dumps(messages) for secret in SECRETS)


def count_messages(messages: list[Json], urn: str, text: str) -> int:
    return sum(each["urn"] == urn and text in each["message"] for each in messages)
