"""The command line ``statsig-pulumi``: parse, call one function, print."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

app = App(name="statsig-pulumi", help="Statsig as code: what the Pulumi resources of statsig_pulumi need beside them.")


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
        print("A stand-in for Statsig's Console API is running; in another terminal:", flush=True)
        print(f"export STATSIG_CONSOLE_URL={running.url}", flush=True)
        # A key of the environment may be a real one, and is not shown.
        shown = "# STATSIG_CONSOLE_KEY as it is set here" if key == os.environ.get("STATSIG_CONSOLE_KEY") else None
        print(shown or f"export STATSIG_CONSOLE_KEY={key}", flush=True)

    try:
        if state is not None:
            state.parent.mkdir(parents=True, exist_ok=True)
        serve(port, key, state, announce=announce)
    except OSError as error:
        sys.exit(f"cannot listen on port {port} or keep {state}: {error.strerror or error}")
    except ValueError as error:
        sys.exit(f"{state} is not a state of the emulator: {error}")


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
