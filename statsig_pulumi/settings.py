"""What the configuration of a stack says for all its resources."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args

from .errors import InvalidSettingError

OnExisting = Literal["fail", "adoptIdentical", "adopt"]
ImportMismatch = Literal["fail", "adopt"]

SETTINGS: Final = (
    "statsig:archiveOnDelete",
    "statsig:validateOnPreview",
    "statsig:onExisting",
    "statsig:importMismatch",
)


@dataclass(frozen=True)
class Policy:
    """How a lifecycle decides where a resource does not say it itself."""

    archive_on_delete: bool = False
    """Archive objects instead of deleting them."""
    validate_on_preview: bool = False
    """Have Statsig try the queries of sources at the preview."""
    on_existing: OnExisting = "fail"
    """What becomes of a new resource whose object exists already."""
    import_mismatch: ImportMismatch = "fail"
    """What becomes of an import whose object differs from the program."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        """As the stack says; raises InvalidSettingError."""
        return cls(
            is_on(settings, "statsig:archiveOnDelete"),
            is_on(settings, "statsig:validateOnPreview"),
            _one_of(settings, "statsig:onExisting", OnExisting),
            _one_of(settings, "statsig:importMismatch", ImportMismatch),
        )


def is_on(settings: Mapping[str, str], name: str) -> bool:
    """A setting that is true or false; another word is an error, because it was meant to be one of them."""
    said = settings.get(name, "").strip().lower()
    if said not in ("", "true", "false"):
        raise InvalidSettingError(f"{name} has to be true or false, not '{settings[name]}'")
    return said == "true"


def _one_of(settings: Mapping[str, str], name: str, words: Any) -> Any:
    first, *more = get_args(words)
    said = settings.get(name, "").strip() or first
    if said not in (first, *more):
        raise InvalidSettingError(f"{name} has to be {', '.join((first, *more[:-1]))} or {more[-1]}, not '{said}'")
    return said


DEFAULTS: Final = Policy()
"""What holds where the stack says nothing."""


def folder(name: str) -> Path:
    """A folder beside what Pulumi itself keeps for this user; it may not exist yet."""
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "statsig-pulumi" / name
