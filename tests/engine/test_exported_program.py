"""The formatted program of an export: it declares the exported inputs, and linters and type checkers accept it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.errors import Problem, StatsigError
from statsig_pulumi.export import directory
from statsig_pulumi.export.model import ExportedProject
from statsig_pulumi.export.program.files import to_files
from statsig_pulumi.export.program.format import format_source
from statsig_pulumi.export.program.literals import count_columns, to_literal
from statsig_pulumi.json_values import fingerprint

from ..unit.export.program.test_literals import LONG_TEXTS, VALUES
from ..unit.export.sample_resources import EVERY_FORM, Json, gate, resource, run_program

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program") / "infra"
    directory.write_files(folder, to_files(ExportedProject(EVERY_FORM), "acme"), force=False)
    return folder


def run(*command: str, folder: Path) -> str:
    """Return the output of a Python module that fails; empty if it succeeds."""
    process = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    return "" if process.returncode == 0 else process.stdout + process.stderr


def test_source_that_does_not_parse_is_an_error() -> None:
    with pytest.raises(StatsigError, match=r"ruff could not format the exported program: .*parse"):
        format_source("x = (")


def test_the_formatted_program_declares_exactly_the_exported_inputs(program: Path) -> None:
    declared = run_program(program, {(each.kind, each.name): each.id for each in EVERY_FORM})
    expected = {(each.kind, each.name): each.inputs for each in EVERY_FORM}
    assert {key: fingerprint(inputs) for key, inputs in declared.items()} == {
        key: fingerprint(inputs) for key, inputs in expected.items()
    }


@pytest.mark.parametrize("place", [".", "infra"])
@pytest.mark.parametrize("config", ["--isolated", f"--config={ROOT / 'pyproject.toml'}"])
def test_linters_accept_the_program_from_any_folder(program: Path, config: str, place: str) -> None:
    start = program if place == "." else program.parent
    assert run("ruff", "check", "--no-cache", config, place, folder=start) == ""
    assert run("ruff", "format", "--no-cache", "--check", "--line-length=120", config, place, folder=start) == ""


def test_mypy_accepts_the_program(program: Path) -> None:
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'exported'}"
    assert run("mypy", "--strict", "--config-file=", cache, ".", folder=program) == ""


def test_no_line_of_the_program_is_too_long(program: Path) -> None:
    lines = [line for path in program.glob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if count_columns(line) > 120] == []


def test_the_program_reads_like_one_written_by_hand() -> None:
    rules = [{"name": "Everyone", "pass_percentage": 100, "conditions": [{"type": "public"}]}]
    omitted = {"type": Problem("type", "it has a schedule")}
    on = resource("Gate", "on", name="on", rules=rules, team="Checkout", tags=["core"], omitted=omitted)
    others = [resource("Team", "checkout", name="Checkout"), resource("Tag", "core", name="core")]
    project = ExportedProject([on, gate("also", "on", id_type="<none>"), *others])
    assert to_files(project, "acme")["gates.py"] == (
        '"""The gates of the Statsig project."""\n'
        "\n"
        "import statsig_pulumi as statsig\n"
        "\n"
        "# isort: split\n"
        "import tags\n"
        "import teams\n"
        "\n"
        "# type is not managed: it has a schedule\n"
        "on = statsig.Gate(\n"
        '    "on",\n'
        '    name="on",\n'
        "    tags=[tags.core.name],\n"
        "    team=teams.checkout.name,\n"
        "    rules=[\n"
        "        statsig.Rule(\n"
        '            name="Everyone",\n'
        "            pass_percentage=100,\n"
        '            conditions=[statsig.Condition(type="public")],\n'
        "        ),\n"
        "    ],\n"
        ")\n"
        "\n"
        "also = statsig.Gate(\n"
        '    "also",\n'
        '    name="also",\n'
        '    id_type="<none>",\n'
        "    rules=[\n"
        "        statsig.Rule(\n"
        '            name="Those",\n'
        "            pass_percentage=100,\n"
        '            conditions=[statsig.Condition(type="passes_gate", target_value=[on.id])],\n'
        "        ),\n"
        "    ],\n"
        ")\n"
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=8))
def test_a_formatted_literal_evaluates_to_exactly_its_value(values: list[Json]) -> None:
    source = format_source("\n".join(f"x = {to_literal(value, 0, 4)}" for value in values))
    literals = [statement.value for statement in ast.parse(source).body if isinstance(statement, ast.Assign)]
    assert repr(list(map(ast.literal_eval, literals))) == repr(values)


@settings(deadline=None, max_examples=30)
@given(st.lists(LONG_TEXTS, min_size=1, max_size=5), st.sampled_from(["name", "a_rather_long_name_of_a_property"]))
def test_no_line_of_a_formatted_literal_is_too_long(texts: list[str], name: str) -> None:
    listed = format_source(f"call({name}={to_literal(texts, 1, len(name) + 1)},)\n")
    arguments = "".join(f"{name}={to_literal(text, 1, len(name) + 1)}," for text in texts)
    alone = format_source(f"call({arguments})\n")
    assert [line for line in (listed + alone).splitlines() if count_columns(line) > 120] == []


def test_a_long_text_is_split_after_newlines_and_between_words() -> None:
    first, second = "The first line.\n", " ".join(["word"] * 40)
    assert format_source(f"call(x={to_literal(first + second, 1, 2)})\n").splitlines() == [
        "call(",
        "    x=(",
        '        "The first line.\\n"',
        f'        "{"word " * 18}"',
        f'        "{"word " * 18}"',
        '        "word word word word"',
        "    )",
        ")",
    ]
