"""Stores of write budgets: the memory of this process, a file of this machine, a PostgreSQL or a Redis server.

Each store opens a bucket of pyrate-limiter, has one clock for all who share it, and has a lock that is released
when the process that holds it ends, or soon after.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..errors import InvalidSettingError
from ..local_files import make_private_file, make_private_folder
from ..settings import STORE_SERVERS, WRITE_BUDGET_STORE

if TYPE_CHECKING:
    from pyrate_limiter import AbstractBucket, Rate

CONNECT_S: Final = 10
LOCK_TIMEOUT_S: Final = 30.0
POLL_S: Final = 0.002
LEASE_S: Final = 5.0
"""A Redis server releases the lock of a lost holder after this time."""
CLOCK_STEP_MS: Final = 2_000


class Store(ABC):
    """The place where the writes of a project are recorded."""

    is_shared = False
    """Whether other machines use the same store."""
    bucket: AbstractBucket

    @abstractmethod
    def open(self, rates: list[Rate]) -> None:
        """Make the bucket; raises the errors of the library that it uses."""

    @abstractmethod
    def lock(self) -> AbstractContextManager[Any]:
        """Return the lock to hold while the bucket is checked and a write is recorded."""

    def now_ms(self) -> int:
        """Return the time in milliseconds since 1970, on the clock of all who share the store."""
        return time.time_ns() // 1_000_000


class LocalStore(Store):
    """The memory of this process."""

    def open(self, rates: list[Rate]) -> None:
        from pyrate_limiter import InMemoryBucket

        self.bucket = InMemoryBucket(rates)

    def lock(self) -> AbstractContextManager[Any]:
        return nullcontext()


class MachineStore(Store):
    """A SQLite file for all processes of this machine; a file that is no database is replaced."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def open(self, rates: list[Rate]) -> None:
        from pyrate_limiter import SQLiteBucket

        make_private_folder(self._file.parent)
        make_private_file(self._file)
        try:
            with sqlite3.connect(self._file) as database:
                database.execute("PRAGMA schema_version")
        except sqlite3.DatabaseError:
            self._file.unlink()
            make_private_file(self._file)
        self.bucket = SQLiteBucket.init_from_file(rates, db_path=str(self._file), use_file_lock=True)

    def lock(self) -> AbstractContextManager[Any]:
        lock: Any = self.bucket.limiter_lock()
        held: AbstractContextManager[Any] = lock.acquire(LOCK_TIMEOUT_S, poll_interval=POLL_S)
        return held

    def now_ms(self) -> int:
        """Return the time of the machine; if its clock was set back, forget the writes that are in the future."""
        now_ms = super().now_ms()
        newest: Any = self.bucket.peek(0)
        if newest is not None and newest.timestamp > now_ms + CLOCK_STEP_MS:
            self.bucket.flush()
        return now_ms


class PostgresStore(Store):
    """A table of a PostgreSQL database; the clock and the lock are those of the server."""

    is_shared = True

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name

    def open(self, rates: list[Rate]) -> None:
        import psycopg
        from psycopg_pool import ConnectionPool
        from pyrate_limiter import PostgresBucket

        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # its warnings may contain a part of the URL
        options: dict[str, Any] = {
            "options": "-c timezone=UTC",  # the times of the bucket have no zone, so all sessions need the same
            "connect_timeout": CONNECT_S,
            "application_name": "statsig-pulumi",
        }
        psycopg.connect(self._url, **options).close()  # a pool would retry, and hide the reason of a failure
        self._pool: Any = ConnectionPool(
            self._url, min_size=0, max_size=2, timeout=CONNECT_S, kwargs=options, open=True
        )
        self.bucket = PostgresBucket(self._pool, self._name, rates)

    @contextmanager
    def lock(self) -> Iterator[None]:
        # The server gives the lock in turn, and releases it when the connection of its holder ends.
        with self._pool.connection() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (self._name,))
            yield

    def now_ms(self) -> int:
        bucket: Any = self.bucket
        return int(bucket.now())


class RedisStore(Store):
    """A sorted set of a Redis server; the clock and the lock are those of the server."""

    is_shared = True

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name

    def open(self, rates: list[Rate]) -> None:
        from pyrate_limiter import RedisBucket
        from redis import Redis

        self._redis = Redis.from_url(self._url, socket_connect_timeout=CONNECT_S, socket_timeout=CONNECT_S)
        bucket: Any = RedisBucket.init(rates, self._redis, f"statsig-pulumi:{self._name}")
        self.bucket = bucket

    def lock(self) -> AbstractContextManager[Any]:
        # The bucket counts up to the time of its item. Without a lock it would miss later writes of others.
        held: AbstractContextManager[Any] = self._redis.lock(
            f"statsig-pulumi:{self._name}:lock", timeout=LEASE_S, sleep=POLL_S
        )
        return held

    def now_ms(self) -> int:
        seconds, microseconds = self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000


_SERVERS: Final = {"postgresql": (PostgresStore, "psycopg_pool"), "redis": (RedisStore, "redis")}


def shared_store(url: str, name: str) -> Store:
    """Return the store at a URL that Settings accepts, for the project of this name; it connects when it is opened.

    Raises InvalidSettingError if the library for it is not installed.
    """
    server = STORE_SERVERS[urlsplit(url).scheme]
    store, library = _SERVERS[server]
    if not find_spec(library):
        raise InvalidSettingError(
            f"{WRITE_BUDGET_STORE.key} is a {server} URL, and {library} is not installed",
            next_step=f"pip install 'statsig-pulumi[{server}]'",
        )
    return store(url, name)
