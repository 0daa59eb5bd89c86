"""Generated files match the declarations."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_readme_and_the_reference_are_up_to_date() -> None:
    command = [sys.executable, "-m", "tools.docs", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_guarantees_name_tests_that_exist() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    texts = {file: (ROOT / file).read_text() if (ROOT / file).exists() else "" for file, _ in named}
    missing = [
        f"{file}::{test}" for file, test in named if not texts[file] or (test and f"def {test}(" not in texts[file])
    ]
    assert named
    assert missing == []
