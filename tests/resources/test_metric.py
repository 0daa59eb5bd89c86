"""Metrics: program in, exact requests out."""

from __future__ import annotations

import re
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, RejectedError, StatsigError
from statsig_pulumi.settings import Policy

from .conftest import Deployment, registrations

PATH = "/metrics"
ODD = "Checkout: CPU % / user :: total (p.1-2_3)"
ODD_PATH = f"{PATH}/Checkout%3A%20CPU%20%25%20%2F%20user%20%3A%3A%20total%20%28p.1-2_3%29%3A%3Asum"
ITEM = f"{PATH}/Revenue%3A%3Asum"
EVENTS = [{"name": "purchase", "type": "value"}]
SUM = {"name": "Revenue", "type": "sum", "unitTypes": ["userID"], "metricEvents": EVENTS}
WAREHOUSE_ITEM = f"{PATH}/Orders%3A%3Auser_warehouse"
CRITERION = statsig.MetricCriterion(type="metadata", column="plan", condition="in", target_values=["pro", "team"])
CRITERION_BODY = {"type": "metadata", "column": "plan", "condition": "in", "values": ["pro", "team"]}


def revenue(**properties: Any) -> None:
    """A metric of a cloud project, with what is required."""
    usual: dict[str, Any] = {"name": "Revenue", "type": "sum", "unit_types": ["userID"]}
    usual["metric_events"] = [statsig.MetricEvent(name="purchase", type="value")]
    values = {name: value for name, value in {**usual, **properties}.items() if value != "omitted"}
    statsig.Metric("metric", **values)


def orders(*, is_archived: bool | None = None, **warehouse_native: Any) -> None:
    """A metric of a warehouse-native project."""
    more = {} if is_archived is None else {"is_archived": is_archived}
    definition: dict[str, Any] = {"aggregation": "count", "metric_source_name": "Orders", **warehouse_native}
    native = statsig.WarehouseNativeMetric(**definition)
    statsig.Metric("metric", name="Orders", type="user_warehouse", warehouse_native=native, **more)


def problems(**properties: Any) -> dict[str, str]:
    """Return what is wrong with the program, by place."""
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: revenue(**properties))
    return {problem.place: problem.reason for problem in error.value.problems}


def test_every_property_of_a_cloud_metric_is_sent(deployment: Deployment) -> None:
    deployment.project.emulator.add("users", {"email": "ana@example.com", "id": "u1", "firstName": "Ana"})

    def program() -> None:
        revenue(
            name=ODD,
            description="What people pay",
            directionality="decrease",
            tags=["web", "checkout"],
            unit_types=["userID", "companyID"],
            metric_events=[
                statsig.MetricEvent(name="purchase", type="metadata", metadata_key="net", criteria=[CRITERION])
            ],
            rollup_time_window="custom",
            custom_roll_up_start=1,
            custom_roll_up_end=7,
            is_verified=True,
            is_read_only=True,
            is_permanent=True,
            team="Growth",
            owner=statsig.MetricOwner(email="ana@example.com"),
        )

    body = {
        "name": ODD,
        "type": "sum",
        "description": "What people pay",
        "directionality": "decrease",
        "tags": ["checkout", "web"],
        "unitTypes": ["companyID", "userID"],
        "metricEvents": [
            {"name": "purchase", "type": "metadata", "metadataKey": "net", "criteria": [CRITERION_BODY]},
        ],
        "rollupTimeWindow": "custom",
        "customRollUpStart": 1,
        "customRollUpEnd": 7,
        "isVerified": True,
        "isReadOnly": True,
        "isPermanent": True,
        "team": "Growth",
    }
    owner = {"owner": {"email": "ana@example.com"}}
    assert deployment.up(program) == [("POST", PATH, body), ("POST", ODD_PATH, owner)]
    assert deployment.up(program) == []
    before = deployment.resources["metric"].inputs
    assert deployment.refresh() == {"metric": before}
    assert deployment.resources["metric"].id == f"{ODD}::sum"


WAREHOUSE: dict[str, tuple[Any, Any]] = {
    "numerator_aggregation": ("sum", "sum"),
    "denominator_aggregation": ("count_distinct", "count_distinct"),
    "criteria": ([CRITERION], [CRITERION_BODY]),
    "value_column": ("amount", "amount"),
    "denominator_metric_source_name": ("Users", "Users"),
    "denominator_criteria": ([CRITERION], [CRITERION_BODY]),
    "denominator_value_column": ("n", "n"),
    "components": (
        [statsig.MetricComponent(operator="-", aggregation="sum", metric_source_name="Refunds", name="refunds")],
        [{"operator": "-", "aggregation": "sum", "metricSourceName": "Refunds", "name": "refunds"}],
    ),
    "allow_null_ratio_denominator": (True, True),
    "rollup_time_window": ("custom", "custom"),
    "custom_roll_up_start": (0, 0),
    "custom_roll_up_end": (7, 7),
    "custom_rollup_measure_in_minutes": (True, True),
    "denominator_rollup_time_window": ("daily", "daily"),
    "denominator_custom_rollup_start": (0, 0),
    "denominator_custom_rollup_end": (3, 3),
    "denominator_custom_rollup_measure_in_minutes": (False, False),
    "wait_for_cohort_window": (True, True),
    "funnel_events": (
        [statsig.WarehouseFunnelEvent(name="Cart", metric_source_name="Orders", session_identifier_field="session")],
        [{"name": "Cart", "metricSourceName": "Orders", "sessionIdentifierField": "session"}],
    ),
    "funnel_calculation_window": (14, 14),
    "funnel_count_distinct": ("sessions", "sessions"),
    "funnel_start_criteria": ("exposure", "exposure"),
    "funnel_strict_ordering": (True, True),
    "funnel_use_exposure_as_first_event": (False, False),
    "funnel_timestamp_allowance_ms": (500, 500),
    "funnel_time_to_convert": (True, True),
    "only_include_users_with_conversion_event": (True, True),
    "metric_dimension_columns": (["country", "plan"], ["country", "plan"]),
    "metric_dimension_limits": (
        [statsig.MetricDimensionLimit(name="country", limit=20)],
        [{"name": "country", "limit": 20}],
    ),
    "metric_bake_days": (3, 3),
    "loading_window": (90, 90),
    "value_threshold": (10.5, 10.5),
    "percentile": (0.95, 0.95),
    "cap": (1000, 1000),
    "winsorization_low": (0.01, 0.01),
    "winsorization_high": (0.99, 0.99),
    "winsorization_low_denominator": (0, 0),
    "winsorization_high_denominator": (1, 1),
    "cuped_attribution_window": (7, 7),
    "use_log_transform": (True, True),
    "log_transform_base": (None, None),
    "use_secondary_retention_event": (True, True),
    "retention_end": (14, 14),
    "retention_length": (7, 7),
    "surrogate_metric_mse": (0.2, 0.2),
}
"""By property of the definition, a value and its form in the request."""


def test_every_field_of_a_warehouse_native_metric_is_sent(deployment: Deployment) -> None:
    def program() -> None:
        orders(**{name: value for name, (value, _) in WAREHOUSE.items()})

    fields = statsig.WarehouseNativeMetric.properties
    assert {*WAREHOUSE, "aggregation", "metric_source_name", "metric_sources"} == set(fields)
    sent = {fields[name].wire: body for name, (_, body) in WAREHOUSE.items()}
    body = {"aggregation": "count", "metricSourceName": "Orders", **sent}
    assert deployment.up(program) == [
        ("POST", PATH, {"name": "Orders", "type": "user_warehouse", "warehouseNative": body})
    ]
    assert deployment.up(program) == []


def test_sources_of_2026_are_sent_with_their_criteria(deployment: Deployment) -> None:
    sources = [statsig.MetricSourceSelection(metric_source_name="Orders", value_column="amount")]
    native = statsig.WarehouseNativeMetric(aggregation="sum", metric_sources=sources)
    [(_, _, body)] = deployment.up(
        lambda: statsig.Metric("metric", name="Orders", type="user_warehouse", warehouse_native=native)
    )
    expected = [{"metricSourceName": "Orders", "valueColumn": "amount", "criteria": []}]
    assert body["warehouseNative"] == {"aggregation": "sum", "metricSources": expected}


@pytest.mark.parametrize("is_replaced", [True, False])
def test_an_update_keeps_what_the_program_omits_of_the_definition(deployment: Deployment, is_replaced: bool) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(nested_replaced=is_replaced)
    deployment.up(orders)
    stored = emulator.object("metrics", "Orders::user_warehouse")["warehouseNative"]
    emulator.edit("metrics", "Orders::user_warehouse", {"warehouseNative": stored | {"metricBakeDays": 3}})
    definition = {"aggregation": "count", "metricSourceName": "Orders", "cap": 9, "metricBakeDays": 3}
    assert deployment.up(lambda: orders(cap=9)) == [("POST", WAREHOUSE_ITEM, {"warehouseNative": definition})]
    assert emulator.object("metrics", "Orders::user_warehouse")["warehouseNative"] == definition


def test_an_update_does_not_send_sources_in_both_forms(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(metric_sources_derived=True)
    deployment.up(orders)
    definition = {"aggregation": "count", "metricSourceName": "Refunds"}
    assert deployment.up(lambda: orders(metric_source_name="Refunds")) == [
        ("POST", WAREHOUSE_ITEM, {"warehouseNative": definition})
    ]


@pytest.mark.parametrize(
    ("properties", "body"),
    [
        ({"description": "What people pay"}, {"description": "What people pay"}),
        ({"directionality": "decrease"}, {"directionality": "decrease"}),
        ({"tags": ["web"]}, {"tags": ["web"]}),
        ({"unit_types": ["companyID"]}, {"unitTypes": ["companyID"]}),
        ({"is_verified": True}, {"isVerified": True}),
        ({"is_read_only": True}, {"isReadOnly": True}),
        ({"is_permanent": True}, {"isPermanent": True}),
        ({"team": "Core"}, {"team": "Core"}),
        ({"team_id": "growth-team"}, {"teamID": "growth-team"}),
        ({"owner": statsig.MetricOwner(owner_id="u7")}, {"owner": {"ownerID": "u7"}}),
    ],
)
def test_an_update_sends_the_changed_property_alone(
    deployment: Deployment, properties: dict[str, Any], body: dict[str, Any]
) -> None:
    assert deployment.up(revenue) == [("POST", PATH, SUM)]
    assert deployment.up(lambda: revenue(**properties)) == [("POST", ITEM, body)]


@pytest.mark.parametrize(
    ("before", "after", "body"),
    [
        ({"tags": ["web"]}, {"tags": []}, {"tags": []}),
        ({"description": "a"}, {"description": ""}, {"description": ""}),
        ({"team": "Core"}, {"team": None}, {"team": None}),
    ],
)
def test_an_empty_value_clears(
    deployment: Deployment, before: dict[str, Any], after: dict[str, Any], body: dict[str, Any]
) -> None:
    deployment.up(lambda: revenue(**before))
    assert deployment.up(lambda: revenue(**after)) == [("POST", ITEM, body)]


def test_what_a_colleague_changed_stays_if_it_is_not_declared(deployment: Deployment) -> None:
    deployment.up(revenue)
    deployment.project.emulator.edit("metrics", "Revenue::sum", {"description": "Ana's"})
    deployment.up(lambda: revenue(tags=["web"]))
    assert deployment.project.emulator.object("metrics", "Revenue::sum")["description"] == "Ana's"


@pytest.mark.parametrize("keeps_id", [False, True])
def test_a_new_name_renames_the_metric(deployment: Deployment, keeps_id: bool) -> None:
    deployment.project.emulator.quirk(metric_rename_keeps_id=keeps_id)
    deployment.up(revenue)
    assert deployment.up(lambda: revenue(name=ODD)) == [("POST", ITEM, {"name": ODD})]
    path = ITEM if keeps_id else ODD_PATH
    assert deployment.up(lambda: revenue(name=ODD, description="d")) == [("POST", path, {"description": "d"})]
    assert [metric["name"] for metric in deployment.project.emulator.objects("metrics")] == [ODD]
    assert deployment.destroy() == [("DELETE", path, None)]


def test_a_name_that_the_api_ignores_is_a_warning(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(metric_renames=False)
    deployment.up(revenue)
    resource = deployment.resources["metric"]
    resource.up(resource.inputs | {"name": "Sales"})
    assert "warning: Metric 'Sales': Statsig accepted name but holds another value" in resource.reporter.messages


def test_a_new_type_replaces_the_metric(deployment: Deployment) -> None:
    deployment.up(revenue)
    resource = deployment.resources["metric"]
    changed = resource.inputs | {"type": "mean"}
    assert resource.preview(changed).replaces == ("type",)
    assert not resource.lifecycle.deletes_before_replacing(resource.outputs, changed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("metric_events", [{"name": "refund"}]),
        ("rollup_time_window", "max"),
        ("custom_roll_up_start", 2),
        ("custom_roll_up_end", 3),
    ],
)
def test_a_changed_definition_of_a_cloud_metric_is_refused(deployment: Deployment, name: str, value: Any) -> None:
    deployment.up(revenue)
    resource = deployment.resources["metric"]
    with pytest.raises(InvalidInputsError, match=f"{name}: "):
        resource.preview(resource.inputs | {name: value})
    assert deployment.project.new_writes() == []


def test_a_metric_is_archived_and_unarchived_within_a_day(deployment: Deployment) -> None:
    deployment.up(revenue)
    assert deployment.up(lambda: revenue(is_archived=True)) == [("PUT", f"{ITEM}/schedule_archive", None)]
    assert deployment.up(lambda: revenue(is_archived=True)) == []
    assert deployment.up(lambda: revenue(is_archived=False)) == [("PUT", f"{ITEM}/cancel_archive", None)]
    assert deployment.project.emulator.object("metrics", "Revenue::sum")["archiveState"] is None


@pytest.mark.parametrize("status", [404, 400])
def test_an_archived_metric_is_unarchived_if_nothing_is_scheduled(deployment: Deployment, status: int) -> None:
    deployment.project.emulator.quirk(metric_archive_grace=False, metric_cancel_archive_status=status)
    created = deployment.up(lambda: revenue(is_archived=True))
    assert created == [("POST", PATH, SUM), ("PUT", f"{ITEM}/schedule_archive", None)]
    unarchived = [("PUT", f"{ITEM}/cancel_archive", None), ("PUT", f"{ITEM}/unarchive", None)]
    assert deployment.up(lambda: revenue(is_archived=False)) == unarchived
    assert deployment.project.emulator.object("metrics", "Revenue::sum")["archiveState"] is None


def test_destroy_archives_the_metric_if_that_is_declared(deployment: Deployment) -> None:
    deployment.up(lambda: revenue(archive_on_delete=True, is_permanent=True))
    assert deployment.destroy() == [("PUT", f"{ITEM}/schedule_archive", None)]
    deployment.up(lambda: revenue(name="Archived", archive_on_delete=True, is_archived=True))
    assert deployment.destroy() == []


def test_a_metric_that_an_experiment_uses_is_not_deleted(deployment: Deployment) -> None:
    deployment.up(revenue)
    metrics = [{"name": "Revenue", "type": "sum"}]
    deployment.project.emulator.add("experiments", {"name": "One page", "secondaryMetrics": metrics})
    with pytest.raises(StatsigError, match=r"^Metric 'Revenue' is used by Experiment 'One page' and was not") as e:
        deployment.resources["metric"].destroy()
    assert "declare archive_on_delete=True or delete_while_used=True" in str(e.value)
    deployment.up(lambda: revenue(delete_while_used=True))
    assert deployment.destroy() == [("DELETE", ITEM, None)]


def test_a_permanent_metric_is_not_deleted(deployment: Deployment) -> None:
    deployment.up(lambda: revenue(is_permanent=True))
    with pytest.raises(StatsigError, match=r"^Metric 'Revenue' is permanent and was not deleted: set is_permanent"):
        deployment.resources["metric"].destroy()
    deployment.up(lambda: revenue(is_permanent=False))
    assert deployment.destroy() == [("DELETE", ITEM, None)]


def test_a_refused_delete_names_the_metrics_that_use_it(deployment: Deployment) -> None:
    deployment.up(revenue)
    part = {"name": "Revenue", "type": "sum"}
    deployment.project.emulator.add(
        "metrics", {"name": "All", "type": "composite_sum", "metricComponentMetrics": [part]}
    )
    with pytest.raises(StatsigError, match=r"^Metric 'Revenue' is used by Metric 'All' and was not deleted"):
        deployment.resources["metric"].destroy()
    with pytest.raises(StatsigError, match=r"answered 400: .*; first remove the references from metric 'All'$"):
        deployment.resources["metric"].destroy(delete_while_used=True)


def test_a_metric_that_gates_holdouts_and_teams_use_is_not_deleted(deployment: Deployment) -> None:
    deployment.up(revenue)
    emulator, used = deployment.project.emulator, [{"name": "Revenue", "type": "sum"}]
    emulator.add("gates", {"name": "checkout", "rules": [], "monitoringMetrics": used})
    emulator.add("gates", {"name": "other", "rules": [], "monitoringMetrics": [{"name": "Revenue", "type": "mean"}]})
    emulator.add("holdouts", {"name": "Half year", "monitoringMetrics": used})
    emulator.edit("teams", "core-team", {"defaultExperimentPrimaryMetrics": used})
    users = "Gate 'checkout', Holdout 'Half year', Team 'Core'"
    with pytest.raises(StatsigError, match=f"^Metric 'Revenue' is used by {users} and was not deleted"):
        deployment.resources["metric"].destroy()
    assert deployment.project.new_writes() == []


def test_what_the_key_may_not_read_does_not_keep_a_metric(deployment: Deployment) -> None:
    deployment.up(revenue)
    deployment.project.emulator.fault(path="/users/teams", status=403, times=None)
    assert deployment.destroy() == [("DELETE", ITEM, None)]
    deployment.project.emulator.clear_faults()


@pytest.mark.parametrize(
    "events",
    [
        [statsig.MetricEvent(name="purchase", type="value", criteria=[CRITERION])],
        [statsig.MetricEvent(name="other", criteria=[CRITERION]), statsig.MetricEvent(name="purchase", type="value")],
    ],
)
def test_a_definition_that_the_console_changed_can_be_declared_as_it_is(deployment: Deployment, events: Any) -> None:
    deployment.up(revenue)
    resource = deployment.resources["metric"]
    edited = [
        {"name": event["name"]}
        | ({"type": "value"} if "type" in event else {})
        | ({"criteria": [CRITERION_BODY]} if "criteria" in event else {})
        for event in events
    ]
    resource.edit_in_console({"metricEvents": edited})
    resource.inputs = resource.refresh()
    assert deployment.up(lambda: revenue(metric_events=events)) == []
    assert deployment.up(lambda: revenue(metric_events=events, description="x")) == [
        ("POST", ITEM, {"description": "x"})
    ]
    with pytest.raises(InvalidInputsError, match="metric_events: the API can set it only when it creates the object"):
        deployment.up(lambda: revenue(metric_events=[statsig.MetricEvent(name="third")]))


def test_a_definition_that_the_console_changed_back_is_no_reason_to_refuse_an_update(deployment: Deployment) -> None:
    deployment.up(revenue)
    resource = deployment.resources["metric"]
    resource.edit_in_console({"metricEvents": [{"name": "other"}]})
    resource.inputs = resource.refresh()
    with pytest.raises(InvalidInputsError, match="metric_events: the API can set it only when it creates the object"):
        deployment.up(lambda: revenue(description="x"))
    resource.edit_in_console({"metricEvents": EVENTS})
    assert deployment.up(lambda: revenue(description="x")) == [("POST", ITEM, {"description": "x"})]


def sum_of(name: str, *components: str) -> tuple[str, dict[str, Any]]:
    """Return a resource with a metric that is computed from others."""
    parts = [{"name": each, "type": "composite_sum"} for each in components]
    inputs = {"name": name, "type": "composite_sum", "unit_types": ["userID"], "metric_component_metrics": parts}
    return f"urn:{name}", inputs


@pytest.mark.parametrize(
    ("metrics", "circle"),
    [
        ([("Metric A", "Metric B", "x"), ("Metric B", "Metric A", "x")], "'Metric B' .* 'Metric A' .* 'Metric B'"),
        (
            [("Metric A", "Metric B", "x"), ("Metric B", "y", "Metric C"), ("Metric C", "x", "Metric A")],
            "'Metric C' .* 'Metric A' .* 'Metric B' .* 'Metric C'",
        ),
        ([("Metric A", "Metric B", "Metric C"), ("Metric B", "Metric C", "x"), ("Metric C", "x", "y")], ""),
    ],
)
def test_a_circle_over_several_metrics_of_the_program_is_refused_at_the_preview(
    deployment: Deployment, metrics: list[tuple[str, ...]], circle: str
) -> None:
    lifecycle, found = deployment.project.resource(statsig.Metric.declaration).lifecycle, []
    for urn, inputs in (sum_of(*metric) for metric in metrics):
        found += lifecycle.check(inputs | {"__resource": urn}, new=True)[1]
    assert len(found) == bool(circle)
    assert all(re.search(f"^metric_component_metrics: makes a circle: {circle}$", str(problem)) for problem in found)


def test_metrics_of_one_name_and_several_types_live_side_by_side(deployment: Deployment) -> None:
    def program() -> None:
        revenue()
        events = [statsig.MetricEvent(name="purchase")]
        statsig.Metric("other", name="Revenue", type="mean", unit_types=["userID"], metric_events=events)

    deployment.up(program)
    assert deployment.up(program) == []
    assert [metric["id"] for metric in deployment.project.emulator.objects("metrics")] == [
        "Revenue::sum",
        "Revenue::mean",
    ]


def test_scheduled_reloads_are_set_after_the_create_and_cleared(deployment: Deployment) -> None:
    def program(**schedule: Any) -> None:
        native = statsig.WarehouseNativeMetric(aggregation="count", metric_source_name="Orders")
        statsig.Metric("metric", name="Orders", type="user_warehouse", warehouse_native=native, **schedule)

    native = {"aggregation": "count", "metricSourceName": "Orders"}
    assert deployment.up(lambda: program(scheduled_reload_hour=3, scheduled_reload_days=[5, 1])) == [
        ("POST", PATH, {"name": "Orders", "type": "user_warehouse", "warehouseNative": native}),
        ("POST", WAREHOUSE_ITEM, {"scheduledReloadHour": 3, "scheduledReloadDays": [1, 5]}),
    ]
    assert deployment.up(lambda: program(scheduled_reload_hour=None, scheduled_reload_days=[])) == [
        ("POST", WAREHOUSE_ITEM, {"scheduledReloadHour": None, "scheduledReloadDays": None}),
    ]


PROBLEMS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"metric_events": []}, {"metric_events": "is required with type='sum'"}),
    ({"unit_types": "omitted", "type": "mean"}, {"unit_types": "is required with type='mean'"}),
    (
        {"type": "event_user"},
        {"metric_events[0].criteria": "is required with type='event_user', or []"},
    ),
    (
        {"type": "funnel", "metric_events": "omitted", "funnel_count_distinct": "users"}
        | {"funnel_event_list": [{"name": "a", "type": "event_count"}]},
        {
            "funnel_event_list": "needs at least two steps",
            "funnel_event_list[0].type": "must be event_dau or event_user in a funnel of users",
        },
    ),
    (
        {"type": "composite_sum", "metric_component_metrics": [{"name": "Revenue", "type": "composite_sum"}]},
        {
            "metric_component_metrics": "needs at least two metrics with type='composite_sum'",
            "metric_component_metrics[0]": "is the metric itself: name another metric",
        },
    ),
    ({"type": "percentile"}, {"percentile": "is required with type='percentile'"}),
    (
        {"percentile": 0.5},
        {"percentile": "is not for type='sum': omit it, or set type to 'percentile'"},
    ),
    (
        {"warehouse_native": {"aggregation": "sum"}},
        {"warehouse_native": "is not for type='sum': omit it, or set type to 'user_warehouse'"},
    ),
    (
        {"type": "user_warehouse"},
        {
            "warehouse_native": "is required with type='user_warehouse'",
            "metric_events": "is not for type='user_warehouse': declare the definition in warehouse_native",
        },
    ),
    (
        {"metric_events": [{"name": "a", "criteria": [{"type": "value", "condition": ">"}]}]},
        {"metric_events[0].criteria[0].target_values": "needs at least one value with condition='>'"},
    ),
    ({"team": "Core", "team_id": "core-team"}, {"team_id": "conflicts with team: set only one of them"}),
]


@pytest.mark.parametrize(("properties", "expected"), PROBLEMS)
def test_a_metric_that_its_type_does_not_allow_is_refused(properties: dict[str, Any], expected: dict[str, str]) -> None:
    assert problems(**properties) == expected


@pytest.mark.parametrize("name", ["abc", "a" * 201, "Umsätze", "a_b?c"])
def test_a_name_that_the_api_rejects_is_refused(name: str) -> None:
    assert set(problems(name=name)) == {"name"}


def test_sources_in_two_forms_are_refused() -> None:
    native = {"metric_sources": [{"metric_source_name": "a"}], "metric_source_name": "a"}
    found = problems(type="user_warehouse", metric_events="omitted", warehouse_native=native)
    assert found == {
        "warehouse_native.metric_source_name": "conflicts with metric_sources, which it would replace: set only one"
    }


def test_a_preview_validates_a_new_and_a_changed_metric_by_a_dry_run(deployment: Deployment) -> None:
    emulator = deployment.project.emulator
    emulator.add("metric_sources", {"name": "Orders"})
    [(_, _, inputs)] = registrations(lambda: orders(value_column="SELEC amount"))
    resource = deployment.project.resource(statsig.Metric.declaration)
    resource.context.policy = Policy(validate_on_preview=True)
    _, found = resource.lifecycle.check(inputs, new=True)
    assert found == []
    body = {"aggregation": "count", "metricSourceName": "Orders", "valueColumn": "SELEC amount"}
    identity = {"name": "Orders", "type": "user_warehouse"}
    assert deployment.project.new_writes() == [("POST", PATH, {**identity, "warehouseNative": body, "dryRun": True})]
    assert emulator.objects("metrics") == []
    resource.up({**inputs, "validate_on_preview": False})
    deployment.project.new_writes()
    emulator.quirk(sql_errors="SELEC")
    changed = {**resource.inputs, "description": "d", "validate_on_preview": True}
    changed["warehouse_native"] = changed["warehouse_native"] | {"cap": 1}
    with pytest.raises(InvalidInputsError, match="Statsig's dry run failed: SQL compilation error"):
        resource.preview(changed)
    sent = {"description": "d", "warehouseNative": body | {"cap": 1}, "dryRun": True}
    assert deployment.project.new_writes() == [("POST", WAREHOUSE_ITEM, sent)]


def test_a_dry_run_that_fails_without_its_source_is_a_warning(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(sql_errors="SELEC")
    [(_, _, inputs)] = registrations(lambda: orders(value_column="SELEC"))
    resource = deployment.project.resource(statsig.Metric.declaration)
    resource.context.policy = Policy(validate_on_preview=True)
    _, found = resource.lifecycle.check(inputs, new=True)
    assert found == []
    assert any("was not validated" in message for message in resource.reporter.warnings)


def test_a_lost_response_to_a_create_makes_no_second_metric(deployment: Deployment) -> None:
    deployment.project.emulator.fault(method="POST", path="/metrics", times=1, kind="drop_after")
    assert deployment.up(revenue) == [("POST", PATH, SUM)]
    assert len(deployment.project.emulator.objects("metrics")) == 1


def test_what_statsig_rejects_is_an_error(deployment: Deployment) -> None:
    deployment.up(revenue)
    deployment.project.emulator.fault(
        method="PUT", path="/metrics/Revenue::sum/schedule_archive", kind="status", status=400
    )
    with pytest.raises(RejectedError):
        deployment.up(lambda: revenue(is_archived=True))
