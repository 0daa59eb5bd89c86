"""Overrides of autotunes: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import InvalidInputsError, NoSuchEndpointError, TakenError

from ..contract.project import Json, Request
from .conftest import Deployment, registrations

PATH = "/autotunes/best_banner/overrides"
DECLARED: dict[str, Any] = {
    "overrides": [statsig.ExperimentOverride(type="gate", id="staff / all", group="Red", environment="staging")],
    "user_id_overrides": [
        statsig.UserIDOverride(group="Blue", ids=["u1"]),
        statsig.UserIDOverride(group="Red", ids=["u2"], environment="production", unit_type="companyID"),
    ],
}
BY_GATE = {"type": "gate", "id": "staff / all", "groupID": "Red", "environment": "staging"}
BY_UNIT = [
    {"groupID": "Blue", "ids": ["u1"]},
    {"groupID": "Red", "ids": ["u2"], "environment": "production", "unitType": "companyID"},
]
OF_OTHERS = {
    "overrides": [{"type": "segment", "id": "beta", "groupID": "Blue"}],
    "userIDOverrides": [{"groupID": "Blue", "ids": ["u9"]}],
}


def overrides(**properties: Any) -> None:
    statsig.AutotuneOverrides("overrides", **{"autotune_id": "best_banner"} | properties)


@pytest.fixture
def emulator(deployment: Deployment) -> Emulator:
    """A project with an autotune that somebody else made."""
    variants = [{"name": name, "json": name} for name in ("Red", "Blue")]
    deployment.project.emulator.add("autotunes", {"name": "Best banner", "variants": variants})
    return deployment.project.emulator


def live(deployment: Deployment) -> Json:
    return deployment.project.client.get("autotunes/best_banner/overrides")


def put(deployment: Deployment, body: Json) -> None:
    """Somebody else adds overrides."""
    deployment.project.client.change("PATCH", "autotunes/best_banner/overrides", body)
    deployment.project.new_writes()


def queries(deployment: Deployment) -> list[tuple[str, Json]]:
    """Return the path and the query of each delete."""
    log = deployment.project.emulator.requests()["log"]
    return [(entry["path"], entry["query"]) for entry in log if entry["method"] == "DELETE"]


@pytest.mark.usefixtures("emulator")
def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    [(method, path, body)] = deployment.up(lambda: overrides(**DECLARED))
    assert (method, path, body["overrides"]) == ("POST", PATH, [BY_GATE])
    assert sorted(body["userIDOverrides"], key=str) == sorted(BY_UNIT, key=str)
    assert deployment.up(lambda: overrides(**DECLARED)) == []
    assert deployment.resources["overrides"].drift() == ()


@pytest.mark.usefixtures("emulator")
def test_destroy_takes_back_the_declared_overrides_one_by_one(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    put(deployment, OF_OTHERS)
    deployment.resources["overrides"].destroy()
    assert sorted(queries(deployment), key=str) == [
        (f"{PATH}/conditional/gate/staff%20%2F%20all", {"groupID": "Red", "environment": "staging"}),
        (f"{PATH}/userID/u1", {"groupID": "Blue"}),
        (f"{PATH}/userID/u2", {"groupID": "Red", "unitType": "companyID", "environment": "production"}),
    ]
    assert live(deployment) == OF_OTHERS


@pytest.mark.usefixtures("emulator")
@pytest.mark.parametrize("reason", ["many", "404", "405"])
def test_destroy_sends_the_rest_if_there_are_many_or_no_single_deletes(deployment: Deployment, reason: str) -> None:
    ids = [f"u{number}" for number in range(11 if reason == "many" else 2)]
    declared = DECLARED | {"user_id_overrides": [statsig.UserIDOverride(group="Blue", ids=ids)]}
    deployment.up(lambda: overrides(**declared))
    put(deployment, {"overrides": OF_OTHERS["overrides"], "userIDOverrides": [{"groupID": "Blue", "ids": ["mine"]}]})
    if reason != "many":
        message = f"Cannot DELETE /console/v1{PATH}/conditional/gate/staff"
        body = {"status": int(reason), "message": message}
        fault: dict[str, Any] = {"status": int(reason), "body": body, "times": None}
        deployment.project.emulator.fault(method="DELETE", path=f"{PATH}/*", **fault)
    rest: Request = ("POST", PATH, OF_OTHERS | {"userIDOverrides": [{"groupID": "Blue", "ids": ["mine"]}]})
    assert deployment.destroy()[-1] == rest


@pytest.mark.usefixtures("emulator")
def test_a_lost_response_to_a_single_delete_is_settled(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    deployment.project.emulator.fault(method="DELETE", path=f"{PATH}/*", kind="drop_after")
    deployment.destroy()
    assert live(deployment) == {"overrides": [], "userIDOverrides": []}


def test_overrides_of_an_autotune_that_is_gone_are_gone(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    emulator.remove("autotunes", "best_banner")
    assert {method for method, _, _ in deployment.destroy()} == {"DELETE"}


@pytest.mark.usefixtures("emulator")
def test_an_update_keeps_the_rows_that_others_added(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    put(deployment, OF_OTHERS)
    changed = DECLARED | {"user_id_overrides": [statsig.UserIDOverride(group="Blue", ids=["u1", "u3"])]}
    deployment.up(lambda: overrides(**changed))
    rows = {row["groupID"]: sorted(row["ids"]) for row in live(deployment)["userIDOverrides"]}
    assert rows == {"Blue": ["u1", "u3", "u9"]}
    assert OF_OTHERS["overrides"][0] in live(deployment)["overrides"]


@pytest.mark.usefixtures("emulator")
def test_a_create_does_not_replace_overrides_that_exist(deployment: Deployment) -> None:
    put(deployment, OF_OTHERS)
    with pytest.raises(TakenError, match="already holds values in overrides"):
        deployment.up(lambda: overrides(**DECLARED))
    assert deployment.project.new_writes() == []


def test_an_older_api_is_named_by_the_error(deployment: Deployment, emulator: Emulator) -> None:
    emulator.quirk(api_2026_10=False)
    with pytest.raises(NoSuchEndpointError, match="needs version 2026-10 of the Console API"):
        deployment.up(lambda: overrides(**DECLARED))


def test_more_ids_than_the_api_accepts_are_refused() -> None:
    units = [statsig.UserIDOverride(group="Red", ids=[str(number) for number in range(1001)])]
    with pytest.raises(InvalidInputsError, match=r"user_id_overrides\[0\].ids: "):
        registrations(lambda: overrides(user_id_overrides=units))
