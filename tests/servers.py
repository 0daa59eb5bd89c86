"""Real PostgreSQL and Redis servers of a test's own, where their programs are installed (Debian: postgresql, redis)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

PASSWORD = "pass-of-the-store"
STARTS_S = 60


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a database on a new PostgreSQL server."""
    programs = _programs("postgres", *map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    with tempfile.TemporaryDirectory(prefix="statsig-postgresql-") as made:
        folder, port, owner = Path(made), _free_port(), {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = {"user": "postgres", "group": "postgres"}
            shutil.chown(folder, **owner)
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        words = ["--auth=scram-sha-256", "--username=runner", f"--pwfile={folder / 'password'}", "--no-sync"]
        initdb = [programs / "initdb", f"--pgdata={folder / 'data'}", *words]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **owner)
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off"}
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        server = [programs / "postgres", "-D", folder / "data", "-p", str(port), *settings]
        url = f"postgresql://runner:{PASSWORD}@127.0.0.1:{port}/postgres"
        with _running(server, lambda: _accepts(url), cwd=folder, **owner):
            yield url


@contextmanager
def redis() -> Iterator[str]:
    """The URL of a new Redis server."""
    programs, port = _programs("redis-server"), _free_port()
    with tempfile.TemporaryDirectory(prefix="statsig-redis-") as folder:
        words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD]
        with _running([programs / "redis-server", *words], lambda: _answers(port), cwd=folder):
            yield f"redis://:{PASSWORD}@127.0.0.1:{port}/0"


def _programs(name: str, *folders: str) -> Path:
    """Where this program is; without it the test is skipped."""
    if found := shutil.which(name, path=os.pathsep.join([os.environ["PATH"], *folders])):
        return Path(found).parent
    pytest.skip(f"{name} is not installed")


@contextmanager
def _running(words: list[object], is_ready: Callable[[], bool], **where: object) -> Iterator[None]:
    with subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **where) as server:  # type: ignore[call-overload]
        try:
            end_s = time.monotonic() + STARTS_S
            while not is_ready():
                assert server.poll() is None, server.stderr.read().decode()
                assert time.monotonic() < end_s, f"{words[0]} does not answer"
                time.sleep(0.05)
            yield
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def _accepts(url: str) -> bool:
    """Return whether a PostgreSQL server has started: before that, it refuses connections."""
    with suppress(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=1).close()
        return True
    return False


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
