"""Warehouse sources on the real engine: created, edited in the console, dry run, renamed, destroyed."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

SOURCES = """
user = statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")
metrics = statsig.MetricSource(
    "metrics", name="{metrics}", sql="{sql}", timestamp_column="ts", id_type_mapping=[user], tags=["b", "a"],
)
statsig.MetricSource(
    "table", name="Events", source_type="table", table_name="shop.events", timestamp_column="ts",
    id_type_mapping=[user], is_read_only=False, owner=statsig.Owner(),
    opts=pulumi.ResourceOptions(replace_on_changes=["table_name"]),
)
assigned = statsig.AssignmentSource(
    "assigned", name="{assigned}", sql="{sql}", timestamp_column="ts", experiment_id_column="experiment",
    group_id_column="variant", id_type_mapping=[user], scheduled_reload_hour=None,
)
statsig.EntityPropertySource(
    "properties", name="Countries", sql="{sql}", id_type_mapping=[user], team="Shop",
)
pulumi.export("assigned", assigned.name)
"""
KINDS = {"metric_sources": 2, "assignment_sources": 1, "entity_properties": 1}
SAID = "Statsig's dry run failed: SQL compilation error: syntax error: unexpected 'SELEC '."


def program(sql: str = "SELECT 1", metrics: str = "Purchases", assigned: str = "Exposures") -> str:
    return SOURCES.format(sql=sql, metrics=metrics, assigned=assigned)


def counted(emulator: Emulator) -> dict[str, int]:
    return {kind: len(emulator.objects(kind)) for kind in KINDS}


def test_sources_settle_after_updates_drift_and_renames(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(program()).up()
    assert counted(emulator) == KINDS
    stack.preview_is_empty()
    stack.refresh_is_empty()

    # Undeclared: left alone. Declared: seen, and put right.
    emulator.edit("metric_sources", "Purchases", {"description": "Ana's", "isVerified": True})
    emulator.edit("assignment_sources", "Exposures", {"groupIDColumn": "arm", "description": "Ana's"})
    stack.refresh("--diff")
    assert "~ group_id_column" in " ".join(stack.preview("--diff").text.replace(":", " ").split())
    wire.requests()
    stack.up()
    assert wire.written() == ["PATCH /experiments/assignment_source/Exposures: groupIDColumn"]

    # A query is sent with the rest of its source, where the API has no other way.
    stack.program(program("SELECT 2", assigned="Who saw what")).up()
    assert wire.written() == [
        "POST /experiments/assignment_source/Exposures: description experimentIDColumn groupIDColumn idTypeMapping"
        " name sql timestampColumn",
        "POST /experiments/entity_property/Countries: idTypeMapping sql team",
        "POST /metrics/metric_source/Purchases: description idTypeMapping isVerified sql tags timestampColumn",
    ]
    assert emulator.object("metric_sources", "Purchases")["description"] == "Ana's"
    assert emulator.object("assignment_sources", "Who saw what")["description"] == "Ana's"
    assert stack.output("assigned") == "Who saw what"
    stack.preview_is_empty()
    stack.refresh_is_empty()

    # A metric source is known by its name: another name is another source.
    stack.program(program("SELECT 2", metrics="Sales", assigned="Who saw what")).up()
    assert [source["name"] for source in emulator.objects("metric_sources")] == ["Events", "Sales"]
    stack.destroy()
    assert counted(emulator) == dict.fromkeys(KINDS, 0)


def test_a_query_that_the_warehouse_rejects_fails_the_preview(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.quirk(sql_errors="SELEC ")
    stack.program(program("SELEC 1")).preview()
    assert wire.written() == []  # nobody asked for it

    stack.run("config", "set", "statsig:validateOnPreview", "true")
    assert SAID in stack.preview(ok=False)  # the engine stops at the first
    assert counted(emulator) == dict.fromkeys(KINDS, 0)

    stack.program(program()).up()
    before = {kind: emulator.objects(kind) for kind in KINDS}
    stack.preview_is_empty()
    wire.requests()
    assert SAID in stack.program(program("SELEC 1")).preview(ok=False)
    assert all(entry["body"]["dryRun"] for entry in wire.writes())
    assert before == {kind: emulator.objects(kind) for kind in KINDS}

    # A replacement is tried as the new source that it is.
    stack.program(program(metrics="Sales")).preview()
    assert wire.written() == [
        "POST /metrics/metric_source: dryRun idTypeMapping name sql timestampColumn",
    ]
    # One that keeps its name is in its own way only until it is deleted.
    answer = stack.program(program().replace("shop.events", "shop.events_2")).up()
    assert "warning: MetricSource 'Events' was not validated: POST /metrics/metric_source answered 400" in answer
    assert emulator.object("metric_sources", "Events")["tableName"] == "shop.events_2"
    stack.preview_is_empty()
