"""Make the pictures of the documentation from real runs: tools/env python -m tools.docs.pictures

Each picture is the output of one command, in colour, on a stack of its own and against an emulator.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from statsig_pulumi.emulator import Emulator

from .markdown import ROOT

WIDTH: Final = 100
PICTURES: Final = ROOT / "docs" / "images"
REMOTE_FONTS: Final = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)
SVG: Final = REMOTE_FONTS.sub("", CONSOLE_SVG_FORMAT).replace("Fira Code", "ui-monospace")
"""A window without requests to other servers."""

PROGRAM: Final = """
import statsig_pulumi as statsig

new_checkout = statsig.Gate(
    "new-checkout",
    name="New checkout",
    rules=[
        {first_rule}
        statsig.Rule(
            name="Benelux",
            pass_percentage={share},
            conditions=[statsig.Condition(type="country", operator="any", target_value={countries})],
        ),
    ],
)
statsig.Gate(
    "new-receipt",
    name="New receipt",
    rules=[
        statsig.Rule(
            name="With the new checkout",
            pass_percentage=100,
            conditions=[statsig.Condition(type="passes_gate", target_value=new_checkout.id)],
        ),
    ],
)
statsig.Gate("search", name="Search", is_launched={is_launched})
"""
BEFORE: Final = PROGRAM.format(first_rule="", share=10, countries=["NL", "BE"], is_launched=False)
BETA: Final = """statsig.Rule(
            name="Beta",
            pass_percentage=100,
            conditions=[statsig.Condition(type="user_id", operator="any", target_value=["ana", "ben"])],
        ),"""
AFTER: Final = PROGRAM.format(first_rule=BETA, share=50, countries=["NL", "BE", "DE"], is_launched=True)


class Stack:
    """A stack in a folder of its own."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder
        (folder / "state").mkdir()
        (folder / "Pulumi.yaml").write_text("name: feature-flags\nruntime: python\n")
        self.env = os.environ | {
            "PULUMI_BACKEND_URL": f"file://{folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "pictures",
            "STATSIG_CONSOLE_KEY": emulator.key,
            "STATSIG_CONSOLE_URL": emulator.url,
            "COLUMNS": str(WIDTH),
            "FORCE_COLOR": "1",
        }
        self.run("pulumi", "stack", "init", "production")

    def run(self, *command: str) -> str:
        """Run a command and return its output; raises CalledProcessError."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.env, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        return done.stdout.decode()

    def program(self, text: str) -> None:
        (self.folder / "__main__.py").write_text(text)


def draw(name: str, command: str, output: str) -> None:
    """Write the picture of a terminal with a command and its output."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ {command}", style="bold"), end="\n\n")
    console.print(Text.from_ansi(output.strip()))
    svg = console.export_svg(title=command, code_format=SVG, unique_id=name)
    (PICTURES / f"{name}.svg").write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")


def main() -> None:
    with Emulator() as emulator, tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), emulator)
        stack.program(BEFORE)
        stack.run("pulumi", "up", "--yes", "--skip-preview")
        stack.program(AFTER)
        command = ("pulumi", "preview", "--diff", "--color=always", "--suppress-permalink=true")
        output = stack.run(*command).replace(str(folder), "feature-flags")
        draw("preview", "pulumi preview --diff", output)
        draw("review", "statsig-pulumi review", stack.run("statsig-pulumi", "review"))


if __name__ == "__main__":
    main()
