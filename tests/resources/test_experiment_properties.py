"""Each property of an experiment: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.schema.declaration import REGISTRY

from .conftest import Deployment

PATH = "/experiments/new_checkout"
METRIC: dict[str, Any] = {"name": "checkout_done", "type": "event_count"}
SAMPLING = {"status": "pending", "metric": {"name": "revenue", "startDate": "2026-01-01", "endDate": "2026-01-31"}}
EVERYTHING: dict[str, Any] = {
    "name": "New checkout",
    "id": "new_checkout_2",
    "description": "The checkout of 2026",
    "idType": "userID",
    "tags": ["checkout", "web"],
    "targetApps": ["android", "web"],
    "team": "Core",
    "creatorID": "u1",
    "creatorEmail": "ana@example.com",
    "groups": [
        {
            "name": "Control",
            "size": 33.3,
            "parameterValues": {},
            "description": "As it is",
            "disabled": False,
            "foreignGroupID": "a",
            "highlighted": True,
        },
        {"name": "Short", "size": 66.7, "parameterValues": {"steps": 2, "help": {"open": True}}},
    ],
    "hypothesis": "Fewer steps sell more",
    "links": [{"url": "https://example.com/checkout", "title": "Plan"}, {"url": "https://example.com"}],
    "allocation": 12.5,
    "layerID": "checkout_layer",
    "targetingGateID": "adults",
    "duration": 28,
    "targetExposures": 10_000,
    "primaryMetrics": [METRIC | {"direction": "increase", "hypothesizedValue": 2.5}],
    "secondaryMetrics": [METRIC],
    "otherMetrics": [METRIC],
    "primaryMetricTags": ["core", "money"],
    "secondaryMetricTags": ["web"],
    "defaultConfidenceInterval": "90",
    "sequentialTesting": True,
    "bonferroniCorrection": True,
    "bonferroniCorrectionPerMetric": True,
    "benjaminiHochbergPerVariant": True,
    "benjaminiHochbergPerMetric": True,
    "benjaminiPrimaryMetricsOnly": True,
    "analyticsType": "bayesian",
    "manualQualityScores": [
        {"criteriaName": "POWER", "status": "PASSED", "criteriaDescription": "Enough", "score": 10, "weight": 0.5}
    ],
    "stratifiedSampling": SAMPLING,
    "fixedAnalysisDuration": 7,
    "isSidecar": False,
    "secondaryIDType": "companyID",
    "identifierMappingMode": "strictOneToOne",
    "identityResolutionSource": "accounts",
    "assignmentSourceName": "exposures",
    "assignmentSourceExperimentName": "checkout_2026",
    "assignmentSourceFilters": [{"condition": "in", "column": "country", "values": ["NL", "BE"]}],
    "isAnalysisOnly": True,
    "analysisEndTime": "2026-12-31T00:00:00.000Z",
    "allocationDuration": 14,
    "cohortedAnalysisDuration": 7,
    "cohortedMetricsMatureAfterEnd": True,
    "cohortWaitUntilEndToInclude": True,
    "scheduledReloadHour": 0,
    "scheduledReloadType": "incremental",
    "scheduledReloadDays": [0, 3],
    "turboMode": True,
    "externalEvents": [{"name": "Sale", "timestamp": 1_767_225_600_000}],
    "userBuckets": [3, 1, 2],
    "defaultRollupWindow": -1,
    "defaultChanceToBeatThreshold": 0.95,
    "bayesianPriors": [{"metric": METRIC, "priorMean": 0, "priorStdDev": 1.5}],
    "defaultSPRTPowerParam": 80,
    "defaultSPRTMDE": 2.5,
    "sprtBaselineMode": "manual",
    "sprtMDESettings": [
        {
            "metricKey": "checkout_done::event_count",
            "groupSettings": [{"groupKey": "Short", "mde": 1, "mean": 0.5, "stdDev": 0.1}],
        }
    ],
    "preComputedUserDimensions": [{"name": "plan", "propertySource": "accounts"}],
    "cureCovariates": [METRIC],
    "enabledNonProdEnvironments": ["development", "staging"],
}
DECLARED: dict[str, Any] = {
    "name": "New checkout",
    "experiment_id": "new_checkout_2",
    "description": "The checkout of 2026",
    "status": "setup",
    "delete_while_active": True,
    "archive_reason": "done",
    "archive_on_delete": True,
    "analysis_start_time": "2026-01-01T00:00:00.000Z",
    "remove_targeting": False,
    "reset_trigger": "1",
    "id_type": "userID",
    "tags": ["web", "checkout"],
    "target_apps": ["web", "android"],
    "team": "Core",
    "creator_id": "u1",
    "creator_email": "ana@example.com",
    "groups": [
        statsig.Group(
            name="Control", size=33.3, description="As it is", disabled=False, foreign_group_id="a", highlighted=True
        ),
        statsig.Group(name="Short", size=66.7, parameter_values={"steps": 2, "help": {"open": True}}),
    ],
    "control_group": "Control",
    "hypothesis": "Fewer steps sell more",
    "links": [
        statsig.Link(url="https://example.com/checkout", title="Plan"),
        statsig.Link(url="https://example.com"),
    ],
    "allocation": 12.5,
    "layer_id": "checkout_layer",
    "targeting_gate_id": "adults",
    "duration": 28,
    "target_exposures": 10_000,
    "primary_metrics": [
        statsig.ExperimentMetric(name="checkout_done", type="event_count", direction="increase", hypothesized_value=2.5)
    ],
    "secondary_metrics": [statsig.ExperimentMetric(**METRIC)],
    "other_metrics": [statsig.ExperimentMetric(**METRIC)],
    "primary_metric_tags": ["money", "core"],
    "secondary_metric_tags": ["web"],
    "default_confidence_interval": "90",
    "sequential_testing": True,
    "bonferroni_correction": True,
    "bonferroni_correction_per_metric": True,
    "benjamini_hochberg_per_variant": True,
    "benjamini_hochberg_per_metric": True,
    "benjamini_primary_metrics_only": True,
    "analytics_type": "bayesian",
    "manual_quality_scores": [
        statsig.ManualQualityScore(
            criteria_name="POWER", status="PASSED", criteria_description="Enough", score=10, weight=0.5
        )
    ],
    "stratified_sampling": statsig.StratifiedSampling(
        status="pending",
        metric=statsig.SamplingMetric(name="revenue", start_date="2026-01-01", end_date="2026-01-31"),
    ),
    "fixed_analysis_duration": 7,
    "is_sidecar": False,
    "secondary_id_type": "companyID",
    "identifier_mapping_mode": "strictOneToOne",
    "identity_resolution_source": "accounts",
    "assignment_source_name": "exposures",
    "assignment_source_experiment_name": "checkout_2026",
    "assignment_source_filters": [
        statsig.AssignmentSourceFilter(condition="in", column="country", match_values=["NL", "BE"])
    ],
    "is_analysis_only": True,
    "analysis_end_time": "2026-12-31T00:00:00.000Z",
    "allocation_duration": 14,
    "cohorted_analysis_duration": 7,
    "cohorted_metrics_mature_after_end": True,
    "cohort_wait_until_end_to_include": True,
    "scheduled_reload_hour": 0,
    "scheduled_reload_type": "incremental",
    "scheduled_reload_days": [3, 0],
    "turbo_mode": True,
    "external_events": [statsig.ExternalEvent(name="Sale", timestamp=1_767_225_600_000)],
    "user_buckets": [3, 1, 2],
    "default_rollup_window": -1,
    "default_chance_to_beat_threshold": 0.95,
    "bayesian_priors": [statsig.BayesianPrior(metric=statsig.PriorMetric(**METRIC), prior_mean=0, prior_std_dev=1.5)],
    "default_sprt_power_param": 80,
    "default_sprt_mde": 2.5,
    "sprt_baseline_mode": "manual",
    "sprt_mde_settings": [
        statsig.SprtMetric(
            metric_key="checkout_done::event_count",
            group_settings=[statsig.SprtGroup(group_key="Short", mde=1, mean=0.5, std_dev=0.1)],
        )
    ],
    "pre_computed_user_dimensions": [statsig.UserDimension(name="plan", property_source="accounts")],
    "cure_covariates": [statsig.Covariate(**METRIC)],
    "enabled_non_prod_environments": ["staging", "development"],
}


def experiment(**properties: Any) -> None:
    statsig.Experiment("experiment", **{"name": "New checkout"} | properties)


def everything(**properties: Any) -> None:
    experiment(**DECLARED | properties)


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    apart = {"launched_group", "decision_reason", "team_id"}
    assert apart | DECLARED.keys() == REGISTRY["Experiment"].inputs.keys()
    assert deployment.up(everything) == [("POST", "/experiments", EVERYTHING)]
    assert deployment.up(everything) == []
    before = deployment.resources["experiment"].inputs
    assert {"experiment": before} == deployment.refresh()


def test_units_are_stratified_by_a_property_or_a_file(deployment: Deployment) -> None:
    by_property = statsig.SamplingProperty(property_source_name="accounts", column="plan")
    by_file = statsig.SamplingCsv(original="units.csv", identifier="f1")
    assert deployment.up(
        lambda: experiment(
            stratified_sampling=statsig.StratifiedSampling(status="success", entity_property_source=by_property)
        )
    )[0][2]["stratifiedSampling"] == {
        "status": "success",
        "entityPropertySource": {"propertySourceName": "accounts", "column": "plan"},
    }
    sampling = {"status": "error", "csv": {"original": "units.csv", "identifier": "f1"}}
    assert [("PATCH", PATH, {"stratifiedSampling": sampling})] == deployment.up(
        lambda: experiment(stratified_sampling=statsig.StratifiedSampling(status="error", csv=by_file))
    )


@pytest.mark.parametrize(
    ("properties", "writes"),
    [
        ({"name": "Checkout 3"}, {"name": "Checkout 3"}),
        ({"description": "Two"}, {"description": "Two"}),
        ({"tags": ["web", "new"]}, {"tags": ["new", "web"]}),
        ({"team": "Growth"}, {"team": "Growth"}),
        ({"id_type": "companyID"}, {"idType": "companyID"}),
        ({"links": [statsig.Link(url="https://example.com")]}, {"links": [{"url": "https://example.com"}]}),
        ({"allocation": 100}, {"allocation": 100}),
        ({"targeting_gate_id": "everyone"}, {"targetingGateID": "everyone"}),
        ({"other_metrics": []}, {"otherMetrics": []}),
        ({"primary_metric_tags": ["core"]}, {"primaryMetricTags": ["core"]}),
        ({"default_confidence_interval": "95"}, {"defaultConfidenceInterval": "95"}),
        ({"analytics_type": "sprt"}, {"analyticsType": "sprt"}),
        ({"bonferroni_correction": False}, {"bonferroniCorrection": False}),
        ({"scheduled_reload_days": [6]}, {"scheduledReloadDays": [6]}),
        ({"analysis_end_time": "2027-01-31T00:00:00.000Z"}, {"analysisEndTime": "2027-01-31T00:00:00.000Z"}),
        ({"user_buckets": [1, 2, 3]}, {"userBuckets": [1, 2, 3]}),
        ({"default_sprt_mde": 3}, {"defaultSPRTMDE": 3}),
    ],
    ids=lambda properties: next(iter(properties)),
)
def test_an_update_of_one_property_sends_only_that_property(
    deployment: Deployment, properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    deployment.up(everything)
    assert [("PATCH", f"{PATH}_2", writes)] == deployment.up(lambda: everything(**properties))


@pytest.mark.parametrize(
    "properties", [{"archive_reason": "new"}, {"remove_targeting": False}, {"archive_on_delete": True}]
)
def test_local_properties_are_not_sent(deployment: Deployment, properties: dict[str, Any]) -> None:
    deployment.up(experiment)
    assert deployment.up(lambda: experiment(**properties)) == []


def test_explicit_empty_values_clear_the_properties(deployment: Deployment) -> None:
    deployment.up(everything)
    texts = ("description", "hypothesis")
    lists = (
        *("tags", "target_apps", "links", "primary_metrics", "secondary_metrics", "other_metrics"),
        *("primary_metric_tags", "secondary_metric_tags", "manual_quality_scores", "assignment_source_filters"),
        *("scheduled_reload_days", "external_events", "user_buckets", "bayesian_priors", "sprt_mde_settings"),
        *("pre_computed_user_dimensions", "cure_covariates", "enabled_non_prod_environments"),
    )
    nulls = (
        *("team", "targeting_gate_id", "stratified_sampling", "secondary_id_type", "identity_resolution_source"),
        *("is_analysis_only", "allocation_duration", "scheduled_reload_hour"),
    )
    empty: dict[str, Any] = dict.fromkeys(texts, "") | {name: [] for name in lists} | dict.fromkeys(nulls)
    wires = {name: p.wire for name, p in REGISTRY["Experiment"].inputs.items()}
    assert [("PATCH", f"{PATH}_2", {wires[name]: value for name, value in empty.items()})] == deployment.up(
        lambda: everything(**empty)
    )
    assert deployment.up(lambda: everything(**empty)) == []
    before = deployment.resources["experiment"].inputs
    assert {"experiment": before} == deployment.refresh()


def test_expected_metric_changes_are_sent_with_their_list(deployment: Deployment) -> None:
    def program(direction: Any) -> None:
        experiment(primary_metrics=[statsig.ExperimentMetric(**METRIC, direction=direction)])

    deployment.up(lambda: program("increase"))
    assert deployment.up(lambda: program("decrease")) == [
        ("PATCH", PATH, {"primaryMetrics": [METRIC | {"direction": "decrease"}]})
    ]
