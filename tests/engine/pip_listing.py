"""One `pip list` for all commands of a test run.

The language host lists the packages of the environment before each preview, update, refresh and destroy,
which takes a quarter of the time of a command. The list is the same for every command of a test run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

LIST = ("list", "-v", "--format", "json")
MODULE = f'''"""Print the recorded output of `pip {" ".join(LIST)}`."""

import sys
from pathlib import Path

if tuple(sys.argv[1:]) != {LIST!r}:
    sys.exit(f"only the listing is recorded, not pip {{' '.join(sys.argv[1:])}}")
print(Path(__file__).with_name("listing.json").read_text())
'''


class PipListing:
    """A folder for PYTHONPATH with a module ``pip`` that prints the recorded listing."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="statsig-pip-")
        self.path = Path(self._folder.name)
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *LIST]
        listing = subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        module = self.path / "pip"
        module.mkdir()
        (module / "__init__.py").touch()
        (module / "__main__.py").write_text(MODULE)
        (module / "listing.json").write_text(listing.stdout)


@cache
def pip_listing() -> PipListing:
    """Return the listing of this process, recorded by the first call."""
    return PipListing()
