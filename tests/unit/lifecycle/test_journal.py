"""The journal: which requests count as those of an interrupted run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from statsig_pulumi.lifecycle.journal import RETENTION_S, Journal

NO_ENGINE = "127.0.0.1:1"
"""An address at which no engine answers."""
AT_S = 1_800_000_000.0


@pytest.fixture
def engine() -> Iterator[str]:
    """The address of an engine that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def end_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Do what is registered for the end of the process."""
    callbacks: list[Callable[[], None]] = []

    def register(callback: Callable[..., None], *args: Any) -> None:
        callbacks.append(lambda: callback(*args))

    monkeypatch.setattr("atexit.register", register)
    return lambda: [callback() for callback in callbacks] and None


def file_of(folder: Path, address: str, process: int = 0, *, lock: bool = True) -> Path:
    """The journal of a run of another process, which sent the create 'a'."""
    file = folder / f"{address.replace(':', '_')}_{process}"
    file.write_text("a\n")
    if lock:
        file.with_name(f"{file.name}.lock").touch()
    return file


def test_the_names_of_files_are_frozen(tmp_path: Path) -> None:
    Journal(tmp_path, "127.0.0.1:4711").record("a", AT_S)
    name = f"127.0.0.1_4711_{os.getpid()}"
    assert sorted(file.name for file in tmp_path.iterdir()) == [name, f"{name}.lock"]
    assert (tmp_path / name).read_text() == "a 1800000000\n"


def test_creates_of_a_run_without_lock_and_engine_were_interrupted(tmp_path: Path) -> None:
    file_of(tmp_path, NO_ENGINE)
    journal = Journal(tmp_path, NO_ENGINE)
    assert journal.interrupted_at_s("a") is not None
    assert journal.interrupted_at_s("b") is None


def test_creates_of_this_run_were_not_interrupted(tmp_path: Path) -> None:
    journal = Journal(tmp_path, NO_ENGINE)
    journal.record("a", AT_S)
    assert journal.interrupted_at_s("a") is None


def test_creates_of_a_running_run_were_not_interrupted(tmp_path: Path, engine: str) -> None:
    running = Journal(tmp_path, engine)
    running.record("a", AT_S)
    assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is None


def test_creates_of_a_killed_plugin_were_interrupted_even_if_its_address_answers(tmp_path: Path, engine: str) -> None:
    file_of(tmp_path, engine)
    assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is not None


def test_creates_of_a_killed_engine_count_even_if_its_plugin_holds_the_lock(tmp_path: Path) -> None:
    file = file_of(tmp_path, NO_ENGINE)
    with FileLock(f"{file}.lock"):
        assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is not None


def test_a_running_engine_of_an_earlier_version_has_no_lock(tmp_path: Path, engine: str) -> None:
    file_of(tmp_path, engine, lock=False)
    assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is None


def test_a_killed_engine_of_an_earlier_version_was_interrupted(tmp_path: Path) -> None:
    file_of(tmp_path, NO_ENGINE, lock=False)
    assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is not None


def test_threads_agree_on_an_interrupted_run(tmp_path: Path, engine: str) -> None:
    file_of(tmp_path, engine)
    journals = [Journal(tmp_path, NO_ENGINE) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda n: journals[n % 2].interrupted_at_s("a") is not None, range(20)))
    assert results == [True] * 20


def test_threads_record_all_their_creates(tmp_path: Path) -> None:
    journal = Journal(tmp_path, NO_ENGINE)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: journal.record(str(n), AT_S), range(40)))
    file = tmp_path / f"127.0.0.1_1_{os.getpid()}"
    assert sorted(int(line.split()[0]) for line in file.read_text().splitlines()) == list(range(40))


def test_a_run_that_ends_keeps_only_requests_of_unknown_effect(
    tmp_path: Path, engine: str, end_process: Callable[[], None]
) -> None:
    journal = Journal(tmp_path, engine)
    for name in ("stored", "refused", "unknown"):
        journal.record(name, AT_S)
    journal.settle("stored")
    journal.remove("refused")
    end_process()
    later = Journal(tmp_path, NO_ENGINE)
    found = {name: later.interrupted_at_s(name) for name in ("stored", "refused", "unknown")}
    assert found == {"stored": None, "refused": None, "unknown": AT_S}


def test_a_result_that_the_engine_took_and_did_not_store_counts(
    tmp_path: Path, engine: str, end_process: Callable[[], None]
) -> None:
    journal = Journal(tmp_path, engine)
    for name, is_stored in {"stored": True, "dropped": False}.items():
        journal.record(name, AT_S)
        journal.settle(name, lambda is_stored=is_stored: is_stored)
    end_process()
    later = Journal(tmp_path, NO_ENGINE)
    assert later.interrupted_at_s("stored") is None
    assert later.interrupted_at_s("dropped") == AT_S


def test_a_run_that_was_killed_while_it_ended_loses_no_request(tmp_path: Path) -> None:
    file = file_of(tmp_path, NO_ENGINE)
    file.with_name(f"{file.name}.rest").write_text("half a li")
    later = Journal(tmp_path, "127.0.0.1:2")
    assert later.interrupted_at_s("a") is not None
    assert later.interrupted_at_s("half") is None


def test_a_run_that_ends_without_open_requests_leaves_no_files(
    tmp_path: Path, engine: str, end_process: Callable[[], None]
) -> None:
    journal = Journal(tmp_path, engine)
    journal.record("stored", AT_S)
    journal.settle("stored")
    end_process()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_ends_after_its_engine_keeps_all_but_refused_requests(
    tmp_path: Path, end_process: Callable[[], None]
) -> None:
    journal = Journal(tmp_path, NO_ENGINE)
    for name in ("stored", "refused"):
        journal.record(name, AT_S)
    journal.settle("stored")
    journal.remove("refused")
    end_process()
    later = Journal(tmp_path, "127.0.0.1:2")
    assert later.interrupted_at_s("stored") == AT_S
    assert later.interrupted_at_s("refused") is None


def test_a_request_of_an_interrupted_run_counts_until_a_later_run_has_stored_it(
    tmp_path: Path, engine: str, end_process: Callable[[], None]
) -> None:
    file_of(tmp_path, NO_ENGINE).write_text(f"a {AT_S:.0f}\nb {AT_S:.0f}\n")
    journal = Journal(tmp_path, engine)
    assert journal.interrupted_at_s("a") == AT_S
    journal.record("a", AT_S)
    journal.settle("a")
    end_process()
    later = Journal(tmp_path, engine)
    assert later.interrupted_at_s("a") is None
    assert later.interrupted_at_s("b") == AT_S


def test_a_request_of_several_interrupted_runs_has_its_first_time_and_is_settled_in_all(
    tmp_path: Path, engine: str, end_process: Callable[[], None]
) -> None:
    for process, at_s in enumerate((AT_S + 60, AT_S, AT_S + 120)):
        file_of(tmp_path, NO_ENGINE, process).write_text(f"a {at_s:.0f}\n")
    journal = Journal(tmp_path, engine)
    assert journal.interrupted_at_s("a") == AT_S
    journal.record("a", AT_S)
    journal.settle("a")
    end_process()
    assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is None


def test_files_of_old_runs_are_removed(tmp_path: Path) -> None:
    old, foreign = file_of(tmp_path, NO_ENGINE), tmp_path / "notes.txt"
    foreign.write_text("ünïcode")
    long_ago_s = time.time() - RETENTION_S - 1
    for file in tmp_path.glob("127*"):
        os.utime(file, (long_ago_s, long_ago_s))
    assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is None
    assert not old.exists()
    assert list(tmp_path.iterdir()) == [foreign]


def test_without_a_writable_folder_no_run_was_interrupted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "folder", NO_ENGINE)
    journal.record("a", AT_S)
    assert journal.interrupted_at_s("a") is None


PLUGIN = """
import sys
from pathlib import Path
from statsig_pulumi.lifecycle.journal import Journal

journal = Journal(Path(sys.argv[1]), sys.argv[2])
journal.record("a", 1_800_000_000)
journal.settle("a")
print("recorded", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_killed", [True, False])
def test_a_plugin_that_is_killed_loses_its_lock(tmp_path: Path, engine: str, is_killed: bool) -> None:
    words = [sys.executable, "-c", PLUGIN, str(tmp_path), engine]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as plugin:
        assert plugin.stdout is not None
        assert plugin.stdout.readline() == "recorded\n"
        assert Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is None
        if is_killed:
            plugin.kill()
    assert (Journal(tmp_path, NO_ENGINE).interrupted_at_s("a") is not None) is is_killed
    assert bool(list(tmp_path.iterdir())) is is_killed


def test_only_the_user_can_read_the_journal(tmp_path: Path, engine: str) -> None:
    folder = tmp_path / "statsig-pulumi" / "creates"
    folder.mkdir(parents=True)
    Journal(folder, engine).record("a", AT_S)
    files = [file for file in folder.iterdir() if file.suffix != ".lock"]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]
    assert [each.stat().st_mode & 0o777 for each in (folder.parent, folder)] == [0o700, 0o700]


def test_a_note_counts_in_the_other_plugins_of_the_run(
    tmp_path: Path, engine: str, end_process: Callable[[], None]
) -> None:
    other = file_of(tmp_path, engine)
    other.write_text("note.held 1800000000\n")
    assert not Journal(tmp_path, engine).is_noted_elsewhere("held")  # its plugin was killed, and the address used again
    with FileLock(f"{other}.lock"):
        assert Journal(tmp_path, engine).is_noted_elsewhere("held")
        assert not Journal(tmp_path, engine).is_noted_elsewhere("failed")
        assert not Journal(tmp_path, NO_ENGINE).is_noted_elsewhere("held")
    journal = Journal(tmp_path, engine)
    journal.note("failed")
    assert not journal.is_noted_elsewhere("failed")
    end_process()
    assert [file for file in tmp_path.iterdir() if file.name.endswith(f"_{os.getpid()}")] == []
