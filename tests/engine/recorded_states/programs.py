"""Programs whose states are recorded: together they declare every kind and every form of a stored value."""

from __future__ import annotations

import re

from statsig_pulumi.schema.declaration import REGISTRY

CONFIGURATION = """
team = statsig.Team("team", name="Checkout", description="The basket", members=["ana@example.com", "ben@example.com"],
                    admins=["ana@example.com"], default_target_applications=["app"], require_reviews=False)
tag = statsig.Tag("tag", name="payments", description="Touches money")
core = statsig.Tag("core", name="★ Core")
app = statsig.TargetApp("app", name="app", description="The app")
employees = statsig.Gate(
    "employees", name="employees", description="People who work here", type="PERMANENT", team=team.name,
    is_enabled=True, tags=[tag.name],
    rules=[statsig.Rule(name="Addresses", pass_percentage=100, conditions=[
        statsig.Condition(type="email", operator="str_contains_any", target_value=["@example.com"])])],
)
gate = statsig.Gate(
    "gate", gate_id="new-checkout", name="new checkout", description=pulumi.Output.secret("hush"),
    tags=[tag.name, "rollout"], target_apps=[app.name], measure_metric_lifts=True, archive_on_delete=False,
    rules=[
        statsig.Rule(name="First", pass_percentage=33.33, environments=["production"], conditions=[
            statsig.Condition(type="passes_gate", target_value=[employees.id]),
            statsig.Condition(type="app_version", operator="version_gte", target_value=["4.2.0"]),
            statsig.Condition(type="custom_field", field="level", operator="gt", target_value=[3]),
            statsig.Condition(type="custom_field", field="level", operator="is_null"),
        ]),
        statsig.Rule(name="Everyone", pass_percentage=0, conditions=[]),
    ],
)
statsig.Gate("empty", name="empty gate", description="", tags=[], rules=[], team=None)
statsig.Gate("launched", name="launched gate", is_launched=True)
statsig.Gate("archived", name="archived gate", is_archived=True, archive_reason="Done")
adopted = statsig.Gate("adopted", name="adopted gate", opts=pulumi.ResourceOptions(import_="adopted_gate"))
statsig.GateOverrides(
    "gate-overrides", gate_id=gate.id, passing_user_ids=["u2", "u1"], failing_user_ids=[],
    environment_overrides=[statsig.EnvironmentOverride(environment="staging", unit_id="userID", passing_ids=["u3"])],
)
statsig.GateRule("gate-rule", gate_id=adopted.id, name="A tenth", pass_percentage=10, environments=["production"],
                 conditions=[statsig.Condition(type="country", operator="any", target_value=["NL"])])
config = statsig.DynamicConfig(
    "config", name="limits", description="", tags=[tag.name],
    schema='{"type": "object", "properties": {"items": {"type": "integer"}}}',
    default_value={"items": 50, "ratio": 0.5, "deep": [{"isEnabled": True}], "token": pulumi.Output.secret("hush")},
    rules=[
        statsig.ConfigRule(name="One", pass_percentage=100, return_value={"items": 200}, conditions=[
            statsig.Condition(type="passes_gate", target_value=[gate.id])]),
        statsig.ConfigRule(name="Several", variants=[
            statsig.Variant(name="A", pass_percentage=50, return_value={"items": 1}),
            statsig.Variant(name="B", pass_percentage=50, return_value_json5="{items: 2}"),
        ]),
    ],
)
ruled = statsig.DynamicConfig("ruled", dynamic_config_id="ruled", name="ruled config",
                              schema=None, default_value_json5="{a: 1, // one\\n}", is_enabled=False)
statsig.DynamicConfigRule("config-rule", dynamic_config_id=ruled.id, name="Rest", pass_percentage=100,
                          return_value={"a": 2}, conditions=[statsig.Condition(type="public")])
statsig.Gate("child", name="child gate", opts=pulumi.ResourceOptions(parent=team))
"""

EXPERIMENTS = """
audience = statsig.Gate("audience", name="audience")
layer = statsig.Layer(
    "layer", name="Homepage Feed Improvements", id_type="userID", description="", target_apps=[],
    parameters=[
        statsig.LayerParameter(name="test!!!", type="string", default_value="a", description="The flow"),
        statsig.LayerParameter(name="limits", type="object", default_value={"items": 3},
                              schema='{"required": ["items"]}'),
    ],
)
shared = statsig.Experiment("shared", name="shared", hypothesis="", layer_id=layer.id, allocation=40, groups=[
    statsig.Group(name="A", size=50, parameter_values={"test!!!": "b"}), statsig.Group(name="B", size=50)])
running = statsig.Experiment(
    "running", name="one page", hypothesis="Faster", status="active", allocation=80, duration=14, id_type="userID",
    targeting_gate_id=audience.id, control_group="Control", default_confidence_interval="95", reset_trigger="1",
    delete_while_active=True,
    groups=[
        statsig.Group(name="Control", size=50, parameter_values={"pages": 3}),
        statsig.Group(name="Test", size=50, parameter_values={"pages": 1}, description="One"),
    ],
    primary_metrics=[statsig.ExperimentMetric(name="purchase", type="event_count", direction="increase")],
    secondary_metrics=[statsig.ExperimentMetric(name="refund", type="event_count")],
    links=[statsig.Link(title="Plan", url="https://example.com/plan")],
)
GROUPS = [statsig.Group(name="A", size=50), statsig.Group(name="B", size=50)]
statsig.Experiment("setup", experiment_id="in-setup", name="in setup", hypothesis="", tags=[], groups=GROUPS)
statsig.Experiment("decided", name="decided", hypothesis="B", groups=GROUPS, status="decision_made",
                   launched_group="B", decision_reason="It sells", delete_while_active=True)
statsig.Experiment("abandoned", name="abandoned", hypothesis="B", groups=GROUPS, status="abandoned",
                   decision_reason="No time")
statsig.Experiment("archived", name="archived", hypothesis="B", groups=GROUPS, status="archived",
                   archive_reason="Old")
statsig.ExperimentOverrides(
    "overrides", experiment_id=running.id,
    overrides=[statsig.ExperimentOverride(type="gate", id=audience.id, group="Test")],
    user_id_overrides=[statsig.UserIDOverride(group="Test", ids=["qa-2", "qa-1"], unit_type="userID")],
)
statsig.LayerOverrides(
    "layer-overrides", layer_id=layer.id,
    conditional_overrides=[statsig.LayerConditionalOverride(
        type="gate", name=audience.id, experiment_name=shared.id, group_name="A")],
    id_overrides=[statsig.LayerIDOverride(group_name="A", ids=["qa-2", "qa-1"], id_type="userID")],
)
holdout = statsig.Holdout(
    "holdout", name="Long term", description="", pass_percentage=2.5, is_enabled=True, gate_ids=[audience.id],
    experiment_ids=[shared.id], layer_ids=[layer.id], is_global=False, targeting_gate_id=None, monitoring_metrics=[],
    delete_while_enabled=True,
)
statsig.HoldoutOverrides("holdout-overrides", holdout_id=holdout.id, passing_user_ids=["u1"], failing_user_ids=[])
rolled = statsig.Gate("rolled", name="rolled", rules=[
    statsig.Rule(name="Few", pass_percentage=10, conditions=[statsig.Condition(type="public")])])
statsig.PulseLoad("experiment-load", experiment_id=running.id, refresh="incremental", turbo_mode=True,
                  triggers=["a", 1], wait_minutes=5)
statsig.PulseLoad("gate-load", gate_id=rolled.id, rule="Few")
"""

WAREHOUSE = """
units = [statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id"),
         statsig.IdTypeMapping(statsig_unit_id="companyID", column="company_id")]
statsig.User("invited", email="new@example.com", role="Member", teams=["Growth"])
statsig.User("user", email="ana@example.com", role="Read Only", first_name="Ana")
statsig.AssignmentSource("assignment", name="Exposures / all", description="Who saw what", sql="select 1",
                         timestamp_column="ts", experiment_id_column="e", group_id_column="g",
                         id_type_mapping=units, scheduled_reload_hour=4, is_read_only=True, tags=["warehouse"])
statsig.EntityPropertySource("entities", name="Customers", sql="select 2", timestamp_column="day",
                             timestamp_as_day=True, id_type_mapping=units[:1], team=None)
statsig.MetricSource("metrics", name="Purchases", sql="select 3", timestamp_column="ts", id_type_mapping=units,
                     custom_field_mapping=[statsig.CustomFieldMapping(key="net", formula="a - b")])
statsig.MetricSource("table", name="Page views", source_type="table", table_name="a.views", timestamp_column="ts",
                     date_partition_column="day", id_type_mapping=units[:1])
revenue = statsig.Metric("revenue", name="Revenue / net % :: all", type="sum", unit_types=["userID"], tags=["web"],
                         metric_events=[statsig.MetricEvent(name="purchase", type="metadata", metadata_key="net")])
orders = statsig.Metric("orders", name="Orders", type="user_warehouse", scheduled_reload_hour=3, is_archived=False,
                        warehouse_native=statsig.WarehouseNativeMetric(
                            aggregation="count", metric_source_name="Purchases", cuped_attribution_window=None))
statsig.MetricReload("reload", metric_id=orders.metric_id, incremental=True, triggers=["v1"])
statsig.QualifyingEvent("visits", name="Visits / all", sql="select 5", timestamp_column="ts", id_type_mapping=units)
connection = statsig.DatabricksConnection("databricks", token=pulumi.Output.secret("hush-token"), path="/sql/1",
                                          host="dbc.example.com", verified=True)
source = statsig.IngestionSource(
    "orders", type="databricks", dataset="Events", source_name="orders", query="select 4", enabled=True,
    column_mapping=statsig.ColumnMapping(event_name="event", timestamp="at", ids={"userID": "user_id"},
                                         metadata={"country": "country"}, event_value="total"),
    opts=pulumi.ResourceOptions(depends_on=[connection]),
)
statsig.IngestionSchedule("schedule", dataset="Exposures", scheduled_hour_pst=2)
statsig.IngestionBackfill("backfill", type=source.type, dataset=source.dataset, source=[source.source_name],
                          datestamp_start="2026-01-01", datestamp_end="2026-01-03", triggers=["v1"], wait_minutes=5)
"""

SEGMENTS = """
tag = statsig.Tag("tag", name="core")
team = statsig.Team("team", name="Checkout")
segment = statsig.Segment(
    "segment", name="Dutch users", type="rule_based", description="All", tags=[tag.name], team=team.name,
    rules=[statsig.Rule(name="Country", pass_percentage=100, environments=["production"], conditions=[
        statsig.Condition(type="country", operator="any", target_value=["NL"])])],
)
statsig.Segment("others", segment_id="others", name="Other users", type="rule_based", delete_while_used=True, rules=[
    statsig.Rule(name="Not Dutch", pass_percentage=100, conditions=[
        statsig.Condition(type="fails_segment", target_value=[segment.id])])])
ids = statsig.Segment("ids", name="Some companies", type="id_list", id_type="companyID", archive_on_delete=True)
statsig.SegmentIDs("ids", segment_id=ids.id, ids=["c2", "c1"], keep_others=False)
statsig.Gate("gate", name="gate of a segment", rules=[statsig.Rule(name="Dutch", pass_percentage=100, conditions=[
    statsig.Condition(type="passes_segment", target_value=[segment.id])])])
"""

ACCESS = """
permissions = statsig.RolePermissions(create_configs=True, approve_reviews=False,
                                      more_permissions={"permission of 2030": True})
statsig.Key("key", type="SERVER", description="Shop", rotate_trigger="1", delete_while_active=True)
role = statsig.Role("role", name="Data Scientist", permissions=permissions)
statsig.User("scientist", email="ana@example.com", role="Read Only")
company = statsig.UnitIDType("company", name="companyID", description="A company")
statsig.Environments("environments", allow_removal=True, environments=[
    statsig.Environment(name="development"), statsig.Environment(name="qa", requires_review=True),
    statsig.Environment(name="production", is_production=True)])
statsig.ProjectSettings("project", name="Shop", default_unit_type=company.name)
statsig.ProjectReviewSettings("reviews", is_metric_review_required=True)
statsig.RoleSettings("roles", default_project_role="Read Only")
statsig.TeamSettings("teams", require_teams_on_configs=False)
statsig.Gate("by-company", name="by company", id_type=company.name)
"""

AUTOTUNES = """
variants = [statsig.AutotuneVariant(name="Red", json={"colour": "red", "deep": [1, 2.5]}, size=60),
            statsig.AutotuneVariant(name="Blue", json="blue")]
usual = dict(variants=variants, success_event="click", exploration_window="24hrs", attribution_window="4",
             winner_threshold="95%")
decided = statsig.Autotune("decided", name="Best banner", description="", id_type="companyID", is_started=True,
                           winner="Blue", decision_reason="It won", reset_trigger="1", feature_list=[],
                           attribution_window_unit="hour", exploration_window_rate=0.5, **usual)
statsig.Autotune("scheduled", name="Later", scheduled_start="2100-01-01T09:00:00+01:00", **usual)
statsig.AutotuneOverrides(
    "overrides", autotune_id=decided.id, overrides=[statsig.ExperimentOverride(type="gate", id="staff", group="Red")],
    user_id_overrides=[statsig.UserIDOverride(group="Blue", ids=["u2", "u1"], environment="staging")])
statsig.Alert("alert", name="Few purchases", message="Look", metrics=[{"event": "buy"}, '{"event": "click"}'],
              formula="A / B", group_bys=[statsig.AlertGroupBy(column="country", key="A")], condition="less",
              alert_threshold=0.5, warning_threshold=None, window_ms=60_000, evaluation_delay_ms=0, priority="P2",
              renotification_conditions=["warn"], tags=["shop"], is_muted=True, owner=None,
              subscribers=[statsig.AlertSubscriber(type="slackChannel", id="C1")])
"""

PROGRAMS = {
    "configuration": CONFIGURATION,
    "experiments": EXPERIMENTS,
    "warehouse": WAREHOUSE,
    "segments": SEGMENTS,
    "access": ACCESS,
    "autotunes": AUTOTUNES,
}
OTHERS = REGISTRY.keys() - re.findall(r"statsig\.(\w+)\(", "".join(PROGRAMS.values()))
if OTHERS:
    PROGRAMS["others"] = "\n".join(REGISTRY[kind].example for kind in sorted(OTHERS))
"""By name; the last one has the examples of the kinds that the others lack."""

CONSOLE_OBJECTS = {
    "configuration": [
        ("gates", {"name": "adopted gate", "isEnabled": True}),
        ("tags", {"name": "★ Core", "description": "", "isCore": True}),
    ],
    "access": [("users", {"email": "ana@example.com", "role": "Member"})],
    "warehouse": [("users", {"email": "ana@example.com", "role": "Admin"})],
}
"""Objects that the console made before the first `pulumi up`: by program, each with its collection."""
