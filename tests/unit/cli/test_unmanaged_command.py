"""``statsig-pulumi unmanaged``: what exists in Statsig and in no stack."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from statsig_pulumi.cli.main import main
from statsig_pulumi.emulator import Emulator

Json = Any


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


RunContext = Callable[..., Said]


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator() as running:
        monkeypatch.setenv("STATSIG_CONSOLE_KEY", running.key)
        monkeypatch.setenv("STATSIG_CONSOLE_URL", running.url)
        running.add("gates", {"name": "Managed", "tags": ["shop"]})
        running.add("gates", {"name": "Found", "tags": ["shop"]})
        running.add("gates", {"name": "Old one", "status": "Archived"})
        running.add("teams", {"name": "Shop"})
        yield running


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> RunContext:
    def of(*words: str) -> Said:
        code = 0
        try:
            main(["unmanaged", *words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            if isinstance(end.code, str):
                sys.stderr.write(f"{end.code}\n")  # as the interpreter does
        return Said(code, *capsys.readouterr())

    return of


def resource(kind: str, id_: str, **more: Json) -> Json:
    return {"type": f"pulumi-python:dynamic/statsig:{kind}", "id": id_, "urn": f"urn::{id_}", **more}


def stack(path: Path, *resources: Json) -> str:
    """The output of ``pulumi stack export``."""
    own = {"type": "pulumi:pulumi:Stack", "urn": "urn::stack"}
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": [own, *resources]}}))
    return str(path)


def found(said: Said) -> set[str]:
    return {f"{each['kind']} {each['id']}" for each in json.loads(said.out)}


def test_what_is_in_no_stack_is_listed_with_owner_change_and_status(
    run: RunContext, emulator: Emulator, tmp_path: Path
) -> None:
    said = run(stack(tmp_path / "a.json", resource("Gate", "managed")), "--kind", "Gate")
    assert said.code == 3
    assert re.search(r"Gate +found +found +casey@example.com +\d{4}-\d\d-\d\d Casey Console +In Progress", said.out)
    assert "Archived" in said.out
    assert "managed " not in said.out
    assert "2 of 3 objects are in no stack" in said.err


def test_several_stacks_count_together_and_standard_input_is_one(
    run: RunContext, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = stack(tmp_path / "a.json", resource("Gate", "managed"), resource("Gate", "found"))
    two = Path(stack(tmp_path / "b.json", resource("Gate", "old_one"))).read_text()
    monkeypatch.setattr(sys, "stdin", io.StringIO(two))
    said = run(one, "-", "--kind", "Gate", "--json")
    assert (said.code, json.loads(said.out)) == (0, [])


def test_what_is_looked_up_or_about_to_be_deleted_is_not_managed(
    run: RunContext, emulator: Emulator, tmp_path: Path
) -> None:
    looked_up, leaving = resource("Gate", "found", external=True), resource("Gate", "managed", delete=True)
    rule = resource("GateRule", "old_one/abc")
    said = run(stack(tmp_path / "a.json", looked_up, leaving, rule), "--kind", "Gate", "--json")
    assert found(said) == {"Gate found", "Gate managed", "Gate old_one"}


def test_filters_narrow_it_and_every_kind_with_a_list_is_looked_at(
    run: RunContext, emulator: Emulator, tmp_path: Path
) -> None:
    empty = stack(tmp_path / "a.json")
    assert found(run(empty, "--tag", "shop", "--json")) == {"Gate found", "Gate managed"}
    assert found(run(empty, "--kind", "Gate", "--no-archived", "--json")) == {"Gate found", "Gate managed"}
    kinds = {name.split()[0] for name in found(run(empty, "--json"))}
    assert kinds == {"Gate", "Team", "Tag", "User"}


def test_lists_are_enough(run: RunContext, emulator: Emulator, tmp_path: Path) -> None:
    emulator.clear_requests()
    run(stack(tmp_path / "a.json"), "--kind", "Gate", "Team", "Tag")
    log = emulator.requests()["log"]
    assert sorted((entry["method"], entry["path"]) for entry in log) == [
        ("GET", "/gates"),
        ("GET", "/tags"),
        ("GET", "/users/teams"),
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"deployment": 1}', '{"values": {}}'])
def test_a_file_that_is_no_stack_is_one_line(run: RunContext, emulator: Emulator, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    said = run(str(tmp_path / "a.json"))
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines() == ["this is no output of `pulumi stack export`"]


def test_a_file_that_is_not_there_is_one_line(run: RunContext, emulator: Emulator) -> None:
    said = run("no-such-file.json")
    assert (said.code, said.err) == (1, "cannot read no-such-file.json: No such file or directory\n")


def test_a_kind_without_access_is_told(run: RunContext, emulator: Emulator, tmp_path: Path) -> None:
    emulator.fault(path="/users/teams", status=403, times=None)
    said = run(stack(tmp_path / "a.json"), "--json")
    assert "not looked at: Team: GET /users/teams answered 403" in said.err
    assert "Team" not in {each["kind"] for each in json.loads(said.out)}
