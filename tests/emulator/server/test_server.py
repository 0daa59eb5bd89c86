"""The server around it all: start, stop, state file, threads, fixture, independence."""

from __future__ import annotations

import ast
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

import statsig_pulumi.emulator
from statsig_pulumi.emulator import QUIRKS, Emulator
from statsig_pulumi.emulator.pytest_plugin import statsig_emulator
from statsig_pulumi.emulator.server.emulator import _listen

from .. import openapi
from ..conftest import Api

PACKAGE = Path(statsig_pulumi.emulator.__file__).parent
SERVE = """
import sys
from statsig_pulumi.emulator import serve
serve(state_file=sys.argv[1], announce=lambda emulator: print(emulator.url, flush=True))
"""


def test_two_emulators_know_nothing_of_each_other() -> None:
    with Emulator() as one, Emulator() as two:
        one.add("gates", {"name": "a gate"})

        assert one.url != two.url
        assert two.objects("gates") == []


def test_a_port_in_use_is_an_error() -> None:
    with Emulator() as one, pytest.raises(OSError, match="in use"):
        Emulator(port=int(one.root.rpartition(":")[2]))


def test_the_listener_says_that_it_is_tcp_so_that_answers_are_not_held_back() -> None:
    with _listen(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_stopped_emulator_does_not_answer() -> None:
    with Emulator() as emulator:
        url = emulator.url

    with pytest.raises(httpx.ConnectError):
        httpx.get(url + "/gates")


def test_many_threads_create_everything_exactly_once(api: Api, emulator: Emulator) -> None:
    def create(number: int) -> int:
        return api("POST", "/gates", {"name": f"gate {number // 2}"}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(create, range(100)))

    assert (statuses.count(201), statuses.count(400)) == (50, 50)
    gates = emulator.objects("gates")
    assert len({gate["lastModifiedTime"] for gate in gates}) == len(gates) == 50


def test_state_survives_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    with Emulator(state_file=file) as emulator:
        made = emulator.add("gates", {"name": "a gate"})
        emulator.edit("gates", "a_gate", {"description": "d"})

    with Emulator(state_file=file) as again:
        kept = again.object("gates", "a_gate")
        changed = again.edit("gates", "a_gate", {"description": "e"})
    assert (kept["description"], kept["createdTime"]) == ("d", made["createdTime"])
    assert changed["lastModifiedTime"] > kept["lastModifiedTime"]
    assert [entry.name for entry in file.parent.iterdir()] == ["state.json"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    file = tmp_path / "state.json"
    with subprocess.Popen([sys.executable, "-c", SERVE, str(file)], stdout=subprocess.PIPE, text=True) as process:
        yield process, file
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_ends_cleanly_on_a_signal_and_loses_nothing(
    served: tuple[subprocess.Popen[str], Path], number: signal.Signals
) -> None:
    process, file = served
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    httpx.post(url + "/gates", json={"name": "a gate"}, headers={"STATSIG-API-KEY": "console-emulator"})
    process.send_signal(number)

    assert process.wait(10) == 0
    assert "a_gate" in json.loads(file.read_text(encoding="utf-8"))["collections"]["gates"]["records"]


def test_the_fixture_is_a_running_emulator(request: pytest.FixtureRequest) -> None:
    generator = statsig_emulator.__wrapped__()  # type: ignore[attr-defined]
    emulator = next(generator)

    assert httpx.get(emulator.root + "/_emulator/quirks").json()["rate_limit"] is True
    with pytest.raises(StopIteration):
        next(generator)


def sources() -> dict[str, str]:
    return {str(file.relative_to(PACKAGE)): file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")}


def test_the_emulator_knows_nothing_of_the_provider() -> None:
    imported = [
        (name, node.module)
        for name, source in sources().items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("statsig_pulumi", "pulumi"))
    ]
    too_far = [
        (name, node.level)
        for name, source in sources().items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.level > 1 + name.count("/")
    ]

    assert (imported, too_far) == ([], [])


@pytest.mark.parametrize("name", [quirk.name for quirk in QUIRKS])
def test_every_quirk_of_the_table_switches_something(name: str) -> None:
    users = [file for file, source in sources().items() if file != "model/quirks.py" and f'"{name}"' in source]

    assert users != []


@pytest.mark.skipif(not openapi.SPEC_FILE.exists(), reason="the specification is not on this machine")
def test_every_route_is_in_the_specification() -> None:
    from statsig_pulumi.emulator.api.table import all_routes

    known = {
        f"{method.upper()} {path.removeprefix('/console/v1')}"
        for path, operations in openapi.specification()["paths"].items()
        for method in operations
    }
    assert set(all_routes().labels()) - known == set()
