"""Files of this machine, beside those of Pulumi: the journal of creates, and the write budget."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

STATE_FOLDER: Final = "statsig-pulumi"


def local_state_folder(name: str) -> Path:
    """Return a folder for files of this machine, beside those of Pulumi; it may not exist yet."""
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / STATE_FOLDER / name


def make_private_folder(folder: Path) -> None:
    """Create a folder of ``local_state_folder`` that only this user can read; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in (folder.parent, folder) if folder.parent.name == STATE_FOLDER else (folder,):
        with suppress(OSError):  # the folder of another user who shares it
            each.chmod(0o700)


def make_private_file(file: Path) -> None:
    """Create a file that only this user can read, unless it exists; raises OSError."""
    file.touch(0o600)
    with suppress(OSError):
        file.chmod(0o600)
