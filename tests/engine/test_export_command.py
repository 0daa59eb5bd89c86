"""``statsig-pulumi export``: what it writes, what it says, and what it leaves alone."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from statsig_pulumi.cli.main import main
from statsig_pulumi.emulator import Emulator

Json = Any
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TWICE = [{"name": "a", "passPercentage": share, "conditions": [{"type": "public"}]} for share in (1, 2)]


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Shell:
    """A terminal in the folder that an export is made in."""

    def __init__(self, emulator: Emulator, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.emulator, self.folder, self.capsys = emulator, folder, capsys

    def run(self, *words: str) -> Said:
        code = 0
        try:
            main(["export", str(self.folder), *words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            if isinstance(end.code, str):
                sys.stderr.write(f"{end.code}\n")  # as the interpreter does
        return Said(code, *self.capsys.readouterr())

    def imported(self, *words: str) -> set[str]:
        """The kinds and names of what an export with these words holds."""
        assert self.run(*words, "--force").code == 0
        found = json.loads((self.folder / "import.json").read_text(encoding="utf-8"))["resources"]
        return {f"{each['type'].rpartition(':')[2]} {each['name']}" for each in found}


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with Emulator() as emulator:
        monkeypatch.setenv("STATSIG_CONSOLE_KEY", emulator.key)
        monkeypatch.setenv("STATSIG_CONSOLE_URL", emulator.url)
        for user in emulator.objects("users"):
            emulator.remove("users", user["email"])
        for tag in emulator.objects("tags"):
            emulator.remove("tags", tag["id"])
        yield Shell(emulator, tmp_path / "flags", capsys)


def shop(emulator: Emulator) -> None:
    """The project of the README."""
    emulator.add("tags", {"name": "checkout"})
    emulator.add("teams", {"name": "Web Shop", "members": ["ana@example.com"]})
    company = {"type": "email", "operator": "str_contains_any", "targetValue": "@example.com"}
    emulator.add("gates", {"name": "Employees", "rules": [rule("Company addresses", 100, company)]})
    emulator.add(
        "gates",
        {
            "name": "New Checkout",
            "description": "The checkout on one page",
            "team": "Web Shop",
            "tags": ["checkout"],
            "type": "PERMANENT",
            "rules": [
                rule("Employees first", 100, {"type": "passes_gate", "targetValue": "employees"}),
                rule("Beta testers", 50, {"type": "user_id", "operator": "any", "targetValue": user_ids()}),
            ],
        },
    )
    emulator.add("gates", {"name": "Old Checkout", "status": "Archived", "rules": TWICE})


def user_ids() -> list[str]:
    return [f"user-{number}" for number in range(1, 41)]


def rule(name: str, share: float, *conditions: Json) -> Json:
    return {"name": name, "passPercentage": share, "conditions": list(conditions)}


def test_the_export_of_the_readme_is_a_real_one(shell: Shell) -> None:
    shop(shell.emulator)
    said = shell.run("--project", "feature-flags")
    assert said.code == 0
    shown = re.sub(r"^(\d+ files written to ).*/flags;", r"\1flags;", said.out, flags=re.MULTILINE)
    assert all(line.rstrip() in README for line in shown.splitlines()), shown
    assert (shell.folder / "gates.py").read_text(encoding="utf-8") in README
    for path in sorted(path.relative_to(shell.folder).as_posix() for path in shell.folder.rglob("*") if path.is_file()):
        assert path.startswith(".") or path.rpartition("/")[2] in README


def test_filters_say_what_is_exported(shell: Shell) -> None:
    shop(shell.emulator)
    assert shell.imported("--kind", "Gate", "Team") == {
        "Gate employees",
        "Gate new_checkout",
        "Gate old_checkout",
        "Team web_shop",
    }
    assert shell.imported("--tag", "checkout") == {"Gate new_checkout"}
    assert shell.imported("--team", "Web*") == {"Gate new_checkout"}
    assert shell.imported("--id", "*_checkout", "Employees") == {
        "Gate employees",
        "Gate new_checkout",
        "Gate old_checkout",
    }
    assert shell.imported("--archived") == {"Gate old_checkout"}
    assert shell.imported("--no-archived", "--kind", "Gate") == {"Gate employees", "Gate new_checkout"}
    assert shell.imported("--kind", "Gate", "--changed-since", "2100-01-01") == set()
    assert len(shell.imported("--kind", "Gate", "--created-since", "2020-01-01")) == 3


def test_a_name_does_not_depend_on_what_else_is_exported(shell: Shell) -> None:
    for name in ("a.gate", "a-gate", "a_gate"):
        shell.emulator.add("gates", {"name": name, "tags": [name]})
    every = shell.imported("--kind", "Gate")
    assert every == {name for tag in ("a.gate", "a-gate", "a_gate") for name in shell.imported("--tag", tag)}


def test_what_a_person_changed_is_not_written_over(shell: Shell) -> None:
    shop(shell.emulator)
    assert shell.run("--kind", "Gate").code == 0
    gates = shell.folder / "gates.py"
    gates.write_text("# mine\n" + gates.read_text(encoding="utf-8"), encoding="utf-8")
    said = shell.run("--kind", "Gate")
    assert (said.code, said.out) == (1, "")
    assert "gates.py has been changed, or was not written by an export; --force overwrites" in said.err
    assert gates.read_text(encoding="utf-8").startswith("# mine\n")
    assert shell.run("--kind", "Gate", "--force").code == 0
    assert not gates.read_text(encoding="utf-8").startswith("# mine\n")


def test_a_read_only_key_is_enough_and_nothing_is_written_to_statsig(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(shell.emulator)
    shell.emulator.set_key("console-reader", "read_only")
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-reader")
    assert shell.run().code == 0
    assert {entry["method"] for entry in shell.emulator.requests()["log"]} == {"GET"}


def test_a_kind_that_the_project_lacks_is_told_and_an_error_where_it_was_asked_for(shell: Shell) -> None:
    shop(shell.emulator)
    shell.emulator.fault(path="/users/teams", status=403, times=None)
    said = shell.run()
    assert said.code == 0
    assert re.search(r"Team +GET /users/teams answered 403", said.out)
    said = shell.run("--kind", "Team")
    assert (said.code, said.out) == (1, "")
    assert "answered 403" in said.err


def test_what_no_program_can_declare_is_left_to_the_console_with_the_reason(shell: Shell) -> None:
    shell.emulator.add("gates", {"name": "Odd one", "rules": TWICE})
    said = shell.run("--kind", "Gate")
    reason = "rules is left to the console (rules[1].name: 'a' is the name of rules[0] too)"
    assert re.search(rf"Gate 'odd_one' +{re.escape(reason)}", said.out)
    assert f"# {reason}\n" in (shell.folder / "gates.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--kind", "Gates"), "--kind: there is nothing to export of Gates; there is of AssignmentSource, "),
        (("--project", "a b"), "'a b' cannot be the name of a Pulumi project"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_written(
    shell: Shell, words: tuple[str, ...], told: str
) -> None:
    said = shell.run(*words)
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert not shell.folder.exists()


def test_a_failing_service_writes_nothing(shell: Shell) -> None:
    shop(shell.emulator)
    shell.emulator.fault(path="/gates", status=401)
    said = shell.run()
    assert said.code == 1
    assert "answered 401" in said.err
    assert shell.emulator.key not in said.err
    assert not shell.folder.exists()
