"""A lock that many threads share, or one has for itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from statsig_pulumi.api.shared_lock import SharedLock

LIMIT_S = 10


def test_threads_share_the_lock() -> None:
    lock, together = SharedLock(), Barrier(3, timeout=LIMIT_S)

    def share(_: int) -> int:
        with lock.shared():
            return together.wait()

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(share, range(3))) == [0, 1, 2]


def test_the_lock_is_exclusive_until_it_is_released() -> None:
    lock, order, has_lock = SharedLock(), list[str](), Event()

    def share() -> None:
        has_lock.wait(LIMIT_S)
        with lock.shared():
            order.append("shared")

    with ThreadPoolExecutor(1) as threads, lock.exclusive():
        sharing = threads.submit(share)
        has_lock.set()
        order.append("exclusive")
    sharing.result(LIMIT_S)
    with lock.exclusive():
        order.append("exclusive again")
    assert order == ["exclusive", "shared", "exclusive again"]
