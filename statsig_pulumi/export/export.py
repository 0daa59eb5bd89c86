"""Export a live Statsig project to a folder: its program, and the file from which Pulumi imports its objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..api.client import Client
from . import import_file
from .directory import WriteResult, write_files
from .filters import Filters
from .foreign_state import ForeignState
from .model import ExportedProject, ReportFn
from .program.files import PROJECT_FILE, REQUIREMENTS_FILE, find_project_name, to_files
from .project import read_project

IMPORT_FILE: Final = "import.json"


@dataclass(frozen=True)
class ExportResult:
    """The exported project, and the files written for it."""

    project: ExportedProject
    files: WriteResult


def export_project(
    client: Client,
    directory: Path,
    filters: Filters,
    *,
    name: str,
    report_fn: ReportFn,
    foreign_state: ForeignState | None = None,
    force: bool = False,
) -> ExportResult:
    """Read the selected objects and write them to a folder; raises StatsigError, with nothing written.

    ``name`` is the name of the Pulumi project. With ``foreign_state``, only the objects in it are exported, under
    their names there. Files that were edited since the last export are overwritten only with ``force``. If they are
    Pulumi.yaml, with the same name, or requirements.txt, they are kept.
    """
    picks = foreign_state.picks if foreign_state else None
    project = read_project(client, filters, report_fn, picks)
    project.not_exported.extend(foreign_state.not_exported if foreign_state else ())
    contents: Mapping[str, str] = to_files(project, name) | {IMPORT_FILE: import_file.to_json(project)}
    editable = {REQUIREMENTS_FILE} | ({PROJECT_FILE} if find_project_name(directory) == name else set())
    return ExportResult(project, write_files(directory, contents, force=force, editable=editable))
