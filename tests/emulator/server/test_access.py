"""Keys, versions, unknown paths."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

INVALID = "This endpoint only accepts an active CONSOLE key, but an invalid key was sent. Key: "


@pytest.mark.parametrize(
    ("key", "echo"), [("console-other", "console-other"), ("secret-x", "secret-x"), (None, "undefined")]
)
def test_an_unknown_key_is_a_401_that_repeats_it(api: Api, key: str | None, echo: str) -> None:
    response = api("GET", "/gates", key=key)

    assert (401, {"status": 401, "message": INVALID + echo}) == (response.status_code, response.json())


def test_a_key_without_the_console_prefix_is_a_401(api: Api, emulator: Emulator) -> None:
    emulator.set_key("secret-server")

    assert api("GET", "/gates", key="secret-server").status_code == 401


def test_a_read_only_key_can_read_but_not_change(api: Api, emulator: Emulator) -> None:
    emulator.set_key("console-reader", "read_only")

    assert api("GET", "/gates", key="console-reader").status_code == 200
    refused = api("POST", "/gates", {"name": "a gate"}, key="console-reader")
    assert (refused.status_code, refused.json()) == (403, {"status": 403, "message": "Forbidden resource"})
    assert emulator.objects("gates") == []


def test_a_revoked_key_is_a_401(api: Api, emulator: Emulator) -> None:
    emulator.set_key(emulator.key, "revoked")

    assert api("GET", "/gates").status_code == 401


def test_the_version_header_is_optional(api: Api) -> None:
    assert api("GET", "/gates", headers={"STATSIG-API-VERSION": "19990101"}).status_code == 200


def test_the_version_header_is_required_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(strict_version=True)

    assert api("GET", "/gates").status_code == 400
    assert api("GET", "/gates", headers={"STATSIG-API-VERSION": "20240601"}).status_code == 200


def test_an_unknown_path_is_a_404_of_the_web_framework(api: Api) -> None:
    response = api("PUT", "/gates")

    assert (response.status_code, response.json()["message"]) == (404, "Cannot PUT /console/v1/gates")


def test_errors_have_the_shape_of_the_web_framework_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(error_shape="statusCode")

    expected = {"statusCode": 404, "message": "Gate not found.", "error": "Not Found"}
    assert expected == api("GET", "/gates/none").json()
