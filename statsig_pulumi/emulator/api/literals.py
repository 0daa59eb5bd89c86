"""Checks values that can be one thing only, or have to be left out."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .responses import Json
from .shapes import Findings

WORDING = "Invalid literal value, expected"


@dataclass(frozen=True)
class Literal:
    value: Json

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        # 1 == True in Python: the type has to agree as well.
        if value != self.value or type(value) is not type(self.value):
            findings.add(path, f"{WORDING} {json.dumps(self.value)}")
        return value


@dataclass(frozen=True)
class Absent:
    """A key that the shape names to refuse it, whatever its value."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        findings.add(path, f"{WORDING} undefined")
        return value
