"""Requests that fail, over a program of all kinds: one more ``up`` completes it, with each object once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY

from .all_kinds import PHASES, PROGRAM, find_wrong_objects, prepare, program
from .stack import Stack
from .wire import Wire

Fault = Mapping[str, Any]
PASSING: Final[Mapping[str, Fault]] = {
    "the connection is lost before": {"kind": "drop_before"},
    "the connection is lost after": {"kind": "drop_after"},
    "the response is cut": {"kind": "truncate"},
    "500": {"status": 500},
    "503 after the effect": {"status": 503, "applied": True},
    "429": {"status": 429, "headers": {"Retry-After": "0"}},
    "no JSON": {"kind": "not_json", "status": 502},
    "no JSON after the effect": {"kind": "not_json", "status": 502, "applied": True},
}
"""Faults of one request, which is sent again."""
OUTAGE: Final = {"status": 503, "headers": {"Retry-After": "3600"}, "times": None}
"""A fault that no attempt of the run outlasts."""
OUTAGES: Final[Mapping[str, Fault]] = {
    "before the effect": OUTAGE | {"applied": False},
    "after the effect": OUTAGE | {"applied": True},
}


@pytest.fixture
def stack(stack: Stack, emulator: Emulator, wire: Wire) -> Stack:
    """A stack and a service without a write budget, with what exists before the first run."""
    wire.responses_match_description = False
    prepare(emulator)
    stack.run("config", "set", "statsig:writeBudget", "off")
    return stack


def routes(emulator: Emulator) -> list[tuple[str, str]]:
    """Return the method and the route of the requests so far, in their order."""
    return list(dict.fromkeys((entry["method"], entry["route"]) for entry in emulator.requests()["log"]))


def advance(stack: Stack, phase: str, *, ok: bool | None = True) -> None:
    """Run the command of a phase, with all that it can do after a failure.

    A replacement that begins with a delete has the CLI wait for ever if it continues after the failure of the delete.
    """
    if phase == "delete":
        stack.destroy("--continue-on-error", ok=ok)
    else:
        options = [] if phase == "replace" else ["--continue-on-error"]
        stack.program(program(phase)).up(*options, ok=ok)


def assert_completes(stack: Stack, emulator: Emulator, phase: str) -> None:
    """Assert that one more run without faults completes a phase."""
    emulator.clear_faults()
    advance(stack, phase)
    assert find_wrong_objects(emulator, phase) == {}
    if phase != "delete":
        stack.preview_is_empty()
        stack.refresh_is_empty()


def lose_first_responses(emulator: Emulator) -> None:
    """Lose the first response to each kind of write in each collection."""
    endpoints = [declaration.endpoint for declaration in REGISTRY.values()]
    for path in {f"/{endpoint.item_path or endpoint.collection}" for endpoint in endpoints}:
        emulator.fault(kind="drop_after", method="POST", path=path)
        for method in ("POST", "PATCH", "PUT", "DELETE"):
            emulator.fault(kind="drop_after", method=method, path=f"{path}*")


def test_the_program_declares_every_kind() -> None:
    assert set(re.findall(r"statsig\.(\w+)\(", PROGRAM)) & REGISTRY.keys() == REGISTRY.keys()


def test_first_responses_that_are_lost_leave_no_trace(stack: Stack, emulator: Emulator) -> None:
    for phase in PHASES:
        lose_first_responses(emulator)
        advance(stack, phase, ok=None)
        assert_completes(stack, emulator, phase)


class Rehearsal:
    """The stack and the service before each phase, and the routes that each phase reaches."""

    def __init__(self, stack: Stack, emulator: Emulator, folder: Path) -> None:
        self._stack, self._emulator, self._folder = stack, emulator, folder
        self.routes: dict[str, list[tuple[str, str]]] = {}
        self._objects: dict[str, dict[str, Any]] = {}
        for phase in PHASES:
            self._objects[phase] = emulator.state()
            shutil.copytree(stack.folder, folder / phase)
            emulator.clear_requests()
            advance(stack, phase)
            self.routes[phase] = routes(emulator)

    def rewind(self, phase: str) -> None:
        """Go back to the beginning of a phase."""
        self._emulator.clear_faults()
        self._emulator.load_state(self._objects[phase])
        shutil.rmtree(self._stack.folder)
        shutil.copytree(self._folder / phase, self._stack.folder)


@pytest.fixture
def rehearsal(stack: Stack, emulator: Emulator, tmp_path: Path) -> Rehearsal:
    return Rehearsal(stack, emulator, tmp_path / "rehearsal")


@pytest.mark.soak
@pytest.mark.parametrize("phase", PHASES)
def test_every_route_survives_each_fault_of_its_first_request(
    rehearsal: Rehearsal, stack: Stack, emulator: Emulator, phase: str
) -> None:
    violations = []
    for name, fault in PASSING.items():
        rehearsal.rewind(phase)
        for method, route in rehearsal.routes[phase]:
            emulator.fault(method=method, path=route, **fault)
        advance(stack, phase, ok=None)
        violations += failures(stack, emulator, phase, name)
    assert violations == []


@pytest.mark.soak
@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
@pytest.mark.parametrize("phase", PHASES)
def test_every_route_survives_an_outage(
    rehearsal: Rehearsal, stack: Stack, emulator: Emulator, phase: str, outage: Fault
) -> None:
    violations = []
    # A read has no effect.
    reached = [(method, route) for method, route in rehearsal.routes[phase] if method != "GET" or not outage["applied"]]
    for method, route in reached:
        rehearsal.rewind(phase)
        emulator.fault(method=method, path=route, **outage)
        advance(stack, phase, ok=None)
        violations += failures(stack, emulator, phase, f"{method} {route}")
    assert violations == []


def failures(stack: Stack, emulator: Emulator, phase: str, what: str) -> list[str]:
    try:
        assert_completes(stack, emulator, phase)
    except AssertionError as error:
        return [f"{what}: {error}"]
    return []
