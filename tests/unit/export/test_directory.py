"""The folder of an export: what is written, and what is never overwritten."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from statsig_pulumi.export.directory import MANIFEST, ConflictingFilesError, WriteResult, write_files

FIRST = {"__main__.py": "import tags\n", "tags.py": "a = 1\n", "sql/orders.sql": "SELECT 1\r\n"}


def read(folder: Path) -> dict[str, str]:
    """Return the text of each file except the manifest."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def refusal(folder: Path, files: dict[str, str], *, force: bool = False) -> str:
    """Return the error text; nothing may have been written."""
    before = read(folder) if folder.is_dir() else {}
    with pytest.raises(ConflictingFilesError) as raised:
        write_files(folder, files, force=force)
    assert (read(folder) if folder.is_dir() else {}) == before
    return str(raised.value)


def test_files_are_written_unchanged(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "infra"
    assert write_files(folder, FIRST, force=False) == WriteResult(tuple(FIRST), (), (), ())
    assert read(folder) == FIRST


def test_an_equal_export_writes_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST, force=False)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.py")}
    assert write_files(tmp_path, FIRST, force=False) == WriteResult((), tuple(FIRST), (), ())
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.py")} == times


def test_an_unedited_file_is_overwritten(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST, force=False)
    second = {**FIRST, "tags.py": "a = 2\n", "teams.py": "b = 1\n"}
    result = write_files(tmp_path, second, force=False)
    assert (result.written, result.unchanged) == (("tags.py", "teams.py"), ("__main__.py", "sql/orders.sql"))
    assert read(tmp_path) == second


def test_edited_files_are_reported_and_nothing_is_written(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").write_text("a = 1  # mine\n")
    (tmp_path / "teams.py").write_text("mine = True\n")
    error = refusal(tmp_path, {name: text + "\n" for name, text in FIRST.items()} | {"teams.py": "b = 1\n"})
    assert "tags.py was edited, or was not written by an export; teams.py was edited" in error
    assert "__main__.py" not in error
    assert error.endswith("; use --force to overwrite edited files")


def test_an_editable_file_is_kept_once_it_is_edited(tmp_path: Path) -> None:
    second = {name: text + "\n" for name, text in FIRST.items()}
    write_files(tmp_path, FIRST, force=False)
    assert "tags.py" in write_files(tmp_path, second, force=False, editable={"tags.py"}).written
    (tmp_path / "tags.py").write_text("mine = True\n")
    for files in (FIRST, second):
        assert "tags.py" in write_files(tmp_path, files, force=False, editable={"tags.py"}).unchanged
        assert read(tmp_path) == {**files, "tags.py": "mine = True\n"}
    write_files(tmp_path, second, force=True, editable={"tags.py"})
    assert read(tmp_path) == second


def test_an_editable_file_that_no_export_wrote_is_refused_and_a_deleted_one_is_written(tmp_path: Path) -> None:
    (tmp_path / "tags.py").write_text("mine = True\n")
    with pytest.raises(ConflictingFilesError, match=r"tags\.py was edited, or was not written by an export"):
        write_files(tmp_path, FIRST, force=False, editable={"tags.py"})
    write_files(tmp_path, FIRST, force=True)
    (tmp_path / "tags.py").unlink()
    assert "tags.py" in write_files(tmp_path, FIRST, force=False, editable={"tags.py"}).written


def test_force_overwrites_edited_files(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").write_text("a = 1  # mine\n")
    assert write_files(tmp_path, FIRST, force=True).written == ("tags.py",)
    assert read(tmp_path) == FIRST


def test_a_file_with_the_same_content_is_no_conflict(tmp_path: Path) -> None:
    (tmp_path / "tags.py").write_text("a = 1\n")
    assert "tags.py" in write_files(tmp_path, FIRST, force=False).unchanged


def test_other_files_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Mine.\n")
    write_files(tmp_path, FIRST, force=True)
    write_files(tmp_path, {}, force=True)
    assert read(tmp_path) == {"README.md": "Mine.\n"}


def test_an_obsolete_file_is_removed_with_its_empty_folder(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST, force=False)
    result = write_files(tmp_path, {"__main__.py": FIRST["__main__.py"]}, force=False)
    assert result.removed == ("sql/orders.sql", "tags.py")
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "__main__.py"]


@pytest.mark.parametrize("force", [False, True])
def test_an_obsolete_file_is_kept_if_it_was_edited(tmp_path: Path, force: bool) -> None:
    write_files(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").write_text("mine = True\n")
    result = write_files(tmp_path, {}, force=force)
    assert (result.removed, result.kept) == (("__main__.py", "sql/orders.sql"), ("tags.py",))
    assert read(tmp_path) == {"tags.py": "mine = True\n"}


def test_a_deleted_file_is_written_again(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").unlink()
    assert write_files(tmp_path, FIRST, force=False).written == ("tags.py",)


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"files": []}', '{"files": {"tags.py": 3}}', "\udcff"])
def test_an_unreadable_manifest_counts_as_empty(tmp_path: Path, manifest: str) -> None:
    write_files(tmp_path, FIRST, force=False)
    (tmp_path / MANIFEST).write_bytes(manifest.encode(errors="surrogateescape"))
    assert "tags.py" in refusal(tmp_path, {"tags.py": "a = 2\n"})


def test_a_manifest_does_not_remove_files_outside_of_the_folder(tmp_path: Path) -> None:
    folder, precious = tmp_path / "infra", tmp_path / "precious"
    write_files(folder, FIRST, force=False)
    precious.write_text("a = 1\n")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"] |= dict.fromkeys(("../precious", str(precious)), manifest["files"]["tags.py"])
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert write_files(folder, FIRST, force=True).removed == ()
    assert precious.exists()


@pytest.mark.parametrize("path", ["../a", "/a", "a/../b", "a\\b", "", "c:a", "a//b", "."])
def test_a_path_outside_of_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="outside of the folder"):
        write_files(tmp_path, {path: ""}, force=True)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "infra").write_text("mine")
    assert refusal(tmp_path / "infra", FIRST, force=True).endswith("infra is not a folder")
    assert (tmp_path / "infra").read_text() == "mine"


def test_a_folder_in_place_of_a_file_is_refused_and_vice_versa(tmp_path: Path) -> None:
    (tmp_path / "tags.py").mkdir()
    (tmp_path / "sql").write_text("mine")
    assert refusal(tmp_path, FIRST, force=True).endswith(": tags.py is a folder; sql is not a folder")


@pytest.mark.parametrize("force", [False, True])
def test_links_in_the_folder_are_not_followed(tmp_path: Path, force: bool) -> None:
    folder, outside = tmp_path / "infra", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "tags.py").write_text("a = 1\n")
    (folder / "tags.py").symlink_to(outside / "tags.py")
    (folder / "sql").symlink_to(outside)
    (folder / MANIFEST).symlink_to(outside / "nowhere")
    error = refusal(folder, FIRST, force=force)
    assert all(f"{path} is a symbolic link" in error for path in ("tags.py", "sql", MANIFEST))
    assert [path.name for path in outside.iterdir()] == ["tags.py"]


def test_a_link_to_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "infra").symlink_to(tmp_path / "real")
    write_files(tmp_path / "infra", FIRST, force=False)
    assert read(tmp_path / "real") == FIRST


@pytest.mark.parametrize("completed", range(6))
def test_an_interrupted_export_does_not_block_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, completed: int
) -> None:
    write_files(tmp_path, FIRST, force=False)
    second = {"__main__.py": "import users\n", "tags.py": "a = 2\n", "users.py": "x = 1\n"}
    moves = iter(range(completed))
    replace = os.replace

    def failing(one: Path, other: Path) -> None:
        if next(moves, None) is None:
            raise OSError("the disk is gone")
        replace(one, other)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", failing)
        if completed < 5:  # the manifest, three files, the manifest
            with pytest.raises(OSError, match="the disk is gone"):
                write_files(tmp_path, second, force=False)
        else:
            write_files(tmp_path, second, force=False)
    between = read(tmp_path)
    assert all(between[name] in (FIRST.get(name), second.get(name)) for name in between)

    third = {"__main__.py": "import teams\n", "teams.py": "b = 1\n"}
    write_files(tmp_path, third, force=False)
    assert read(tmp_path) == third
