"""Format Python source with ruff, which needs a tenth of a second for 50,000 lines."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import Final

from ...errors import StatsigError
from .literals import MAX_COLUMNS

COMMAND: Final = (
    *(sys.executable, "-P", "-m", "ruff", "format"),
    *("--isolated", f"--line-length={MAX_COLUMNS}", "--target-version=py311", "--stdin-filename=a.py", "-"),
)
"""``--isolated`` ignores the configuration of the folder in which the export runs."""

# ruff runs as a process and is not imported, but without it an export must fail before it reads anything.
if find_spec("ruff") is None:
    raise ModuleNotFoundError("No module named 'ruff'", name="ruff")


def format_source(source: str) -> str:
    """Return the formatted source; raises StatsigError if ruff fails."""
    process = subprocess.run(COMMAND, input=source.encode(), capture_output=True, check=False)
    if process.returncode:
        reason = process.stderr.decode(errors="replace").strip()
        raise StatsigError(f"ruff could not format the exported program: {reason}")
    return process.stdout.decode()
