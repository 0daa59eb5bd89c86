"""The command line ``statsig-pulumi``: parse, call one function, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

app = App(name="statsig-pulumi", help="Companion of the statsig_pulumi package.")


@app.command
def emulate(
    *,
    port: int = 8181,
    key: Annotated[str, Parameter(env_var="STATSIG_CONSOLE_KEY")] = "console-emulator",
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
        from .emulator import Emulator, serve
    except ModuleNotFoundError as error:
        sys.exit(f"the emulator needs {error.name}: pip install 'statsig-pulumi[emulator]'")

    def announce(running: Emulator) -> None:
        print(f"Statsig Console API emulator: STATSIG_CONSOLE_URL={running.url}", flush=True)

    serve(port, key, state, announce=announce)


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
