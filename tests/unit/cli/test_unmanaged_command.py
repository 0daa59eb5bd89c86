"""``statsig-pulumi unmanaged``: the objects that exist in Statsig and in no stack."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from .command_line import CommandLine, Result

Json = Any


@pytest.fixture(autouse=True)
def project(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "Managed", "tags": ["shop"]})
    emulator.add("gates", {"name": "Found", "tags": ["shop"]})
    emulator.add("gates", {"name": "Old one", "status": "Archived"})
    emulator.add("teams", {"name": "Shop"})


def resource(kind: str, id_: str, **more: Json) -> Json:
    return {"type": f"pulumi-python:dynamic/statsig:{kind}", "id": id_, "urn": f"urn::{id_}", **more}


def write_stack(path: Path, *resources: Json) -> str:
    """Write the output of ``pulumi stack export``, and return the path."""
    stack = {"type": "pulumi:pulumi:Stack", "urn": "urn::stack"}
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": [stack, *resources]}}))
    return str(path)


def objects(result: Result) -> set[str]:
    return {f"{each['kind']} {each['id']}" for each in json.loads(result.out)}


def test_unmanaged_objects_are_listed_with_owner_change_and_status(command_line: CommandLine, tmp_path: Path) -> None:
    stack = write_stack(tmp_path / "a.json", resource("Gate", "managed"))
    result = command_line.run("unmanaged", stack, "--kind", "Gate")
    assert result.code == 3
    assert re.search(r"Gate +found +found +casey@example.com +\d{4}-\d\d-\d\d Casey Console +In Progress", result.out)
    assert "Archived" in result.out
    assert "managed " not in result.out
    assert "2 of 3 objects are in no stack" in result.err


def test_the_exit_code_is_0_if_the_stacks_manage_all_objects(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = write_stack(tmp_path / "a.json", resource("Gate", "managed"), resource("Gate", "found"))
    two = Path(write_stack(tmp_path / "b.json", resource("Gate", "old_one"))).read_text()
    monkeypatch.setattr(sys, "stdin", io.StringIO(two))
    result = command_line.run("unmanaged", one, "-", "--kind", "Gate", "--json")
    assert (result.code, json.loads(result.out)) == (0, [])


def test_external_resources_and_pending_deletes_are_not_managed(command_line: CommandLine, tmp_path: Path) -> None:
    external, pending = resource("Gate", "found", external=True), resource("Gate", "managed", delete=True)
    rule = resource("GateRule", "old_one/abc")
    stack = write_stack(tmp_path / "a.json", external, pending, rule)
    result = command_line.run("unmanaged", stack, "--kind", "Gate", "--json")
    assert objects(result) == {"Gate found", "Gate managed", "Gate old_one"}


def test_filters_select_objects_and_kinds(command_line: CommandLine, tmp_path: Path) -> None:
    stack = write_stack(tmp_path / "a.json")

    def listed(*filters: str) -> set[str]:
        return objects(command_line.run("unmanaged", stack, *filters, "--json"))

    assert listed("--tag", "shop") == {"Gate found", "Gate managed"}
    assert listed("--kind", "Gate", "--no-archived") == {"Gate found", "Gate managed"}
    assert {name.split()[0] for name in listed()} == {"Gate", "ProjectSettings", "Team", "Tag", "User"}


def test_only_lists_are_requested(command_line: CommandLine, emulator: Emulator, tmp_path: Path) -> None:
    emulator.clear_requests()
    command_line.run("unmanaged", write_stack(tmp_path / "a.json"), "--kind", "Gate", "Team", "Tag")
    requests = [(entry["method"], entry["path"]) for entry in emulator.requests()["log"]]
    assert sorted(requests) == [("GET", "/gates"), ("GET", "/tags"), ("GET", "/users/teams")]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"deployment": 1}', '{"values": {}}'])
def test_a_file_that_is_no_stack_prints_one_line(command_line: CommandLine, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    result = command_line.run("unmanaged", str(tmp_path / "a.json"))
    expected = "the file is not the state of a stack: pass the output of `pulumi stack export`\n"
    assert result == (1, "", expected)


def test_a_missing_file_prints_one_line(command_line: CommandLine) -> None:
    result = command_line.run("unmanaged", "no-such-file.json")
    assert result == (1, "", "cannot read no-such-file.json: No such file or directory\n")


def test_a_kind_without_access_is_reported(command_line: CommandLine, emulator: Emulator, tmp_path: Path) -> None:
    emulator.fault(path="/users/teams", status=403, times=None)
    result = command_line.run("unmanaged", write_stack(tmp_path / "a.json"), "--json")
    assert "not listed: Team: GET /users/teams answered 403" in result.err
    assert "Team" not in {each["kind"] for each in json.loads(result.out)}


LONG_ID = "a_gate_with_a_name_that_is_longer_than_the_terminal_of_this_test_is_wide"


@pytest.mark.parametrize("columns", ["40", "120"])
def test_an_id_is_not_cut_or_wrapped_on_a_narrow_terminal(
    command_line: CommandLine, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    emulator.add("gates", {"name": LONG_ID, "description": "long " * 50})
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    result = command_line.run("unmanaged", write_stack(tmp_path / "a.json"), "--kind", "Gate")
    assert LONG_ID in result.out
    assert "…" not in result.out


def test_quiet_prints_the_result_and_warnings_alone(
    command_line: CommandLine, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.fault(path="/users/teams", status=403, times=None)
    stack = write_stack(tmp_path / "a.json")
    loud, quiet = command_line.run("unmanaged", stack), command_line.run("unmanaged", stack, "--quiet")
    assert (quiet.code, quiet.out) == (loud.code, loud.out)
    assert "objects are in no stack" in loud.err
    assert re.fullmatch(r"not listed: Team: .* answered 403: .*\n", quiet.err)
