"""Where the writes to a Statsig project are noted: a file of this machine, a PostgreSQL or Redis server, this process.

Each opens the bucket that pyrate-limiter has for it, tells one time to all who share it, and has a lock that ends
with the process which holds it, or soon after.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..errors import InvalidSettingError
from ..settings import STORE_SERVERS, WRITE_BUDGET_STORE

if TYPE_CHECKING:
    from pyrate_limiter import AbstractBucket, Rate

CONNECT_S: Final = 10
LOCKED_S: Final = 30.0
POLL_S: Final = 0.002
LEASE_S: Final = 5.0
"""A Redis server keeps the lock of a lost holder for so long."""
CLOCK_STEP_MS: Final = 2_000


class Store:
    """Kept by this process for itself."""

    is_shared = False
    """Whether other machines know it."""
    bucket: AbstractBucket

    def open(self, rates: list[Rate]) -> None:
        """Make it ready; raises what its library raises."""
        from pyrate_limiter import InMemoryBucket

        self.bucket = InMemoryBucket(rates)

    def lock(self) -> AbstractContextManager[Any]:
        """Held while one looks and notes."""
        return nullcontext()

    def now_ms(self) -> int:
        """The time of all who share it."""
        return time.time_ns() // 1_000_000


class MachineStore(Store):
    """A small database of this machine, for all its processes; one that is no database is made anew."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def open(self, rates: list[Rate]) -> None:
        from pyrate_limiter import SQLiteBucket

        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with sqlite3.connect(self.file) as database:
                database.execute("PRAGMA schema_version")
        except sqlite3.DatabaseError:
            self.file.unlink()
        self.bucket = SQLiteBucket.init_from_file(rates, db_path=str(self.file), use_file_lock=True)

    def lock(self) -> AbstractContextManager[Any]:
        lock: Any = self.bucket.limiter_lock()
        held: AbstractContextManager[Any] = lock.acquire(LOCKED_S, poll_interval=POLL_S)
        return held

    def now_ms(self) -> int:
        """By the machine's clock; what was noted by one that has been put back since is forgotten."""
        now_ms = super().now_ms()
        newest: Any = self.bucket.peek(0)
        if newest is not None and newest.timestamp > now_ms + CLOCK_STEP_MS:
            self.bucket.flush()
        return now_ms


class PostgresStore(Store):
    """A table of a PostgreSQL database, for all machines that know it; the server's clock and lock."""

    is_shared = True

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name

    def open(self, rates: list[Rate]) -> None:
        import psycopg
        from psycopg_pool import ConnectionPool
        from pyrate_limiter import PostgresBucket

        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # its warnings may hold a part of the URL
        # The bucket's times are without a zone, so that all sessions have to be in one.
        words: dict[str, Any] = {
            "options": "-c timezone=UTC",
            "connect_timeout": CONNECT_S,
            "application_name": "statsig-pulumi",
        }
        psycopg.connect(self.url, **words).close()  # a pool would try again and again, and not tell why
        self.pool: Any = ConnectionPool(self.url, min_size=0, max_size=2, timeout=CONNECT_S, kwargs=words, open=True)
        self.bucket = PostgresBucket(self.pool, self.name, rates)

    @contextmanager
    def lock(self) -> Iterator[None]:
        # Those who wait are served in turn, and the server lets go of it when the connection of its holder ends.
        with self.pool.connection() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.name,))
            yield

    def now_ms(self) -> int:
        bucket: Any = self.bucket
        return int(bucket.now())


class RedisStore(Store):
    """A sorted set of a Redis server, for all machines that know it; the server's clock and lock."""

    is_shared = True

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name

    def open(self, rates: list[Rate]) -> None:
        from pyrate_limiter import RedisBucket
        from redis import Redis

        self.redis = Redis.from_url(self.url, socket_connect_timeout=CONNECT_S, socket_timeout=CONNECT_S)
        bucket: Any = RedisBucket.init(rates, self.redis, f"statsig-pulumi:{self.name}")
        self.bucket = bucket

    def lock(self) -> AbstractContextManager[Any]:
        # The bucket counts up to the time of its item, and would not see what was noted just after that was taken.
        held: AbstractContextManager[Any] = self.redis.lock(
            f"statsig-pulumi:{self.name}:lock", timeout=LEASE_S, sleep=POLL_S
        )
        return held

    def now_ms(self) -> int:
        seconds, microseconds = self.redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000


_SERVERS: Final = {"postgresql": (PostgresStore, "psycopg_pool"), "redis": (RedisStore, "redis")}


def shared_store(url: str, name: str) -> Store:
    """Return the store at a URL that Settings accepts, for the project of this name; connects later.

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
