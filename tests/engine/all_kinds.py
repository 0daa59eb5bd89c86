"""A program with every kind, and what it declares in each phase of its life: create, update, replace, delete."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.emulator.api.table import KINDS
from statsig_pulumi.schema.declaration import REGISTRY

RESOURCE: Final = re.compile(r"statsig\.(\w+)\(")
CHANGING: Final = """
units = [statsig.IdTypeMapping(statsig_unit_id="userID", column="u")]
source = dict(sql="select {n}", timestamp_column="ts", id_type_mapping=units)
team = statsig.Team("team", name="team", description="{n}")
tag = statsig.Tag("tag", name="tag", description="{n}")
app = statsig.TargetApp("app", name="app {n}")
segment = statsig.Segment("segment", name="segment", segment_id="segment_{id}", type="rule_based", rules=[
    statsig.Rule(name="Dutch", pass_percentage={n}, conditions=[
        statsig.Condition(type="country", operator="any", target_value=["NL"])])])
ids = statsig.Segment("ids", name="ids", segment_id="ids_{id}", type="id_list")
statsig.SegmentIDs("segment-ids", segment_id=ids.id, ids=["ana", "{n}"])
gate = statsig.Gate("gate", name="gate", gate_id="gate_{id}", description="{n}", team=team.name, is_launched={flag})
statsig.GateOverrides("gate-overrides", gate_id=gate.id, passing_user_ids=["ana", "{n}"])
statsig.GateRule("gate-rule", gate_id=gate.id, name="Staff", pass_percentage={n})
config = statsig.DynamicConfig("config", name="config", dynamic_config_id="config_{id}", description="{n}",
                               default_value={{"n": {n}}}, is_archived={flag})
statsig.DynamicConfigRule("config-rule", dynamic_config_id=config.id, name="Rest", pass_percentage=10,
                          return_value={{"n": {n}}})
layer = statsig.Layer("layer", name="layer {id}", id_type="userID", parameters=[
    statsig.LayerParameter(name="test!!!", type="number", default_value={n})])
experiment = statsig.Experiment(
    "experiment", name="experiment", experiment_id="experiment_{id}", hypothesis="{n}", control_group="B",
    layer_id=layer.id,
    groups=[statsig.Group(name="A", size=50), statsig.Group(name="B", size=50)],
    status="active", reset_trigger="{n}", delete_while_active=True,
)
statsig.ExperimentOverrides(
    "experiment-overrides", experiment_id=experiment.id,
    user_id_overrides=[statsig.UserIDOverride(group="A", ids=["ana", "{n}"], unit_type="userID")])
holdout = statsig.Holdout("holdout", name="holdout {id}", pass_percentage={n}, layer_ids=[layer.id],
                          delete_while_enabled=True)
statsig.HoldoutOverrides("holdout-overrides", holdout_id=holdout.id, passing_user_ids=["ana", "{n}"])
statsig.LayerOverrides("layer-overrides", layer_id=layer.id, id_overrides=[
    statsig.LayerIDOverride(group_name="A", ids=["ana", "{n}"], experiment_name=experiment.id)])
statsig.PulseLoad("load", experiment_id=experiment.id, triggers=["{id}"])
statsig.Alert("alert", name="alert", message="{n}", metrics=[dict(event="click")], condition="less",
              alert_threshold={n}, window_ms=60000, priority="P2", is_muted={flag}, team=team.name)
autotune = statsig.Autotune(
    "autotune", name="autotune {id}", description="{n}", success_event="click", winner_threshold="95%",
    exploration_window="24", attribution_window="1", is_started=True, delete_while_started=True,
    variants=[statsig.AutotuneVariant(name=name, json=name) for name in "AB"])
statsig.AutotuneOverrides("autotune-overrides", autotune_id=autotune.id,
                          user_id_overrides=[statsig.UserIDOverride(group="A", ids=["ana", "{n}"])])
statsig.AssignmentSource("assignment", name="assignment", experiment_id_column="e", group_id_column="g", **source)
statsig.EntityPropertySource("entities", name="entities", **source)
statsig.MetricSource("metrics", name="metrics {id}", **source)
statsig.QualifyingEvent("visits", name="visits {id}", **source)
metric = statsig.Metric("metric", name="metric {id}", description="{n}", type="sum", unit_types=["userID"],
                        metric_events=[statsig.MetricEvent(name="click")], is_verified={flag})
statsig.MetricReload("reload", metric_id=metric.metric_id, triggers=["{id}"])
statsig.User("invited", email="new@example.com", role="Member")
statsig.User("user", email="ana@example.com", role="{role}")
statsig.Key("key", type="SERVER", description="key {n}", delete_while_active=True)
statsig.Role("role", name="role {id}", permissions=statsig.RolePermissions(create_teams={flag}))
statsig.UnitIDType("unit-id-type", name="unit {id}", description="{n}")
statsig.Environments("environments", environments=[
    statsig.Environment(name="development", requires_review={flag}), statsig.Environment(name="staging"),
    statsig.Environment(name="production", is_production=True)])
statsig.ProjectSettings("project-settings", name="Project {n}")
statsig.ProjectReviewSettings("review-settings", is_metric_review_required={flag})
statsig.RoleSettings("role-settings", default_project_role="{role}")
statsig.TeamSettings("team-settings", require_teams_on_configs=False)
connection = statsig.DatabricksConnection("databricks", token="token", path="/sql/{n}", host="dbc.example.com")
ingested = statsig.IngestionSource(
    "ingestion", type="databricks", dataset="Events", source_name="orders_{id}", query="select {n}", enabled=True,
    column_mapping=statsig.ColumnMapping(event_name="event", timestamp="at"),
    opts=pulumi.ResourceOptions(depends_on=[connection]))
statsig.IngestionSchedule("schedule", dataset="Exposures", scheduled_hour_pst={n})
statsig.IngestionBackfill("backfill", type=ingested.type, dataset=ingested.dataset, source=[ingested.source_name],
                          datestamp_start="2026-01-01", datestamp_end="2026-01-03", triggers=["{id}"])
"""
EXAMPLES: Final = [REGISTRY[kind].example for kind in sorted(REGISTRY.keys() - RESOURCE.findall(CHANGING))]
"""The programs of the kinds that the first program lacks: their documentation has them, and no phase changes them."""
PROGRAM: Final = CHANGING + "\n".join(example.replace("{", "{{").replace("}", "}}") for example in EXAMPLES)
CORE_TAG: Final = "★ Core"
PHASES: Final = ("create", "update", "replace", "delete")
COLLECTIONS: Final = {kind.path.strip("/"): kind.name for kind in KINDS if kind.path}
"""The collections of the emulator, by path."""
OBJECTS: Final = Counter(
    COLLECTIONS[REGISTRY[kind].endpoint.collection]
    for example in EXAMPLES
    for kind in RESOURCE.findall(example)
    if kind in REGISTRY
) + Counter(
    {
        "teams": 1,
        "tags": 1,
        "target_app": 1,
        "segments": 2,
        "gates": 1,
        "dynamic_configs": 1,
        "experiments": 1,
        "layers": 1,
        "holdouts": 1,
        "autotunes": 1,
        "alerts": 1,
        "assignment_sources": 1,
        "entity_properties": 1,
        "metric_sources": 1,
        "metrics": 1,
        "qualifying_events": 1,
        "ingestion_sources": 1,
        "users": 2,
        "roles": 1,
        "keys": 1,
        "unit_id_types": 1,
    }
)
"""The objects that the program declares, by collection."""
KEPT: Final = {"users": 2}
"""The objects that destroy keeps, because the API cannot delete them."""
RUNS: Final = {"create": 1, "update": 1, "replace": 2, "delete": 2}
"""The runs that each job has started by the end of a phase."""
NAMES: Final = ("name", "email", "description")
BUILT_IN: Final = (CORE_TAG, "casey@example.com", "Emulator")
"""Names, addresses and descriptions of what every emulated project has."""


def program(phase: str) -> str:
    """Return the program after a phase; after the last one it declares nothing."""
    match phase:
        case "create":
            return PROGRAM.format(n=3, id="one", flag=False, role="Member")
        case "update":
            return PROGRAM.format(n=4, id="one", flag=True, role="Admin")
        case "replace":
            return PROGRAM.format(n=4, id="two", flag=True, role="Admin")
        case _:
            return ""


def prepare(emulator: Emulator) -> None:
    """Create what exists before the first run."""
    emulator.quirk(rate_limit=False)
    emulator.add("users", {"email": "ana@example.com", "role": "Member"})


def find_repeated_runs(emulator: Emulator, phase: str) -> dict[str, object]:
    """Return the runs of jobs that were started too often by the end of a phase."""
    found = {
        "backfills": [run for run in emulator.objects("ingestion_runs") if run["trigger"] == "backfill"],
        "reloads": emulator.objects("metric_reloads"),
    }
    return {job: runs for job, runs in found.items() if len(runs) > RUNS[phase]}


def find_wrong_objects(emulator: Emulator, phase: str) -> dict[str, object]:
    """Return what differs from the objects of a phase, each of which must be there once."""
    expected = KEPT if phase == "delete" else OBJECTS
    found = {
        kind: [item for item in emulator.objects(kind) if not {item.get(key) for key in NAMES} & {*BUILT_IN}]
        for kind in OBJECTS
    }
    wrong: dict[str, object] = {kind: items for kind, items in found.items() if len(items) != expected.get(kind, 0)}
    wrong |= find_repeated_runs(emulator, phase)
    if wrong or phase == "delete":
        return wrong
    gate, config, experiment = (
        next(item for item in found[f"{kind}s"] if item["name"] == kind.replace("dynamic_", ""))
        for kind in ("gate", "dynamic_config", "experiment")
    )
    id_ = "two" if phase == "replace" else "one"
    holds = {
        "gate": [gate["id"], *(rule["name"] for rule in gate["rules"])],
        "config": [config["id"], *(rule["name"] for rule in config["rules"])],
        "experiment": [experiment["id"], experiment["status"]],
    }
    declared = {
        "gate": [f"gate_{id_}", "Staff"],
        "config": [f"config_{id_}", "Rest"],
        "experiment": [f"experiment_{id_}", "active"],
    }
    return {name: value for name, value in holds.items() if value != declared[name]}
