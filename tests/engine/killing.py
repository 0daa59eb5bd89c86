"""Kill a running ``pulumi up``, as the loss of its machine would."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from statsig_pulumi.emulator import Emulator

from .stack import ONE_CHECKPOINT, Stack

LIMIT_S = 60


def kill_up(stack: Stack, emulator: Emulator, posts: int) -> None:
    """Run ``pulumi up`` and kill it once the service has received this many creates; its plugin is left."""
    words = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"]
    env = {name: value for name, value in stack.env.items() if name not in ONE_CHECKPOINT}
    with subprocess.Popen(words, cwd=stack.folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as up:
        end_s = time.monotonic() + LIMIT_S
        while len([e for e in emulator.requests()["log"] if e["method"] == "POST"]) < posts:
            assert time.monotonic() < end_s, "the creates were not sent"
            time.sleep(0.01)
        up.kill()
    stack.run("cancel", "--yes", stack.name)


def wait_until_plugin_ends(stack: Stack) -> None:
    """Wait until no plugin of this package runs for this stack."""
    end_s = time.monotonic() + LIMIT_S
    while any(_is_of(process, stack.folder, b"pulumi.dynamic") for process in Path("/proc").iterdir()):
        assert time.monotonic() < end_s, "the plugin stays"
        time.sleep(0.1)


def kill_all(stack: Stack) -> None:
    """Kill every process of the engine that runs for this stack."""
    for process in Path("/proc").iterdir():
        if _is_of(process, stack.folder, b"pulumi"):
            os.kill(int(process.name), signal.SIGKILL)


def _is_of(process: Path, folder: Path, word: bytes) -> bool:
    """Return whether an entry of ``/proc`` is a process in this folder with a word in its command line."""
    try:
        is_there = process.name.isdigit() and (process / "cwd").resolve() == folder
        return is_there and word in (process / "cmdline").read_bytes()
    except OSError:
        return False
