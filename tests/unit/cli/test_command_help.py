"""Help, wrong use and exit codes of all commands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from cyclopts import App

from statsig_pulumi.cli.command_help import EXIT_CODES
from statsig_pulumi.cli.main import app

from .command_line import CommandLine

ROOT = Path(__file__).parents[3]
EXAMPLE = re.compile(r"^    (.+)$", re.MULTILINE)


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def commands() -> dict[str, App]:
    return {name: app[name] for name in app if not name.startswith("-")}


def arguments_of(example: str) -> list[str]:
    """Return the arguments of the command line in an example, which may be in a pipe or in a substitution."""
    match = re.search(r"statsig-pulumi ([^|)]+)", example)
    assert match is not None, example
    return shlex.split(match[1])


def test_the_help_of_each_command_has_examples_that_are_accepted() -> None:
    lacking = [name for name, command in commands().items() if not EXAMPLE.findall(command.help_epilogue or "")]
    assert lacking == []
    for name, command in commands().items():
        for example in EXAMPLE.findall(command.help_epilogue or ""):
            assert arguments_of(example)[0] == name
            app.parse_args(arguments_of(example), exit_on_error=False, print_error=False)


def test_the_help_of_each_command_lists_exit_codes_of_the_common_list(command_line: CommandLine) -> None:
    for name in commands():
        result = command_line.run(name, "--help")
        codes = {int(code) for code in re.findall(r"^ • (\d+): ", result.out.partition("Exit codes")[2], re.MULTILINE)}
        assert result.code == 0
        assert {0, 1, 2} <= codes <= set(EXIT_CODES), name


def test_the_help_shows_the_environment_variables_and_the_choices(command_line: CommandLine) -> None:
    shown = " ".join(command_line.run("unmanaged", "--help").out.replace("│", "").split())
    assert "STATSIG_CONSOLE_KEY: The Console API key." in shown
    assert "[choices: Alert, AssignmentSource," in shown
    assert "[choices: GET, POST, PUT, PATCH, DELETE]" in command_line.run("api", "--help").out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["emulate", "--port", "99999"], 'Invalid value "99999" for --port.'),
        (["emulate", "--port", "-1"], 'Invalid value "-1" for --port.'),
        (["unmanaged"], "STACKS requires an argument"),
        (["unmanaged", "a.json", "--kind", "Gat"], 'Did you mean "Gate"?'),
        (["export", "flags", "--kind", "PulseLoad"], 'Invalid value "PulseLoad" for --kind. Choose from:'),
        (["export", "flags", "--project", "a b"], "'a b' cannot be the name of a Pulumi project"),
        (["export", "flags", "--project", ""], "'' cannot be the name of a Pulumi project"),
        (["export", __file__], f'Only directory is allowed, but "{__file__}" is a file.'),
        (["emulate", "--key", ""], 'Invalid value "" for --key. It must not be empty.'),
        (["emulate", "--project", ""], 'Invalid value "" for --project. It must not be empty.'),
        (["emulate", "--state", "."], 'Only file is allowed, but "." is a directory.'),
        (["unmanaged", "-", "-"], "only one of STACKS can be standard input"),
        (["doctor", "--folder", "missing"], "--folder: there is no folder missing"),
        (["export"], "DIRECTORY requires an argument"),
        (["completion", "tcsh"], 'Choose from: "bash", "zsh", "fish"'),
        (["doctor", "--stak", "dev"], "Did you mean --stack?"),
        (["coverage"], 'Unknown command "coverage"'),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(command_line: CommandLine, arguments: list[str], expected: str) -> None:
    result = command_line.run(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert expected in result.err


@pytest.mark.slow
def test_python_m_runs_the_command_line() -> None:
    command = [sys.executable, "-m", "statsig_pulumi", "unmanaged"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout, process.stderr.count("\n")) == (2, "", 1)


# -- completion


def complete(script: Path, *words: str) -> set[str]:
    """Return what bash offers for the last word of a command line."""
    typed = f"COMP_WORDS=({shlex.join(['statsig-pulumi', *words])}); COMP_CWORD={len(words)}"
    program = f'source {shlex.quote(str(script))}; {typed}; _statsig_pulumi; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.slow
def test_bash_completes_commands_options_and_choices(command_line: CommandLine, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(command_line.run("completion", "bash").out)
    assert complete(script, "unm") == {"unmanaged"}
    assert complete(script, "unmanaged", "--qu") == {"--quiet"}
    assert complete(script, "export", "--kind", "GateO") == {"GateOverrides"}
    assert complete(script, "api", "P") == {"POST", "PUT", "PATCH"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_is_installed_in_the_home_of_the_user(
    command_line: CommandLine, shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("ZSH_CUSTOM", "ZSH", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        monkeypatch.delenv(name, raising=False)
    result = command_line.run("completion", shell, "--install")
    assert (result.code, result.out) == (0, "")
    path = Path(result.err.partition(" was written")[0])
    assert tmp_path in path.parents
    assert "unmanaged" in path.read_text()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_completion_of_each_shell_names_each_command(command_line: CommandLine, shell: str) -> None:
    script = command_line.run("completion", shell).out
    assert [name for name in commands() if name not in script] == []
