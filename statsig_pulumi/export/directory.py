"""Write files to a folder, and never over what a person has changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ..errors import StatsigError

MANIFEST: Final = ".statsig-export.json"
"""Tells what the last export wrote: the SHA-256 of each file, and while one is under way of those before it."""
STAGE: Final = ".statsig-export-"
CHANGED: Final = "has been changed, or was not written by an export"


class InTheWayError(StatsigError):
    """There are files that an export would overwrite; nothing was written."""

    def __init__(self, directory: Path, reasons: Mapping[str, str]) -> None:
        found = "; ".join(f"{path} {reason}" for path, reason in reasons.items())
        can_be_forced = CHANGED in reasons.values()
        way_out = "; --force overwrites what has been changed" if can_be_forced else ""
        super().__init__(f"nothing was written to {directory}: {found}{way_out}")
        self.paths = tuple(reasons)


@dataclass(frozen=True)
class Outcome:
    """What became of the files of an export, each by its path in the folder."""

    written: tuple[str, ...]
    """New, or with another content than before."""
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    """Part of the last export, and not of this one."""
    kept: tuple[str, ...]
    """No part of this export either, but changed by a person since the last one."""


def write(directory: Path, files: Mapping[str, str], *, force: bool) -> Outcome:
    """Make the files of an export what the folder holds, beside what else is in there.

    A file is overwritten where it is as the last export left it, or with ``force``. Raises InTheWayError, with
    nothing written, where that is not so; OSError where the folder cannot be written.
    """
    contents = {path: text.encode() for path, text in files.items()}
    if foreign := [path for path in contents if not _is_inside(path)]:
        raise ValueError(f"paths that lead out of the folder: {', '.join(foreign)}")
    if directory.exists() and not directory.is_dir():
        raise InTheWayError(directory, {str(directory): "is not a folder"})
    root = directory.resolve()
    earlier = _Earlier(root)
    different = [path for path, content in contents.items() if _content(root, path) != content]
    if reasons := _in_the_way(root, different, earlier, force=force):
        raise InTheWayError(directory, reasons)
    gone = [path for path in earlier.files if path not in contents and _content(root, path) is not None]
    removed = [path for path in gone if earlier.left_as_it_is(path)]
    _replace(root, {path: contents[path] for path in different}, removed, earlier, contents)
    return Outcome(
        written=tuple(different),
        unchanged=tuple(path for path in contents if path not in different),
        removed=tuple(removed),
        kept=tuple(path for path in gone if path not in removed),
    )


class _Earlier:
    """The export before this one, as its manifest tells; a manifest that cannot be read tells of no file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        told = _told(root)
        self.files = _hashes(told.get("files"))
        self.before = _hashes(told.get("before"))

    def left_as_it_is(self, path: str) -> bool:
        """Whether a file is as an export wrote it; one that was interrupted may have left either content."""
        content = _content(self.root, path)
        return content is not None and _hash(content) in (self.files.get(path), self.before.get(path))


def _told(root: Path) -> dict[str, object]:
    try:
        told = json.loads(_content(root, MANIFEST) or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _hashes(told: object) -> dict[str, str]:
    """The files of a manifest; a path that leads out of the folder is none of an export."""
    return {p: str(h) for p, h in told.items() if _is_inside(p)} if isinstance(told, dict) else {}


def _in_the_way(root: Path, paths: Iterable[str], earlier: _Earlier, *, force: bool) -> dict[str, str]:
    """The paths at which no file can be written, each with what is wrong with it."""
    reasons: dict[str, str] = {}
    for path in (*paths, MANIFEST):
        if link := _link(root, path):
            reasons[link] = "is a symbolic link"
        elif (file := _parent_that_is_a_file(root, path)) is not None:
            reasons[file] = "is not a folder"
        elif (root / path).is_dir():
            reasons[path] = "is a folder"
        elif path != MANIFEST and (root / path).exists() and not force and not earlier.left_as_it_is(path):
            reasons[path] = CHANGED
    return reasons


def _replace(
    root: Path, changed: Mapping[str, bytes], removed: Iterable[str], earlier: _Earlier, whole: Mapping[str, bytes]
) -> None:
    """Write all contents before the first of them takes its place, with a manifest that allows for an interruption."""
    root.mkdir(parents=True, exist_ok=True)
    files = {path: _hash(content) for path, content in sorted(whole.items())}
    before = {**earlier.before, **earlier.files}
    stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=root))
    try:
        for number, content in enumerate(changed.values()):
            (stage / str(number)).write_bytes(content)
        _note(stage, root, {"files": {**before, **files}, "before": before})
        for number, path in enumerate(changed):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(stage / str(number), root / path)
        for path in removed:
            _remove(root, path)
        _note(stage, root, {"files": files})
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _note(stage: Path, root: Path, manifest: Mapping[str, Mapping[str, str]]) -> None:
    text = json.dumps(
        {"comment": "Written by `statsig-pulumi export`; tells what it may overwrite.", **manifest}, indent=1
    )
    (stage / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    os.replace(stage / MANIFEST, root / MANIFEST)


def _remove(root: Path, path: str) -> None:
    """Remove a file, and the folders that held nothing else."""
    (root / path).unlink()
    for folder in (root / path).parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()


def _content(root: Path, path: str) -> bytes | None:
    """The content of a file in the folder; None where there is none, or where a link leads to it."""
    if _link(root, path) or not (root / path).is_file():
        return None
    return (root / path).read_bytes()


def _link(root: Path, path: str) -> str:
    """The path, or the folder on the way to it, that is a symbolic link."""
    steps = (PurePosixPath(path), *PurePosixPath(path).parents)
    return next((str(step) for step in steps if str(step) != "." and (root / step).is_symlink()), "")


def _parent_that_is_a_file(root: Path, path: str) -> str | None:
    found = (root / step for step in PurePosixPath(path).parents)
    return next((step.relative_to(root).as_posix() for step in found if step.exists() and not step.is_dir()), None)


def _is_inside(path: str) -> bool:
    """Whether it is a plain path below the folder, on every system."""
    parts = path.split("/")
    return not any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
