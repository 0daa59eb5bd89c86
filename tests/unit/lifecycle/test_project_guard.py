"""The guard of the project: one request, and an error for the key of another project."""

from __future__ import annotations

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import MissingKeyError, StatsigError, UnauthorizedError
from statsig_pulumi.lifecycle.project_guard import ProjectGuard
from statsig_pulumi.schema.state import PROJECT

from ..conftest import RecordingReporter


class Api:
    """A Console API with these responses by path; 404 for others."""

    def __init__(self, **responses: object) -> None:
        self.responses = {f"/console/v1/{path.replace('_', '/')}": data for path, data in responses.items()}
        self.requests: list[str] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request.url.path)
        data = self.responses.get(request.url.path, 404)
        if isinstance(data, httpx.Response):
            return data
        if isinstance(data, int):
            return httpx.Response(data, json={"status": data, "message": "no"})
        return httpx.Response(200, json={"message": "done", "data": data})


def guard_of(api: Api, reporter: RecordingReporter, pinned: str = "") -> ProjectGuard:
    client = Client("console-KEY123", transport=httpx.MockTransport(api.handle))
    return ProjectGuard(client, reporter, pinned, "STATSIG_CONSOLE_KEY")


def test_the_project_is_asked_for_and_shown_once(reporter: RecordingReporter) -> None:
    api = Api(project={"id": "p1"})
    guard = guard_of(api, reporter)
    for outputs in (None, {}, {PROJECT: "p1"}):
        guard.verify(outputs)
    assert (guard.id, api.requests) == ("p1", ["/console/v1/project"])
    assert reporter.messages == [("info", "Statsig project 'p1', with the key from STATSIG_CONSOLE_KEY")]


def test_objects_of_another_project_are_an_error(reporter: RecordingReporter) -> None:
    guard = guard_of(Api(project={"id": "p2"}), reporter)
    with pytest.raises(StatsigError, match=r"has objects of the Statsig project 'p1', but .* is for 'p2'; nothing was"):
        guard.verify({PROJECT: "p1"})
    guard.verify({PROJECT: "p2"})


@pytest.mark.parametrize("pinned", ["p2", "Shop"])
def test_a_pinned_project_is_that_of_the_key_by_its_id_or_name(reporter: RecordingReporter, pinned: str) -> None:
    guard = guard_of(Api(project={"id": "p2"}, settings_project={"name": "Shop"}), reporter, pinned)
    guard.verify({PROJECT: "p1"}, is_read=True)  # the move of a stack
    assert guard.id == "p2"
    with pytest.raises(StatsigError, match="is in the Statsig project 'p1', but the configured project is 'p2'"):
        guard.verify({PROJECT: "p1"})


@pytest.mark.parametrize(
    ("responses", "found"),
    [
        ({"project": {"id": "p2"}, "settings_project": {"name": "Shop"}}, r"'p2' \('Shop'\)"),
        ({"project": {"id": "p2"}}, "'p2'"),
        ({}, "a project that the API does not show"),
    ],
)
def test_the_key_of_another_project_than_the_pinned_one_is_an_error(
    reporter: RecordingReporter, responses: dict[str, object], found: str
) -> None:
    api = Api(**responses)
    guard = guard_of(api, reporter, "p1")
    for _ in range(2):
        with pytest.raises(StatsigError, match=f"statsig:project is 'p1', but .* is for {found}; nothing was"):
            guard.verify()
    assert len(api.requests) == 2


@pytest.mark.parametrize("response", [404, 403, 400, 501, {}, "text"])
def test_an_api_that_does_not_show_the_project_is_accepted(reporter: RecordingReporter, response: object) -> None:
    guard = guard_of(Api(project=response), reporter)
    guard.verify({})
    assert guard.id == ""


@pytest.mark.parametrize("is_read", [False, True])
def test_an_object_with_a_project_needs_an_api_that_shows_it(reporter: RecordingReporter, is_read: bool) -> None:
    guard = guard_of(Api(project=403), reporter)
    with pytest.raises(StatsigError, match="of the Statsig project 'p1', but the API does not show the project"):
        guard.verify({PROJECT: "p1"}, is_read=is_read)


def test_an_outage_is_not_taken_for_another_project(reporter: RecordingReporter) -> None:
    outage = httpx.Response(503, headers={"Retry-After": "3600"}, json={"message": "later"})
    guard = guard_of(Api(project={"id": "p2"}, settings_project=outage), reporter, "Shop")
    with pytest.raises(StatsigError, match="GET /settings/project answered 503"):
        guard.verify()


def test_a_404_in_another_form_is_accepted(reporter: RecordingReporter) -> None:
    guard = guard_of(Api(project=httpx.Response(404, text="<html>Not found</html>")), reporter)
    guard.verify()
    assert guard.id == ""


def test_a_key_that_is_not_accepted_is_an_error(reporter: RecordingReporter) -> None:
    with pytest.raises(UnauthorizedError):
        guard_of(Api(project=401), reporter).verify()
    with pytest.raises(MissingKeyError):
        ProjectGuard(Client(""), reporter).verify()
