"""Where this package keeps what it remembers on a machine."""

from __future__ import annotations

import os
from pathlib import Path


def folder(name: str) -> Path:
    """A folder beside what Pulumi itself keeps for this user; it may not exist yet."""
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "statsig-pulumi" / name
