"""The result of one check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "error", "skipped"]


@dataclass(frozen=True)
class Finding:
    """The result of one check of ``statsig-pulumi doctor``."""

    check: str
    """The subject, such as ``Pulumi CLI``."""
    status: Status
    summary: str
    """What was found, in one line."""
    next_step: str = ""
    """How to mend it; empty if there is nothing to mend."""
