"""Faults: chosen requests that fail in chosen ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from ..model.json_values import Json, Record

# The kinds of faults, and whether the request is applied by default.
KINDS: Final[Mapping[str, bool]] = {
    "status": False,
    "not_json": False,
    "drop_before": False,
    "drop_after": True,
    "truncate": True,
    "delay": True,
}


@dataclass
class Fault:
    """A failure of coming requests: which ones, how many of them, and how they fail."""

    kind: str = "status"
    method: str = "*"
    # A glob for the decoded path below /console/v1, a route template, or a regular expression that starts with ^.
    path: str = "*"
    # None: all requests until the faults are cleared.
    times: int | None = 1
    # The number of matching requests that do not fail first.
    skip: int = 0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Json = None
    # Whether the request is applied although it fails. None: the default of the kind.
    applied: bool | None = None
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A fault is one of {', '.join(KINDS)}, not {self.kind!r}.")

    @property
    def is_applied(self) -> bool:
        return KINDS[self.kind] if self.applied is None else self.applied

    def matches(self, method: str, path: str, template: str) -> bool:
        if self.method not in ("*", method):
            return False
        if self.path.startswith("^"):
            return re.search(self.path, path) is not None
        return self.path == template or fnmatchcase(path, self.path)


class Faults:
    """The active faults, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, path: str, template: str) -> Fault | None:
        """Return the fault of a request and count it down."""
        for fault in self._faults:
            if not fault.matches(method, path, template):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None

    def as_json(self) -> list[Record]:
        return [dict(vars(fault)) for fault in self._faults]
