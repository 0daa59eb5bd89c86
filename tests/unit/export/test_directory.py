"""The folder of an export: what it writes, and what it never writes over."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from statsig_pulumi.export.directory import MANIFEST, InTheWayError, Outcome, write

FIRST = {"__main__.py": "import tags\n", "tags.py": "a = 1\n", "sql/orders.sql": "SELECT 1\r\n"}


def held(folder: Path) -> dict[str, str]:
    """The text of each file but the manifest."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def refused(folder: Path, files: dict[str, str], *, force: bool = False) -> str:
    """What is said; nothing may have been written."""
    before = held(folder) if folder.is_dir() else {}
    with pytest.raises(InTheWayError) as error:
        write(folder, files, force=force)
    assert (held(folder) if folder.is_dir() else {}) == before
    return str(error.value)


def test_files_are_written_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "infra"
    assert write(folder, FIRST, force=False) == Outcome(tuple(FIRST), (), (), ())
    assert held(folder) == FIRST


def test_the_second_time_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, FIRST, force=False)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.py")}
    assert write(tmp_path, FIRST, force=False) == Outcome((), tuple(FIRST), (), ())
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.py")} == times


def test_what_changed_in_statsig_is_written_over_what_an_export_wrote(tmp_path: Path) -> None:
    write(tmp_path, FIRST, force=False)
    second = {**FIRST, "tags.py": "a = 2\n", "teams.py": "b = 1\n"}
    found = write(tmp_path, second, force=False)
    assert (found.written, found.unchanged) == (("tags.py", "teams.py"), ("__main__.py", "sql/orders.sql"))
    assert held(tmp_path) == second


def test_all_that_a_person_has_changed_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").write_text("a = 1  # mine\n")
    (tmp_path / "teams.py").write_text("mine = True\n")
    said = refused(tmp_path, {name: text + "\n" for name, text in FIRST.items()} | {"teams.py": "b = 1\n"})
    assert "tags.py has been changed, or was not written by an export; teams.py has been changed" in said
    assert "__main__.py" not in said
    assert said.endswith("; --force overwrites what has been changed")


def test_with_force_they_are_overwritten(tmp_path: Path) -> None:
    write(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").write_text("a = 1  # mine\n")
    assert write(tmp_path, FIRST, force=True).written == ("tags.py",)
    assert held(tmp_path) == FIRST


def test_a_file_that_a_person_wrote_alike_is_not_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "tags.py").write_text("a = 1\n")
    assert "tags.py" in write(tmp_path, FIRST, force=False).unchanged


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Mine.\n")
    write(tmp_path, FIRST, force=True)
    write(tmp_path, {}, force=True)
    assert held(tmp_path) == {"README.md": "Mine.\n"}


def test_what_is_no_longer_exported_is_removed_with_its_folder(tmp_path: Path) -> None:
    write(tmp_path, FIRST, force=False)
    found = write(tmp_path, {"__main__.py": FIRST["__main__.py"]}, force=False)
    assert found.removed == ("sql/orders.sql", "tags.py")
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "__main__.py"]


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_longer_exported_is_kept_where_a_person_has_changed_it(tmp_path: Path, force: bool) -> None:
    write(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").write_text("mine = True\n")
    found = write(tmp_path, {}, force=force)
    assert (found.removed, found.kept) == (("__main__.py", "sql/orders.sql"), ("tags.py",))
    assert held(tmp_path) == {"tags.py": "mine = True\n"}


def test_a_file_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    write(tmp_path, FIRST, force=False)
    (tmp_path / "tags.py").unlink()
    assert write(tmp_path, FIRST, force=False).written == ("tags.py",)


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"files": []}', '{"files": {"tags.py": 3}}', "\udcff"])
def test_a_manifest_that_cannot_be_read_tells_of_nothing(tmp_path: Path, manifest: str) -> None:
    write(tmp_path, FIRST, force=False)
    (tmp_path / MANIFEST).write_bytes(manifest.encode(errors="surrogateescape"))
    assert "tags.py" in refused(tmp_path, {"tags.py": "a = 2\n"})


def test_a_manifest_leads_to_no_file_outside(tmp_path: Path) -> None:
    folder, precious = tmp_path / "infra", tmp_path / "precious"
    write(folder, FIRST, force=False)
    precious.write_text("a = 1\n")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"] |= dict.fromkeys(("../precious", str(precious)), manifest["files"]["tags.py"])
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert write(folder, FIRST, force=True).removed == ()
    assert precious.exists()


@pytest.mark.parametrize("path", ["../a", "/a", "a/../b", "a\\b", "", "c:a", "a//b", "."])
def test_a_path_that_leads_out_of_the_folder_is_no_file_of_an_export(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="lead out of the folder"):
        write(tmp_path, {path: ""}, force=True)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "infra").write_text("mine")
    assert refused(tmp_path / "infra", FIRST, force=True).endswith("infra is not a folder")
    assert (tmp_path / "infra").read_text() == "mine"


def test_a_folder_or_a_file_that_stands_where_the_other_goes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tags.py").mkdir()
    (tmp_path / "sql").write_text("mine")
    assert refused(tmp_path, FIRST, force=True).endswith(": tags.py is a folder; sql is not a folder")


@pytest.mark.parametrize("force", [False, True])
def test_links_are_not_followed(tmp_path: Path, force: bool) -> None:
    folder, outside = tmp_path / "infra", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "tags.py").write_text("a = 1\n")
    (folder / "tags.py").symlink_to(outside / "tags.py")
    (folder / "sql").symlink_to(outside)
    (folder / MANIFEST).symlink_to(outside / "nowhere")
    said = refused(folder, FIRST, force=force)
    assert all(f"{path} is a symbolic link" in said for path in ("tags.py", "sql", MANIFEST))
    assert [path.name for path in outside.iterdir()] == ["tags.py"]


def test_a_folder_that_is_a_link_itself_is_the_one_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "infra").symlink_to(tmp_path / "real")
    write(tmp_path / "infra", FIRST, force=False)
    assert held(tmp_path / "real") == FIRST


@pytest.mark.parametrize("done", range(6))
def test_an_export_that_was_interrupted_does_not_stand_in_the_way_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    write(tmp_path, FIRST, force=False)
    second = {"__main__.py": "import users\n", "tags.py": "a = 2\n", "users.py": "x = 1\n"}
    moves = iter(range(done))
    replace = os.replace

    def failing(one: Path, other: Path) -> None:
        if next(moves, None) is None:
            raise OSError("the disk is gone")
        replace(one, other)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", failing)
        if done < 5:  # the manifest, three files, the manifest
            with pytest.raises(OSError, match="the disk is gone"):
                write(tmp_path, second, force=False)
        else:
            write(tmp_path, second, force=False)
    between = held(tmp_path)
    assert all(between[name] in (FIRST.get(name), second.get(name)) for name in between)

    third = {"__main__.py": "import teams\n", "teams.py": "b = 1\n"}
    write(tmp_path, third, force=False)
    assert held(tmp_path) == third
