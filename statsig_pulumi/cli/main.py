"""The console script ``statsig-pulumi``: parse the arguments, call one function, print the result.

``command_help.EXIT_CODES`` lists the exit codes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from cyclopts import App, CycloptsError, Parameter, Token
from cyclopts.validators import Number
from cyclopts.validators import Path as PathValidator

from ..export.filters import Filters
from ..settings import API_KEY, BASE_URL, SETTINGS, Settings
from .api_command import Method
from .command_help import CONNECTION, FOUND, INTERRUPTED, build_epilogue, format_exit_codes
from .output import exit_with_usage_error, print_json, print_notes_unless

Form = Literal["terminal", "markdown", "json"]
LARGEST_PORT: Final = 65_535
STANDARD_INPUT: Final = "-"

Quiet: TypeAlias = Annotated[
    bool,
    Parameter(
        name=("--quiet", "-q"),
        negative="",
        show_default=False,
        help="Print the result, warnings and errors only: no progress, no notes and no hints.",
    ),
]
AsJson: TypeAlias = Annotated[bool, Parameter(name="--json", negative="", show_default=False)]
Flag: TypeAlias = Annotated[bool, Parameter(negative="", show_default=False)]

app = App(
    name="statsig-pulumi",
    help="Command line of statsig_pulumi: Statsig as code with Pulumi.",
    help_epilogue="\n".join(format_exit_codes()),
)


def _require_text(type_: object, value: str) -> None:
    if not value.strip():
        raise ValueError("It must not be empty.")


@app.command(
    help_epilogue=build_epilogue(
        ("Run it on port 8181, and keep its objects in a file", "statsig-pulumi emulate --state emulator.json"),
        ("Run it on a free port, and print the variables to set alone", "statsig-pulumi emulate --port 0 --quiet"),
        settings=(API_KEY,),
    )
)
def emulate(
    *,
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=LARGEST_PORT))] = 8181,
    key: Annotated[str, Parameter(env_var=API_KEY.variable, validator=_require_text)] = "console-emulator",
    state: Annotated[Path | None, Parameter(validator=PathValidator(dir_okay=False))] = None,
    project: Annotated[str, Parameter(validator=_require_text)] = "emulated-project",
    quiet: Quiet = False,
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
        if not quiet:
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


def _parse_method(type_: object, tokens: Sequence[Token]) -> str:
    from .api_command import parse_method

    return parse_method(tokens[0].value)


@app.command(
    help_epilogue=build_epilogue(
        ("Read a gate", "statsig-pulumi api GET gates/new_checkout"),
        ("List all gates with a tag", "statsig-pulumi api GET gates --query tags=checkout --pages"),
        ("Disable a gate", "statsig-pulumi api PUT gates/new_checkout/disable"),
        ("Create a tag", """statsig-pulumi api POST tags --body '{"name": "a", "description": "b"}'"""),
        settings=CONNECTION,
    )
)
def api(
    method: Annotated[Method, Parameter(converter=_parse_method)],
    path: str,
    /,
    *,
    query: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    body: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    pages: Flag = False,
    quiet: Quiet = False,
) -> None:
    """Send one request to the Console API and print the response as JSON.

    A failed request is sent again; a POST only if it cannot have been applied.

    Parameters
    ----------
    method
        The HTTP method.
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
            client = Client.from_settings(Settings.from_sources(), on_message=print_notes_unless(quiet)).on_behalf_of(
                "api"
            )
            response = list(request.read_pages(client)) if pages else request.send(client)
        except StatsigError as error:
            sys.exit(request.describe_error(error))
    except UsageError as error:
        exit_with_usage_error(str(error))
    print_json(response)


@app.command(
    help_epilogue=build_epilogue(
        ("Write a program for the whole project", "statsig-pulumi export flags --project feature-flags"),
        (
            "Export the gates and teams that are not archived",
            "statsig-pulumi export flags --kind Gate Team --no-archived",
        ),
        ("Export what changed this year", "statsig-pulumi export flags --changed-since 2026-01-01"),
        ("Export what Terraform manages", "statsig-pulumi export flags --managed-by terraform.json"),
        settings=CONNECTION,
    )
)
def export(
    directory: Annotated[Path, Parameter(validator=PathValidator(file_okay=False))],
    /,
    *,
    filters: Annotated[Filters, Parameter(name="*")] = Filters(),  # noqa: B008 - frozen
    project: str | None = None,
    managed_by: Path | None = None,
    force: Flag = False,
    quiet: Quiet = False,
) -> None:
    """Write a Pulumi program for a live Statsig project, and the file to import its objects with.

    A read-only key is enough: only GET requests are sent.

    Parameters
    ----------
    directory
        The folder to write the program to. It is created if it does not exist.
    project
        The name of the Pulumi project. By default, that of the project in the folder, or the name of the folder.
    managed_by
        A state file of another tool: export only the objects in it, under their names there. The file is the output
        of terraform show -json, or of pulumi stack export for a stack with pulumi-statsig.
    force
        Overwrite files that were edited since the last export.
    """
    try:
        from .export_command import export_to
    except ModuleNotFoundError as error:
        sys.exit(f"the export needs {error.name}: pip install 'statsig-pulumi[export]'")
    export_to(directory, filters, project, managed_by, force=force, quiet=quiet)


@app.command(
    help_epilogue=build_epilogue(
        ("Compare with the selected stack", "pulumi stack export | statsig-pulumi unmanaged -"),
        ("Compare with the files of two stacks", "statsig-pulumi unmanaged dev.json prod.json --json"),
        settings=CONNECTION,
        found="There are objects that no stack manages.",
    )
)
def unmanaged(
    *stacks: Annotated[str, Parameter(allow_leading_hyphen=True, required=True)],
    filters: Annotated[Filters, Parameter(name="*")] = Filters(),  # noqa: B008 - frozen
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List the objects that exist in Statsig and that no stack manages.

    Overrides are listed if the API is of 2026-10 or later.

    Parameters
    ----------
    stacks
        Files with the output of pulumi stack export, one for each stack; - is standard input.
    as_json
        Print JSON instead of a table.
    """
    from .unmanaged_command import print_unmanaged

    if stacks.count(STANDARD_INPUT) > 1:
        exit_with_usage_error("only one of STACKS can be standard input")
    if print_unmanaged(stacks, filters, as_json=as_json, quiet=quiet):
        sys.exit(FOUND)


@app.command(
    help_epilogue=build_epilogue(
        ("Review the next update of the selected stack", "statsig-pulumi review"),
        (
            "Print a comment for a pull request, of a plan and a state",
            "statsig-pulumi review plan.json --state state.json --format markdown",
        ),
        (
            "Fail if something is deleted, or if a rollout grows by more than 25 percent points",
            "statsig-pulumi review --forbid delete,replace --max-rollout-step 25",
        ),
        ("Report what others changed in Statsig", "statsig-pulumi review --drift"),
        settings=CONNECTION,
        found="A change breaks a policy, or there is drift.",
    )
)
def review(
    plan: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    state: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    stack: str | None = None,
    drift: Flag = False,
    form: Annotated[Form, Parameter(name="--format")] = "terminal",
    offline: Flag = False,
    policies: Path | None = None,
    max_rollout_step: float | None = None,
    forbid: Annotated[list[str] | None, Parameter(negative="")] = None,
    require_team: bool | None = None,
    freeze: Annotated[list[str] | None, Parameter(negative="")] = None,
    quiet: Quiet = False,
) -> None:
    """Print what a plan changes in Statsig: consequences, changes in sentences, and what depends on the objects.

    Policies are in the table [tool.statsig-pulumi.review] of pyproject.toml, in a file, and in options, which count
    more. If STATSIG_CONSOLE_KEY is set, Statsig is asked how often the objects are checked, and what else refers to
    them; a read-only key is enough.

    Parameters
    ----------
    plan
        A file with the output of pulumi preview --json, or of pulumi refresh --preview-only --json; - is standard
        input. Without it, the preview is run here.
    state
        A file with the output of pulumi stack export, which shows what depends on the objects; - is standard input.
    stack
        The stack to preview. By default, the selected stack.
    drift
        Report what differs in Statsig from the state: run pulumi refresh --preview-only in place of the preview.
    form
        terminal; markdown, for a comment of a pull request; or json.
    offline
        Send no request to Statsig.
    policies
        A TOML file with policies, in place of pyproject.toml.
    max_rollout_step
        The most percent points by which the share of units of a rule, or of an experiment, may grow.
    forbid
        Effects that no change may have, such as delete,replace,reset.
    require_team
        Require a team of each object that can have one.
    freeze
        A time in which nothing may change, such as 2026-12-18/2027-01-04 or 'Fri 16:00/Mon 08:00 Europe/Amsterdam'.
    """
    from ..errors import StatsigError
    from .review_command import Sources, load_policies, make_report, print_report

    if plan == state == STANDARD_INPUT:
        exit_with_usage_error("only one of PLAN and --state can be standard input")
    if plan is not None and stack is not None:
        exit_with_usage_error("--stack selects the stack to preview; omit it, because PLAN is of one stack")
    if plan is not None and drift:
        exit_with_usage_error("--drift runs a refresh; omit it, because PLAN says what it is")
    options = {"max-rollout-step": max_rollout_step, "forbid": forbid, "require-team": require_team, "freeze": freeze}
    try:
        loaded = load_policies(policies, options)
    except StatsigError as error:
        exit_with_usage_error(str(error))
    say = print_notes_unless(quiet)
    try:
        report = make_report(Sources(plan, state, stack, drift), say, offline=offline)
    except StatsigError as error:
        sys.exit(str(error))
    violations = print_report(report, loaded, form)
    if report.is_refresh and report.objects:
        sys.exit(FOUND)
    if violations:
        say(f"{len(violations):,} {'change breaks' if len(violations) == 1 else 'changes break'} a policy")
        sys.exit(FOUND)


@app.command(
    help_epilogue=build_epilogue(
        ("Check the program in this folder", "statsig-pulumi doctor"),
        ("Check a stack of another program", "statsig-pulumi doctor --folder flags --stack prod"),
        ("Show problems alone, as JSON", "statsig-pulumi doctor --quiet --json"),
        settings=SETTINGS,
        found="There is a problem with the status error.",
    )
)
def doctor(*, folder: Path = Path(), stack: str | None = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Check the installation, the program and the connection to Statsig, and say how to mend what is wrong.

    It checks the packages and the extras, the Pulumi CLI, the environment of the program, and the configuration of its
    stack. Then it checks the URL, the key with its project and permissions, the clock, and the store of the write
    budget. Only GET requests are sent. The key is not printed.

    Parameters
    ----------
    folder
        The folder of a program.
    stack
        The stack whose configuration is read. By default, the selected stack.
    as_json
        Print a list of JSON objects with check, status, summary and next_step.
    """
    from .doctor import examine, print_findings

    if not folder.is_dir():
        exit_with_usage_error(f"--folder: there is no folder {folder}")
    findings = print_findings(examine(folder, stack), as_json=as_json, quiet=quiet)
    if any(each.status == "error" for each in findings):
        sys.exit(FOUND)


@app.command(
    help_epilogue=build_epilogue(
        ("Complete commands in this bash", 'eval "$(statsig-pulumi completion bash)"'),
        ("Install the completion for every bash", "statsig-pulumi completion bash --install"),
    )
)
def completion(shell: Literal["bash", "zsh", "fish"], /, *, install: Flag = False, quiet: Quiet = False) -> None:
    """Print the script that completes commands, options and choices in a shell.

    Parameters
    ----------
    shell
        The shell.
    install
        Write the script to the folder of the shell, and have the shell load it. The start file of bash and zsh gets
        a line, unless it has it.
    """
    if not install:
        print(app.generate_completion(shell=shell), flush=True)
        return
    try:
        path = app.install_completion(shell=shell)
    except OSError as error:
        sys.exit(f"cannot write to {error.filename}: {error.strerror or error}")
    print_notes_unless(quiet)(f"{path} was written; open a new shell to use it")


def main(arguments: list[str] | None = None) -> None:
    """Run the console script ``statsig-pulumi``."""
    try:
        app(sys.argv[1:] if arguments is None else arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        exit_with_usage_error(" ".join(str(error).split()))
    except KeyboardInterrupt:  # before the command has begun; later, cyclopts handles it in the same way
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # the reader has stopped, as `head` does; flushing the rest would fail again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
