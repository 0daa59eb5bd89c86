"""The server: start, stop, state file, threads and the pytest fixture."""

from __future__ import annotations

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

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.emulator.pytest_plugin import statsig_emulator
from statsig_pulumi.emulator.server.emulator import open_listener

from ..conftest import Api

SERVE = """
import sys
from statsig_pulumi.emulator import serve
serve(state_file=sys.argv[1], announce=lambda emulator: print(emulator.url, flush=True))
"""


def test_two_emulators_share_nothing() -> None:
    with Emulator() as one, Emulator() as two:
        one.add("gates", {"name": "a gate"})

        assert one.url != two.url
        assert two.objects("gates") == []


def test_a_port_in_use_is_an_error() -> None:
    with Emulator() as one, pytest.raises(OSError, match="in use"):
        Emulator(port=int(one.root.rpartition(":")[2]))


def test_responses_are_not_delayed_by_nagles_algorithm() -> None:
    with open_listener(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_stopped_emulator_closes_its_port() -> None:
    with Emulator() as emulator:
        url = emulator.url

    with pytest.raises(httpx.ConnectError):
        httpx.get(url + "/gates")


def test_concurrent_creates_of_the_same_name_succeed_once(api: Api, emulator: Emulator) -> None:
    def create(number: int) -> int:
        return api("POST", "/gates", {"name": f"gate {number // 2}"}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(create, range(100)))

    assert (statuses.count(201), statuses.count(400)) == (50, 50)
    gates = emulator.objects("gates")
    assert len({gate["lastModifiedTime"] for gate in gates}) == len(gates) == 50


def test_the_state_file_keeps_objects_between_runs(tmp_path: Path) -> None:
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
def test_a_signal_stops_the_server_and_writes_the_state(
    served: tuple[subprocess.Popen[str], Path], number: signal.Signals
) -> None:
    process, file = served
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    httpx.post(url + "/gates", json={"name": "a gate"}, headers={"STATSIG-API-KEY": "console-emulator"})
    process.send_signal(number)

    assert process.wait(10) == 0
    assert "a_gate" in json.loads(file.read_text(encoding="utf-8"))["collections"]["gates"]["records"]


def test_the_pytest_fixture_is_a_running_emulator(request: pytest.FixtureRequest) -> None:
    generator = statsig_emulator.__wrapped__()  # type: ignore[attr-defined]
    emulator = next(generator)

    assert emulator.quirks()["rate_limit"] is True
    assert httpx.get(emulator.url + "/gates", headers={"STATSIG-API-KEY": emulator.key}).is_success
    with pytest.raises(StopIteration):
        next(generator)


@pytest.mark.parametrize(
    ("is_served", "headers"),
    [
        (True, {"Host": "localhost:8181"}),
        (True, {"Host": "LOCALHOST"}),
        (True, {"Host": "statsig.localhost:1"}),
        (True, {"Host": "[::1]:8181"}),
        (False, {"Host": "rebound.example"}),
        (False, {"Host": "127.0.0.1.nip.example:8181"}),
        (False, {"Host": "[bad"}),
        (False, {"Origin": "https://page.example"}),
        (False, {"Origin": "http://localhost:3000"}),
        (False, {"Origin": "null"}),
    ],
)
def test_requests_that_a_web_page_can_send_are_refused(is_served: bool, headers: dict[str, str]) -> None:
    with Emulator() as emulator:
        url, keys = (
            emulator.url + "/gates",
            {"STATSIG-API-KEY": emulator.key, "Statsig-Emulator-Key": emulator.control_key},
        )
        created = httpx.post(url, json={"name": "a gate"}, headers=keys | headers)
        state = httpx.get(f"{emulator.root}/_emulator/state", headers=keys | headers)
        assert (created.status_code, state.status_code) == ((201, 200) if is_served else (403, 403))
        assert len(emulator.objects("gates")) == is_served
