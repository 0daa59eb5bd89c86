"""Servers that keep a connection busy: a request ends, whatever takes its time."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.api.deadline import Deadline
from statsig_pulumi.api.rate_limit import WriteBudget
from statsig_pulumi.errors import TimedOutError, UnreachableError
from statsig_pulumi.settings import Window

KEY = "console-SECRET123"
LIMIT_S = 1.0
SETTING = "custom_timeouts.create"


@contextmanager
def serving(answer: Callable[[socket.socket, Event], None]) -> Iterator[int]:
    """Run a server that handles each connection with ``answer``, until the event is set; yield its port."""
    is_over = Event()

    def accept() -> None:
        while True:
            with suppress(OSError):
                connection, _ = server.accept()
                Thread(target=handle, args=(connection,), daemon=True).start()
            if is_over.is_set():
                return

    def handle(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            answer(connection, is_over)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        is_over.set()


def client(url: str, limit_s: float) -> Client:
    """Return a client with a deadline, whose connection pool is made before: that takes a while on a busy machine."""
    client = Client(KEY, url)
    with pytest.raises(TimedOutError, match="was not sent"):
        client.on_behalf_of("Gate", deadline=Deadline(0, SETTING)).get("gates")
    return client.on_behalf_of("Gate", deadline=Deadline(limit_s, SETTING))


def send_headers_byte_by_byte(connection: socket.socket, is_over: Event) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not is_over.wait(0.01):
        connection.sendall(b"x")


def send_body_byte_by_byte(connection: socket.socket, is_over: Event) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not is_over.wait(0.01):
        connection.sendall(b" ")


def say_nothing(connection: socket.socket, is_over: Event) -> None:
    is_over.wait()


ANSWERS = [
    pytest.param("http", send_headers_byte_by_byte, id="headers byte by byte"),
    pytest.param("http", send_body_byte_by_byte, id="body byte by byte"),
    pytest.param("https", say_nothing, id="handshake"),
]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statsig_pulumi.api.client.REQUEST_S", LIMIT_S)


@pytest.mark.parametrize(("scheme", "answer"), ANSWERS)
@pytest.mark.usefixtures("short")
def test_a_slow_response_ends(scheme: str, answer: Callable[[socket.socket, Event], None]) -> None:
    with (
        serving(answer) as port,
        pytest.raises(UnreachableError, match=r"^POST /gates got no usable response: it took more than 1 s;"),
    ):
        Client(KEY, f"{scheme}://127.0.0.1:{port}").post_once("gates", {})


@pytest.mark.usefixtures("short")
def test_a_slow_name_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait())
    try:
        with pytest.raises(UnreachableError, match="it took more than 1 s"):
            Client(KEY, "https://statsig.example").post_once("gates", {})
    finally:
        is_over.set()


@pytest.mark.parametrize(("scheme", "answer"), ANSWERS)
def test_a_slow_response_ends_at_the_deadline(scheme: str, answer: Callable[[socket.socket, Event], None]) -> None:
    with serving(answer) as port, pytest.raises(TimedOutError) as caught:
        client(f"{scheme}://127.0.0.1:{port}", LIMIT_S).create("gates", {}, lambda: None)
    expected = "the 1 s of custom_timeouts.create are over: POST /gates got no response and may have been applied"
    assert caught.value.summary == expected
    with serving(answer) as port, pytest.raises(TimedOutError, match="GET /gates/a got no response; raise the"):
        client(f"{scheme}://127.0.0.1:{port}", LIMIT_S).get("gates/a")


def test_no_retry_begins_that_would_end_after_the_deadline() -> None:
    sent: list[bytes] = []

    def fail(connection: socket.socket, is_over: Event) -> None:
        sent.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with (
        serving(fail) as port,
        pytest.raises(TimedOutError, match=r"^the 20 s of .* are over: PATCH /gates/a answered 503: Busy"),
    ):
        client(f"http://127.0.0.1:{port}", 20).change("PATCH", "gates/a", {})
    assert len(sent) == 1


def test_no_wait_for_the_budget_begins_that_would_end_after_the_deadline() -> None:
    budget = WriteBudget((Window(1, 900),))
    budget.spend(lambda message: None)
    with pytest.raises(
        TimedOutError, match=r"the wait for Statsig's write budget, 1 of 1 in 15 min used, takes longer"
    ):
        budget.spend(lambda message: None, deadline=Deadline(20, SETTING))


def test_nothing_is_sent_after_the_deadline() -> None:
    with pytest.raises(TimedOutError, match=r"DELETE /gates/a was not sent"):
        client("http://127.0.0.1:1", 0).change("DELETE", "gates/a")
