"""The client: what it sends, what it returns, and what it sends again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.api.retry import BUDGET_RETRY_S, CONNECT_RETRY_S, RETRY_S
from statsig_pulumi.errors import (
    ApiError,
    InvalidSettingError,
    MissingKeyError,
    RejectedError,
    ServerError,
    StatsigError,
    UnreachableError,
)
from statsig_pulumi.settings import Policy, Settings

KEY = "console-SECRET123"
Outcome = httpx.Response | Exception


class Server:
    """A transport that returns one outcome after the other, then always the last one, and keeps the requests."""

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


def error_of(outcome: Outcome, *, key: str = KEY) -> StatsigError:
    """The error of a request that always has this outcome."""
    with pytest.raises(StatsigError) as error:
        Server(outcome).client(key).get("gates/a")
    return error.value


def not_created() -> None:
    return None


# -- requests


def test_every_request_carries_key_version_and_user_agent() -> None:
    server = Server(ok())
    server.client().get("gates/a")
    headers = server.last.headers
    assert (headers["statsig-api-key"], headers["statsig-api-version"]) == (KEY, "20240601")
    assert headers["user-agent"].startswith("statsig-pulumi/")
    assert "python-httpx" not in headers["user-agent"]


def test_the_user_agent_names_the_caller() -> None:
    server = Server(ok())
    client = server.client()
    client.on_behalf_of("Gate").on_behalf_of("Gate").get("gates/a")
    client.get("gates/a")
    gate, plain = (request.headers["user-agent"] for request in server.requests)
    assert gate == f"{plain} (Gate)"


def test_copies_of_a_client_share_connection_settings_messages_and_clock() -> None:
    messages: list[str] = []
    late = "Wed, 21 Oct 2037 07:28:00 GMT"
    server = Server(no(429, headers={"Retry-After": "7", "Date": late}), ok())
    client = server.client(respect_reviews=True, base_url="http://localhost:9000", on_message=messages.append)
    client.on_behalf_of("Gate").get("gates/a")
    assert str(server.last.url) == "http://localhost:9000/gates/a"
    assert (server.last.headers["statsig-api-key"], server.last.headers["x-respect-review-settings"]) == (KEY, "true")
    assert messages == ["waiting 7 s for Statsig's write budget"]
    assert min(client.server_time_s(), client.on_behalf_of("Tag").server_time_s()) > 2_139_000_000  # in October 2037


@pytest.mark.parametrize(
    ("expected", "options"), [(None, {}), (None, {"respect_reviews": False}), ("true", {"respect_reviews": True})]
)
def test_reviews_are_respected_only_if_set(expected: str | None, options: dict[str, Any]) -> None:
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
def test_the_base_url_is_replaced_as_a_whole(expected: str, options: dict[str, Any]) -> None:
    server = Server(ok())
    server.client(**options).get("gates/a")
    assert expected == str(server.last.url)


def test_a_body_is_utf_8_json_in_the_order_of_the_declaration() -> None:
    server = Server(ok())
    server.client().change("PATCH", "gates/a", {"b": "é", "a": 33.33})
    assert '{"b": "é", "a": 33.33}'.encode() == server.last.content
    assert server.last.headers["content-type"] == "application/json"


def test_without_a_body_nothing_is_sent_and_an_empty_body_is_sent() -> None:
    server = Server(ok())
    server.client().change("PUT", "gates/a/launch")
    assert (server.last.content, server.last.headers.get("content-type")) == (b"", None)
    server.client().change("PUT", "gates/a/archive", {})
    assert server.last.content == b"{}"


# -- responses


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        ({"id": "a"}, ok({"id": "a"})),
        (None, httpx.Response(200, json={"message": "Gate deleted"})),
        (None, httpx.Response(204)),
        (None, ok(None)),
    ],
)
def test_the_data_of_a_response_may_be_missing(expected: Any, response: httpx.Response) -> None:
    assert expected == Server(response).client().change("DELETE", "gates/a")


def objects(*numbers: int) -> list[dict[str, int]]:
    return [{"id": number} for number in numbers]


def page(numbers: list[int], next_page: str | int | None) -> httpx.Response:
    pagination = {"itemsPerPage": 2, "pageNumber": 1, "nextPage": next_page, "previousPage": None}
    return ok(objects(*numbers), pagination=pagination)


def test_pages_follow_next_page_on_the_base_url_of_the_client() -> None:
    server = Server(page([1, 2], "/console/v1/gates?page=2&limit=2&tag=a%20b"), page([3], None))
    client = server.client(base_url="https://proxy.example/prefix")
    assert list(client.pages("gates", {"limit": "2"})) == objects(1, 2, 3)
    first, second = (request.url for request in server.requests)
    assert (first.path, dict(first.params)) == ("/prefix/gates", {"limit": "2", "page": "1"})
    assert (second.path, dict(second.params)) == ("/prefix/gates", {"limit": "2", "page": "2", "tag": "a b"})


@pytest.mark.parametrize(
    "next_page", ["/console/v1/gates?page=2", "?page=2", "https://example.com/gates?page=2", 2, "2"]
)
def test_the_next_page_may_be_any_url_or_a_number(next_page: str | int) -> None:
    server = Server(page([1], next_page), page([2], None))
    assert list(server.client().pages("gates")) == objects(1, 2)
    assert dict(server.requests[1].url.params) == {"limit": "100", "page": "2"}


def test_a_repeated_query_parameter_is_sent_with_every_page() -> None:
    server = Server(page([1], "/console/v1/gates?tags=a&tags=b&page=2"), page([2], None))
    assert list(server.client().pages("gates", {"tags": ["a", "b"]})) == objects(1, 2)
    assert [request.url.params.get_list("tags") for request in server.requests] == [["a", "b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("expected", "pages"),
    [
        ([1, 2], [page([1, 2], "/console/v1/gates?page=2"), page([], "/console/v1/gates?page=3")]),
        ([], [page([], None)]),
        ([1], [page([1], "")]),
        ([1], [ok(objects(1))]),
        ([1], [ok(objects(1), pagination=None)]),
        ([1], [ok(objects(1), pagination=[{"nextPage": "/console/v1/gates?page=2"}])]),
    ],
)
def test_a_list_ends_with_an_empty_page_or_without_a_next_page(
    expected: list[int], pages: list[httpx.Response]
) -> None:
    server = Server(*pages, AssertionError("requested a page after the last one"))
    assert objects(*expected) == list(server.client().pages("gates"))
    assert len(pages) == len(server.requests)


def test_an_empty_page_is_not_the_last_one_if_the_total_says_so() -> None:
    def part(numbers: list[int], next_page: str | None) -> httpx.Response:
        return ok(objects(*numbers), pagination={"nextPage": next_page, "totalItems": 2})

    server = Server(part([1], "?page=2"), part([], "?page=3"), part([2], "?page=4"), part([], "?page=5"))
    assert list(server.client().pages("gates")) == objects(1, 2)
    assert len(server.requests) == 4


def test_the_number_of_empty_pages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statsig_pulumi.api.client.MAX_EMPTY_PAGES", 3)
    pages = (ok([], pagination={"nextPage": f"?page={number}", "totalItems": 9}) for number in range(2, 9))
    server = Server(*pages)
    with pytest.raises(UnreachableError, match="the pages of the list do not end"):
        list(server.client().pages("gates"))
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "next_pages", [["?page=1&limit=100"], ["?page=2", "?page=1&limit=100"], ["?page=2", "?page=3", "?page=2"], ["//["]]
)
def test_pages_that_come_again_are_an_error(next_pages: list[str]) -> None:
    server = Server(*(page([1], f"/console/v1/gates{query}" if query[0] == "?" else query) for query in next_pages))
    with pytest.raises(UnreachableError, match="the pages of the list do not end"):
        list(server.client().pages("gates"))


def test_the_number_of_pages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statsig_pulumi.api.client.MAX_PAGES", 3)
    server = Server(*(page([number], f"/console/v1/gates?page={number + 1}") for number in range(1, 9)))
    with pytest.raises(UnreachableError, match="the pages of the list do not end"):
        list(server.client().pages("gates"))
    assert len(server.requests) == 3


@pytest.mark.parametrize("data", [[1], [{"id": "a"}, None], [[]]])
def test_a_list_with_items_of_another_type_is_an_error(data: Any) -> None:
    with pytest.raises(UnreachableError, match="the list holds items of another type"):
        list(Server(ok(data)).client().pages("gates"))
    assert list(Server(ok(["a"])).client().pages("segments/a/id_list", item_type=str)) == ["a"]


def test_a_list_inside_of_an_object_is_read_page_by_page() -> None:
    def ids(*ids_: str, next_page: str | None = None) -> httpx.Response:
        data = {"name": "vip", "count": 3, "ids": list(ids_)}
        return httpx.Response(200, json={"message": "", "data": data, "pagination": {"nextPage": next_page}})

    server = Server(ids("a", "b", next_page="/console/v1/segments/a/id_list?page=2&limit=2"), ids("c"))
    read = server.client().pages("segments/a/id_list", limit=2, item_type=str, list_key="ids")
    assert list(read) == ["a", "b", "c"]
    with pytest.raises(UnreachableError, match="the response holds no list"):
        list(Server(ok({"name": "vip"})).client().pages("segments/a/id_list", list_key="ids"))


def test_a_list_in_an_object_that_is_null_is_empty() -> None:
    assert list(Server(ok({"name": "vip", "ids": None})).client().pages("segments/a/id_list", list_key="ids")) == []


@pytest.mark.parametrize("data", [None, {"id": "a"}, "x"])
def test_a_response_without_a_list_is_not_an_empty_list(data: Any) -> None:
    with pytest.raises(UnreachableError, match="GET /gates got no usable response: the response holds no list"):
        list(Server(ok(data)).client().pages("gates"))


# -- errors


@pytest.mark.parametrize(
    ("expected", "outcome"),
    [
        ("connection refused", httpx.ConnectError("connection refused")),
        ("ReadTimeout", httpx.ReadTimeout("")),
        ("peer closed connection", httpx.RemoteProtocolError("peer closed connection")),
    ],
)
def test_a_failed_connection_is_no_usable_response(expected: str, outcome: Outcome) -> None:
    error = error_of(outcome)
    assert isinstance(error, UnreachableError)
    assert f"GET /gates/a got no usable response: {expected} (statsigapi.net); check the network" in str(error)


@pytest.mark.parametrize("key", [KEY, "SECRET123", "client-SECRET123"])
@pytest.mark.parametrize("fail", [lambda key: no(401, f"Key: {key}"), lambda key: httpx.ConnectError(f"at {key}")])
def test_the_key_is_never_shown(key: str, fail: Callable[[str], Outcome]) -> None:
    error = error_of(fail(key), key=key)
    assert "SECRET123" not in str(error) + repr(error) + repr(vars(error))
    assert "[key]" in str(error)


def test_hidden_texts_of_a_client_are_in_no_error_and_its_copies_have_their_own() -> None:
    client = Server(no(400, "got pass-word")).client()
    copied = client.on_behalf_of("Key")
    copied.hide("other")
    copied.hide("pass-word")
    with pytest.raises(RejectedError, match=r"^POST /keys/\[secret\] answered 400: got \[secret\];"):
        copied.change("POST", "keys/pass-word", {})
    with pytest.raises(RejectedError, match=r"^POST /keys/pass-word answered 400: got pass-word;"):
        client.change("POST", "keys/pass-word", {})


def test_a_response_that_breaks_off_is_requested_again() -> None:
    def broken() -> Iterator[bytes]:
        yield b'{"data": '
        raise httpx.ReadError("connection reset")

    server = Server(httpx.Response(200, content=broken()), ok({"id": "a"}))
    assert server.client().get("gates/a") == {"id": "a"}


# -- retries


LOST = httpx.ReadError("connection reset")
REPEATED: list[Outcome] = [no(503), no(500), LOST, httpx.ConnectTimeout("slow"), httpx.Response(200, text="<html>")]


@pytest.mark.parametrize("outcome", REPEATED)
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_requests_that_are_safe_to_repeat_are_repeated(method: str, outcome: Outcome, slept: list[float]) -> None:
    server = Server(outcome, outcome, ok({"id": "a"}))
    assert server.client().change(method, "gates/a", None) == {"id": "a"}
    assert (len(server.requests), len(slept)) == (3, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
@pytest.mark.parametrize("method", ["GET", "PATCH", "POST"])
def test_a_refused_request_is_not_repeated(method: str, status: int, slept: list[float]) -> None:
    server = Server(no(status), ok())
    with pytest.raises(ApiError):
        server.client().create("gates", {}, not_created) if method == "POST" else server.client().change(
            method, "gates/a"
        )
    assert (len(server.requests), slept) == (1, [])


@pytest.mark.parametrize("status", [302, 304, 307])
def test_a_redirected_create_is_not_repeated_and_its_object_is_found(status: int, slept: list[float]) -> None:
    server = Server(no(status), no(status))
    with pytest.raises(UnreachableError, match=f"the status {status}"):
        server.client().create("gates", {}, not_created)
    assert server.client().create("gates", {}, lambda: {"id": "a"}) == {"id": "a"}
    assert (len(server.requests), slept) == (2, [])


@pytest.mark.parametrize(
    ("least_s", "most_s", "retry_after"),
    [
        (7, 7, "7"),
        (2.5, 2.5, "2.5"),
        (90, 90, "Wed, 21 Oct 2026 07:29:30 GMT"),
        (0, 2, "Wed, 21 Oct 2026 07:27:00 GMT"),
        (0, 2, "-5"),
        (0, 2, "nan"),
        (BUDGET_RETRY_S - 1, BUDGET_RETRY_S - 1, str(BUDGET_RETRY_S - 1)),
    ],
)
def test_retry_after_is_the_least_wait(least_s: float, most_s: float, retry_after: str, slept: list[float]) -> None:
    headers = {"Retry-After": retry_after, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    server = Server(no(429, headers=headers), ok({"id": "a"}))
    assert server.client().create("gates", {}, not_created) == {"id": "a"}
    (waited_s,) = slept
    assert least_s <= waited_s <= most_s


def test_waiting_after_a_429_is_reported(slept: list[float]) -> None:
    messages: list[str] = []
    server = Server(no(429, headers={"Retry-After": "7"}), ok())
    server.client(on_message=messages.append).change("PATCH", "gates/a", {})
    assert messages == ["waiting 7 s for Statsig's write budget"]


def test_a_long_wait_for_the_server_is_reported_with_its_reason() -> None:
    messages: list[str] = []
    server = Server(no(503, "down", headers={"Retry-After": "30"}), ok())
    server.client(on_message=messages.append).get("gates/a")
    (message,) = messages
    assert message.startswith("trying again in 30 s: GET /gates/a answered 503: down")


@pytest.mark.parametrize(
    ("words", "status", "retry_after"),
    [
        ("asks to wait 365 days; run it again after that", 429, str(365 * 24 * 3_600)),
        ("asks to wait 24 h;", 429, "86400"),
        ("asks to wait 24 h;", 429, "Thu, 22 Oct 2026 07:28:00 GMT"),
        ("asks to wait 2 min;", 503, "120"),
    ],
)
def test_a_longer_wait_than_all_retries_is_an_error_at_once(
    words: str, status: int, retry_after: str, slept: list[float]
) -> None:
    headers = {"Retry-After": retry_after, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert words in str(error_of(no(status, headers=headers)))
    assert slept == []


def test_retry_after_does_not_extend_the_time_of_all_retries(slept: list[float]) -> None:
    error_of(no(429, headers={"Retry-After": "700"}))
    assert slept == [700]


REFUSED = httpx.ConnectError("connection refused")


def test_once_a_request_has_given_up_others_do_not_wait_for_a_connection(slept: list[float]) -> None:
    client = Server(REFUSED).client()
    with pytest.raises(UnreachableError):
        client.get("gates/a")
    assert CONNECT_RETRY_S <= sum(slept) <= CONNECT_RETRY_S + 1
    slept.clear()
    with pytest.raises(UnreachableError):
        client.on_behalf_of("Tag").get("gates/b")
    assert slept == []


def test_a_response_makes_later_requests_wait_for_a_connection_again(slept: list[float]) -> None:
    server = Server(REFUSED)
    client = server.client()
    with pytest.raises(UnreachableError):
        client.get("gates/a")
    server.outcomes = (ok(), REFUSED, ok({"id": "a"}))
    server.requests.clear()
    client.get("gates/a")
    assert client.get("gates/a") == {"id": "a"}


def test_a_response_that_is_too_large_is_read_once_and_in_part(
    monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    monkeypatch.setattr("statsig_pulumi.api.client.MAX_RESPONSE_BYTES", 3 * 1024**2)
    read: list[bytes] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(b"x" * 1024**2)
            yield read[-1]

    server = Server(httpx.Response(200, content=endless()))
    with pytest.raises(UnreachableError, match="the response has more than 3 MiB"):
        server.client().get("gates/a")
    assert (len(read), len(server.requests), slept) == (4, 1, [])


def test_a_response_that_takes_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statsig_pulumi.api.client.REQUEST_S", 0)
    with pytest.raises(UnreachableError, match="it took more than"):
        Server(ok()).client().post_once("gates", {})


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "ALL_PROXY"])
def test_a_wrong_proxy_or_certificate_is_one_line(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, {"SSL_CERT_FILE": "/no/such/file", "ALL_PROXY": "gopher://proxy"}[variable])
    with pytest.raises(InvalidSettingError, match=r"no connection can be made: .*check HTTPS_PROXY"):
        Client(KEY).get("gates/a")


@pytest.mark.parametrize(("limit_s", "outcome"), [(RETRY_S, no(503)), (RETRY_S, LOST), (BUDGET_RETRY_S, no(429))])
def test_retries_end(limit_s: float, outcome: Outcome, slept: list[float]) -> None:
    error_of(outcome)
    assert limit_s <= sum(slept) <= limit_s + 30


@pytest.mark.parametrize("outcome", [no(503), no(500), LOST, httpx.Response(200, text="<html>")])
def test_an_unrepeatable_request_that_may_be_applied_is_sent_once(outcome: Outcome) -> None:
    server = Server(outcome, ok())
    with pytest.raises((ServerError, UnreachableError)):
        server.client().send("POST", "gates/a/rule", body={}, repeatable=False)
    assert len(server.requests) == 1


@pytest.mark.parametrize("outcome", [no(429), httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
def test_an_unrepeatable_request_that_is_unapplied_is_repeated(outcome: Outcome) -> None:
    server = Server(outcome, outcome, ok({"id": "a"}))
    assert server.client().send("POST", "gates/a/rule", body={}, repeatable=False)["data"] == {"id": "a"}
    assert len(server.requests) == 3


@pytest.mark.parametrize("outcome", REPEATED)
def test_a_request_sent_once_is_never_repeated(outcome: Outcome) -> None:
    server = Server(outcome, ok())
    with pytest.raises((ServerError, UnreachableError)):
        server.client().post_once("metrics/source", {})
    assert len(server.requests) == 1


def test_writes_are_counted_and_reads_are_not() -> None:
    client = Server(ok(), no(400)).client()
    client.get("gates/a")
    assert client.writes.latest == 0
    with pytest.raises(RejectedError):
        client.change("PATCH", "gates/a", {})
    assert client.on_behalf_of("Gate").writes.latest == 2


# -- creates


def test_a_create_with_a_lost_response_is_not_repeated_if_it_is_found() -> None:
    server = Server(LOST, ok({"id": "again"}))
    assert server.client().create("gates", {}, lambda: {"id": "found"}) == {"id": "found"}
    assert len(server.requests) == 1


@pytest.mark.parametrize("outcome", REPEATED)
def test_a_create_with_a_lost_response_is_repeated_if_it_is_not_found(outcome: Outcome) -> None:
    searches: list[int] = []
    server = Server(outcome, ok({"id": "a"}))
    assert server.client().create("gates", {}, lambda: searches.append(len(server.requests))) == {"id": "a"}
    assert (searches, len(server.requests)) == ([1], 2)


def test_a_create_after_a_429_is_repeated_without_a_search() -> None:
    server = Server(no(429), ok({"id": "a"}))
    assert server.client().create("gates", {}, lambda: pytest.fail("searched")) == {"id": "a"}
    assert len(server.requests) == 2


def test_a_name_taken_by_a_lost_attempt_belongs_to_this_create() -> None:
    server = Server(LOST, no(400, "Name is already in use"))
    results = iter([None, {"id": "found"}])
    assert server.client().create("gates", {}, lambda: next(results)) == {"id": "found"}


def test_a_name_taken_before_the_create_is_rejected_without_a_search() -> None:
    with pytest.raises(RejectedError, match="Name is already in use"):
        Server(no(400, "Name is already in use")).client().create("gates", {}, lambda: {"id": "of another"})


# -- settings


def test_a_client_has_the_settings() -> None:
    server = Server(ok())
    settings = Settings("console-x", base_url="https://proxy.example/v1", respect_reviews=True)
    client = Client.from_settings(settings, transport=httpx.MockTransport(server))
    client.get("gates/a")
    headers = server.last.headers
    assert str(server.last.url) == "https://proxy.example/v1/gates/a"
    assert (headers["statsig-api-key"], headers["x-respect-review-settings"]) == ("console-x", "true")


def test_settings_without_a_key_make_no_client() -> None:
    with pytest.raises(MissingKeyError, match="no Statsig Console API key is configured"):
        Client.from_settings(Settings())


def test_a_client_without_a_key_for_previews_sends_nothing() -> None:
    server = Server(ok())
    settings = Settings(policy=Policy(offline_preview=True))
    client = Client.from_settings(settings, transport=httpx.MockTransport(server))
    with pytest.raises(MissingKeyError):
        client.get("gates/a")
    assert server.requests == []
