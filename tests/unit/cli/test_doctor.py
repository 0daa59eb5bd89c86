"""``statsig-pulumi doctor``: checks of the installation, the program and the connection, without the Pulumi CLI."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from .command_line import CommandLine

SECRET = "console-secret-of-the-stack"

pytestmark = pytest.mark.slow  # each run starts Python for the program


class Doctor:
    """The command in a folder of its own, with programs in place of the Pulumi CLI."""

    def __init__(self, command_line: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._command_line, self.folder, self._monkeypatch = command_line, folder, monkeypatch
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.add("pulumi-language-python", "")
        self.add_cli("v3.276.0")
        monkeypatch.setenv("PATH", f"{self.programs}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("PULUMI_HOME", str(folder / "home"))

    def add(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!{sys.executable}\n{script}\n")
        path.chmod(0o755)

    def add_cli(self, version: str, configuration: Mapping[str, str] | None = None) -> None:
        """Add a CLI that shows its version, and the configuration of a stack; None: no stack is selected."""
        values = {key: {"value": value} for key, value in (configuration or {}).items()}
        answer = (
            f"print({json.dumps(values)!r})" if configuration is not None else "sys.exit('error: no stack selected')"
        )
        self.add("pulumi", f"import sys\nif sys.argv[1] == 'version':\n  print({version!r})\nelse:\n  {answer}")

    def add_program(self, text: str = "name: flags\nruntime: python\n") -> None:
        self.add("python3", f"import os, sys\nos.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])")
        (self.folder / "Pulumi.yaml").write_text(text)

    def run(self, *options: str) -> tuple[int, dict[str, tuple[str, str, str]]]:
        """Return the exit code, and the status, summary and next step of each check."""
        result = self._command_line.run("doctor", "--json", "--folder", str(self.folder), *options)
        assert SECRET not in result.out + result.err
        found: list[dict[str, Any]] = json.loads(result.out)
        return result.code, {each["check"]: (each["status"], each["summary"], each["next_step"]) for each in found}


@pytest.fixture
def doctor(command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(command_line, tmp_path, monkeypatch)


def test_an_environment_that_works_has_no_errors(doctor: Doctor, emulator: Emulator) -> None:
    doctor.add_program()
    doctor.add_cli("v3.276.0", {"statsig:project": emulator.project, "flags:other": "1"})
    code, found = doctor.run()
    assert code == 0
    assert {check: status for check, (status, _, _) in found.items() if status != "ok"} == {}
    assert found["API key"][1].startswith("the key from STATSIG_CONSOLE_KEY is for the Statsig project 'emulated-")
    assert "omni_read_write" in found["Scopes"][1]
    assert "installed: emulator, export" in found["Extras"][1]
    assert found["Write budget"][1] == "0 of 900 in 15 min used, counted in a file of this machine"
    assert found["Stack"][1] == "sets statsig:project"


def test_only_get_requests_are_sent(doctor: Doctor, emulator: Emulator) -> None:
    doctor.run()
    assert {entry["method"] for entry in emulator.requests()["log"]} == {"GET"}


@pytest.mark.parametrize(
    ("version", "expected"),
    [("v3.100.0", "is older than 3.235"), ("unknown", "does not show its version")],
)
def test_a_cli_that_does_not_suit_is_an_error(doctor: Doctor, version: str, expected: str) -> None:
    doctor.add_cli(version)
    code, found = doctor.run()
    status, summary, next_step = found["Pulumi CLI"]
    assert (code, status, next_step) == (3, "error", "install the CLI: https://www.pulumi.com/docs/install/")
    assert expected in summary


def test_a_missing_cli_is_an_error(doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, found = doctor.run()
    assert (code, found["Pulumi CLI"][:2]) == (3, ("error", "there is no pulumi on PATH"))
    assert found["Language host"][0] == "error"


@pytest.mark.parametrize(
    ("program", "expected", "next_step"),
    [
        ("name: a\nruntime: nodejs\n", "has the runtime nodejs", "for programs with `runtime: python`"),
        ("name: a\n", "has no runtime", "write `runtime: python`"),
        ("name: [\n", "has no runtime", "write `runtime: python`"),
        (
            "name: a\nruntime:\n  name: python\n  options: {virtualenv: venv}\n",
            "does not exist",
            "run `pulumi install`",
        ),
        ("name: a\nruntime:\n  name: python\n  options: {toolchain: uv}\n", "does not exist", "run `pulumi install`"),
    ],
)
def test_a_program_that_cannot_run_is_an_error(doctor: Doctor, program: str, expected: str, next_step: str) -> None:
    doctor.add_program(program)
    code, found = doctor.run()
    assert (code, found["Program environment"][0]) == (3, "error")
    assert expected in found["Program environment"][1]
    assert next_step in found["Program environment"][2]


def test_an_environment_without_the_package_is_an_error(doctor: Doctor) -> None:
    doctor.add_program("name: a\nruntime:\n  name: python\n  options: {virtualenv: venv}\n")
    python = doctor.folder / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')  # -S: no packages
    python.chmod(0o755)
    code, found = doctor.run()
    assert (code, found["Program environment"][0]) == (3, "error")
    assert found["Program environment"][1].endswith("has no statsig-pulumi")


def test_a_folder_without_a_program_is_no_error(doctor: Doctor) -> None:
    code, found = doctor.run()
    assert (code, found["Program environment"][0], found["Stack"][0]) == (0, "skipped", "skipped")


def test_the_configuration_of_the_stack_goes_before_the_environment(doctor: Doctor, emulator: Emulator) -> None:
    doctor.add_program()
    doctor.add_cli("v3.276.0", {"statsig:apiKey": SECRET})
    code, found = doctor.run()
    assert (code, found["API key"][0]) == (3, "error")
    assert "answered 401" in found["API key"][1]
    emulator.set_key(SECRET)
    code, found = doctor.run()
    assert code == 0
    assert found["API key"][1].startswith("the key from statsig:apiKey is for the Statsig project")


def test_a_stack_that_cannot_be_read_is_an_error_if_it_is_named(doctor: Doctor) -> None:
    doctor.add_program()
    assert doctor.run()[1]["Stack"][0] == "warning"
    code, found = doctor.run("--stack", "prod")
    expected = "the configuration of the stack prod cannot be read: no stack selected"
    assert (code, found["Stack"][:2]) == (3, ("error", expected))


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"statsig:apikey": "x"}, "statsig:apikey is not a setting"),
        ({"statsig:onExisting": "take"}, "statsig:onExisting must be"),
        ({"statsig:baseUrl": "http://example.com"}, "must start with https://"),
    ],
)
def test_a_wrong_setting_is_an_error(doctor: Doctor, configuration: dict[str, str], expected: str) -> None:
    doctor.add_program()
    doctor.add_cli("v3.276.0", configuration)
    code, found = doctor.run()
    assert (code, found["Settings"][0]) == (3, "error")
    assert expected in found["Settings"][1]


def test_a_missing_key_is_an_error(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STATSIG_CONSOLE_KEY")
    code, found = doctor.run()
    assert (code, found["API key"][0]) == (3, "error")
    assert "set the environment variable STATSIG_CONSOLE_KEY" in found["API key"][2]


def test_a_server_that_does_not_answer_is_an_error(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_URL", "http://127.0.0.1:9/console/v1")
    code, found = doctor.run()
    assert (code, found["API key"][0]) == (3, "error")
    assert "check the network" in found["API key"][2]


def test_a_key_of_another_project_is_an_error(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_PROJECT", "other")
    code, found = doctor.run()
    assert (code, found["API key"][0]) == (3, "error")
    assert "but statsig:project is 'other'" in found["API key"][1]


def test_a_key_that_may_not_write_or_read_all_is_a_warning(
    doctor: Doctor, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"type": "CONSOLE", "description": "reader", "scopes": ["omni_read_only", "can_access_keys"]}
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", emulator.add("keys", body)["key"])
    emulator.fault(path="/users/teams", status=403, times=None)
    code, found = doctor.run()
    assert code == 0
    assert found["Scopes"][:2] == ("warning", "the key may not write: omni_read_only, can_access_keys")
    assert found["Permissions"][:2] == ("warning", "the key may not read: Team")


def test_scopes_that_the_api_does_not_show_are_skipped(doctor: Doctor, emulator: Emulator) -> None:
    emulator.fault(path="/keys", status=403, times=None)
    code, found = doctor.run()
    assert (code, found["Scopes"][0]) == (0, "skipped")


def test_lists_without_a_usable_response_are_an_error(doctor: Doctor, emulator: Emulator) -> None:
    emulator.fault(method="GET", path="/users/teams", status=200, body={"message": "ok", "data": "none"}, times=None)
    code, found = doctor.run()
    assert (code, found["Permissions"][0]) == (3, "error")
    assert found["Permissions"][1] == "GET /users/teams got no usable response: the response holds no list"


class LateServer(BaseHTTPRequestHandler):
    """A server whose clock is in the year 2099."""

    def do_GET(self) -> None:
        body = b'{"data": {"id": "late"}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return "Wed, 21 Oct 2099 07:28:00 GMT"

    def log_message(self, *words: object) -> None:
        pass


def test_a_clock_that_is_wrong_is_a_warning(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), LateServer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("STATSIG_CONSOLE_URL", f"http://127.0.0.1:{server.server_port}/console/v1")
        _, found = doctor.run()
        server.shutdown()
    assert found["Clock"][0] == "warning"
    assert found["Clock"][1].endswith("s behind that of the API")


def test_a_store_that_cannot_be_used_is_an_error_without_its_url(doctor: Doctor) -> None:
    doctor.add_program()
    url = "redis://:hidden-password@127.0.0.1:9/0"
    doctor.add_cli("v3.276.0", {"statsig:writeBudgetStore": url})
    code, found = doctor.run()
    status, summary, next_step = found["Write budget"]
    assert (code, status, next_step) == (3, "error", "check statsig:writeBudgetStore")
    assert summary.startswith("a redis server cannot be used")
    assert "hidden-password" not in json.dumps(found)


def test_the_text_names_the_next_step_and_quiet_prints_problems_alone(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    loud, quiet = (command_line.run("doctor", "--folder", str(tmp_path), *more) for more in ((), ("--quiet",)))
    assert (loud.code, quiet.code) == (3, 3)
    assert "error    Pulumi CLI: there is no pulumi on PATH\n         -> install the CLI: https://" in loud.out
    assert {line.split()[0] for line in quiet.out.splitlines()} == {"error", "->"}
    assert set(quiet.out.splitlines()) < set(loud.out.splitlines())
