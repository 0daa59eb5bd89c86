"""The converter plugin: ``pulumi import --from statsig`` runs it, and imports what it finds.

The engine starts it with a pipe, reads the port of its gRPC server from there, and ends it with SIGINT.
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
from ..export.inventory import Report, read
from ..settings import Settings

app: Final = App(name="pulumi import --from statsig --", help="Import what a live Statsig project holds.")
NO_PROGRAM: Final = "there is no program to convert: `statsig-pulumi export DIR` writes one for a live Statsig project"


@app.default
def _wanted(*, filters: Annotated[Filters, Parameter(name="*")] = Filters()) -> Filters:  # noqa: B008 - frozen
    return filters


class Converter(converter_pb2_grpc.ConverterServicer):
    """Answers the engine."""

    def ConvertState(self, request: Any, context: grpc.ServicerContext) -> Any:
        """What there is to import."""
        filters = _filters(request.args, context)
        try:
            project = read(Client.from_settings(Settings.from_sources(), on_message=_say), filters, _progress())
        except MissingKeyError:
            _refuse(context, "set STATSIG_CONSOLE_KEY: the configuration of the stack does not reach this command")
        except StatsigError as error:
            _refuse(context, str(error))
        for title, reason in project.shortcomings:
            _say(
                f"not imported: {title}: {reason}"
            )  # the engine shows a diagnostic of its response with the place <nil>
        resources = [ParseDict(each, converter_pb2.ResourceImport()) for each in import_file.resources(project)]
        return converter_pb2.ConvertStateResponse(resources=resources)

    def ConvertProgram(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Statsig has no programs."""
        _refuse(context, NO_PROGRAM)


def _filters(words: Sequence[str], context: grpc.ServicerContext) -> Filters:
    if {"--help", "-h"} & set(words):
        from rich.console import Console

        text = StringIO()
        app.help_print([], console=Console(file=text, width=100))
        _refuse(context, f"nothing was imported, for help was asked for\n{text.getvalue()}")
    try:
        command, bound, _ = app.parse_args(list(words), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _refuse(context, f"{' '.join(str(error).split())}; `pulumi import --from statsig -- --help` tells the words")
    filters: Filters = command(*bound.args, **bound.kwargs)
    return filters


def _refuse(context: grpc.ServicerContext, reason: str) -> NoReturn:
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, reason)
    raise AssertionError("abort raises")


def _progress() -> Report:
    """A line for each kind when it is read."""

    def report(kind: str, count: int, total: int) -> None:
        if count and count == total:
            _say(f"{kind}: {count:,} read")

    return report


def _say(message: str) -> None:
    """The engine shows what a plugin writes to its standard error."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def main() -> None:
    """The console script ``pulumi-converter-statsig``."""
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
