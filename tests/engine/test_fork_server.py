"""Processes of the fork servers behave as those that Python starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .fork_server import LAUNCHER, fork_servers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fork servers need pidfd_open")

PROGRAM = """
import atexit, os, signal, sys, time
files = [os.open(os.devnull, os.O_RDONLY) for _ in range(32)]
atexit.register(lambda: [os.fstat(file) for file in files])
print(sys.argv[1:], os.getcwd(), os.environ["WORD"], __name__, "statsig_pulumi" in sys.modules)
try:
    print(os.getpid(), file=sys.stderr)
    if "wait" in sys.argv:
        time.sleep(60)
except KeyboardInterrupt:
    sys.exit(4)
sys.exit(3)
"""


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    program = folder / "pulumi-language-python-exec"  # the launcher forks programs and plugins only
    program.write_text(PROGRAM)
    env = os.environ | fork_servers() | {"WORD": "réd", "PYTHONUTF8": "1"}
    command = [LAUNCHER, str(program), *words]
    return subprocess.Popen(
        command, cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0
    )


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_a_forked_process_gets_arguments_folder_and_environment(tmp_path: Path) -> None:
    process = start(tmp_path, "one", "two words")
    output, _ = process.communicate()
    assert output == f"['one', 'two words'] {tmp_path} réd __main__ False\n"
    assert process.returncode == 3


def test_no_file_of_a_forked_process_that_fails_is_closed_before_its_end(tmp_path: Path) -> None:
    _, errors = start(tmp_path).communicate()
    assert errors.split("\n", 1)[1] == ""


def test_a_forked_process_gets_the_interrupts_of_its_group(tmp_path: Path) -> None:
    process = start(tmp_path, "wait")
    assert process.stderr
    assert int(process.stderr.readline()) != process.pid
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait() == 4


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_forked_process_ends_with_its_launcher(tmp_path: Path, number: int) -> None:
    process = start(tmp_path, "wait")
    assert process.stderr
    pid = int(process.stderr.readline())
    assert is_running(pid)
    process.send_signal(number)
    assert process.wait() == -number
    end_s = time.monotonic() + 30
    while is_running(pid):
        assert time.monotonic() < end_s
        time.sleep(0.01)
