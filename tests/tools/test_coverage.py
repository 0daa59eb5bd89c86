"""Endpoint coverage: which tests count, which one is named, and how gaps and stale tables are reported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tools import coverage
from tools.coverage import (
    Reach,
    RecordingError,
    Row,
    build_table,
    check,
    list_endpoints,
    load_recording,
    replace_table,
    to_json,
)

from ..emulator import openapi

UNIT, RESOURCES, ENGINE = (
    "tests/unit/test_a.py::test_a",
    "tests/resources/test_a.py::test_a",
    "tests/engine/test_z.py::test_z",
)
PAGE = f"# Title\n\n{coverage.BEGIN}out of date\n{coverage.END}\nmore\n"


def reached_by(*reached: Reach) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return what reaches each endpoint, and its test."""
    return {row.endpoint: (row.by, row.test) for row in build_table(reached) if row.test}


def complete() -> set[Reach]:
    """Return the record of a run that reaches every endpoint."""
    return {Reach(UNIT, row.verb, row.path, "api") for row in list_endpoints()}


def record(folder: Path, reached: Iterable[Reach], name: str = "gw0") -> Path:
    folder.mkdir(exist_ok=True)
    entries = [[reach.test, reach.verb, reach.route, reach.by] for reach in sorted(reached)]
    (folder / f"{name}.json").write_text(json.dumps(entries))
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the tables of a complete run."""
    table = build_table(complete())
    (tmp_path / "tools").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "tools" / "coverage.json").write_text(to_json(table))
    (tmp_path / coverage.PAGE).write_text(replace_table(PAGE, table))
    return tmp_path


# -- the endpoints


def test_no_endpoint_is_listed_twice() -> None:
    endpoints = [row.endpoint for row in list_endpoints()]
    assert len(set(endpoints)) == len(endpoints) >= 98


@pytest.mark.skipif(not openapi.SPEC_FILE.exists(), reason="the specification is not beside this checkout")
def test_every_endpoint_is_in_the_specification() -> None:
    paths = openapi.specification()["paths"]
    operations = {
        f"{verb.upper()} {path.removeprefix(openapi.PREFIX)}": operation
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
        if isinstance(operation, dict)
    }
    older = [row.endpoint for row in list_endpoints() if not openapi.is_newer(row.verb, row.path)]
    assert [endpoint for endpoint in older if endpoint not in operations] == []


# -- the table of a run


def test_a_row_names_everything_that_reaches_the_endpoint_once() -> None:
    reached = [Reach(UNIT, "GET", "/gates", by) for by in ("api", "Gate", "api")]
    assert reached_by(*reached, Reach(ENGINE, "GET", "/gates", "other")) == {
        "GET /gates": (("Gate", "api", "other"), ENGINE)
    }


@pytest.mark.parametrize(
    ("expected", "tests"),
    [
        (ENGINE, [UNIT, RESOURCES, ENGINE]),
        (RESOURCES, [UNIT, RESOURCES]),
        (f"{UNIT}[a-1]", [f"{UNIT}[b]", f"{UNIT}[a-1]"]),
        (UNIT, [f"{UNIT}[a-1]", UNIT]),
    ],
)
def test_the_named_test_is_of_the_preferred_ring_and_first_by_name(expected: str, tests: list[str]) -> None:
    assert reached_by(*(Reach(test, "GET", "/gates", "Gate") for test in tests))["GET /gates"][1] == expected


@pytest.mark.parametrize("ring", ["contract", "emulator", "typing"])
def test_other_rings_do_not_count(ring: str) -> None:
    assert reached_by(Reach(f"tests/{ring}/test_a.py::test_a", "GET", "/gates", "Gate")) == {}


def test_a_route_matches_its_endpoint_by_verb_and_path_without_parameter_names() -> None:
    assert list(reached_by(Reach(UNIT, "DELETE", "/gates/{key}/rules/{rule}", "Gate"))) == [
        "DELETE /gates/{id}/rules/{ruleID}"
    ]


def test_a_route_that_is_not_listed_is_ignored() -> None:
    assert reached_by(Reach(UNIT, "GET", "/nowhere", "Gate")) == {}


# -- the record of a run

TESTS = """
import httpx
import pytest
from hypothesis import given, settings, strategies as st
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import StatsigError

@pytest.fixture(scope="module")
def emulator():
    with Emulator() as running:
        yield running

@pytest.mark.parametrize("name", ["a (b)", "c"])
def test_of_a_resource(emulator, name):
    Client(emulator.key, emulator.url).on_behalf_of("Gate").get("gates?tags=a") if name == "c" else None
    Client(emulator.key, emulator.url).on_behalf_of("Tag").get("tags")

def test_of_no_resource(emulator):
    Client(emulator.key, emulator.url).get("gates")
    httpx.get(emulator.url + "/gates", headers={"STATSIG-API-KEY": emulator.key})

def test_of_a_refusal(emulator):
    with pytest.raises(StatsigError):
        Client(emulator.key, emulator.url).on_behalf_of("Gate").get("gates/nowhere")

@settings(max_examples=2, deadline=None, database=None)
@given(st.integers())
def test_of_chance(number):
    with Emulator() as emulator:
        Client(emulator.key, emulator.url).on_behalf_of("Gate").get("gates")
"""


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["one process", "two workers"])
def test_successful_requests_are_recorded_with_their_test_and_sender(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text((Path(__file__).parents[1] / "conftest.py").read_text())
    (tmp_path / "test_noted.py").write_text(TESTS)
    record(tmp_path / "build", [])
    stale = record(tmp_path / "build" / "requests", complete(), "gw7")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--assert=plain", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "5 passed" in done.stdout, done.stdout + done.stderr
    assert load_recording(stale) == {
        Reach("test_noted.py::test_of_a_resource[a (b)]", "GET", "/tags", "Tag"),
        Reach("test_noted.py::test_of_a_resource[c]", "GET", "/tags", "Tag"),
        Reach("test_noted.py::test_of_a_resource[c]", "GET", "/gates", "Gate"),
    }


# -- problems


def test_a_run_that_confirms_the_stored_table_has_no_problem(checkout: Path) -> None:
    assert check(record(checkout / "requests", complete()), checkout) == []


def test_the_records_of_all_processes_count(checkout: Path) -> None:
    first, *others = sorted(complete())
    folder = record(checkout / "requests", [first], "gw0")
    assert check(record(folder, others, "gw1"), checkout) == []


def test_a_gap_is_reported(checkout: Path) -> None:
    folder = record(checkout / "requests", {reach for reach in complete() if reach.route != "/users/invite"})
    assert check(folder, checkout)[-1] == "no test reaches POST /users/invite"


def test_a_run_that_does_not_reach_every_endpoint_updates_nothing(checkout: Path) -> None:
    before = (checkout / coverage.PAGE).read_text(), (checkout / "tools" / "coverage.json").read_text()
    folder = record(checkout / "requests", {reach for reach in complete() if reach.route != "/users/invite"})
    gap, reason = check(folder, checkout, write=True)
    assert gap == "no test reaches POST /users/invite"
    assert reason.startswith("the tables were not updated: run all tests")
    assert before == ((checkout / coverage.PAGE).read_text(), (checkout / "tools" / "coverage.json").read_text())


@pytest.mark.parametrize("stale", ["tools/coverage.json", coverage.PAGE])
def test_a_stale_table_is_reported_and_updated_by_write(checkout: Path, stale: str) -> None:
    folder, current = record(checkout / "requests", complete()), (checkout / stale).read_text()
    (checkout / stale).write_text(current.replace("test_a`", "test_b`").replace('test_a"', 'test_b"'))
    (problem,) = check(folder, checkout)
    assert problem.startswith(f"{stale} is stale")
    assert check(folder, checkout, write=True) == []
    assert (checkout / stale).read_text() == current


def test_a_missing_stored_table_is_reported_and_written(checkout: Path) -> None:
    (checkout / "tools" / "coverage.json").unlink()
    folder = record(checkout / "requests", complete())
    assert len(check(folder, checkout)) == 1
    assert check(folder, checkout, write=True) == check(folder, checkout) == []


def test_text_around_the_table_is_kept(checkout: Path) -> None:
    text = (checkout / coverage.PAGE).read_text()
    assert text.startswith("# Title\n\n")
    assert text.endswith("\nmore\n")
    count = len(list(list_endpoints()))
    assert f"{count} of {count} endpoints are reached" in text
    assert "out of date" not in text


def test_a_bar_in_a_test_name_is_escaped() -> None:
    text = replace_table(PAGE, [Row("Gates", "GET", "/gates", ("Gate",), "tests/unit/test_a.py::test_a[a|b]")])
    assert "| `GET /gates` | `Gate` | `tests/unit/test_a.py::test_a[a\\|b]` |" in text


@pytest.mark.parametrize("content", [None, "{", "[[1]]", "7"])
def test_an_unusable_record_is_an_error(checkout: Path, content: str | None) -> None:
    folder = checkout / "requests"
    folder.mkdir()
    if content is not None:
        (folder / "gw0.json").write_text(content)
    with pytest.raises(RecordingError, match="requests holds"):
        check(folder, checkout)


def test_a_folder_without_the_page_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is not a checkout"):
        check(record(tmp_path / "requests", complete()), tmp_path)


# -- the command


def test_the_exit_code_is_1_if_there_are_problems(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*arguments: str) -> tuple[int, str]:
        return coverage.main(["--recorded", *arguments]), capsys.readouterr().err

    monkeypatch.setattr(coverage, "CHECKOUT", checkout)
    folder = str(record(checkout / "requests", complete()))
    assert command(folder) == (0, "")
    (checkout / coverage.PAGE).write_text(PAGE)
    code, text = command(folder)
    assert code == 1
    assert f"{coverage.PAGE} is stale" in text
    assert command(folder, "--write") == (0, "")
    assert command(folder) == (0, "")
    record(checkout / "requests", [])
    assert "no test reaches GET /gates\n" in command(folder)[1]
    assert "holds no record" in command(str(checkout / "nowhere"))[1]
