"""``pulumi import --from statsig``: filters, errors, and repeated runs."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

FROM = ("import", "--from", "statsig", "--yes", "--generate-code=false", "--protect=false")
TWICE = [{"name": "a", "passPercentage": share, "conditions": [{"type": "public"}]} for share in (1, 2)]


@pytest.fixture(autouse=True)
def project(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "New Checkout", "description": "Made by hand", "tags": ["b", "a"]})
    emulator.add("gates", {"name": "Odd one", "rules": TWICE})
    emulator.add("gates", {"name": "Old one", "status": "Archived"})
    emulator.add("teams", {"name": "Shop", "members": ["Casey@example.com"]})


def test_filters_select_objects_and_a_second_import_adds_the_rest(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    answer = stack.run(*FROM, "--", "--kind", "Gate", "--no-archived")
    assert "Gate: 2 read" in answer
    assert set(stack.resources()) == {"new_checkout", "odd_one"}
    stack.run(*FROM, "--", "--kind", "Gate", "Team")
    assert set(stack.resources()) == {"new_checkout", "odd_one", "old_one", "shop"}
    stack.program(
        """
        statsig.Gate("new_checkout", name="New Checkout", type="TEMPORARY", description="Made by hand", tags=["a", "b"])
        statsig.Gate("odd_one", name="Odd one", type="TEMPORARY")
        statsig.Gate("old_one", name="Old one", type="TEMPORARY", is_archived=True)
        statsig.Team("shop", name="Shop", members=["casey@example.com"])
        """
    )
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()
    assert wire.writes() == []
    assert [gate["id"] for gate in emulator.objects("gates")] == ["new_checkout", "odd_one", "old_one"]


def test_a_property_that_is_not_managed_is_reported_with_the_reason(stack: Stack) -> None:
    answer = stack.run(*FROM, "--", "--id", "odd_one")
    reason = "rules is not managed: rules[1].name: 'a' is already used by rules[0]"
    assert f"not imported: Gate 'odd_one': {reason}" in answer


@pytest.mark.parametrize(
    ("env", "options", "expected"),
    [
        ({"STATSIG_CONSOLE_KEY": ""}, (), "set STATSIG_CONSOLE_KEY: this command cannot read the configuration"),
        ({"STATSIG_CONSOLE_KEY": "console-revoked"}, (), "answered 401: "),
        ({}, ("--kinds", "Gate"), "Did you mean --kind?"),
        ({}, ("--kind", "Gates"), 'Did you mean "Gate"?'),
        ({}, ("--created-since", "yesterday"), "--created-since"),
        ({}, ("--help",), "Only objects with one of these tags;"),
    ],
)
def test_an_error_is_one_line_and_nothing_is_imported(
    stack: Stack, env: dict[str, str], options: tuple[str, ...], expected: str
) -> None:
    stack.env |= env
    answer = stack.run(*FROM, "--", *options, ok=False)
    assert expected in answer
    assert "console-revoked" not in answer
    assert "Traceback" not in answer
    assert len(answer.error_lines) == 1
    assert stack.resources() == {}


def test_pulumi_convert_is_refused(stack: Stack) -> None:
    answer = stack.run("convert", "--from", "statsig", "--language", "python", "--out", "converted", ok=False)
    assert "`statsig-pulumi export DIR` writes one" in answer
    assert "Traceback" not in answer


def test_a_read_only_key_is_enough(stack: Stack, emulator: Emulator) -> None:
    emulator.set_key("console-reader", "read_only")
    stack.env["STATSIG_CONSOLE_KEY"] = "console-reader"
    stack.run(*FROM)
    assert {"new_checkout", "shop"} <= set(stack.resources())
