"""Responses: their values, their errors, and the texts that errors may show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statsig_pulumi.api.redaction import Redactor
from statsig_pulumi.api.responses import MAX_REASON_CHARACTERS, Response
from statsig_pulumi.errors import (
    ApiError,
    InvalidSettingError,
    NoSuchEndpointError,
    NotFoundError,
    PassingError,
    RateLimitedError,
    RejectedError,
    ServerError,
    StatsigError,
    UnauthorizedError,
    UnreachableError,
)

KEY = "console-SECRET123"
DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


def response(
    status: int, body: Any = None, *, phrase: str = "", method: str = "GET", path: str = "/gates/a", **headers: str
) -> Response:
    """A response to a request; a body that is no text is sent as JSON."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(method, path, status, phrase, named, content)


def error_of(*args: Any, **kwargs: Any) -> StatsigError:
    return response(*args, **kwargs).error(Redactor(KEY))


# -- values


@pytest.mark.parametrize(
    ("expected", "content"),
    [({"message": "ok", "data": {"id": "a"}}, b'{"message": "ok", "data": {"id": "a"}}'), ({}, b""), ({}, b"{}")],
)
def test_the_envelope_is_the_json_object_and_empty_without_content(expected: Any, content: bytes) -> None:
    assert expected == response(200, content).envelope()


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        ("😀", rb'{"data": "\ud83d\ude00"}'),
        (1.5e300, b'{"data": 1.5e300}'),
        ("1" * 400, b'{"data": "' + b"1" * 400 + b'"}'),
        ([[]] * 98, b'{"data": [' + b"[]," * 97 + b"[]]}"),
    ],
)
def test_unusual_values_are_accepted(expected: Any, content: bytes) -> None:
    assert response(200, content).envelope() == {"data": expected}


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        ("the response is not JSON", b"<html>"),
        ("the response is not JSON", b'{"message": "ok", "data": {"id": "a'),
        ("the response is not JSON", b'{"message": "\xff"}'),
        ("the response is not a JSON object", b"[1]"),
        ("the response is not a JSON object", b"null"),
        ("the response is not JSON", b"[" * 100_000),
        ("the response is not JSON", b'{"data": NaN}'),
        ("the response is not JSON", b'{"data": -Infinity}'),
        ("the response is not JSON", b'{"data": 1e999}'),
        ("the response is nested more than 100 levels deep", b'{"data": ' + b"[" * 100 + b"]" * 100 + b"}"),
        ("the response holds a number above 2e+308", b'{"data": 1' + b"0" * 400 + b"}"),
        ("the response holds text that is not valid Unicode", rb'{"data": {"\udc00": 1}}'),
        ("the response holds text that is not valid Unicode", rb'{"data": "a\ud83d"}'),
    ],
)
def test_a_success_without_a_json_object_is_no_usable_response(expected: str, content: bytes) -> None:
    with pytest.raises(UnreachableError) as error:
        response(200, content).envelope()
    assert error.value.summary == f"GET /gates/a got no usable response: {expected}"
    assert error.value.was_connected


@pytest.mark.parametrize(
    ("expected", "status"), [(False, 199), (True, 200), (True, 201), (True, 204), (False, 301), (False, 400)]
)
def test_2xx_is_a_success(expected: bool, status: int) -> None:
    assert response(status).is_success is expected


# -- errors


@pytest.mark.parametrize(
    ("reason", "status", "headers"),
    [
        (
            "it redirects to https://login.example.com/?key=[key]",
            302,
            {"Location": f"https://login.example.com/?key={KEY}"},
        ),
        ("it has the status 304", 304, {}),
    ],
)
def test_a_redirect_is_no_response_of_the_api(reason: str, status: int, headers: dict[str, str]) -> None:
    error = Response("POST", "/gates", status, headers=headers).error(Redactor(KEY))
    assert isinstance(error, UnreachableError)
    assert error.summary == f"POST /gates got no usable response: {reason}"
    assert (error.was_connected, error.may_pass) == (True, False)


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        (RejectedError, 400),
        (UnauthorizedError, 401),
        (UnauthorizedError, 403),
        (NotFoundError, 404),
        (RejectedError, 409),
        (RejectedError, 422),
        (RateLimitedError, 429),
        (ServerError, 500),
        (ServerError, 503),
    ],
)
def test_each_status_has_its_error(expected: type[ApiError], status: int) -> None:
    error = error_of(status, {"status": status, "message": "no"})
    assert expected is type(error)
    assert isinstance(error, ApiError)
    assert (status, "no") == (error.status, error.reason)
    assert error.summary == f"GET /gates/a answered {status}: no"


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"<h1>Not Found</h1>",
        {"detail": "Not Found"},
        {"message": "Not Found"},
        {"statusCode": 404, "message": "Cannot GET /gates/a", "error": "Not Found"},
    ],
)
def test_a_404_of_another_server_is_a_wrong_base_url(body: Any) -> None:
    assert type(error := error_of(404, body)) is InvalidSettingError
    assert str(error) == (
        "GET /gates/a answered 404, but not as the Console API does; check that STATSIG_CONSOLE_URL"
        " (or statsig:baseUrl) is a whole URL, such as https://statsigapi.net/console/v1"
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", ["status", "statusCode"])
def test_a_404_of_the_router_is_an_endpoint_that_does_not_exist(method: str, status: str) -> None:
    error = error_of(404, {status: 404, "message": f"Cannot {method} /console/v1/gates/a"}, method=method)
    assert type(error) is NoSuchEndpointError
    assert error.summary == f"{method} /gates/a answered 404: the API does not serve this path"
    assert error.next_step.startswith("check that STATSIG_CONSOLE_URL (or statsig:baseUrl) is")


@pytest.mark.parametrize("status", [404, 405])
def test_an_operation_that_an_older_api_lacks_names_the_version_that_added_it(status: int) -> None:
    body = {"status": status, "message": "Cannot GET /console/v1/overrides"}
    error = error_of(status, body, path="/overrides")
    assert isinstance(error, NoSuchEndpointError)
    assert error.since == "2026-10"
    assert str(error).startswith(f"GET /overrides answered {status}: the API does not serve this ")
    assert str(error).endswith(", which needs version 2026-10 of the Console API")


def test_a_405_of_an_operation_that_every_api_has_is_a_rejection() -> None:
    assert type(error_of(405, {"status": 405, "message": "no"})) is RejectedError


ZOD = [{"property": "name", "errorMessage": "Required"}, {"property": "rules.0", "errorMessage": "Invalid"}, "more"]


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        ("Gate not found.", error_of(404, {"status": 404, "message": "Gate not found."})),
        ("runID x not found", error_of(404, {"statusCode": 404, "message": "runID x not found", "error": "Not Found"})),
        (
            "Bad Request Exception (name: Required; rules.0: Invalid; more)",
            error_of(400, {"status": 400, "message": "Bad Request Exception", "errors": ZOD}),
        ),
        ("Conflict", error_of(409, {"error": "Conflict"})),
        ("Bad Request", error_of(400, {}, phrase="Bad Request")),
        ("Bad Request", error_of(400, ["x"], phrase="Bad Request")),
        ("Bad Gateway", error_of(502, b"<html>bad gateway</html>", phrase="Bad Gateway")),
        ("Bad Request", error_of(400, phrase="Bad Request")),
        ("no reason given", error_of(400)),
        ("two lines", error_of(400, {"message": "two\n  lines"})),
    ],
)
def test_the_reason_is_the_message_of_the_api_in_one_line(expected: str, error: StatsigError) -> None:
    assert isinstance(error, ApiError)
    assert expected == error.reason
    assert "\n" not in str(error)


# -- waits


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        (7.0, {"Retry_After": "7"}),
        (2.5, {"Retry_After": "2.5"}),
        (0.0, {"Retry_After": "-5"}),
        (90.0, {"Retry_After": "Wed, 21 Oct 2026 07:29:30 GMT", "Date": DATE}),
        (90.0, {"Retry_After": "Wed, 21 Oct 2026 07:29:30 -0000", "Date": DATE}),
        (0.0, {"Retry_After": "Wed, 21 Oct 2026 07:27:00 GMT", "Date": DATE}),
        (None, {}),
        (None, {"Retry_After": "soon"}),
        (None, {"Retry_After": "nan"}),
        (None, {"Retry_After": "inf"}),
        (None, {"Retry_After": "Wed, 99 Oct 2026 07:28:00 GMT", "Date": DATE}),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_seconds_or_a_date_on_the_clock_of_the_server(
    expected: float | None, headers: dict[str, str], status: int
) -> None:
    error = error_of(status, **headers)
    assert isinstance(error, PassingError)
    assert expected == error.retry_after_s


def test_a_retry_after_date_without_a_server_date_is_on_the_clock_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = response(200, Date=DATE).date_s
    monkeypatch.setattr("time.time", lambda: now_s)
    assert response(429, Retry_After="Wed, 21 Oct 2026 07:29:00 GMT").retry_after_s == 60
    assert response(429, Retry_After="Wed, 21 Oct 2026 07:29:00 GMT", Date="today").retry_after_s == 60


@pytest.mark.parametrize(("expected", "date"), [(1_792_567_680.0, DATE), (None, "today"), (None, "")])
def test_the_date_of_the_server_is_in_seconds(expected: float | None, date: str) -> None:
    assert expected == response(200, Date=date).date_s


# -- secrets


@pytest.mark.parametrize("key", [KEY, "SECRET123", "client-SECRET123"])
@pytest.mark.parametrize(
    "body",
    [
        {"message": "This endpoint only accepts an active CONSOLE key, but an invalid key was sent. Key: {}"},
        {"message": "no", "errors": [{"property": "key", "errorMessage": "got {}"}]},
        {"error": "at {}"},
    ],
)
def test_the_key_is_never_shown(key: str, body: Any) -> None:
    content = json.dumps(body).replace("{}", key).encode()
    error = response(401, content).error(Redactor(key))
    assert "SECRET123" not in str(error) + repr(error) + repr(vars(error))
    assert "[key]" in str(error)


def test_control_characters_are_not_shown() -> None:
    error = error_of(400, {"status": 400, "message": "a\x1b[2J\x07b\u202ec\u0085\r\nd"})
    assert isinstance(error, RejectedError)
    assert error.reason == "a [2J b c d"


def test_a_long_reason_is_cut() -> None:
    error = error_of(400, {"status": 400, "message": "x " * 500_000})
    assert isinstance(error, RejectedError)
    assert len(error.reason) == MAX_REASON_CHARACTERS
