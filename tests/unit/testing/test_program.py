"""Programs that cannot run: each is an error of one line, before Pulumi starts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from statsig_pulumi.testing import ProgramError, run_program


def run(folder: Path, **options: object) -> str:
    """Return the error of a program that cannot run."""
    with pytest.raises(ProgramError) as failure, run_program(folder, **options):  # type: ignore[arg-type]
        pass
    assert "\n" not in str(failure.value)
    return str(failure.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: flags\nruntime: nodejs\n", "does not describe a Python program"),
        ("name: flags\n", "does not describe a Python program"),
        ("runtime: python\n", "does not describe a Python program"),
        ("- a\n", "does not describe a Python program"),
        ("a: [\n", "cannot read"),
    ],
)
def test_a_folder_without_a_python_program_is_an_error(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    assert expected in run(tmp_path)


def test_a_folder_without_a_project_is_an_error(tmp_path: Path) -> None:
    assert run(tmp_path) == f"there is no Pulumi.yaml in {tmp_path}"


def test_encrypted_values_have_to_be_passed(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: flags\nruntime: python\n")
    values = "{secure: abc}", "plain", "{user: {secure: abc}}", "{secure: abc}"
    names = "flags:token", "flags:open", "flags:login", "statsig:apiKey"
    lines = [f"  {name}: {value}\n" for name, value in zip(names, values, strict=True)]
    (tmp_path / "Pulumi.prod.yaml").write_text("config:\n" + "".join(lines))
    error = run(tmp_path, stack="prod", config={"token": "t"})
    assert error == "Pulumi.prod.yaml has encrypted values: pass config={...} with a value for flags:login"


def test_a_missing_cli_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: flags\nruntime: python\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert re.search(r"the Pulumi CLI does not run .*https://www.pulumi.com/docs/install/", run(tmp_path))


@pytest.mark.slow
def test_a_missing_extra_names_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: flags\nruntime: python\n")
    (tmp_path / "test_flags.py").write_text("def test_it(statsig_program):\n    statsig_program('.')\n")
    program = (
        "import sys\nsys.modules['uvicorn'] = sys.modules['starlette'] = None\n"
        "import pytest\nraise SystemExit(pytest.main(['-q', '-p', 'no:cacheprovider', 'test_flags.py']))"
    )
    command = [sys.executable, "-c", program]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = [line for line in process.stdout.splitlines() if "pip install" in line]
    assert process.returncode == 1
    assert set(lines) >= {"the test kit needs uvicorn: pip install 'statsig-pulumi[emulator]'"}
    assert "Traceback" not in process.stdout
