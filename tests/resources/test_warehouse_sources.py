"""What metric, assignment and entity property sources have in common: program in, exact requests out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import TakenError
from statsig_pulumi.resources.bases.warehouse_source import WarehouseSource
from statsig_pulumi.schema.declaration import REGISTRY

from .conftest import Deployment, registrations

SQL = "SELECT * FROM shop.users\n"
OPTIONAL = {
    "description": "Made by hand",
    "tags": ["checkout", "web"],
    "isReadOnly": True,
    "team": "Growth",
    "owner": {"ownerID": "u1", "ownerType": "USER", "ownerName": "Ana", "ownerEmail": "ana@example.com"},
}
UNIT = statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")


@dataclass(frozen=True)
class Kind:
    """One kind of source, with its smallest program and the body that it sends."""

    resource: type[WarehouseSource]
    collection: str
    path: str
    item: str
    properties: dict[str, Any]
    body: dict[str, Any]
    missing_status: str = ""
    """The quirk with the status that answers a read of a missing source; empty if the list answers it."""

    def declare(self, **properties: Any) -> None:
        usual = {"name": "Orders", "sql": "SELECT 1", "id_type_mapping": [UNIT]}
        self.resource("source", **usual | self.properties | properties)

    @property
    def minimal(self) -> dict[str, Any]:
        """The body of the smallest program."""
        units = [{"statsigUnitID": "userID", "column": "user_id"}]
        return {"name": "Orders", "sql": "SELECT 1", "idTypeMapping": units} | self.body


METRICS = Kind(
    statsig.MetricSource,
    "metric_sources",
    "/metrics/metric_source",
    "/metrics/metric_source/Orders",
    {"timestamp_column": "ts"},
    {"timestampColumn": "ts"},
    "metric_source_missing_status",
)
ASSIGNMENTS = Kind(
    statsig.AssignmentSource,
    "assignment_sources",
    "/experiments/assignment_sources",
    "/experiments/assignment_source/Orders",
    {"timestamp_column": "ts", "experiment_id_column": "experiment", "group_id_column": "variant"},
    {"timestampColumn": "ts", "experimentIDColumn": "experiment", "groupIDColumn": "variant"},
)
PROPERTIES = Kind(
    statsig.EntityPropertySource,
    "entity_properties",
    "/experiments/entity_properties",
    "/experiments/entity_property/Orders",
    {},
    {},
    "entity_property_missing_status",
)


def named(kind: Kind) -> str:
    return kind.resource.__name__


every_kind = pytest.mark.parametrize("kind", [METRICS, ASSIGNMENTS, PROPERTIES], ids=named)
with_owner = pytest.mark.parametrize("kind", [METRICS, ASSIGNMENTS], ids=named)
any_missing_status = pytest.mark.parametrize(
    ("kind", "status"),
    [(METRICS, 404), (METRICS, 400), (ASSIGNMENTS, None), (PROPERTIES, 404), (PROPERTIES, 400)],
)


def set_missing_status(deployment: Deployment, kind: Kind, status: int | None) -> None:
    if status is not None:
        deployment.project.emulator.quirk(**{kind.missing_status: status})


@every_kind
def test_a_query_and_its_columns_are_enough(deployment: Deployment, kind: Kind) -> None:
    assert deployment.up(kind.declare) == [("POST", kind.path, kind.minimal)]
    assert deployment.resources["source"].id == "Orders"
    assert deployment.resources["source"].outputs["owner"]["owner_type"] == "SDK_KEY"


@every_kind
@pytest.mark.parametrize("resets", [False, True])
def test_undeclared_properties_keep_the_console_values(deployment: Deployment, kind: Kind, resets: bool) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(source_update_resets=resets)
    deployment.up(kind.declare)
    emulator.edit(kind.collection, "Orders", OPTIONAL)
    before = emulator.object(kind.collection, "Orders")
    deployment.up(lambda: kind.declare(sql=SQL))
    assert emulator.object(kind.collection, "Orders") == before | {"sql": SQL}


@any_missing_status
def test_a_deleted_source_is_created_again(deployment: Deployment, kind: Kind, status: int | None) -> None:
    set_missing_status(deployment, kind, status)
    assert deployment.up(kind.declare) == [("POST", kind.path, kind.minimal)]
    deployment.project.emulator.remove(kind.collection, "Orders")
    assert deployment.resources.pop("source").read() is None
    assert deployment.up(kind.declare) == [("POST", kind.path, kind.minimal)]


@any_missing_status
@pytest.mark.parametrize("message", ["Name is already in use", "A source of this name exists"])
def test_a_taken_name_is_an_error_and_the_object_is_unchanged(
    deployment: Deployment, kind: Kind, status: int | None, message: str
) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(source_name_taken=message)
    set_missing_status(deployment, kind, status)
    made = emulator.add(kind.collection, kind.minimal | {"description": "Made by hand"})
    with pytest.raises(TakenError, match="import the id 'Orders'"):
        deployment.up(kind.declare)
    assert emulator.object(kind.collection, "Orders") == made


@every_kind
def test_a_source_whose_response_is_lost_is_created_once(deployment: Deployment, kind: Kind) -> None:
    deployment.project.emulator.fault(kind="drop_after", method="POST", path=kind.path)
    assert deployment.up(kind.declare) == [("POST", kind.path, kind.minimal)]


@every_kind
def test_an_older_source_is_not_adopted_after_a_lost_request(deployment: Deployment, kind: Kind) -> None:
    emulator = deployment.project.emulator
    made = emulator.add(kind.collection, kind.minimal)
    emulator.fault(kind="drop_before", method="POST", path=kind.path)
    with pytest.raises(TakenError):
        deployment.up(kind.declare)
    assert emulator.object(kind.collection, "Orders") == made


@every_kind
def test_a_source_is_imported_by_name_without_a_write(deployment: Deployment, kind: Kind) -> None:
    deployment.project.emulator.add(kind.collection, kind.minimal | OPTIONAL)
    resource = deployment.project.resource(REGISTRY[named(kind)])
    [(_, _, inputs)] = registrations(kind.declare)
    resource.up(inputs | {"__import": "Orders"})
    assert deployment.project.new_writes() == []
    assert (resource.id, resource.drift()) == ("Orders", ())


@every_kind
def test_destroy_sends_one_delete_by_name(deployment: Deployment, kind: Kind) -> None:
    deployment.up(kind.declare)
    assert deployment.destroy() == [("DELETE", kind.item, None)]


@every_kind
def test_a_flag_that_was_never_set_is_false(deployment: Deployment, kind: Kind) -> None:
    deployment.up(lambda: kind.declare(is_read_only=True))
    deployment.project.emulator.edit(kind.collection, "Orders", {"isReadOnly": None})
    assert deployment.resources["source"].drift() == ("is_read_only",)
    assert deployment.up(lambda: kind.declare(is_read_only=False)) == []


@with_owner
def test_an_owner_without_properties_matches_any_owner(deployment: Deployment, kind: Kind) -> None:
    deployment.up(lambda: kind.declare(owner=statsig.Owner()))
    before = deployment.resources["source"].inputs
    assert before["owner"] == {}
    assert {"source": before} == deployment.refresh()
    [(_, _, body)] = deployment.up(lambda: kind.declare(owner=statsig.Owner(owner_id="u1", owner_type="USER")))
    assert body["owner"] == {"ownerID": "u1", "ownerType": "USER"}
