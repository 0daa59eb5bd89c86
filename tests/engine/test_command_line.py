"""``statsig-pulumi`` as a process: exit codes, output, and the start of the emulator."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack

COMMAND = [sys.executable, "-m", "statsig_pulumi.cli"]


def environment(**variables: str) -> dict[str, str]:
    """Return the environment with these STATSIG_* variables alone."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STATSIG_")} | variables


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *arguments]
    return subprocess.run(command, env=environment(**variables), capture_output=True, text=True, check=False)


def failure(*arguments: str) -> str:
    """Return the error text of a command that fails without a traceback."""
    process = run(*arguments)
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    return process.stderr


def emulator_output(**variables: str) -> str:
    """Return what ``emulate`` prints when it has started."""
    process = subprocess.Popen(
        [*COMMAND, "emulate", "--port", "0"],
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(4)]
    process.kill()
    process.wait()
    return "".join(lines)


def test_the_emulator_prints_the_variables_to_set() -> None:
    output = emulator_output()
    assert "export STATSIG_CONSOLE_URL=http://127.0.0.1:" in output
    assert "export STATSIG_CONSOLE_KEY=console-emulator" in output
    assert "export STATSIG_EMULATOR_KEY=" in output


def test_the_emulator_does_not_print_a_key_from_the_environment() -> None:
    output = emulator_output(STATSIG_CONSOLE_KEY="console-real")
    assert "console-real" not in output
    assert "# STATSIG_CONSOLE_KEY has the same value as here" in output


def test_a_port_in_use_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert failure("emulate", "--port", port) == f"cannot use port {port}: Address already in use\n"


def test_a_broken_state_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("{")
    assert f"{path} is not a state file of the emulator" in failure("emulate", "--port", "0", "--state", str(path))


def test_a_state_file_that_is_not_writable_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "state.json"
    assert f"cannot use {path.parent}: " in failure("emulate", "--port", "0", "--state", str(path))


@pytest.mark.parametrize("arguments", [["--port", "x"], ["--nope"], ["more"]])
def test_wrong_usage_prints_one_line_and_exits_with_2(arguments: list[str]) -> None:
    process = run("emulate", *arguments)
    assert (process.returncode, process.stdout, process.stderr.count("\n")) == (2, "", 1)


def test_a_refused_request_exits_with_1_and_a_wrong_method_with_2(emulator: Emulator) -> None:
    variables = {"STATSIG_CONSOLE_KEY": emulator.key, "STATSIG_CONSOLE_URL": emulator.url}
    process = run("api", "GET", "gates/nowhere", **variables)
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == "GET /gates/nowhere answered 404: Gate not found.\n"
    process = run("api", "LIST", "gates", **variables)
    assert (process.returncode, process.stdout, process.stderr.count("\n")) == (2, "", 1)


def test_the_doctor_reads_the_secrets_of_the_selected_stack(stack: Stack, emulator: Emulator) -> None:
    stack.set_secret("statsig:apiKey", emulator.key)
    env = {name: value for name, value in stack.env.items() if name != "STATSIG_CONSOLE_KEY"}
    command = [*COMMAND, "doctor", "--json"]
    process = subprocess.run(command, cwd=stack.folder, env=env, capture_output=True, text=True, check=False)
    problems = [each for each in json.loads(process.stdout) if each["status"] != "ok"]
    assert (process.returncode, problems) == (0, [])
    assert "the key from statsig:apiKey is for the Statsig project" in process.stdout
    assert emulator.key not in process.stdout


def test_a_reader_that_stops_early_causes_no_traceback(emulator: Emulator) -> None:
    for number in range(100):
        emulator.add("gates", {"name": f"gate {number}", "description": "long " * 150})
    env = environment(STATSIG_CONSOLE_KEY=emulator.key, STATSIG_CONSOLE_URL=emulator.url)
    command = f"{shlex.join(COMMAND)} api GET gates --pages | head -c 2"
    process = subprocess.run(command, env=env, shell=True, capture_output=True, text=True, check=False)
    assert (process.stdout, process.stderr) == ("[\n", "")
