"""Interrupt a running command of Pulumi, as a user, a CI system or the loss of its machine would."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from statsig_pulumi.emulator import Emulator

from .stack import Stack, heed_sigint

Interrupt = Callable[["subprocess.Popen[bytes]", Path], None]
LIMIT_S: Final = 60
PLUGIN: Final = b"pulumi.dynamic"
"""Words in the command line of the plugin."""
BETWEEN_SIGNALS_S: Final = 0.3
WORDS: Final[Mapping[str, list[str]]] = {
    "up": ["up", "--yes", "--skip-preview"],
    "destroy": ["destroy", "--yes", "--skip-preview"],
}


def _kill_cli(command: subprocess.Popen[bytes], folder: Path) -> None:
    command.kill()


def _kill_plugin(command: subprocess.Popen[bytes], folder: Path) -> None:
    for process in _processes(folder):
        if process.pid != command.pid and PLUGIN in process.words:
            os.kill(process.pid, signal.SIGKILL)


def _kill_both(command: subprocess.Popen[bytes], folder: Path) -> None:
    _kill_plugin(command, folder)
    _kill_cli(command, folder)


def _send(number: signal.Signals, times: int) -> Interrupt:
    def interrupt(command: subprocess.Popen[bytes], folder: Path) -> None:
        # A terminal sends SIGINT to each process of the group, a CI system sends SIGTERM to the command alone.
        send = os.killpg if number == signal.SIGINT else os.kill
        for _ in range(times):
            if command.poll() is None:
                send(command.pid, number)
                time.sleep(BETWEEN_SIGNALS_S)

    return interrupt


INTERRUPTS: Final[Mapping[str, Interrupt]] = {
    "kill -9 of the CLI": _kill_cli,
    "kill -9 of the plugin": _kill_plugin,
    "kill -9 of both": _kill_both,
    "SIGINT": _send(signal.SIGINT, 1),
    "SIGINT twice": _send(signal.SIGINT, 2),
    "SIGTERM": _send(signal.SIGTERM, 1),
    "SIGTERM twice": _send(signal.SIGTERM, 2),
}


def interrupt(stack: Stack, emulator: Emulator, command: str, how: str, *, writes: int = 1) -> None:
    """Run a command, interrupt it once the service has received this many writes, and unlock the stack.

    A plugin that is left may end a request.
    """
    before = emulator.requests(log=False)["mutations"]
    words = ["pulumi", "--non-interactive", *WORDS[command]]
    with subprocess.Popen(
        words,
        cwd=stack.folder,
        env=stack.env_for_interrupts(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=heed_sigint,
    ) as running:
        end_s = time.monotonic() + LIMIT_S
        while emulator.requests(log=False)["mutations"] < before + writes:
            assert time.monotonic() < end_s, "the writes were not sent"
            assert running.poll() is None, "the command ended before"
            time.sleep(0.01)
        INTERRUPTS[how](running, stack.folder)
        running.wait(LIMIT_S)
    remove_empty_attributes(stack)
    stack.run("cancel", "--yes", stack.name, ok=None)


def remove_empty_attributes(stack: Stack) -> None:
    """Remove what makes a state unreadable after a kill, as `docs/troubleshooting.md` says.

    The CLI replaces a state in one step, but not the attributes beside it: it empties that file, and writes it then.
    """
    for path in (stack.folder / "state").rglob("*.attrs"):
        if not path.stat().st_size:
            path.unlink()


def kill_up(stack: Stack, emulator: Emulator, posts: int) -> None:
    """Run ``pulumi up`` and kill it once the service has received this many creates; its plugin is left."""
    interrupt(stack, emulator, "up", "kill -9 of the CLI", writes=posts)


def wait_until_plugin_ends(stack: Stack) -> None:
    """Wait until no plugin of this package runs for this stack."""
    end_s = time.monotonic() + LIMIT_S
    while any(PLUGIN in process.words for process in _processes(stack.folder)):
        assert time.monotonic() < end_s, "the plugin stays"
        time.sleep(0.1)


def kill_all(stack: Stack) -> None:
    """Kill every process of the engine that runs for this stack."""
    for process in _processes(stack.folder):
        os.kill(process.pid, signal.SIGKILL)


@dataclass(frozen=True)
class _Process:
    pid: int
    words: bytes


def _processes(folder: Path) -> Iterator[_Process]:
    """Yield the processes of Pulumi that run in a folder."""
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").resolve() == folder:
                words = (process / "cmdline").read_bytes()
                if b"pulumi" in words:
                    yield _Process(int(process.name), words)
        except OSError:
            continue
