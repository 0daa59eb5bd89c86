"""Type checkers say of programs what the engine would: right ones pass, each wrong line is one error."""

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

Found = list[tuple[str, int, str]]
"""Errors: the name of the program, the line, the checker's code for it."""


def run(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr


@pytest.fixture(scope="module")
def mypy() -> Found:
    """What mypy --strict finds, without the project's own configuration, as users' programs are checked."""
    programs = [str(HERE / name) for name in PROGRAMS]
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'typing'}"
    said = run("mypy", "--strict", "--config-file=", cache, "--no-error-summary", "--show-error-codes", *programs)
    found = re.findall(r"(\w+\.py):(\d+):(?:\d+:)? error: .*?\[([\w-]+)\]$", said, flags=re.MULTILINE)
    assert said.count(": error: ") == len(found) > 0, said
    return [(name, int(line), code) for name, line, code in found]


@pytest.fixture(scope="module")
def pyright(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What pyright finds as it is when nothing is configured."""
    project = tmp_path_factory.mktemp("pyright")
    for name in PROGRAMS:
        copy(HERE / name, project)
    settings = {"extraPaths": [str(ROOT)], "typeCheckingMode": "standard"}
    (project / "pyrightconfig.json").write_text(json.dumps(settings))
    said = run("pyright", "--outputjson", "--pythonpath", sys.executable, "--project", str(project))
    if not said.lstrip().startswith("{"):
        pytest.skip(f"pyright does not start here (its npm package or node is missing): {said[-300:]}")
    diagnostics = [entry for entry in json.loads(said)["generalDiagnostics"] if entry["severity"] == "error"]
    assert diagnostics, said
    return [
        (Path(entry["file"]).name, entry["range"]["start"]["line"] + 1, entry.get("rule", "")) for entry in diagnostics
    ]


def marked() -> dict[int, list[str]]:
    lines = enumerate((HERE / "wrong.py").read_text().splitlines(), start=1)
    return {number: found[1].split(", ") for number, line in lines if (found := MARK.search(line))}


@pytest.fixture(params=["mypy", "pyright"])
def found(request: pytest.FixtureRequest) -> Found:
    errors: Found = request.getfixturevalue(request.param)
    return errors


def test_right_programs_have_no_errors(found: Found) -> None:
    assert [error for error in found if error[0] == "right.py"] == []


def test_every_wrong_line_is_one_error_and_no_other_line_is_any(found: Found) -> None:
    lines = Counter(line for name, line, _ in found if name == "wrong.py")
    assert dict.fromkeys(marked(), 1) == dict(lines)


def test_mypy_says_what_is_wrong(mypy: Found) -> None:
    assert [
        (line, code) for name, line, code in mypy if name == "wrong.py" and code not in marked().get(line, ())
    ] == []


def test_nothing_is_found_but_in_the_two_programs(found: Found) -> None:
    assert {name for name, _, _ in found} <= set(PROGRAMS)
