"""Type checkers accept the right program and report one error for each wrong line."""

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
MARKER = re.compile(r"# E: (.*)$")

Errors = list[tuple[str, int, str]]
"""Name of the program, line, and the checker's code of the error."""


def run(*command: str) -> str:
    process = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return process.stdout or process.stderr


@pytest.fixture(scope="module")
def mypy() -> Errors:
    """Errors of mypy --strict without the configuration of this project, as for the programs of users."""
    programs = [str(HERE / name) for name in PROGRAMS]
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'typing'}"
    output = run("mypy", "--strict", "--config-file=", cache, "--no-error-summary", "--show-error-codes", *programs)
    errors = re.findall(r"(\w+\.py):(\d+):(?:\d+:)? error: .*?\[([\w-]+)\]$", output, flags=re.MULTILINE)
    assert output.count(": error: ") == len(errors) > 0, output
    return [(name, int(line), code) for name, line, code in errors]


@pytest.fixture(scope="module")
def pyright(tmp_path_factory: pytest.TempPathFactory) -> Errors:
    """Errors of pyright in its default configuration."""
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


def marked_lines() -> dict[int, list[str]]:
    """Return the codes that the comment of each wrong line expects, by line number."""
    lines = enumerate((HERE / "wrong.py").read_text().splitlines(), start=1)
    return {number: match[1].split(", ") for number, line in lines if (match := MARKER.search(line))}


@pytest.fixture(params=["mypy", "pyright"])
def errors(request: pytest.FixtureRequest) -> Errors:
    """Errors of each checker."""
    errors: Errors = request.getfixturevalue(request.param)
    return errors


def test_the_right_program_has_no_errors(errors: Errors) -> None:
    assert [error for error in errors if error[0] == "right.py"] == []


def test_each_wrong_line_has_one_error_and_no_other_line_has_any(errors: Errors) -> None:
    lines = Counter(line for name, line, _ in errors if name == "wrong.py")
    assert dict.fromkeys(marked_lines(), 1) == dict(lines)


def test_the_errors_of_mypy_have_the_expected_codes(mypy: Errors) -> None:
    assert [
        (line, code) for name, line, code in mypy if name == "wrong.py" and code not in marked_lines().get(line, ())
    ] == []


def test_no_other_file_has_errors(errors: Errors) -> None:
    assert {name for name, _, _ in errors} <= set(PROGRAMS)
