"""What went over the wire during a test of the engine ring, and whether the specification allows it."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.emulator import Emulator

from ..emulator import openapi

Exchange = dict[str, Any]


class Wire:
    """The log of an emulator, read piece by piece: each look shows what came since the last one."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator, self._seen = emulator, 0
        self.answers_are_by_the_book = True
        """False where a test makes the service answer as the specification would not have it."""

    def requests(self) -> list[Exchange]:
        log: list[Exchange] = self._emulator.requests()["log"]
        new, self._seen = log[self._seen :], len(log)
        return new

    def writes(self) -> list[Exchange]:
        return [entry for entry in self.requests() if entry["method"] != "GET"]

    def written(self) -> list[str]:
        """``PATCH /gates/a_gate: description`` for each write, sorted: the engine's order is its own."""
        lines = []
        for entry in self.writes():
            keys = " ".join(sorted(entry["body"] or {}))
            lines.append(f"{entry['method']} {entry['path']}" + (f": {keys}" if keys else ""))
        return sorted(lines)

    def problems(self) -> list[str]:
        """What the specification says against any exchange of the whole test."""
        if not openapi.SPEC_FILE.exists():
            return []
        # A failing server is a fault that the test ordered; the specification speaks of the service alone.
        found = openapi.check_log(e for e in self._emulator.requests()["log"] if e["status"] < 500)
        return [problem for problem in found if self.answers_are_by_the_book or ": answer" not in problem]
