"""Write the files of an export to a folder, without overwriting files that a person has edited."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ..errors import StatsigError

MANIFEST: Final = ".statsig-export.json"
"""Holds the SHA-256 of each file of the last export and, while an export runs, of the one before."""
STAGE_PREFIX: Final = ".statsig-export-"
EDITED: Final = "was edited, or was not written by an export"


class ConflictingFilesError(StatsigError):
    """Raised when an export would overwrite files; nothing was written."""

    def __init__(self, directory: Path, conflicts: Mapping[str, str]) -> None:
        reasons = "; ".join(f"{path} {reason}" for path, reason in conflicts.items())
        next_step = "; use --force to overwrite edited files" if EDITED in conflicts.values() else ""
        super().__init__(f"nothing was written to {directory}: {reasons}{next_step}")
        self.paths = tuple(conflicts)


@dataclass(frozen=True)
class WriteResult:
    """What happened to each file, by its path in the folder."""

    written: tuple[str, ...]
    """Files that are new or have new content."""
    unchanged: tuple[str, ...]
    """Files that have the content already, and editable files that a person has edited."""
    removed: tuple[str, ...]
    """Files of the last export that are not part of this one."""
    kept: tuple[str, ...]
    """Files of the last export that are not part of this one and that a person has edited since."""


def write_files(
    directory: Path, files: Mapping[str, str], *, force: bool, editable: Collection[str] = ()
) -> WriteResult:
    """Write files to a folder, and remove those of the last export that are not among them.

    A file is overwritten if nobody has edited it since the last export, or with ``force``. Other files in the
    folder are not touched. Raises ConflictingFilesError, with nothing written, if a file must not be overwritten,
    and OSError if the folder is not writable.

    ``editable`` are files that a person is expected to edit: if an export wrote them and they were edited, they stay.
    """
    contents = {path: text.encode() for path, text in files.items()}
    if outside := [path for path in contents if not _is_inside(path)]:
        raise ValueError(f"paths outside of the folder: {', '.join(outside)}")
    if directory.exists() and not directory.is_dir():
        raise ConflictingFilesError(directory, {str(directory): "is not a folder"})
    root = directory.resolve()
    manifest = _Manifest(root)
    kept = {path for path in editable if not force and manifest.is_edited(path)}
    changed = [path for path, content in contents.items() if path not in kept and _read(root, path) != content]
    if conflicts := _find_conflicts(root, changed, manifest, force=force):
        raise ConflictingFilesError(directory, conflicts)
    obsolete = [path for path in manifest.files if path not in contents and _read(root, path) is not None]
    removed = [path for path in obsolete if manifest.is_unedited(path)]
    _replace(root, {path: contents[path] for path in changed}, removed, manifest, contents)
    return WriteResult(
        written=tuple(changed),
        unchanged=tuple(path for path in contents if path not in changed),
        removed=tuple(removed),
        kept=tuple(path for path in obsolete if path not in removed),
    )


class _Manifest:
    """The manifest of the last export; an unreadable one counts as empty."""

    def __init__(self, root: Path) -> None:
        self._root = root
        content = self._load()
        self.files = _hashes(content.get("files"))
        self.files_before = _hashes(content.get("before"))

    def is_unedited(self, path: str) -> bool:
        """Return whether a file is as an export wrote it; an interrupted one may have left either content."""
        content = _read(self._root, path)
        return content is not None and _hash(content) in (self.files.get(path), self.files_before.get(path))

    def is_edited(self, path: str) -> bool:
        """Return whether an export wrote a file and a person has edited it since."""
        is_written = path in self.files or path in self.files_before
        return is_written and _read(self._root, path) is not None and not self.is_unedited(path)

    def _load(self) -> dict[str, object]:
        try:
            content = json.loads(_read(self._root, MANIFEST) or b"{}")
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


def _hashes(value: object) -> dict[str, str]:
    """Return the hash of each file in a part of the manifest; a path outside of the folder is ignored."""
    return {path: str(hash_) for path, hash_ in value.items() if _is_inside(path)} if isinstance(value, dict) else {}


def _find_conflicts(root: Path, paths: Iterable[str], manifest: _Manifest, *, force: bool) -> dict[str, str]:
    """Return the paths that cannot be written, each with the reason."""
    conflicts: dict[str, str] = {}
    for path in (*paths, MANIFEST):
        if link := _find_link(root, path):
            conflicts[link] = "is a symbolic link"
        elif (file := _find_file_among_parents(root, path)) is not None:
            conflicts[file] = "is not a folder"
        elif (root / path).is_dir():
            conflicts[path] = "is a folder"
        elif path != MANIFEST and (root / path).exists() and not force and not manifest.is_unedited(path):
            conflicts[path] = EDITED
    return conflicts


def _replace(
    root: Path, changed: Mapping[str, bytes], removed: Iterable[str], manifest: _Manifest, contents: Mapping[str, bytes]
) -> None:
    """Write all contents to a stage, then move them into place one by one.

    Until the last one is in place, the manifest also holds the hashes of the files before, so that the next export
    recognises either content if this one is interrupted.
    """
    root.mkdir(parents=True, exist_ok=True)
    files = {path: _hash(content) for path, content in sorted(contents.items())}
    files_before = {**manifest.files_before, **manifest.files}
    stage = Path(tempfile.mkdtemp(prefix=STAGE_PREFIX, dir=root))
    try:
        for number, content in enumerate(changed.values()):
            (stage / str(number)).write_bytes(content)
        _write_manifest(stage, root, {"files": {**files_before, **files}, "before": files_before})
        for number, path in enumerate(changed):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(stage / str(number), root / path)
        for path in removed:
            _remove(root, path)
        _write_manifest(stage, root, {"files": files})
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _write_manifest(stage: Path, root: Path, hashes: Mapping[str, Mapping[str, str]]) -> None:
    comment = "Written by `statsig-pulumi export`; holds the files that it may overwrite."
    text = json.dumps({"comment": comment, **hashes}, indent=1)
    (stage / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    os.replace(stage / MANIFEST, root / MANIFEST)


def _remove(root: Path, path: str) -> None:
    """Remove a file, and the folders that are empty without it."""
    (root / path).unlink()
    for folder in (root / path).parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()


def _read(root: Path, path: str) -> bytes | None:
    """Return the content of a file in the folder; None if there is none or the path contains a link."""
    if _find_link(root, path) or not (root / path).is_file():
        return None
    return (root / path).read_bytes()


def _find_link(root: Path, path: str) -> str:
    """Return the path, or the folder above it, that is a symbolic link; empty if there is none."""
    steps = (PurePosixPath(path), *PurePosixPath(path).parents)
    return next((str(step) for step in steps if str(step) != "." and (root / step).is_symlink()), "")


def _find_file_among_parents(root: Path, path: str) -> str | None:
    parents = (root / step for step in PurePosixPath(path).parents)
    return next((each.relative_to(root).as_posix() for each in parents if each.exists() and not each.is_dir()), None)


def _is_inside(path: str) -> bool:
    """Return whether this is a plain path below the folder, on every operating system."""
    return not any(step in ("", ".", "..") or "\\" in step or ":" in step for step in path.split("/"))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
