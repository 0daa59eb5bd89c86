"""The command line: what a person is told when the emulator cannot be started, and when it is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "statsig_pulumi.cli", "emulate"]


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("STATSIG_")} | more


def failed(*words: str) -> str:
    done = subprocess.run([*COMMAND, *words], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def started(**more: str) -> str:
    """What it prints until it runs."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0"], env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    process.kill()
    process.wait()
    return "".join(lines)


def test_a_port_in_use_is_one_line_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"cannot listen on port {port}" in failed("--port", port)


def test_a_broken_state_file_is_one_line_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")
    assert f"{tmp_path}/state.json is not a state of the emulator" in failed(
        "--port", "0", "--state", str(tmp_path / "state.json")
    )


def test_a_state_file_that_cannot_be_kept_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot" in failed("--port", "0", "--state", str(tmp_path / "file" / "state.json"))


@pytest.mark.parametrize("words", [["--port", "x"], ["--nope"], ["more"]])
def test_words_that_make_no_command_are_one_line_and_code_2(words: list[str]) -> None:
    done = subprocess.run([*COMMAND, *words], env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_it_tells_what_to_set() -> None:
    said = started()
    assert "export STATSIG_CONSOLE_URL=http://127.0.0.1:" in said
    assert "export STATSIG_CONSOLE_KEY=console-emulator" in said


def test_a_key_of_the_environment_is_not_shown() -> None:
    assert "console-real" not in started(STATSIG_CONSOLE_KEY="console-real")
