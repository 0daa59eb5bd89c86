"""What an interrupted run leaves for the next one to find."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from statsig_pulumi.lifecycle.create_journal import KEPT_S, CreateJournal

GONE = "127.0.0.1:1"
"""Where no engine answers."""


def test_a_create_of_a_run_that_is_gone_was_interrupted(tmp_path: Path) -> None:
    CreateJournal(tmp_path, GONE).note("a")
    (file,) = tmp_path.iterdir()
    file.rename(tmp_path / "127.0.0.1_1_0")
    later = CreateJournal(tmp_path, GONE)
    assert later.was_interrupted("a")
    assert not later.was_interrupted("b")


def test_a_create_of_this_run_or_of_one_that_still_runs_was_not(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        running = CreateJournal(tmp_path, f"127.0.0.1:{engine.getsockname()[1]}")
        running.note("a")
        assert not running.was_interrupted("a")
        other = CreateJournal(tmp_path, GONE)
        other.note("b")
        assert not other.was_interrupted("a")
        assert not other.was_interrupted("b")


def test_a_run_that_ends_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from statsig_pulumi.lifecycle.create_journal import CreateJournal\n"
    )
    program += f"journal = CreateJournal(Path({str(tmp_path)!r}), {GONE!r}); journal.note('a'); journal.note('b')\n"
    program += f"print(len(list(Path({str(tmp_path)!r}).iterdir())))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
    assert list(tmp_path.iterdir()) == []


def test_what_an_old_run_left_is_forgotten(tmp_path: Path) -> None:
    old, foreign = tmp_path / "127.0.0.1_1_0", tmp_path / "notes.txt"
    old.write_text("a\n")
    foreign.write_text("ünïcode")
    long_ago_s = time.time() - KEPT_S - 1
    os.utime(old, (long_ago_s, long_ago_s))
    assert not CreateJournal(tmp_path, GONE).was_interrupted("a")
    assert not old.exists()


def test_where_nothing_can_be_written_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = CreateJournal(tmp_path / "file" / "folder", GONE)
    journal.note("a")
    assert not journal.was_interrupted("a")
