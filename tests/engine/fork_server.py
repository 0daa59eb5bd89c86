"""Processes from which the Python processes of Pulumi are forked, so that they need not import the SDK again.

Each command of Pulumi starts Python for the program and for the plugin, and half of the time of a short command is the
import of `pulumi` and of other libraries. A fork server imports them once. Pulumi runs `forked_python` instead of
`python3`, which asks a server for a process with the same arguments, environment, folder, files and process group.

The servers do not import this package, so each process imports it as usual. There are two servers, because forks of
one server hash texts in the same way, and so would iterate sets in the same order in each command.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import marshal
import os
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

LAUNCHER = Path(__file__).with_name("forked_python")
SERVERS = 2
IMPORTED = (
    *("pulumi", "pulumi.dynamic", "anyascii", "difflib", "filelock", "httpx", "jsonschema", "pyjson5", "regex"),
    *("pydantic.fields", "pydantic.functional_validators", "pydantic.types", "sqlite3", "tenacity", "yaml", "zoneinfo"),
)
"""The libraries that a server imports: what most programs and plugins import."""


class ForkServers:
    """The fork servers of one test run."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="statsig-fork-"))
        self._processes = [self._start(self._folder / str(number)) for number in range(SERVERS)]
        for process in self._processes:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
        self.env = {"PULUMI_PYTHON_CMD": str(LAUNCHER), "FORK_SERVERS": str(self._folder)}
        """The settings with which a command of Pulumi uses the servers."""

    @staticmethod
    def _start(path: Path) -> subprocess.Popen[bytes]:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [sys.executable, __file__, str(path)]
        # A group of its own protects it from interrupts. In another session, its processes could not join a group.
        return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)

    def close(self) -> None:
        """End the servers. They also end, and remove their folder, if the process that started them is killed."""
        for process in self._processes:
            process.communicate()


@cache
def fork_servers() -> dict[str, str]:
    """Return the settings of the fork servers of this process, started by the first call; none if not on Linux."""
    if sys.platform != "linux":
        return {}
    servers = ForkServers()
    atexit.register(servers.close)
    return servers.env


class Request(NamedTuple):
    """A process that a launcher asks for."""

    arguments: list[str]
    folder: str
    env: dict[str, str]
    group: int
    """The process group of the launcher."""


class Server:
    """Forks a process for each connection of a launcher."""

    def __init__(self, path: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(64)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        self._launchers: dict[int, socket.socket] = {}
        """The connections of launchers whose processes run, by process id."""

    def run(self) -> Request | None:
        """Serve until the standard input ends; in each new process, return its request."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj == sys.stdin:
                    return None
                if key.fileobj == self._listener:
                    if request := self._accept():
                        return request
                else:
                    key.data()

    def _accept(self) -> Request | None:
        connection, _ = self._listener.accept()
        size, files, _, _ = socket.recv_fds(connection, 4, 3)
        if len(files) < 3:  # the launcher was killed
            return None
        with connection.makefile("rb") as stream:
            content = stream.read(int.from_bytes(size, "big"))
        pid = os.fork()
        if not pid:
            self._close()
            connection.close()
            for number, file in enumerate(files):
                os.dup2(file, number)
                os.close(file)
            return Request(*marshal.loads(content))
        for file in files:
            os.close(file)
        self._launchers[pid], end = connection, os.pidfd_open(pid)
        self._selector.register(end, selectors.EVENT_READ, partial(self._report, pid, end))
        self._selector.register(connection, selectors.EVENT_READ, partial(self._kill, pid))
        return None

    def _kill(self, pid: int) -> None:
        """Kill the process of a launcher that was killed."""
        if pid in self._launchers:  # otherwise it ended at the same time
            os.kill(pid, signal.SIGKILL)
            self._forget(pid)

    def _report(self, pid: int, end: int) -> None:
        """Send the exit code of a process to its launcher."""
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self._selector.unregister(end)
        os.close(end)
        if pid in self._launchers:
            with suppress(OSError):  # the launcher was killed at the same time
                self._launchers[pid].sendall(code.to_bytes(4, "big", signed=True))
            self._forget(pid)

    def _forget(self, pid: int) -> None:
        with self._launchers.pop(pid) as connection:
            self._selector.unregister(connection)

    def _close(self) -> None:
        """Close the files of the server in a new process.

        Sockets are closed as objects. Otherwise they close their number when they are collected, which is at the end
        of a process that fails, and the number is then that of a file of gRPC.
        """
        self._listener.close()
        for connection in self._launchers.values():
            connection.close()
        for key in self._selector.get_map().values():
            if isinstance(key.fileobj, int):
                os.close(key.fileobj)
        self._selector.close()


def run_program(request: Request, path: list[str]) -> None:
    """Run a program as `python3` with these arguments does; ``path`` is the import path without PYTHONPATH."""
    os.setpgid(0, request.group)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.env)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    is_unbuffered = request.arguments[0] == "-u"
    for number, name in enumerate(("stdout", "stderr"), start=1):
        raw = io.FileIO(number, "w", closefd=False)
        stream = io.TextIOWrapper(
            raw if is_unbuffered else io.BufferedWriter(raw),
            "utf-8",
            "strict" if name == "stdout" else "backslashreplace",
            line_buffering=name == "stderr",
            write_through=is_unbuffered,
        )
        setattr(sys, name, stream)
    words = request.arguments[is_unbuffered:]
    folder = request.folder if words[0] == "-m" else str(Path(words[0]).parent)
    pythonpath = filter(None, request.env.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:] = [folder, *pythonpath, *path]
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


def main() -> None:
    import_path = sys.path[1:]
    del sys.path[0]
    for name in IMPORTED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    server = Server(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if request := server.run():
        run_program(request, import_path)
    else:
        shutil.rmtree(Path(sys.argv[1]).parent, ignore_errors=True)


if __name__ == "__main__":
    main()
