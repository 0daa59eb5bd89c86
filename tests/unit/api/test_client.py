"""The client: what stands on a request, what is asked again, what an error says, and that no key is ever shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.api.retry import BUDGET_RETRY_S, RETRY_S
from statsig_pulumi.errors import (
    ApiError,
    InvalidSettingError,
    MissingKeyError,
    NoSuchEndpointError,
    NotFoundError,
    RateLimitedError,
    RejectedError,
    ServerError,
    StatsigError,
    UnauthorizedError,
    UnreachableError,
)
from statsig_pulumi.settings import Settings

KEY = "console-SECRET123"
Outcome = httpx.Response | Exception


class Server:
    """Answers with one outcome after the other, the last one for ever; keeps what was asked."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = outcomes
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        outcome = self.outcomes[min(len(self.requests), len(self.outcomes) - 1)]
        self.requests.append(request)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def client(self, key: str = KEY, **options: Any) -> Client:
        return Client(key, transport=httpx.MockTransport(self), **options)

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]


def ok(data: Any = None, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"message": "ok", "data": data} | more)


def no(status: int, message: str = "no", headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"status": status, "message": message} | more, headers=headers)


def refused(outcome: Outcome, *, key: str = KEY, method: str = "GET") -> StatsigError:
    """The error of a request that is answered so, for ever."""
    with pytest.raises(StatsigError) as caught:
        Server(outcome).client(key).send(method, "gates/a")
    return caught.value


NOT_MADE: Callable[[], Any] = lambda: None  # noqa: E731 - reads as a constant


# -- what stands on a request


def test_every_request_carries_key_version_and_user_agent() -> None:
    server = Server(ok())
    server.client().get("gates/a")
    headers = server.last.headers
    assert (headers["statsig-api-key"], headers["statsig-api-version"]) == (KEY, "20240601")
    assert headers["user-agent"].startswith("statsig-pulumi/")
    assert "python-httpx" not in headers["user-agent"]


def test_a_request_says_on_whose_behalf_it_is() -> None:
    server = Server(ok())
    client = server.client()
    client.on_behalf_of("Gate").on_behalf_of("Gate").get("gates/a")
    client.get("gates/a")
    gate, nobody = (request.headers["user-agent"] for request in server.requests)
    assert gate == f"{nobody} (Gate)"


def test_whoever_asks_shares_connection_settings_reports_and_clock() -> None:
    said: list[str] = []
    late = "Wed, 21 Oct 2037 07:28:00 GMT"
    server = Server(no(429, headers={"Retry-After": "7", "Date": late}), ok())
    client = server.client(respect_reviews=True, base_url="http://localhost:9000", report=said.append)
    client.on_behalf_of("Gate").get("gates/a")
    assert str(server.last.url) == "http://localhost:9000/gates/a"
    assert (server.last.headers["statsig-api-key"], server.last.headers["x-respect-review-settings"]) == (KEY, "true")
    assert said == ["waiting 7 s for Statsig's write budget"]
    assert min(client.server_time_s(), client.on_behalf_of("Tag").server_time_s()) > 2_139_000_000  # in October 2037


@pytest.mark.parametrize(
    ("expected", "options"), [(None, {}), (None, {"respect_reviews": False}), ("true", {"respect_reviews": True})]
)
def test_reviews_are_respected_only_when_asked(expected: str | None, options: dict[str, Any]) -> None:
    server = Server(ok())
    server.client(**options).get("gates/a")
    assert expected == server.last.headers.get("x-respect-review-settings")


@pytest.mark.parametrize(
    ("expected", "options"),
    [
        ("https://statsigapi.net/console/v1/gates/a", {}),
        ("http://localhost:9000/gates/a", {"base_url": "http://localhost:9000"}),
        ("http://localhost:9000/gates/a", {"base_url": "http://localhost:9000/"}),
        ("https://proxy.example/statsig/v1/gates/a", {"base_url": "https://proxy.example/statsig/v1"}),
        ("https://proxy.example/statsig/v1/gates/a", {"base_url": "https://proxy.example/statsig/v1//"}),
    ],
)
def test_the_base_url_is_replaced_whole(expected: str, options: dict[str, Any]) -> None:
    server = Server(ok())
    server.client(**options).get("gates/a")
    assert expected == str(server.last.url)


def test_a_body_is_json_in_the_order_of_the_declaration_and_utf_8() -> None:
    server = Server(ok())
    server.client().change("PATCH", "gates/a", {"b": "é", "a": 33.33})
    assert '{"b": "é", "a": 33.33}'.encode() == server.last.content
    assert server.last.headers["content-type"] == "application/json"


def test_no_body_is_none_and_an_empty_one_is_one() -> None:
    server = Server(ok())
    server.client().change("PUT", "gates/a/launch")
    assert (server.last.content, server.last.headers.get("content-type")) == (b"", None)
    server.client().change("PUT", "gates/a/archive", {})
    assert server.last.content == b"{}"


# -- what comes back


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ({"id": "a"}, ok({"id": "a"})),
        (None, httpx.Response(200, json={"message": "Gate deleted"})),
        (None, httpx.Response(204)),
        (None, ok(None)),
    ],
)
def test_the_data_of_an_answer_may_be_missing(expected: Any, answer: httpx.Response) -> None:
    assert expected == Server(answer).client().change("DELETE", "gates/a")


def page(items: list[int], following: str | None) -> httpx.Response:
    return ok(items, pagination={"itemsPerPage": 2, "pageNumber": 1, "nextPage": following, "previousPage": None})


def test_pages_are_followed_as_next_page_says_on_the_base_url_of_the_client() -> None:
    server = Server(page([1, 2], "/console/v1/gates?page=2&limit=2&tag=a%20b"), page([3], None))
    client = server.client(base_url="https://proxy.example/prefix")
    assert list(client.pages("gates", {"limit": "2"})) == [1, 2, 3]
    first, second = (request.url for request in server.requests)
    assert (first.path, dict(first.params)) == ("/prefix/gates", {"limit": "2", "page": "1"})
    assert (second.path, dict(second.params)) == ("/prefix/gates", {"limit": "2", "page": "2", "tag": "a b"})


def test_a_query_may_ask_for_one_name_twice_on_every_page() -> None:
    server = Server(page([1], "/console/v1/gates?tags=a&tags=b&page=2"), page([2], None))
    assert list(server.client().pages("gates", {"tags": ["a", "b"]})) == [1, 2]
    assert [request.url.params.get_list("tags") for request in server.requests] == [["a", "b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("expected", "pages"),
    [
        ([1, 2], [page([1, 2], "/console/v1/gates?page=2"), page([], "/console/v1/gates?page=3")]),
        ([], [page([], None)]),
        ([1], [page([1], "")]),
        ([1], [ok([1])]),
        ([1], [ok([1], pagination=None)]),
    ],
)
def test_an_empty_page_and_no_next_page_are_the_end(expected: list[int], pages: list[httpx.Response]) -> None:
    server = Server(*pages, AssertionError("asked for more than there is"))
    assert expected == list(server.client().pages("gates"))
    assert len(pages) == len(server.requests)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(404, html="<h1>Not Found</h1>"),
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(404, json={"statusCode": 404, "message": "Cannot GET /gates/a", "error": "Not Found"}),
    ],
)
def test_a_404_that_is_not_the_api_s_is_a_wrong_url_and_no_object_is_gone(answer: httpx.Response) -> None:
    assert type(error := refused(answer)) is InvalidSettingError
    assert "check that STATSIG_CONSOLE_URL (or statsig:baseUrl) is a whole URL" in str(error)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", ["status", "statusCode"])
def test_a_404_in_the_words_of_the_api_s_router_is_an_endpoint_that_it_lacks(method: str, status: str) -> None:
    answer = httpx.Response(404, json={status: 404, "message": f"Cannot {method} /console/v1/gates/a"})
    assert type(error := refused(answer, method=method)) is NoSuchEndpointError
    assert "check that STATSIG_CONSOLE_URL (or statsig:baseUrl) is a whole URL" in str(error)


def test_pages_that_do_not_advance_are_an_error_and_no_endless_loop() -> None:
    answer = ok([1], pagination={"nextPage": "/console/v1/gates?page=1&limit=100"})
    with pytest.raises(UnreachableError, match="do not advance"):
        list(Server(answer).client().pages("gates"))


@pytest.mark.parametrize("data", [None, {"id": "a"}, "x"])
def test_a_list_that_is_none_is_told_and_not_taken_for_empty(data: Any) -> None:
    with pytest.raises(UnreachableError, match="GET /gates got no usable response: the answer holds no list"):
        list(Server(ok(data)).client().pages("gates"))


# -- what an error says


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        (RejectedError, 400),
        (UnauthorizedError, 401),
        (UnauthorizedError, 403),
        (NotFoundError, 404),
        (RejectedError, 409),
        (RejectedError, 422),
        (RejectedError, 301),
        (RateLimitedError, 429),
        (ServerError, 500),
        (ServerError, 503),
    ],
)
def test_each_status_has_its_error(expected: type[ApiError], status: int) -> None:
    error = refused(no(status))
    assert expected is type(error)
    assert isinstance(error, ApiError)
    assert (status, "no") == (error.status, error.reason)
    assert f"GET /gates/a answered {status}: no" in str(error)


ZOD = [{"property": "name", "errorMessage": "Required"}, {"property": "rules.0", "errorMessage": "Invalid"}, "more"]


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ("Gate not found.", no(404, "Gate not found.")),
        (
            "runID x not found",
            httpx.Response(404, json={"statusCode": 404, "message": "runID x not found", "error": "Not Found"}),
        ),
        (
            "Bad Request Exception (name: Required; rules.0: Invalid; more)",
            no(400, "Bad Request Exception", errors=ZOD),
        ),
        ("Conflict", httpx.Response(409, json={"error": "Conflict"})),
        ("Bad Request", httpx.Response(400, json={})),
        ("Bad Request", httpx.Response(400, json=["x"])),
        ("Bad Gateway", httpx.Response(502, text="<html>bad gateway</html>")),
        ("Bad Request", httpx.Response(400)),
        ("two lines", no(400, "two\n  lines")),
    ],
)
def test_an_error_says_the_api_s_own_words_in_one_line(expected: str, answer: httpx.Response) -> None:
    error = refused(answer)
    assert isinstance(error, ApiError)
    assert expected == error.reason
    assert "\n" not in str(error)


@pytest.mark.parametrize("key", [KEY, "SECRET123", "client-SECRET123"])
@pytest.mark.parametrize(
    "outcome",
    [
        lambda key: no(
            401, f"This endpoint only accepts an active CONSOLE key, but an invalid key was sent. Key: {key}"
        ),
        lambda key: no(400, "no", errors=[{"property": "key", "errorMessage": f"got {key}"}]),
        lambda key: no(500, f"at {key}"),
        lambda key: httpx.ConnectError(f"cannot reach {key}"),
    ],
)
def test_the_key_is_never_shown(key: str, outcome: Callable[[str], Outcome]) -> None:
    error = refused(outcome(key), key=key)
    assert "SECRET123" not in str(error) + repr(error.args) + repr(vars(error))
    assert "[key]" in str(error)


def test_another_console_key_is_not_shown_either() -> None:
    assert "console-OTHER" not in str(refused(no(400, "sent console-OTHER999, wanted another")))


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ("the answer is not JSON", httpx.Response(200, text="<html>")),
        ("the answer is not JSON", httpx.Response(200, content=b'{"message": "ok", "data": {"id": "a')),
        ("the answer is not JSON", httpx.Response(200, content=b'{"message": "\xff"}')),
        ("the answer is not a JSON object", httpx.Response(200, json=[1])),
        ("connection refused", httpx.ConnectError("connection refused")),
        ("ReadTimeout", httpx.ReadTimeout("")),
        ("peer closed connection", httpx.RemoteProtocolError("peer closed connection")),
    ],
)
def test_no_usable_answer_is_told(expected: str, answer: Outcome) -> None:
    error = refused(answer)
    assert isinstance(error, UnreachableError)
    assert f"GET /gates/a got no usable response: {expected}" in str(error)


def test_a_body_that_breaks_off_on_the_way_is_no_answer_and_is_asked_for_again() -> None:
    def broken() -> Iterator[bytes]:
        yield b'{"data": '
        raise httpx.ReadError("connection reset")

    server = Server(httpx.Response(200, content=broken()), ok({"id": "a"}))
    assert server.client().get("gates/a") == {"id": "a"}


# -- what is asked again


LOST = httpx.ReadError("connection reset")
REPEATED: list[Outcome] = [no(503), no(500), LOST, httpx.ConnectTimeout("slow"), httpx.Response(200, text="<html>")]


@pytest.mark.parametrize("outcome", REPEATED)
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_what_is_safe_to_repeat_is_repeated(method: str, outcome: Outcome, slept: list[float]) -> None:
    server = Server(outcome, outcome, ok({"id": "a"}))
    assert server.client().change(method, "gates/a", None) == {"id": "a"}
    assert (len(server.requests), len(slept)) == (3, 2)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 422])
@pytest.mark.parametrize("method", ["GET", "PATCH", "POST"])
def test_a_refusal_is_not_asked_twice(method: str, status: int, slept: list[float]) -> None:
    server = Server(no(status), ok())
    with pytest.raises(ApiError):
        server.client().create("gates", {}, NOT_MADE) if method == "POST" else server.client().change(method, "gates/a")
    assert (len(server.requests), slept) == (1, [])


@pytest.mark.parametrize(
    ("least_s", "most_s", "header"),
    [(7, 7, "7"), (2.5, 2.5, "2.5"), (0, 2, "Wed, 21 Oct 2026 07:28:00 GMT"), (0, 2, "-5")],
)
def test_retry_after_is_honoured(least_s: float, most_s: float, header: str, slept: list[float]) -> None:
    server = Server(no(429, headers={"Retry-After": header}), ok({"id": "a"}))
    assert server.client().create("gates", {}, NOT_MADE) == {"id": "a"}
    (waited,) = slept
    assert least_s <= waited <= most_s


def test_waiting_for_the_budget_is_told(slept: list[float]) -> None:
    said: list[str] = []
    server = Server(no(429, headers={"Retry-After": "7"}), ok())
    server.client(report=said.append).change("PATCH", "gates/a", {})
    assert said == ["waiting 7 s for Statsig's write budget"]


def test_a_long_wait_for_the_server_is_told_with_its_reason() -> None:
    said: list[str] = []
    server = Server(no(503, "down", headers={"Retry-After": "30"}), ok())
    server.client(report=said.append).get("gates/a")
    (message,) = said
    assert message.startswith("trying again in 30 s: GET /gates/a answered 503: down")


@pytest.mark.parametrize(("limit_s", "outcome"), [(RETRY_S, no(503)), (RETRY_S, LOST), (BUDGET_RETRY_S, no(429))])
def test_asking_again_has_an_end(limit_s: float, outcome: Outcome, slept: list[float]) -> None:
    refused(outcome)
    assert limit_s <= sum(slept) <= limit_s + 30


@pytest.mark.parametrize("outcome", [no(503), no(500), LOST, httpx.Response(200, text="<html>")])
def test_what_may_have_been_applied_is_sent_once_where_it_is_not_repeatable(outcome: Outcome) -> None:
    server = Server(outcome, ok())
    with pytest.raises((ServerError, UnreachableError)):
        server.client().send("POST", "gates/a/rule", body={}, repeatable=False)
    assert len(server.requests) == 1


@pytest.mark.parametrize("outcome", [no(429), httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
def test_what_cannot_have_been_applied_is_sent_again_even_where_it_is_not_repeatable(outcome: Outcome) -> None:
    server = Server(outcome, outcome, ok({"id": "a"}))
    assert server.client().send("POST", "gates/a/rule", body={}, repeatable=False)["data"] == {"id": "a"}
    assert len(server.requests) == 3


# -- creates


def test_a_create_whose_answer_was_lost_is_looked_up_and_not_sent_again() -> None:
    server = Server(LOST, ok({"id": "again"}))
    assert server.client().create("gates", {}, lambda: {"id": "found"}) == {"id": "found"}
    assert len(server.requests) == 1


@pytest.mark.parametrize("outcome", REPEATED)
def test_a_create_is_sent_again_when_the_look_up_does_not_find_it_made(outcome: Outcome) -> None:
    looked: list[int] = []
    server = Server(outcome, ok({"id": "a"}))
    assert server.client().create("gates", {}, lambda: looked.append(len(server.requests))) == {"id": "a"}
    assert (looked, len(server.requests)) == ([1], 2)


def test_a_create_that_was_over_budget_was_not_applied_and_is_sent_again_without_a_look() -> None:
    server = Server(no(429), ok({"id": "a"}))
    assert server.client().create("gates", {}, lambda: pytest.fail("looked")) == {"id": "a"}
    assert len(server.requests) == 2


def test_a_name_that_is_taken_by_the_lost_attempt_is_this_object_s() -> None:
    server = Server(LOST, no(400, "Name is already in use"))
    answers = iter([None, {"id": "found"}])
    assert server.client().create("gates", {}, lambda: next(answers)) == {"id": "found"}


def test_a_name_that_was_taken_before_is_refused_without_a_look() -> None:
    with pytest.raises(RejectedError, match="Name is already in use"):
        Server(no(400, "Name is already in use")).client().create("gates", {}, lambda: {"id": "of another"})


# -- settings


def test_a_client_has_the_settings() -> None:
    server = Server(ok())
    settings = Settings("console-x", "https://proxy.example/v1", respect_reviews=True)
    client = Client.from_settings(settings, transport=httpx.MockTransport(server))
    client.get("gates/a")
    headers = server.last.headers
    assert str(server.last.url) == "https://proxy.example/v1/gates/a"
    assert (headers["statsig-api-key"], headers["x-respect-review-settings"]) == ("console-x", "true")


def test_settings_without_a_key_make_no_client() -> None:
    with pytest.raises(MissingKeyError, match="no Statsig Console API key is configured"):
        Client.from_settings(Settings())
