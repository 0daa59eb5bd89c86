"""The console script ``statsig-pulumi``: parse the arguments, call one function, print the result.

Exit codes: 0 for success, 1 for a failure, 2 for wrong usage, 3 if ``unmanaged`` found objects.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from dataclasses import asdict, astuple
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

from cyclopts import App, CycloptsError, Parameter

from ..export.filters import Filters
from ..settings import API_KEY, BASE_URL, Settings
from .output import print_json, print_note, print_table, show_progress

if TYPE_CHECKING:
    from ..export.export import ExportResult

USAGE_ERROR: Final = 2
FOUND_UNMANAGED: Final = 3

app = App(name="statsig-pulumi", help="Command line of statsig_pulumi: Statsig as code with Pulumi.")


@app.command
def emulate(
    *,
    port: int = 8181,
    key: Annotated[str, Parameter(env_var=API_KEY.variable)] = "console-emulator",
    state: Path | None = None,
    project: str = "emulated-project",
) -> None:
    """Run an emulator of the Console API on this machine until interrupted.

    Parameters
    ----------
    port
        The port to listen on; 0 picks a free one.
    key
        The Console API key that the emulator accepts.
    state
        A JSON file that keeps the objects between runs. By default, they are kept in memory.
    project
        The id of the emulated Statsig project.
    """
    try:
        from ..emulator import Emulator, serve
    except ModuleNotFoundError as error:
        sys.exit(f"the emulator needs {error.name}: pip install 'statsig-pulumi[emulator]'")

    def announce(running: Emulator) -> None:
        print("The emulator is running. To use it in another terminal:", flush=True)
        print(f"export {BASE_URL.variable}={running.url}", flush=True)
        # A key from the environment may be a real one, so it is not printed.
        is_from_environment = key == os.environ.get(str(API_KEY.variable))
        hidden = f"# {API_KEY.variable} has the same value as here"
        print(hidden if is_from_environment else f"export {API_KEY.variable}={key}", flush=True)
        print(f"export STATSIG_EMULATOR_KEY={running.control_key} # for the control endpoints", flush=True)

    try:
        if state is not None:
            state.parent.mkdir(parents=True, exist_ok=True)
        serve(port, key, state, announce=announce, project=project)
    except OSError as error:
        place = f"port {port}" if error.filename is None else str(error.filename)
        sys.exit(f"cannot use {place}: {error.strerror or error}")
    except ValueError as error:
        sys.exit(f"{state} is not a state file of the emulator: {error}")


@app.command
def api(
    method: str,
    path: str,
    /,
    *,
    query: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    body: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    pages: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Send one request to the Console API and print the response as JSON.

    The key and the URL are read from STATSIG_CONSOLE_KEY and STATSIG_CONSOLE_URL. A failed request is sent again;
    a POST only if it cannot have been applied.

    Parameters
    ----------
    method
        GET, POST, PUT, PATCH or DELETE.
    path
        The path below the base URL, such as gates/new_checkout/disable.
    query
        Query parameters, each as name=value.
    body
        JSON, @FILE, or - for standard input.
    pages
        Read all pages of a list and print one list.
    """
    from ..api.client import Client
    from ..errors import StatsigError
    from .api_command import Request, UsageError

    try:
        request = Request.parse(method, path, query or (), body)
        try:
            client = Client.from_settings(Settings.from_sources(), on_message=print_note).on_behalf_of("api")
            response = list(request.read_pages(client)) if pages else request.send(client)
        except StatsigError as error:
            sys.exit(request.describe_error(error))
    except UsageError as error:
        _exit_with_usage_error(str(error))
    print_json(response)


@app.command
def export(
    directory: Path,
    /,
    *,
    filters: Annotated[Filters, Parameter(name="*")] = Filters(),  # noqa: B008 - frozen
    project: str | None = None,
    managed_by: Path | None = None,
    force: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Write a Pulumi program for a live Statsig project, and the file to import its objects with.

    The key and the URL are read from STATSIG_CONSOLE_KEY and STATSIG_CONSOLE_URL. A read-only key is enough: only
    GET requests are sent.

    Parameters
    ----------
    directory
        The folder to write the program to. It is created if it does not exist.
    project
        The name of the Pulumi project. By default, the name of the folder.
    managed_by
        A state file of another tool: export only the objects in it, under their names there. The file is the output
        of terraform show -json, or of pulumi stack export for a stack with pulumi-statsig.
    force
        Overwrite files that were edited since the last export.
    """
    from ..api.client import Client
    from ..errors import StatsigError

    try:
        from ..export.export import export_project
        from ..export.foreign_state import parse_foreign_state
    except ModuleNotFoundError as error:
        sys.exit(f"the export needs {error.name}: pip install 'statsig-pulumi[export]'")
    name = project or re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.resolve().name) or "statsig"
    try:
        with show_progress() as report_fn:
            foreign_state = parse_foreign_state(_read_text(str(managed_by))) if managed_by else None
            client = Client.from_settings(Settings.from_sources(), on_message=print_note)
            result = export_project(
                client, directory, filters, name=name, report_fn=report_fn, foreign_state=foreign_state, force=force
            )
    except StatsigError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"cannot write to {directory}: {error.strerror or error}")
    _print_summary(result, directory)


@app.command
def unmanaged(
    *stacks: Annotated[str, Parameter(allow_leading_hyphen=True)],
    filters: Annotated[Filters, Parameter(name="*")] = Filters(),  # noqa: B008 - frozen
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """List the objects that exist in Statsig and that no stack manages.

    The exit code is 0 if there are none, and 3 if there are some. Overrides are listed if the API is of 2026-10 or
    later.

    Parameters
    ----------
    stacks
        Files with the output of pulumi stack export, one for each stack; - is standard input.
    as_json
        Print JSON instead of a table.
    """
    from ..api.client import Client
    from ..errors import StatsigError
    from ..export.inventory import list_objects
    from ..export.unmanaged import find_unmanaged, parse_stack

    try:
        managed = set().union(*(parse_stack(_read_text(stack)) for stack in stacks))
        with show_progress() as report_fn:
            client = Client.from_settings(Settings.from_sources(), on_message=print_note)
            listed, not_readable = list_objects(client, filters, report_fn)
    except StatsigError as error:
        sys.exit(str(error))
    for each in not_readable:
        print_note(f"not listed: {each.title}: {each.reason}")
    objects = list(find_unmanaged(listed, managed))
    if as_json:
        print_json([asdict(each) for each in objects])
    else:
        print_table(["Kind", "Id", "Name", "Owner", "Last change", "Status"], map(astuple, objects))
    print_note(f"{len(objects):,} of {len(listed):,} objects are in no stack")
    if objects:
        sys.exit(FOUND_UNMANAGED)


def _read_text(path: str) -> str:
    """Return the content of a file, or of standard input for ``-``."""
    from ..errors import InvalidSettingError

    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettingError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


def _print_summary(result: ExportResult, directory: Path) -> None:
    """Print what was exported, what was not, and what to do next."""
    counts = Counter(each.kind for each in result.project.resources)
    print_table(["Kind", "Objects"], [(kind, f"{count:,}") for kind, count in sorted(counts.items())])
    if result.project.omissions:
        print(flush=True)
        print_table(["Not exported", "Reason"], result.project.omissions)
    for path in result.files.kept:
        print_note(f"{path} is no longer part of the export; it was kept because it was edited")
    print(f"\n{len(result.files.written)} files written to {directory}. Next, with a stack selected, run there:")
    print("  pulumi import --file import.json --yes --generate-code=false --protect=false")
    print("  pulumi preview", flush=True)


def _exit_with_usage_error(reason: str) -> NoReturn:
    print_note(reason)
    sys.exit(USAGE_ERROR)


def main(arguments: list[str] | None = None) -> None:
    """Run the console script ``statsig-pulumi``."""
    try:
        app(sys.argv[1:] if arguments is None else arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _exit_with_usage_error(" ".join(str(error).split()))
    except BrokenPipeError:  # the reader has stopped, as `head` does; flushing the rest would fail again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
