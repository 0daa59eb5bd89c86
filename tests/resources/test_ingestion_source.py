"""Ingestion sources: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import GoneError, ImportMismatchError, InvalidInputsError, StatsigError, TakenError

from .conftest import Deployment, registrations

SELECTORS = {"type": "s3", "dataset": "Events", "source_name": "orders"}
MAPPING = {
    "unit_id": "user",
    "event_name": "what",
    "timestamp": "at",
    "ids": {"userID": "user", "stableID": "device"},
    "metadata": {"country": "country"},
    "metadata_object": "null",
    "event_value": "amount",
}
EVERYTHING = {
    **SELECTORS,
    "query": "SELECT * FROM orders",
    "column_mapping": MAPPING,
    "use_delta_sharing": True,
    "share": "a share",
    "schema": "a schema",
    "table": "a table",
    "enabled": True,
}


def source(**properties: Any) -> None:
    statsig.IngestionSource("source", **{"type": "s3", "dataset": "Events", "source_name": "orders", **properties})


def everything() -> None:
    source(
        query="SELECT * FROM orders",
        column_mapping=statsig.ColumnMapping(
            unit_id="user",
            event_name="what",
            timestamp="at",
            ids={"userID": "user", "stableID": "device"},
            metadata={"country": "country"},
            metadata_object="null",
            event_value="amount",
        ),
        use_delta_sharing=True,
        share="a share",
        schema="a schema",
        table="a table",
        enabled=True,
    )


def mapped(**columns: Any) -> statsig.ColumnMapping:
    return statsig.ColumnMapping(**{"event_name": "what", "timestamp": "at", **columns})


def live(deployment: Deployment) -> Any:
    return deployment.project.emulator.object("ingestion_sources", "s3/Events/orders")


def questions(deployment: Deployment) -> list[tuple[str, Any]]:
    """What was asked for in queries."""
    log = deployment.project.emulator.requests()["log"]
    return [(entry["method"], entry["query"]) for entry in log if entry["path"] == "/ingestion" and entry["query"]]


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", "/ingestion", EVERYTHING)]
    assert deployment.resources["source"].id == "s3/Events/orders"
    assert deployment.up(everything) == []
    assert deployment.refresh() == {"source": deployment.resources["source"].inputs}


def test_type_dataset_and_source_name_are_enough(deployment: Deployment) -> None:
    assert deployment.up(source) == [("POST", "/ingestion", SELECTORS)]
    assert deployment.resources["source"].outputs["enabled"] is False


@pytest.mark.parametrize(
    ("dataset", "columns", "writes"),
    [
        (
            "Metrics",
            {"unit_id": "u", "id_type": "t", "dateid": "d", "metric_name": "m", "numerator": "n", "denominator": "e"},
            {},
        ),
        ("Metrics", {"unit_id": "u", "id_type": "t", "dateid": "d", "metric_name": "m", "metric_value": "v"}, {}),
        ("Exposures", {"experiment": "x", "group_id": "g", "timestamp": "t"}, {"ids": {}}),
        ("Events", {"event_name": "e", "timestamp": "t", "metadata_object": "o"}, {"ids": {}}),
    ],
)
def test_a_mapping_has_the_columns_of_its_dataset(
    deployment: Deployment, dataset: str, columns: dict[str, str], writes: dict[str, Any]
) -> None:
    def program() -> None:
        source(dataset=dataset, column_mapping=statsig.ColumnMapping(**columns))

    [(_, _, body)] = deployment.up(program)
    assert body["column_mapping"] == {**columns, **writes}
    assert deployment.up(program) == []
    assert deployment.refresh() == {"source": deployment.resources["source"].inputs}


def test_the_exposures_dataset_is_read_under_its_other_name(deployment: Deployment) -> None:
    [(_, _, body)] = deployment.up(lambda: source(dataset="Exposures"))
    assert body["dataset"] == "export_exposures"
    assert deployment.resources["source"].id == "s3/export_exposures/orders"
    assert deployment.up(lambda: source(dataset="export_exposures")) == []


def test_an_update_sends_the_identity_and_the_change(deployment: Deployment) -> None:
    deployment.up(everything)
    assert deployment.up(lambda: source(enabled=False)) == [("PATCH", "/ingestion", {**SELECTORS, "enabled": False})]
    assert deployment.up(lambda: source(enabled=False, query="SELECT 1")) == [
        ("PATCH", "/ingestion", {**SELECTORS, "query": "SELECT 1"})
    ]


def test_a_changed_mapping_is_sent_in_full_with_undeclared_columns(deployment: Deployment) -> None:
    deployment.up(lambda: source(column_mapping=mapped()))
    deployment.project.emulator.edit(
        "ingestion_sources", "s3/Events/orders", {"column_mapping": {**MAPPING, "metadata_object": "extra"}}
    )
    [(_, _, body)] = deployment.up(lambda: source(column_mapping=mapped(event_value="price")))
    assert body == {
        **SELECTORS,
        "column_mapping": {**MAPPING, "metadata_object": "extra", "event_value": "price"},
    }


def test_an_empty_text_removes_a_column(deployment: Deployment) -> None:
    deployment.up(lambda: source(column_mapping=mapped(metadata_object="extra", metadata={"a": "b"}, event_value="v")))
    [(_, _, body)] = deployment.up(
        lambda: source(column_mapping=mapped(metadata_object="", metadata={}, event_value="", ids={}))
    )
    columns = {"metadata_object": "null", "metadata": {}, "event_value": "", "ids": {}}
    assert body["column_mapping"] == {"event_name": "what", "timestamp": "at", **columns}
    assert (
        deployment.up(lambda: source(column_mapping=mapped(metadata_object="null", metadata={}, event_value=""))) == []
    )


def test_drift_of_readable_properties_is_detected(deployment: Deployment) -> None:
    deployment.up(everything)
    edit = {"query": "SELECT 2", "enabled": False, "column_mapping": {"timestamp": "later"}}
    deployment.project.emulator.edit("ingestion_sources", "s3/Events/orders", edit | {"table": "another"})
    assert deployment.resources["source"].drift() == ("query", "column_mapping", "table", "enabled")


def test_unreadable_properties_are_assumed_to_be_as_declared(deployment: Deployment) -> None:
    deployment.project.reset(ingestion_data="empty")
    assert deployment.up(everything) == [("POST", "/ingestion", EVERYTHING)]
    assert deployment.up(everything) == []
    edit = {"query": "SELECT 2", "enabled": False, "column_mapping": {"timestamp": "later"}}
    deployment.project.emulator.edit("ingestion_sources", "s3/Events/orders", edit)
    assert deployment.resources["source"].drift() == ("enabled",)
    [(_, _, body)] = deployment.up(lambda: source(column_mapping=mapped(event_value="price"), enabled=True))
    columns = {"event_name": "what", "timestamp": "at", "ids": {}, "event_value": "price"}
    assert body == {**SELECTORS, "column_mapping": columns, "enabled": True}


def test_a_source_is_read_and_destroyed_by_type_dataset_and_name(deployment: Deployment) -> None:
    deployment.up(source)
    deployment.refresh()
    deployment.resources["source"].destroy()
    assert questions(deployment) == [("GET", SELECTORS), ("DELETE", SELECTORS)]
    assert deployment.project.new_writes() == [("DELETE", "/ingestion", None)]
    assert deployment.resources["source"].read() is None
    deployment.resources["source"].destroy()


def test_a_name_can_contain_slashes(deployment: Deployment) -> None:
    deployment.up(lambda: source(source_name="a/b/c"))
    assert deployment.resources["source"].id == "s3/Events/a/b/c"
    assert deployment.refresh() == {"source": deployment.resources["source"].inputs}


def test_a_source_is_adopted_by_its_id(deployment: Deployment) -> None:
    deployment.project.emulator.add("ingestion_sources", {**SELECTORS, "dataset": "Exposures", "enabled": True})
    adopted = deployment.project.resource(statsig.IngestionSource.declaration)
    inputs = {**SELECTORS, "dataset": "export_exposures", "enabled": True}
    adopted.up(inputs | {"__import": "s3/Exposures/orders"})
    assert deployment.project.new_writes() == []
    assert adopted.id == "s3/export_exposures/orders"
    assert not adopted.preview()
    other = deployment.project.resource(statsig.IngestionSource.declaration)
    with pytest.raises(ImportMismatchError, match="the program differs from it in source_name"):
        other.lifecycle.create(inputs | {"source_name": "refunds", "__import": "s3/Exposures/orders"})
    with pytest.raises(GoneError, match="the id of a source is 'type/dataset/source_name'"):
        other.lifecycle.create(inputs | {"__import": "orders"})


def test_an_existing_source_of_the_same_name_is_unchanged(deployment: Deployment) -> None:
    deployment.project.emulator.add("ingestion_sources", SELECTORS)
    with pytest.raises(TakenError, match=r"to manage it here, import the id .s3/Events/orders."):
        deployment.up(source)
    assert live(deployment)["enabled"] is False


@pytest.mark.parametrize("was_there", [True, False])
def test_a_lost_response_creates_no_second_source_and_adopts_no_other(deployment: Deployment, was_there: bool) -> None:
    emulator = deployment.project.reset(ingestion_data="empty").emulator
    if was_there:
        emulator.add("ingestion_sources", SELECTORS)
    emulator.fault(method="POST", path="/ingestion", status=502, applied=True)
    if was_there:
        with pytest.raises(TakenError):
            deployment.up(source)
    else:
        assert deployment.up(source) == [("POST", "/ingestion", SELECTORS)]
    emulator.clear_faults()


@pytest.mark.parametrize(
    ("warehouse", "how"),
    [("databricks", "declare a DatabricksConnection"), ("athena", "connect athena to the project")],
)
def test_an_error_without_a_connection_explains_how_to_create_one(
    deployment: Deployment, warehouse: str, how: str
) -> None:
    deployment.project.reset(connected_types=[])
    with pytest.raises(StatsigError, match=f"Ingestion of type {warehouse} not found.; {how}"):
        deployment.up(lambda: source(type=warehouse))


def test_a_source_is_replaced_before_it_is_deleted_unless_its_id_stays(deployment: Deployment) -> None:
    deployment.up(source)
    resource = deployment.resources["source"]
    for properties, name, first in (
        ({"type": "athena"}, "type", False),
        ({"dataset": "Exposures"}, "dataset", False),
        ({"source_name": "refunds"}, "source_name", False),
        ({"use_delta_sharing": True}, "use_delta_sharing", True),
    ):
        inputs = resource.check({**SELECTORS, **properties})
        assert resource.lifecycle.diff(resource.outputs, inputs).replaces == (name,)
        assert resource.lifecycle.deletes_before_replacing(resource.outputs, inputs) is first


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"type": "mysql"}, "type: input should be 'redshift'"),
        ({"dataset": "entity_properties"}, "dataset: input should be 'Events'"),
        ({"source_name": ""}, "source_name: string should have at least 1 character"),
        ({"use_delta_sharing": False}, "use_delta_sharing: input should be True"),
        ({"column_mapping": {"event_name": "e"}}, "column_mapping.timestamp: is required for Events"),
        (
            {"column_mapping": mapped(dateid="d")},
            "column_mapping.dateid: is not a column of Events; allowed are event_name",
        ),
        ({"column_mapping": mapped(), "dataset": "Metrics"}, "column_mapping.metric_name: is required for Metrics"),
        ({"column_mapping": mapped(), "dataset": "Exposures"}, "column_mapping.group_id: is required for export_exp"),
        ({"column_mapping": mapped(ids={"userID": 3})}, "column_mapping.ids.userID: input should be a valid string"),
    ],
)
def test_invalid_inputs_fail_in_the_constructor(properties: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: source(**properties))
    assert words in str(error.value)
