"""The command ``statsig-pulumi export``: write the program of a live project, and say what to do next."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from ..api.client import Client
from ..errors import StatsigError
from ..export.export import ExportResult, export_project
from ..export.filters import Filters
from ..export.foreign_state import parse_foreign_state
from ..export.program.files import check_project_name, find_project_name
from ..settings import Settings
from .output import exit_with_usage_error, print_note, print_notes_unless, print_table, read_text, show_progress


def export_to(
    directory: Path, filters: Filters, project: str | None, managed_by: Path | None, *, force: bool, quiet: bool
) -> None:
    """Write the program to a folder, and print a summary; exit with the reason if that fails.

    ``project`` is the name of the Pulumi project; by default, that of the project in the folder, or the name of
    the folder. ``managed_by`` is a state file of another tool, whose objects alone are exported.
    """
    if project is None:
        of_folder = re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.resolve().name)
        project = find_project_name(directory) or of_folder or "statsig"
    try:
        check_project_name(project)
    except StatsigError as error:
        exit_with_usage_error(str(error))
    try:
        with show_progress(quiet=quiet) as report_fn:
            foreign_state = parse_foreign_state(read_text(str(managed_by))) if managed_by else None
            client = Client.from_settings(Settings.from_sources(), on_message=print_notes_unless(quiet))
            result = export_project(
                client, directory, filters, name=project, report_fn=report_fn, foreign_state=foreign_state, force=force
            )
    except StatsigError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"cannot write to {directory}: {error.strerror or error}")
    _print_summary(result, directory, quiet=quiet)


def _print_summary(result: ExportResult, directory: Path, *, quiet: bool) -> None:
    """Print what was exported, what was not, and what to do next; with ``quiet``, only what was not."""
    counts = Counter(each.kind for each in result.project.resources)
    if not quiet:
        print_table(["Kind", "Objects"], [(kind, f"{count:,}") for kind, count in sorted(counts.items())])
    if result.project.omissions:
        if not quiet:
            print(flush=True)
        print_table(["Not exported", "Reason"], result.project.omissions)
    for path in result.files.kept:
        print_note(f"{path} is no longer part of the export; it was kept because it was edited")
    if quiet:
        return
    print(f"\n{len(result.files.written)} files written to {directory}. Next, with a stack selected, run there:")
    print("  pulumi import --file import.json --yes --generate-code=false --protect=false")
    print("  pulumi preview", flush=True)
