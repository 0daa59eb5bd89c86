"""The exchanges of an engine test, and whether they match the API's OpenAPI description."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.emulator import Emulator

from ..emulator import openapi

Exchange = dict[str, Any]


class Wire:
    """The log of an emulator; each call returns the entries since the last one."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator, self._seen = emulator, 0
        self.responses_match_description = True
        """False if a test sets quirks whose responses do not match the description."""

    def requests(self) -> list[Exchange]:
        """Return the exchanges without the one by which each command asks for its project."""
        log: list[Exchange] = self._emulator.requests()["log"]
        new, self._seen = log[self._seen :], len(log)
        return [entry for entry in new if entry["path"] != "/project"]

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
        """Return how the exchanges of the whole test differ from the description."""
        if not openapi.SPEC_FILE.exists():
            return []
        # The description does not cover the faults that a test orders.
        found = openapi.check_log(e for e in self._emulator.requests()["log"] if e["status"] < 500)
        return [problem for problem in found if self.responses_match_description or ": answer" not in problem]
