"""The table of endpoints: what counts, which test is named, and what a gap or a stale table does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tools import coverage
from tools.coverage import Reach, RecordingError, Row, as_json, check, endpoints, readme, rows

from ..emulator import openapi

UNIT, ENTITIES, ENGINE = (
    "tests/unit/test_a.py::test_a",
    "tests/resources/test_a.py::test_a",
    "tests/engine/test_z.py::test_z",
)
PAGE = f"# Title\n\n{coverage.BEGIN}old\n{coverage.END}\nmore\n"


def made(*reached: Reach) -> dict[str, tuple[tuple[str, ...], str]]:
    """What reaches an endpoint, and the test, by endpoint."""
    return {row.endpoint: (row.by, row.test) for row in rows(reached) if row.test}


def complete() -> set[Reach]:
    """The recording of a run that leaves no gap."""
    return {Reach(UNIT, row.verb, row.path, "api") for row in endpoints()}


def recording(folder: Path, reached: Iterable[Reach], name: str = "gw0") -> Path:
    folder.mkdir(exist_ok=True)
    entries = [[reach.test, reach.verb, reach.route, reach.by] for reach in sorted(reached)]
    (folder / f"{name}.json").write_text(json.dumps(entries))
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose tables are as a complete run makes them."""
    table = rows(complete())
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "coverage.json").write_text(as_json(table))
    (tmp_path / "README.md").write_text(readme(PAGE, table))
    return tmp_path


# -- the endpoints


def test_there_are_98_endpoints_and_none_twice() -> None:
    assert len({row.endpoint for row in endpoints()}) == len(list(endpoints())) == 98


@pytest.mark.skipif(not openapi.SPEC_FILE.exists(), reason="the specification is not beside this checkout")
def test_every_endpoint_is_in_the_specification() -> None:
    paths = openapi.specification()["paths"]
    operations = {
        f"{verb.upper()} {path.removeprefix(openapi.PREFIX)}": operation
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
        if isinstance(operation, dict)
    }
    assert [row.endpoint for row in endpoints() if row.endpoint not in operations] == []
    of_march_2025 = [row.endpoint for row in endpoints() if "x-source" in operations[row.endpoint]]
    assert of_march_2025 == [
        "POST /dynamic_configs/{id}/rule",
        "DELETE /dynamic_configs/{id}/rule/name/{ruleName}",
        "PATCH /dynamic_configs/{id}/rule/name/{ruleName}",
        "POST /dynamic_configs/{id}/rules",
        "PATCH /dynamic_configs/{id}/rules",
    ]


# -- what a run makes of them


def test_whoever_reaches_an_endpoint_in_any_test_is_named_once() -> None:
    reached = [Reach(UNIT, "GET", "/gates", by) for by in ("api", "Gate", "api")]
    assert made(*reached, Reach(ENGINE, "GET", "/gates", "lookups")) == {
        "GET /gates": (("Gate", "api", "lookups"), ENGINE)
    }


@pytest.mark.parametrize(
    ("expected", "tests"),
    [
        (ENGINE, [UNIT, ENTITIES, ENGINE]),
        (ENTITIES, [UNIT, ENTITIES]),
        (f"{UNIT}[a-1]", [f"{UNIT}[b]", f"{UNIT}[a-1]"]),
        (UNIT, [f"{UNIT}[a-1]", UNIT]),
    ],
)
def test_the_test_is_of_the_most_telling_ring_and_the_first_by_name(expected: str, tests: list[str]) -> None:
    assert made(*(Reach(test, "GET", "/gates", "Gate") for test in tests))["GET /gates"][1] == expected


@pytest.mark.parametrize("ring", ["contract", "emulator", "typing"])
def test_the_other_rings_do_not_count(ring: str) -> None:
    assert made(Reach(f"tests/{ring}/test_a.py::test_a", "GET", "/gates", "Gate")) == {}


def test_a_route_is_an_endpoint_whatever_its_parameters_are_called_but_by_its_verb() -> None:
    assert list(made(Reach(UNIT, "DELETE", "/gates/{key}/rules/{rule}", "Gate"))) == [
        "DELETE /gates/{id}/rules/{ruleID}"
    ]


def test_a_route_that_is_none_of_the_endpoints_counts_for_nothing() -> None:
    assert made(Reach(UNIT, "GET", "/tags", "Tag")) == {}


# -- what is noted of a run

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
def test_of_an_entity(emulator, name):
    Client(emulator.key, emulator.url).on_behalf_of("Gate").get("gates?tags=a") if name == "c" else None
    Client(emulator.key, emulator.url).on_behalf_of("Tag").get("tags")

def test_of_nobody(emulator):
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
def test_answered_requests_of_the_package_are_noted_with_test_and_speaker(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text((Path(__file__).parents[1] / "conftest.py").read_text())
    (tmp_path / "test_noted.py").write_text(TESTS)
    recording(tmp_path / "build", [])
    stale = recording(tmp_path / "build" / "requests", complete(), "gw7")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "5 passed" in done.stdout, done.stdout + done.stderr
    assert coverage.recorded(stale) == {
        Reach("test_noted.py::test_of_an_entity[a (b)]", "GET", "/tags", "Tag"),
        Reach("test_noted.py::test_of_an_entity[c]", "GET", "/tags", "Tag"),
        Reach("test_noted.py::test_of_an_entity[c]", "GET", "/gates", "Gate"),
    }


# -- what a check says


def test_a_run_that_reaches_everything_as_stored_is_fine(checkout: Path) -> None:
    assert check(recording(checkout / "requests", complete()), checkout) == []


def test_the_processes_of_a_run_are_read_together(checkout: Path) -> None:
    first, *others = sorted(complete())
    folder = recording(checkout / "requests", [first], "gw0")
    assert check(recording(folder, others, "gw1"), checkout) == []


@pytest.mark.parametrize("write", [False, True])
def test_a_gap_is_told_whether_it_is_written_or_not(checkout: Path, write: bool) -> None:
    folder = recording(checkout / "requests", {reach for reach in complete() if reach.route != "/users/invite"})
    assert check(folder, checkout, write=write)[-1] == "nothing reaches POST /users/invite"


@pytest.mark.parametrize("stale", ["tools/coverage.json", "README.md"])
def test_a_stale_table_is_told_and_written_when_asked(checkout: Path, stale: str) -> None:
    folder, current = recording(checkout / "requests", complete()), (checkout / stale).read_text()
    (checkout / stale).write_text(current.replace("test_a`", "test_b`").replace('test_a"', 'test_b"'))
    (told,) = check(folder, checkout)
    assert told.startswith(f"{stale} is stale")
    assert check(folder, checkout, write=True) == []
    assert (checkout / stale).read_text() == current


def test_a_table_that_was_never_stored_is_written(checkout: Path) -> None:
    (checkout / "tools" / "coverage.json").unlink()
    folder = recording(checkout / "requests", complete())
    assert len(check(folder, checkout)) == 1
    assert check(folder, checkout, write=True) == check(folder, checkout) == []


def test_the_readme_keeps_what_is_around_its_table(checkout: Path) -> None:
    text = (checkout / "README.md").read_text()
    assert text.startswith("# Title\n\n")
    assert text.endswith("\nmore\n")
    assert "98 of 98 endpoints" in text
    assert "old" not in text


def test_a_bar_in_the_name_of_a_test_does_not_break_its_row() -> None:
    text = readme(PAGE, [Row("Gates", "GET", "/gates", ("Gate",), "tests/unit/test_a.py::test_a[a|b]")])
    assert "| `GET /gates` | `Gate` | `tests/unit/test_a.py::test_a[a\\|b]` |" in text


@pytest.mark.parametrize("content", [None, "{", "[[1]]", "7"])
def test_what_is_no_recording_is_an_error(checkout: Path, content: str | None) -> None:
    folder = checkout / "requests"
    folder.mkdir()
    if content is not None:
        (folder / "gw0.json").write_text(content)
    with pytest.raises(RecordingError, match="requests holds"):
        check(folder, checkout)


def test_a_run_can_only_be_held_against_a_checkout(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is no checkout"):
        check(recording(tmp_path / "requests", complete()), tmp_path)


# -- the command


def test_the_command_ends_as_the_check_does(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*arguments: str) -> tuple[int, str]:
        return coverage.main(["--recorded", *arguments]), capsys.readouterr().err

    monkeypatch.setattr(coverage, "CHECKOUT", checkout)
    folder = str(recording(checkout / "requests", complete()))
    assert command(folder) == (0, "")
    (checkout / "README.md").write_text(PAGE)
    code, text = command(folder)
    assert code == 1
    assert "README.md is stale" in text
    assert command(folder, "--write") == (0, "")
    assert command(folder) == (0, "")
    recording(checkout / "requests", [])
    assert "nothing reaches GET /gates\n" in command(folder)[1]
    assert "holds no recording" in command(str(checkout / "nowhere"))[1]
