"""Databricks connections: program in, exact requests out, and the token stays secret."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import GoneError, InvalidInputsError, StatsigError

from .conftest import Deployment, registrations

PATH = "/ingestion/connection/databricks"
SECRET = "[redacted]"
"""What the emulator's log has in place of what is secret."""
GIVEN = {"token": "hush-token", "host": "dbc-1.cloud.databricks.com", "path": "/sql/1.0/warehouses/1"}
BODY = GIVEN | {"token": SECRET}


def connection(**properties: Any) -> None:
    statsig.DatabricksConnection("connection", **{**GIVEN, **properties})


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    def everything() -> None:
        connection(token=pulumi.Output.secret("hush-token"), delta_sharing_credentials="hush-file", verified=True)

    body = BODY | {"deltaSharingCredentials": SECRET, "verified": True}
    assert deployment.up(everything) == [("POST", PATH, body)]
    assert deployment.resources["connection"].id == "databricks"
    assert deployment.up(everything) == []


def test_the_secrets_are_secret_in_every_form_of_input() -> None:
    [(_, _, inputs)] = registrations(lambda: connection(delta_sharing_credentials="hush-file"))
    assert inputs["__secret"] == ["delta_sharing_credentials", "token"]


def test_any_change_sends_every_declared_property(deployment: Deployment) -> None:
    deployment.up(connection)
    assert deployment.up(lambda: connection(path="/sql/2")) == [("POST", PATH, BODY | {"path": "/sql/2"})]
    assert deployment.up(lambda: connection(path="/sql/2", token="hush-other")) == [
        ("POST", PATH, BODY | {"path": "/sql/2"})
    ]


def test_a_read_keeps_the_state(deployment: Deployment) -> None:
    deployment.up(connection)
    resource = deployment.resources["connection"]
    before = dict(resource.outputs)
    deployment.project.emulator.remove("ingestion_connections", "databricks")
    assert deployment.refresh() == {"connection": {**GIVEN, "__secret": ["token"]}}
    assert resource.outputs == before
    assert not resource.preview()


def test_destroy_keeps_the_object_and_reports_it(deployment: Deployment) -> None:
    deployment.up(connection)
    report = deployment.resources["connection"].reporter.messages
    assert deployment.destroy() == []
    assert [line for line in report if "is kept in Statsig" in line] == report != []


def test_it_cannot_be_imported_or_read(deployment: Deployment) -> None:
    resource = deployment.project.resource(statsig.DatabricksConnection.declaration)
    _, problems = resource.lifecycle.check({**GIVEN, "__import": "databricks"}, new=True)
    assert ["Omit import_" in str(problem) for problem in problems] == [True]
    with pytest.raises(GoneError):
        resource.lifecycle.create({**GIVEN, "__import": "databricks"})
    with pytest.raises(GoneError, match="cannot be read: the API does not return it"):
        resource.lifecycle.read("databricks", {})
    assert deployment.project.new_writes() == []


def test_an_error_that_repeats_a_secret_is_redacted(deployment: Deployment) -> None:
    words = "hush-token is not valid, nor is hush-file."
    deployment.project.emulator.fault(method="POST", path=PATH, status=400, body={"status": 400, "message": words})
    with pytest.raises(StatsigError) as error:
        deployment.up(lambda: connection(delta_sharing_credentials="hush-file"))
    assert "[secret] is not valid, nor is [secret]." in str(error.value)
    assert "hush" not in repr(error.value)


@pytest.mark.parametrize("name", ["token", "host", "path"])
def test_problems_do_not_contain_the_secrets(name: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: connection(**{name: ""}))
    assert f"{name}: string should have at least 1 character" in str(error.value)
    assert "hush" not in str(error.value)
