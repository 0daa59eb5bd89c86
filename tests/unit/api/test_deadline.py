"""Functions that run in threads of their own, with a limit for the time that their caller waits."""

from __future__ import annotations

from threading import Event, get_ident

import pytest

from statsig_pulumi.api.deadline import Workers


def test_one_thread_runs_one_function_after_the_other() -> None:
    workers = Workers()
    threads = {workers.run(60, get_ident) for _ in range(20)}
    assert len(threads) == 1
    assert get_ident() not in threads


def test_an_error_reaches_the_caller() -> None:
    def fail() -> None:
        raise KeyError("a")

    workers = Workers()
    with pytest.raises(KeyError, match="a"):
        workers.run(60, fail)
    assert workers.run(60, lambda: "b") == "b"


def test_a_function_that_takes_too_long_is_left_to_its_thread() -> None:
    workers, is_over = Workers(), Event()
    with pytest.raises(TimeoutError):
        workers.run(0, is_over.wait)
    assert workers.run(60, lambda: "next") == "next"
    is_over.set()


def test_a_thread_that_ended_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statsig_pulumi.api.deadline.IDLE_S", 0)
    workers = Workers()
    assert [workers.run(60, lambda: n) for n in range(200)] == list(range(200))  # noqa: B023 - run at once
