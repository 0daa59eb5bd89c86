"""States of stacks that released versions of the package made, and what they were made with.

Each file holds one stack: its program, the Statsig project after `pulumi up`, and the output of
`pulumi stack export --show-secrets`. A recording is never made again by a newer version: it shows
that the states of users stay valid. Record the stacks of a new version with

    tools/env python -m tests.engine.recorded_states.record VERSION
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Recording:
    """One stack as a version of the package left it."""

    file: Path

    @property
    def name(self) -> str:
        return f"{self.file.parent.name}-{self.file.stem}"

    def load(self) -> dict[str, Any]:
        """Return the keys ``program``, ``project`` and ``deployment``."""
        recorded: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return recorded


def recordings() -> list[Recording]:
    """Return every recording, oldest version first."""
    return [Recording(file) for file in sorted(FOLDER.glob("*/*.json"))]
