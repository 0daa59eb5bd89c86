"""Rate limit and faults."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api


def test_mutations_above_the_limit_are_a_429_and_reads_are_not(api: Api, emulator: Emulator) -> None:
    emulator.quirk(rate_limit=True, rate_limit_windows=[[2, 3600]])
    statuses = [api("POST", "/gates", {"name": f"gate {number}"}).status_code for number in range(3)]

    assert statuses == [201, 201, 429]
    assert api("GET", "/gates").status_code == 200
    assert len(emulator.objects("gates")) == 2


def test_every_window_of_the_rate_limit_applies(api: Api, emulator: Emulator) -> None:
    emulator.quirk(rate_limit=True, rate_limit_windows=[[100, 10], [1, 900]])
    api.gate("one gate")

    refused = api("DELETE", "/gates/one_gate")
    assert (refused.status_code, refused.json()["status"]) == (429, 429)
    assert "retry-after" not in refused.headers


def test_a_429_has_a_retry_after_header_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(rate_limit=True, rate_limit_windows=[[0, 1]], retry_after_seconds=7)

    assert api("POST", "/gates", {"name": "a gate"}).headers["retry-after"] == "7"


def test_the_documented_limits_are_on_by_default() -> None:
    with Emulator() as emulator:
        quirks = emulator.quirks()

    assert (quirks["rate_limit"], quirks["rate_limit_windows"]) == (True, [[100, 10], [900, 900]])


def test_a_status_fault_applies_once_and_not_the_request(api: Api, emulator: Emulator) -> None:
    emulator.fault(method="POST", path="/gates", status=502, headers={"x-proxy": "p"}, body={"message": "bad"})

    response = api("POST", "/gates", {"name": "a gate"})
    api.on_purpose.append("a 502 has to repeat its status")
    assert (response.status_code, response.headers["x-proxy"], response.json()) == (502, "p", {"message": "bad"})
    assert emulator.objects("gates") == []
    assert api("POST", "/gates", {"name": "a gate"}).status_code == 201


def test_a_status_fault_can_apply_the_request(api: Api, emulator: Emulator) -> None:
    emulator.fault(method="POST", path="/gates", status=500, applied=True)

    assert api("POST", "/gates", {"name": "a gate"}).status_code == 500
    assert len(emulator.objects("gates")) == 1


@pytest.mark.parametrize(("kind", "stored"), [("drop_before", 0), ("drop_after", 1), ("truncate", 1)])
def test_a_connection_can_break_before_or_after_the_request_is_applied(
    api: Api, emulator: Emulator, kind: str, stored: int
) -> None:
    emulator.fault(method="POST", path="/gates", kind=kind)

    with pytest.raises(httpx.RemoteProtocolError):
        api("POST", "/gates", {"name": "a gate"})
    assert len(emulator.objects("gates")) == stored
    assert api("GET", "/gates").status_code == 200


def test_a_fault_can_be_a_response_that_is_not_json(api: Api, emulator: Emulator) -> None:
    emulator.fault(kind="not_json", status=502)
    response = api("GET", "/gates")
    api.on_purpose.append("a 502 has to repeat its status")

    assert (response.status_code, response.headers["content-type"]) == (502, "text/html")
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()


@pytest.mark.parametrize("applied", [True, False])
def test_a_delayed_request_is_applied_after_the_client_has_given_up(
    api: Api, emulator: Emulator, applied: bool
) -> None:
    emulator.fault(method="POST", kind="delay", seconds=0.15, applied=applied)
    headers = {"STATSIG-API-KEY": emulator.key}

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(emulator.url + "/gates", json={"name": "a gate"}, headers=headers, timeout=0.05)
    while emulator.requests(log=False)["total"] == 0:
        pass
    assert [gate["id"] for gate in emulator.objects("gates")] == ["a_gate"]


@pytest.mark.parametrize(
    ("order", "statuses"),
    [
        ({"path": "/gates/*"}, [503, 404, 200]),
        ({"path": "/gates/{id}"}, [503, 404, 200]),
        ({"path": "^/gates/no"}, [503, 404, 200]),
        ({"path": "/gates/{id}", "times": 2}, [503, 503, 200]),
        ({"path": "/gates/{id}", "times": None}, [503, 503, 200]),
        ({"path": "/gates/{id}", "skip": 1}, [404, 503, 200]),
        ({"method": "PATCH", "path": "/gates/{id}"}, [404, 404, 200]),
        ({}, [503, 404, 200]),
    ],
)
def test_a_fault_applies_to_matching_requests(
    api: Api, emulator: Emulator, order: dict[str, Any], statuses: list[int]
) -> None:
    emulator.fault(**order)

    paths = ["/gates/none", "/gates/none", "/gates"]
    assert [api("GET", path).status_code for path in paths] == statuses


def test_faults_can_be_cleared(api: Api, emulator: Emulator) -> None:
    emulator.fault(times=None)
    emulator.clear_faults()

    assert api("GET", "/gates").status_code == 200


def test_a_fault_of_an_unknown_kind_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="A fault is one of"):
        emulator.fault(kind="explode")


def test_latency_delays_responses(api: Api, emulator: Emulator) -> None:
    emulator.quirk(latency_ms=200)

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(emulator.url + "/gates", headers={"STATSIG-API-KEY": emulator.key}, timeout=0.05)
