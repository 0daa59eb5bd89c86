"""The quickstarts of README.md and the site: their commands, in a clean environment with the built wheel."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from statsig_pulumi.emulator import Emulator

from ..documents import ROOT, Block, find_blocks

REPOSITORY: Final = "git+https://git.example.com/statsig-pulumi"
"""Where the documents install the package from. The tests replace it by a wheel of this checkout."""
TEMPLATE: Final = "https://git.example.com/statsig-pulumi/tree/main/examples/template"
KEY: Final = "console-your-key"
FILES: Final = ("yaml", "text", "toml", "python")
"""Languages of the blocks whose title is the name of a file."""
LIMIT_S: Final = 600


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return next(folder.glob("statsig_pulumi-*.whl"))


class Newcomer:
    """A user with Python and the Pulumi CLI alone, who follows a document."""

    def __init__(self, folder: Path, wheel: Path, env: dict[str, str], *, is_fast: bool = False) -> None:
        """``is_fast`` installs packages with uv in place of pip, which takes a minute."""
        folder.mkdir(exist_ok=True)
        self.folder, self.wheel, self.is_fast = folder, wheel, is_fast
        self.state = Path(f"{folder}-state")
        self.state.mkdir()
        (self.state / "uv").symlink_to(Path(sys.executable).parent / "uv")
        user = Path.home()
        self.env = {
            "HOME": f"{folder}-home",
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join(
                [f"{sys.base_prefix}/bin", str(pulumi_folder()), str(self.state), "/usr/bin", "/bin"]
            ),
            "PIP_NO_COMPILE": "1",  # only what is imported is compiled
            "PULUMI_HOME": f"{folder}-home",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            # How this machine reaches package indexes is not part of the documents.
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(user / ".cache")),
            "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME", str(user / ".config")),
            **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_"))},
            **env,
        }

    def adapt(self, text: str) -> str:
        """Return what a document says, with the wheel in place of the repository.

        The CLI finds the home of the user without the variable HOME, so the state gets another folder.
        """
        if self.is_fast:
            text = text.replace("pip install", "uv pip install")
        # The language host of the CLI that this repository builds needs pip in the environment.
        text = text.replace("uv sync", "uv sync && uv pip install pip")
        return text.replace(REPOSITORY, self.wheel.as_uri()).replace("login --local", f"login file://{self.state}")

    def write(self, blocks: Iterable[Block]) -> None:
        """Write the files that the blocks show."""
        for block in blocks:
            if block.title and block.language in FILES:
                (self.folder / block.title).write_text(self.adapt(block.text))

    def run(self, blocks: Iterable[Block]) -> str:
        """Run the commands of the blocks in the terminal; return their output. The terminal keeps its variables."""
        commands = "".join(block.text for block in blocks if block.language == "sh" and not block.title)
        variables = self.state / "variables"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{self.adapt(commands)}\nenv -0 >{variables}"],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        self.env = dict(each.split("=", 1) for each in variables.read_text().split("\0") if each)
        return done.stdout

    @contextmanager
    def in_another_terminal(self, block: Block) -> Iterator[str]:
        """Run a block until the end of the context; yield its first lines, once it is ready."""
        command = ["bash", "-euc", block.text.replace("--port 8181", "--port 0")]
        with subprocess.Popen(
            command, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            assert process.stdout is not None
            try:
                lines = iter(process.stdout.readline, "")
                yield "".join(line for line, _ in zip(lines, range(3), strict=False))
            finally:
                os.killpg(process.pid, signal.SIGTERM)


def pulumi_folder() -> Path:
    found = shutil.which("pulumi")
    assert found is not None
    return Path(found).parent


def section(blocks: list[Block], page: Path, heading: str) -> list[Block]:
    """Return the blocks below a heading."""
    lines = page.read_text(encoding="utf-8").splitlines()
    begin = lines.index(f"## {heading}") + 1
    end = next((n for n, line in enumerate(lines, 1) if n > begin and line.startswith("## ")), len(lines) + 1)
    return [block for block in blocks if begin < block.line < end]


def test_the_quickstart_of_the_readme_ends_with_an_empty_preview(
    tmp_path: Path, wheel: Path, emulator: Emulator
) -> None:
    page = ROOT / "README.md"
    blocks = list(find_blocks(page))
    newcomer = Newcomer(tmp_path, wheel, {"STATSIG_CONSOLE_URL": emulator.url}, is_fast=True)
    (program,) = (block for block in blocks if block.language == "python")
    (tmp_path / "__main__.py").write_text(program.text)
    commands = section(blocks, page, "Quickstart")
    newcomer.write(commands)
    (shell,) = (block for block in commands if block.language == "sh")
    assert KEY in shell.text
    assert REPOSITORY in shell.text
    emulator.set_key(KEY)
    output = newcomer.run(commands)
    assert "+ 3 to create" in output
    assert {gate["id"] for gate in emulator.objects("gates")} == {"employees", "new_checkout"}


def test_the_quickstart_of_the_site_works_without_a_statsig_project(tmp_path: Path, wheel: Path) -> None:
    page = ROOT / "docs" / "quickstart.md"
    blocks = list(find_blocks(page))
    newcomer = Newcomer(tmp_path, wheel, {}, is_fast=True)

    def follow(heading: str) -> str:
        return newcomer.run(section(blocks, page, heading))

    follow("Create the project")
    newcomer.folder = tmp_path / "feature-flags"
    newcomer.write(section(blocks, page, "Create the project"))
    follow("Install the packages")
    emulate = section(blocks, page, "Without a Statsig project")
    (terminal,) = (block for block in emulate if block.title == "Another terminal")
    (variables,) = (block for block in emulate if not block.title)
    with newcomer.in_another_terminal(terminal) as announced:
        (url,) = re.findall(r"^export STATSIG_CONSOLE_URL=(\S+)$", announced, flags=re.MULTILINE)
        settings = dict(re.findall(r"^export (\w+)=(\S+)$", variables.text, flags=re.MULTILINE))
        assert re.sub(r":\d+/", ":8181/", url) == settings["STATSIG_CONSOLE_URL"]
        newcomer.env |= settings | {"STATSIG_CONSOLE_URL": url}
        follow("Create a stack")
        output = follow("Preview and apply")
        assert "+ 2 to create" in output
        assert "33.33 => 50" in output
        (report,) = (block for block in section(blocks, page, "Preview and apply") if block.language == "text")
        assert report.text in output
        assert (newcomer.folder / "Pulumi.dev.yaml").exists()
        follow("Remove it")
        assert not (newcomer.folder / "Pulumi.dev.yaml").exists()


def test_the_quickstart_with_uv_previews_the_program(tmp_path: Path, wheel: Path, emulator: Emulator) -> None:
    page = ROOT / "docs" / "quickstart.md"
    blocks = list(find_blocks(page))
    newcomer = Newcomer(tmp_path, wheel, {"STATSIG_CONSOLE_URL": emulator.url, "STATSIG_CONSOLE_KEY": emulator.key})
    newcomer.write(section(blocks, page, "Create the project"))
    newcomer.write(section(blocks, page, "With uv"))
    newcomer.run(section(blocks, page, "Create a stack"))
    assert "+ 2 to create" in newcomer.run(section(blocks, page, "With uv"))


def test_the_template_makes_a_project_that_pulumi_installs(tmp_path: Path, wheel: Path, emulator: Emulator) -> None:
    page = ROOT / "docs" / "quickstart.md"
    folder = tmp_path / "feature-flags"
    newcomer = Newcomer(folder, wheel, {"STATSIG_CONSOLE_URL": emulator.url, "STATSIG_CONSOLE_KEY": emulator.key})
    (block,) = section(list(find_blocks(page)), page, "With a template")
    command = block.text.strip().replace(TEMPLATE, str(ROOT / "examples" / "template"))
    assert command != block.text.strip()
    # The installation is a step of its own, so that the wheel can take the place of the repository.
    newcomer.run([replace(block, text=f"{command} --yes --generate-only --name flags\n")])
    assert "name: flags\n" in (folder / "Pulumi.yaml").read_text()
    assert {path.name for path in folder.iterdir()} >= {"__main__.py", "requirements.txt", ".gitignore"}

    requirements = folder / "requirements.txt"
    requirements.write_text(newcomer.adapt(requirements.read_text()))
    newcomer.run([replace(block, text="pulumi install\n")])
    if (
        folder / "pyvenv.cfg"
    ).exists():  # the language host of the CLI that this repository builds ignores `virtualenv`
        (folder / "venv").symlink_to(folder)
    assert (folder / "venv" / "bin" / "statsig-pulumi").exists()
    newcomer.run(section(list(find_blocks(page)), page, "Create a stack"))
    output = newcomer.run([replace(block, text=". venv/bin/activate\npulumi preview\n")])
    assert "+ 2 to create" in output
