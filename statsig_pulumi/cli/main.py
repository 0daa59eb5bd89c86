"""The command line ``statsig-pulumi``: parse, call one function, print."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from dataclasses import asdict, astuple
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from cyclopts import App, CycloptsError, Parameter

from ..export.filters import Filters
from ..settings import API_KEY, BASE_URL, Settings
from .output import note, progress, show, tabulate

if TYPE_CHECKING:
    from ..export.export import Export

app = App(name="statsig-pulumi", help="Statsig as code: what the Pulumi resources of statsig_pulumi need beside them.")


@app.command
def emulate(
    *,
    port: int = 8181,
    key: Annotated[str, Parameter(env_var=API_KEY.variable)] = "console-emulator",
    state: Path | None = None,
) -> None:
    """Run a stand-in for the Console API on this machine, until interrupted.

    Parameters
    ----------
    port
        The port to listen on; 0 takes a free one.
    key
        The Console API key it accepts.
    state
        A JSON file that keeps its objects between runs; without one they are kept in memory.
    """
    try:
        from ..emulator import Emulator, serve
    except ModuleNotFoundError as error:
        sys.exit(f"the emulator needs {error.name}: pip install 'statsig-pulumi[emulator]'")

    def announce(running: Emulator) -> None:
        print("A stand-in for Statsig's Console API is running; in another terminal:", flush=True)
        print(f"export {BASE_URL.variable}={running.url}", flush=True)
        # A key of the environment may be a real one, and is not shown.
        shown = f"# {API_KEY.variable} as it is set here" if key == os.environ.get(str(API_KEY.variable)) else None
        print(shown or f"export {API_KEY.variable}={key}", flush=True)

    try:
        if state is not None:
            state.parent.mkdir(parents=True, exist_ok=True)
        serve(port, key, state, announce=announce)
    except OSError as error:
        sys.exit(f"cannot listen on port {port} or keep {state}: {error.strerror or error}")
    except ValueError as error:
        sys.exit(f"{state} is not a state of the emulator: {error}")


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
    """Ask the Console API anything, with the key and the URL of the environment, and print its answer as JSON.

    What fails is tried again, but a POST only where it cannot have been applied.

    Parameters
    ----------
    method
        GET, POST, PUT, PATCH or DELETE.
    path
        Such as gates/new_checkout/disable.
    query
        name=value, as many as there are.
    body
        JSON, or @FILE, or - for standard input.
    pages
        Follow the pages of a list, and print the whole list.
    """
    from ..api.client import Client
    from ..errors import StatsigError
    from .api_command import Request, WordsError

    try:
        request = Request.of(method, path, query or (), body)
        try:
            client = Client.from_settings(Settings.from_sources(), on_message=note).on_behalf_of("api")
            answer = list(request.pages(client)) if pages else request.answer(client)
        except StatsigError as error:
            sys.exit(request.complaint(error))
    except WordsError as error:
        _misused(str(error))
    show(answer)


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
    """Write a Pulumi program for what a live Statsig project holds, and the file to import it with.

    The key and the URL are those of the environment; a read-only key is enough, and nothing is sent but GET.

    Parameters
    ----------
    directory
        The folder of the program; made where there is none.
    project
        The name of the Pulumi project; the folder's, where it is not said.
    managed_by
        Export only what another tool manages, under the names that it has there. The file is the output of
        terraform show -json, or of pulumi stack export for a stack with pulumi-statsig.
    force
        Write over files that were changed since the last export.
    """
    from ..api.client import Client
    from ..errors import StatsigError

    try:
        from ..export.export import export as exported
        from ..export.foreign_state import managed_elsewhere
    except ModuleNotFoundError as error:
        sys.exit(f"an export needs {error.name}: pip install 'statsig-pulumi[export]'")
    name = project or re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.resolve().name) or "statsig"
    try:
        with progress() as report:
            elsewhere = managed_elsewhere(_text(str(managed_by))) if managed_by else None
            client = Client.from_settings(Settings.from_sources(), on_message=note)
            found = exported(client, directory, filters, name=name, report=report, elsewhere=elsewhere, force=force)
    except StatsigError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"cannot write to {directory}: {error.strerror or error}")
    _summarize(found, directory)


@app.command
def unmanaged(
    *stacks: Annotated[str, Parameter(allow_leading_hyphen=True)],
    filters: Annotated[Filters, Parameter(name="*")] = Filters(),  # noqa: B008 - frozen
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """List what exists in Statsig and in no stack.

    Ends with 0 where there is nothing of the kind, with 3 where there is. Overrides are not looked at.

    Parameters
    ----------
    stacks
        The outputs of pulumi stack export, one file a stack; - is standard input.
    as_json
        Print JSON instead of a table.
    """
    from ..api.client import Client
    from ..errors import StatsigError
    from ..export import inventory
    from ..export.unmanaged import managed_by, unmanaged

    try:
        managed = set().union(*(managed_by(_text(stack)) for stack in stacks))
        with progress() as report:
            client = Client.from_settings(Settings.from_sources(), on_message=note)
            listed, missing = inventory.listed(client, filters, report)
    except StatsigError as error:
        sys.exit(str(error))
    for each in missing:
        note(f"not looked at: {each.title}: {each.reason}")
    found = list(unmanaged(listed, managed))
    if as_json:
        show([asdict(each) for each in found])
    else:
        tabulate(["Kind", "Id", "Name", "Owner", "Last change", "Status"], map(astuple, found))
    note(f"{len(found):,} of {len(listed):,} objects are in no stack")
    if found:
        sys.exit(3)


def _text(path: str) -> str:
    """What a file holds, or standard input."""
    from ..errors import InvalidSettingError

    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettingError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


def _summarize(found: Export, directory: Path) -> None:
    """What was exported, what was not, and what to do next."""
    counts = Counter(each.kind for each in found.project.objects)
    tabulate(["Kind", "Objects"], [(kind, f"{count:,}") for kind, count in sorted(counts.items())])
    if found.project.shortcomings:
        print(flush=True)
        tabulate(["Not exported", "Why"], found.project.shortcomings)
    for path in found.outcome.kept:
        note(f"{path} is no longer part of the export, and was kept because it was changed")
    print(f"\n{len(found.outcome.written)} files written to {directory}; in there, with a stack selected:", flush=True)
    print("  pulumi import --file import.json --yes --generate-code=false --protect=false", flush=True)
    print("  pulumi preview", flush=True)


def _misused(reason: str) -> NoReturn:
    note(reason)
    sys.exit(2)


def main(words: list[str] | None = None) -> None:
    """The console script; 1 is the code of what failed, 2 of words that make no command."""
    try:
        app(sys.argv[1:] if words is None else words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _misused(" ".join(str(error).split()))
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does; what is left to be said goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
