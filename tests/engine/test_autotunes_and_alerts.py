"""Autotunes and alerts on the real engine: their life, a storm of faults, and both generations of the API."""

from __future__ import annotations

from typing import Any, Final

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PROGRAM: Final = """
autotune = statsig.Autotune(
    "banner", name="Best banner", success_event="click", winner_threshold="95%", exploration_window="24hr",
    attribution_window="1", delete_while_started=True, reset_trigger="{reset}", is_started={started},
    variants=[statsig.AutotuneVariant(name=name, json=dict(colour=name)) for name in ("Red", "Blue")], {more})
statsig.AutotuneOverrides(
    "overrides", autotune_id=autotune.id, user_id_overrides=[statsig.UserIDOverride(group="Red", ids=["ana", "{n}"])])
statsig.Alert(
    "alert", name="Few purchases", metrics=[dict(event="purchase")], message="look {n}", condition="less",
    alert_threshold={n}, window_ms=60_000, priority="P2", tags=["shop"], is_muted={muted})
"""
RUNNING: Final[dict[str, Any]] = {"n": 1, "reset": "1", "started": True, "muted": False, "more": ""}
DECIDED: Final[dict[str, Any]] = RUNNING | {"n": 2, "muted": True, "more": "winner='Blue', decision_reason='it won'"}
RESET: Final[dict[str, Any]] = RUNNING | {"n": 3, "reset": "2"}
STEPS: Final = (RUNNING, DECIDED, RESET)
STORM: Final = (
    {"kind": "drop_after"},
    {"kind": "drop_before"},
    {"status": 503, "applied": True},
    {"kind": "truncate"},
    {"status": 500},
)
ROUTES: Final = (
    *(("POST", path) for path in ("/autotunes", "/alerts", "/autotunes/{id}/overrides")),
    *(("POST", f"/alerts/{{id}}/{verb}") for verb in ("mute", "unmute")),
    *(("PUT", f"/autotunes/{{id}}/{verb}") for verb in ("start", "reset", "make_decision")),
    *(("PATCH", path) for path in ("/autotunes/{id}", "/alerts/{id}")),
    *(("DELETE", path) for path in ("/autotunes/{id}", "/alerts/{id}", "/autotunes/{id}/overrides/userID/{userID}")),
)


def write(stack: Stack, step: dict[str, Any]) -> Stack:
    return stack.program(PROGRAM.format(**step))


def find_live(emulator: Emulator) -> dict[str, Any]:
    """Return what the steps change; a test fails if there is not one object of each kind."""
    (autotune,), (alert,) = emulator.objects("autotunes"), emulator.objects("alerts")
    (overrides,) = emulator.objects("autotune_overrides")
    return {
        "n": alert["alertThreshold"],
        "started": autotune["isStarted"],
        "winner": autotune["winner"] and autotune["winner"]["name"],
        "muted": bool(alert["activeMuteSchedules"]),
        "ids": sorted(overrides["userIDOverrides"][0]["ids"]),
    }


def expected(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "n": step["n"],
        "started": True,
        "winner": "Blue" if step is DECIDED else None,
        "muted": step["muted"],
        "ids": sorted(["ana", str(step["n"])]),
    }


def test_an_autotune_and_an_alert_live_as_declared(stack: Stack, emulator: Emulator) -> None:
    for step in STEPS:
        write(stack, step).up()
        stack.preview_is_empty()
        stack.refresh_is_empty()
        assert find_live(emulator) == expected(step)
    refused = write(stack, RESET | {"started": False}).preview(ok=False)
    assert "a started autotune cannot be stopped" in refused
    stack.destroy()
    assert [emulator.objects(kind) for kind in ("autotunes", "alerts")] == [[], []]


@pytest.mark.parametrize("first", [0, 3])
def test_a_storm_of_faults_loses_and_doubles_nothing(stack: Stack, emulator: Emulator, wire: Wire, first: int) -> None:
    wire.responses_match_description = False
    for step in STEPS:
        for index, (method, route) in enumerate(ROUTES):
            emulator.fault(method=method, path=route, **STORM[(first + index) % len(STORM)])
        write(stack, step).up("--continue-on-error", ok=None)
        emulator.clear_faults()
        stack.up()
        assert find_live(emulator) == expected(step)
        stack.preview_is_empty()
    for index, (method, route) in enumerate(ROUTES):
        emulator.fault(method=method, path=route, **STORM[(first + index) % len(STORM)])
    stack.destroy("--continue-on-error", ok=None)
    emulator.clear_faults()
    stack.destroy()
    assert [emulator.objects(kind) for kind in ("autotunes", "alerts")] == [[], []]


def test_an_older_api_makes_the_autotune_and_names_the_version_for_the_rest(stack: Stack, emulator: Emulator) -> None:
    emulator.quirk(api_2026_10=False)
    answer = write(stack, RUNNING).up("--continue-on-error", ok=False)
    for operation in ("GET /autotunes/best_banner/overrides", "POST /alerts"):
        assert f"{operation} answered 404: the API does not serve this path, which needs version 2026-10" in answer
    assert [each["isStarted"] for each in emulator.objects("autotunes")] == [True]
    emulator.quirk(api_2026_10=True)
    stack.up()
    assert find_live(emulator) == expected(RUNNING)


def test_a_scheduled_start_is_sent_and_never_started_twice(stack: Stack, emulator: Emulator) -> None:
    scheduled = RUNNING | {"more": "scheduled_start='2020-01-01T09:00:00+01:00'"}
    text = PROGRAM.format(**scheduled).replace("is_started=True,", "")
    stack.program(text).up()
    stack.refresh_is_empty()
    stack.preview_is_empty()
    assert find_live(emulator)["started"] is True
    later = stack.program(text.replace("2020", "2100")).preview(ok=False)
    assert "scheduled_start: the autotune is started already" in later


def test_an_autotune_that_is_started_survives_a_destroy(stack: Stack, emulator: Emulator) -> None:
    write(stack, RUNNING)
    stack.program(PROGRAM.format(**RUNNING).replace("delete_while_started=True,", "")).up()
    answer = stack.destroy(ok=False)
    assert "Autotune 'Best banner' is started and was not deleted" in answer
    assert len(emulator.objects("autotunes")) == 1
