"""Bring a live Statsig project into a folder: its program, and the file by which Pulumi imports its objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..api.client import Client
from . import directory as target
from . import import_file
from .directory import Outcome
from .filters import Filters
from .foreign_state import Elsewhere
from .inventory import Report, read
from .model import Project
from .program.files import files as program_files

IMPORT_FILE: Final = "import.json"


@dataclass(frozen=True)
class Export:
    """What an export found and wrote."""

    project: Project
    outcome: Outcome


def export(
    client: Client,
    directory: Path,
    wanted: Filters,
    *,
    name: str,
    report: Report,
    elsewhere: Elsewhere | None = None,
    force: bool = False,
) -> Export:
    """Read what is wanted and write it; raises StatsigError, with nothing written.

    ``name`` is that of the Pulumi project. Files that a person has changed since the last export are not
    overwritten, but with ``force``. With ``elsewhere``, only what another tool manages is exported.
    """
    project = read(client, wanted, report, elsewhere.picks if elsewhere else None)
    project.not_exported.extend(elsewhere.not_supported if elsewhere else ())
    contents: Mapping[str, str] = program_files(project, name) | {IMPORT_FILE: import_file.text(project)}
    return Export(project, target.write(directory, contents, force=force))
