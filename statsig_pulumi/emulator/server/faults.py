"""Makes chosen requests go wrong in chosen ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from ..api.responses import Json, Record

# Each way to go wrong, and whether the request is carried out by default.
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
    """One order to fail: whom it hits, how often, and how."""

    kind: str = "status"
    method: str = "*"
    # A glob over the decoded path under /console/v1, a route template, or a regular expression starting with ^.
    path: str = "*"
    # None: until the faults are cleared.
    times: int | None = 1
    # This many requests pass first.
    skip: int = 0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Json = None
    # Whether the request is carried out all the same; each kind has its default.
    applied: bool | None = None
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A fault is one of {', '.join(KINDS)}, not {self.kind!r}.")

    @property
    def is_applied(self) -> bool:
        return KINDS[self.kind] if self.applied is None else self.applied

    def hits(self, method: str, path: str, template: str) -> bool:
        if self.method not in ("*", method):
            return False
        if self.path.startswith("^"):
            return re.search(self.path, path) is not None
        return self.path == template or fnmatchcase(path, self.path)


class Faults:
    """The orders that stand, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def order(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, path: str, template: str) -> Fault | None:
        """The fault that this request meets, used up by one."""
        for fault in self._faults:
            if not fault.hits(method, path, template):
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
