"""Type checkers accept a right program, and report each line of a wrong program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from shutil import copy

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = ("right.py", "wrong.py")
MARK = re.compile(r"# E: (.*)$")

Errors = list[tuple[str, int, str]]
"""Errors as name of the program, line, and the checker's code."""


def run(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr


@pytest.fixture(scope="module")
def mypy() -> Errors:
    """Return the errors of mypy --strict without a configuration, as in the project of a user."""
    programs = [str(HERE / name) for name in PROGRAMS]
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'typing'}"
    output = run("mypy", "--strict", "--config-file=", cache, "--no-error-summary", "--show-error-codes", *programs)
    errors = re.findall(r"(\w+\.py):(\d+):(?:\d+:)? error: .*?\[([\w-]+)\]$", output, flags=re.MULTILINE)
    assert output.count(": error: ") == len(errors) > 0, output
    return [(name, int(line), code) for name, line, code in errors]


@pytest.fixture(scope="module")
def pyright(tmp_path_factory: pytest.TempPathFactory) -> Errors:
    """Return the errors of pyright with its default configuration."""
    project = tmp_path_factory.mktemp("pyright")
    for name in PROGRAMS:
        copy(HERE / name, project)
    settings = {"extraPaths": [str(ROOT)], "typeCheckingMode": "standard"}
    (project / "pyrightconfig.json").write_text(json.dumps(settings))
    output = run("pyright", "--outputjson", "--pythonpath", sys.executable, "--project", str(project))
    if not output.lstrip().startswith("{"):
        pytest.skip(f"pyright does not start here (its npm package or node is missing): {output[-300:]}")
    diagnostics = [entry for entry in json.loads(output)["generalDiagnostics"] if entry["severity"] == "error"]
    assert diagnostics, output
    return [
        (Path(entry["file"]).name, entry["range"]["start"]["line"] + 1, entry.get("rule", "")) for entry in diagnostics
    ]


def expected_errors() -> dict[int, list[str]]:
    lines = enumerate((HERE / "wrong.py").read_text().splitlines(), start=1)
    return {number: mark[1].split(", ") for number, line in lines if (mark := MARK.search(line))}


@pytest.fixture(params=["mypy", "pyright"])
def errors(request: pytest.FixtureRequest) -> Errors:
    errors: Errors = request.getfixturevalue(request.param)
    return errors


def test_a_right_program_has_no_errors(errors: Errors) -> None:
    assert [error for error in errors if error[0] == "right.py"] == []


def test_each_wrong_line_is_exactly_one_error(errors: Errors) -> None:
    lines = Counter(line for name, line, _ in errors if name == "wrong.py")
    assert dict.fromkeys(expected_errors(), 1) == dict(lines)


def test_mypy_reports_the_expected_code_of_each_wrong_line(mypy: Errors) -> None:
    assert [
        (line, code) for name, line, code in mypy if name == "wrong.py" and code not in expected_errors().get(line, ())
    ] == []


def test_errors_are_in_the_two_programs_only(errors: Errors) -> None:
    assert {name for name, _, _ in errors} <= set(PROGRAMS)
