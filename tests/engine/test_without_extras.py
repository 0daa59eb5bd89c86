"""The package without the libraries of its extras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

WITHOUT_EXTRAS = """
import sys
for name in ("starlette", "uvicorn", "anyascii", "ruff"):
    sys.modules[name] = None  # as if it were not installed
"""
COMMAND_LINE = "from statsig_pulumi.cli.main import main\nmain()"


def run(
    program: str, *arguments: str, folder: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(WITHOUT_EXTRAS + program)
    command = [sys.executable, str(folder / "program.py"), *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_pytest_starts(tmp_path: Path) -> None:
    (tmp_path / "test_ok.py").write_text("def test_ok():\n    pass\n")
    program = "import pytest\nraise SystemExit(pytest.main(['-q', '-p', 'no:cacheprovider', 'test_ok.py']))"
    process = run(program, folder=tmp_path)
    assert "1 passed" in process.stdout, process.stdout + process.stderr


@pytest.mark.parametrize(("arguments", "extra"), [(("emulate",), "emulator"), (("export", "flags"), "export")])
def test_a_command_of_an_extra_names_what_to_install(tmp_path: Path, arguments: tuple[str, ...], extra: str) -> None:
    process = run(COMMAND_LINE, *arguments, folder=tmp_path)
    assert process.returncode == 1
    assert process.stderr.strip().endswith(f"pip install 'statsig-pulumi[{extra}]'")
    assert "Traceback" not in process.stderr


def test_unmanaged_objects_are_listed(tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", emulator.key)
    monkeypatch.setenv("STATSIG_CONSOLE_URL", emulator.url)
    (tmp_path / "stack.json").write_text('{"deployment": {"resources": []}}')
    process = run(COMMAND_LINE, "unmanaged", "stack.json", "--kind", "Tag", folder=tmp_path)
    assert (process.returncode, "objects are in no stack" in process.stderr) == (3, True)
