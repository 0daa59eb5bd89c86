"""The converter plugin ``pulumi-converter-statsig``, which ``pulumi import --from statsig`` runs.

The engine starts it with a pipe, reads the port of its gRPC server from it, and stops it with SIGINT.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Event
from typing import Annotated, Any, Final, NoReturn

import grpc
from cyclopts import App, CycloptsError, Parameter
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]
from pulumi.runtime.proto import converter_pb2, converter_pb2_grpc

from ..api.client import Client
from ..errors import MissingKeyError, StatsigError
from ..export import import_file
from ..export.filters import Filters
from ..settings import Settings

app: Final = App(name="pulumi import --from statsig --", help="Import the objects of a live Statsig project.")
NO_PROGRAM: Final = (
    "Statsig has no programs to convert: `statsig-pulumi export DIR` writes one for a live Statsig project"
)


@app.default
def _parse(*, filters: Annotated[Filters, Parameter(name="*")] = Filters()) -> Filters:  # noqa: B008 - frozen
    return filters


class Converter(converter_pb2_grpc.ConverterServicer):
    """The gRPC service that the engine calls."""

    def ConvertState(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the objects to import."""
        filters = _parse_filters(request.args, context)
        try:
            from ..export.project import read_project
        except ModuleNotFoundError as error:
            _abort(context, f"the import needs {error.name}: pip install 'statsig-pulumi[export]'")
        try:
            client = Client.from_settings(Settings.from_sources(), on_message=_print_note)
            project = read_project(client, filters, _report_progress)
        except MissingKeyError:
            _abort(context, "set STATSIG_CONSOLE_KEY: this command cannot read the configuration of the stack")
        except StatsigError as error:
            _abort(context, str(error))
        # A diagnostic in the response would be better, but the engine shows it with the location <nil>.
        for title, reason in project.omissions:
            _print_note(f"not imported: {title}: {reason}")
        imports = [ParseDict(each, converter_pb2.ResourceImport()) for each in import_file.to_imports(project)]
        return converter_pb2.ConvertStateResponse(resources=imports)

    def ConvertProgram(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Refuse ``pulumi convert``."""
        _abort(context, NO_PROGRAM)


def _parse_filters(arguments: Sequence[str], context: grpc.ServicerContext) -> Filters:
    if {"--help", "-h"} & set(arguments):
        _abort(context, f"nothing was imported: --help only prints this help\n{_help()}")
    try:
        command, bound, _ = app.parse_args(list(arguments), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        reason = " ".join(str(error).split())
        _abort(context, f"{reason}; run `pulumi import --from statsig -- --help` to list the options")
    filters: Filters = command(*bound.args, **bound.kwargs)
    return filters


def _help() -> str:
    from rich.console import Console

    text = StringIO()
    app.help_print([], console=Console(file=text, width=100))
    return text.getvalue()


def _abort(context: grpc.ServicerContext, reason: str) -> NoReturn:
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, reason)
    raise AssertionError("abort raises")


def _report_progress(kind: str, count: int, total: int) -> None:
    """Print one line for each kind, when all of its objects are read."""
    if count and count == total:
        _print_note(f"{kind}: {count:,} read")


def _print_note(message: str) -> None:
    """Print a line to standard error, which the engine shows to the user."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def main() -> None:
    """Run the console script ``pulumi-converter-statsig``."""
    sys.tracebacklimit = 0
    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    converter_pb2_grpc.add_ConverterServicer_to_server(Converter(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        Event().wait()
    except KeyboardInterrupt:
        server.stop(0)


if __name__ == "__main__":
    main()
