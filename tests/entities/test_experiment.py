"""The witness of experiments: program in, exact JSON on the wire."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.declaration import REGISTRY
from statsig_pulumi.errors import ImportMismatchError, InvalidInputsError, StatsigError, TakenError
from statsig_pulumi.values import NONE

from .conftest import Witness, registered

PATH = "/experiments/new_checkout"
METRIC = {"name": "checkout_done", "type": "event_count"}
SAMPLING = {"status": "pending", "metric": {"name": "revenue", "startDate": "2026-01-01", "endDate": "2026-01-31"}}
EVERYTHING = {
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


def experiment(**given: Any) -> None:
    statsig.Experiment("experiment", **{"name": "New checkout"} | given)


def everything(**given: Any) -> None:
    experiment(**DECLARED | given)


def refused(**given: Any) -> dict[str, str]:
    """What is wrong with the program, by place."""
    with pytest.raises(InvalidInputsError) as error:
        registered(lambda: experiment(**given))
    return {problem.place: problem.reason for problem in error.value.problems}


def test_every_property_is_in_the_one_post(witness: Witness) -> None:
    apart = {"launched_group", "decision_reason", "team_id"}
    assert apart | DECLARED.keys() == REGISTRY["Experiment"].inputs.keys()
    assert witness.up(everything) == [("POST", "/experiments", EVERYTHING)]
    assert witness.up(everything) == []
    before = witness.resources["experiment"].inputs
    assert {"experiment": before} == witness.refresh()


def test_a_name_is_enough(witness: Witness) -> None:
    assert witness.up(experiment) == [("POST", "/experiments", {"name": "New checkout"})]
    assert witness.resources["experiment"].id == "new_checkout"


def test_units_are_stratified_by_a_property_or_a_file(witness: Witness) -> None:
    by_property = statsig.SamplingProperty(property_source_name="accounts", column="plan")
    by_file = statsig.SamplingCsv(original="units.csv", identifier="f1")
    assert witness.up(
        lambda: experiment(
            stratified_sampling=statsig.StratifiedSampling(status="success", entity_property_source=by_property)
        )
    )[0][2]["stratifiedSampling"] == {
        "status": "success",
        "entityPropertySource": {"propertySourceName": "accounts", "column": "plan"},
    }
    sampling = {"status": "error", "csv": {"original": "units.csv", "identifier": "f1"}}
    assert [("PATCH", PATH, {"stratifiedSampling": sampling})] == witness.up(
        lambda: experiment(stratified_sampling=statsig.StratifiedSampling(status="error", csv=by_file))
    )


@pytest.mark.parametrize(
    ("given", "sent"),
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
    ids=lambda given: next(iter(given)),
)
def test_an_update_of_one_property_sends_that_alone(
    witness: Witness, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    witness.up(everything)
    assert [("PATCH", f"{PATH}_2", sent)] == witness.up(lambda: everything(**given))


@pytest.mark.parametrize("given", [{"archive_reason": "new"}, {"remove_targeting": False}, {"archive_on_delete": True}])
def test_what_is_meant_for_this_package_is_not_sent(witness: Witness, given: dict[str, Any]) -> None:
    witness.up(experiment)
    assert witness.up(lambda: experiment(**given)) == []


def test_empty_values_clear(witness: Witness) -> None:
    witness.up(everything)
    texts = ("description", "hypothesis")
    lists = ("tags", "target_apps", "links", "primary_metrics", "secondary_metrics", "other_metrics")
    lists += ("primary_metric_tags", "secondary_metric_tags", "manual_quality_scores", "assignment_source_filters")
    lists += ("scheduled_reload_days", "external_events", "user_buckets", "bayesian_priors", "sprt_mde_settings")
    lists += ("pre_computed_user_dimensions", "cure_covariates", "enabled_non_prod_environments")
    nulls = ("team", "targeting_gate_id", "stratified_sampling", "secondary_id_type", "identity_resolution_source")
    nulls += ("is_analysis_only", "allocation_duration", "scheduled_reload_hour")
    empty: dict[str, Any] = dict.fromkeys(texts, "") | {name: [] for name in lists} | dict.fromkeys(nulls)
    wires = {name: p.wire for name, p in REGISTRY["Experiment"].inputs.items()}
    assert [("PATCH", f"{PATH}_2", {wires[name]: value for name, value in empty.items()})] == witness.up(
        lambda: everything(**empty)
    )
    assert witness.up(lambda: everything(**empty)) == []
    before = witness.resources["experiment"].inputs
    assert {"experiment": before} == witness.refresh()


def test_what_is_not_declared_stays_as_the_console_has_it(witness: Witness) -> None:
    emulator = witness.project.emulator
    witness.up(experiment)
    edit = {"hypothesis": "Ana's", "duration": 3, "primaryMetrics": [METRIC], "tags": ["ana"]}
    emulator.edit("experiments", "new_checkout", edit)
    assert witness.resources["experiment"].drift() == ()
    assert witness.up(lambda: experiment(description="Ours")) == [("PATCH", PATH, {"description": "Ours"})]
    live = emulator.object("experiments", "new_checkout")
    assert {name: live[name] for name in edit} == edit


def test_metrics_that_came_from_tags_are_no_drift(witness: Witness) -> None:
    def program() -> None:
        experiment(
            primary_metrics=[statsig.ExperimentMetric(**METRIC)],
            primary_metric_tags=["core"],
            secondary_metric_tags=["web"],
        )

    witness.up(program)
    of_tag = [METRIC, {"name": "revenue", "type": "sum"}]
    witness.project.emulator.edit("experiments", "new_checkout", {"primaryMetrics": of_tag, "secondaryMetrics": of_tag})
    assert witness.resources["experiment"].drift() == ()
    witness.project.emulator.edit("experiments", "new_checkout", {"primaryMetrics": of_tag[1:]})
    assert witness.resources["experiment"].drift() == ("primary_metrics",)
    assert witness.up(program) == [("PATCH", PATH, {"primaryMetrics": [METRIC]})]


def test_what_is_expected_of_a_metric_is_changed_with_its_list(witness: Witness) -> None:
    def program(direction: Any) -> None:
        experiment(primary_metrics=[statsig.ExperimentMetric(**METRIC, direction=direction)])

    witness.up(lambda: program("increase"))
    assert witness.up(lambda: program("decrease")) == [
        ("PATCH", PATH, {"primaryMetrics": [METRIC | {"direction": "decrease"}]})
    ]


def test_metrics_that_a_console_user_added_are_drift_where_no_tags_are_declared(witness: Witness) -> None:
    witness.up(lambda: experiment(primary_metrics=[statsig.ExperimentMetric(**METRIC)], primary_metric_tags=[]))
    more = [METRIC, {"name": "revenue", "type": "sum"}]
    witness.project.emulator.edit("experiments", "new_checkout", {"primaryMetrics": more})
    assert witness.resources["experiment"].drift() == ("primary_metrics",)


@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.parametrize("given", [{}, {"layer_id": None}])
def test_an_implicit_layer_is_no_layer(witness: Witness, is_shown: bool, given: dict[str, Any]) -> None:
    witness.project.emulator.quirk(implicit_layer_id=is_shown)
    assert witness.up(lambda: experiment(**given)) == [("POST", "/experiments", {"name": "New checkout"})]
    resource = witness.resources["experiment"]
    assert resource.outputs.get("layer_id") in (None, NONE)
    assert resource.drift() == ()


def test_another_layer_or_id_makes_a_new_experiment(witness: Witness) -> None:
    witness.up(experiment)
    resource = witness.resources["experiment"]
    assert resource.preview(resource.inputs | {"layer_id": "checkout_layer"}).replaces == ("layer_id",)
    assert resource.preview(resource.inputs | {"experiment_id": "checkout"}).replaces == ("experiment_id",)
    assert resource.preview(resource.inputs | {"experiment_id": "new_checkout"}).replaces == ()


def test_a_name_that_is_taken_is_refused_and_not_touched(witness: Witness) -> None:
    made = witness.project.emulator.add("experiments", {"id": "new_checkout", "name": "New checkout"})
    with pytest.raises(TakenError, match=r'import_="new_checkout"'):
        witness.up(lambda: experiment(description="Ours"))
    assert witness.project.emulator.object("experiments", "new_checkout") == made


def test_an_experiment_is_imported_as_it_is_and_never_changed_by_that(witness: Witness) -> None:
    made = {"id": "new_checkout", "name": "New checkout", "status": "active", "hypothesis": "Ana's"}
    witness.project.emulator.add("experiments", made)
    [(_, _, inputs)] = registered(lambda: experiment(status="active", control_group="Control"))
    resource = witness.project.resource(REGISTRY["Experiment"])
    resource.up(inputs | {"__import": "new_checkout"})
    assert (resource.id, resource.drift(), witness.project.sent()) == ("new_checkout", (), [])
    with pytest.raises(ImportMismatchError, match="it differs from the program in status"):
        witness.project.resource(REGISTRY["Experiment"]).lifecycle.create(
            inputs | {"status": "setup", "__import": "new_checkout"}
        )


def test_an_experiment_that_is_gone_is_made_again(witness: Witness) -> None:
    witness.up(experiment)
    witness.project.emulator.remove("experiments", "new_checkout")
    assert witness.resources.pop("experiment").read() is None
    assert witness.up(experiment) == [("POST", "/experiments", {"name": "New checkout"})]


def test_a_destroy_is_one_delete_or_an_archive_where_that_is_asked_for(witness: Witness) -> None:
    witness.up(experiment)
    assert witness.destroy() == [("DELETE", PATH, None)]
    witness.up(lambda: experiment(archive_on_delete=True))
    assert witness.destroy() == [("PUT", f"{PATH}/archive", {})]


def test_an_active_experiment_is_not_deleted_without_being_told_to(witness: Witness) -> None:
    witness.up(lambda: experiment(status="active"))
    words = (
        "Experiment 'New checkout' is active, and was not deleted: .* archive_on_delete=True or"
        " delete_while_active=True, run `pulumi up`"
    )
    with pytest.raises(StatsigError, match=words):
        witness.resources["experiment"].destroy()
    assert witness.project.sent() == []
    witness.up(lambda: experiment(status="active", delete_while_active=True))
    assert witness.destroy() == [("DELETE", PATH, None)]


def test_one_that_a_console_user_started_is_not_deleted_either(witness: Witness) -> None:
    witness.up(experiment)
    witness.project.emulator.edit("experiments", "new_checkout", {"status": "active"})
    with pytest.raises(StatsigError, match="is active, and was not deleted"):
        witness.resources["experiment"].destroy()
    assert witness.project.sent() == []


def test_an_active_experiment_is_archived_where_that_is_asked_for(witness: Witness) -> None:
    witness.up(lambda: experiment(status="active", archive_on_delete=True))
    assert witness.destroy() == [("PUT", f"{PATH}/archive", {})]


def test_where_the_api_deletes_no_active_experiment_it_says_so(witness: Witness) -> None:
    witness.project.emulator.quirk(delete_active_experiment="reject")
    witness.up(lambda: experiment(status="active", delete_while_active=True))
    with pytest.raises(StatsigError, match="Experiment has not yet finished"):
        witness.resources["experiment"].destroy()
    assert witness.resources["experiment"].live()["status"] == "active"


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"name": "a"}, "name", "at least 3"),
        ({"name": "New checkout!"}, "name", "pattern"),
        ({"team": "Core", "team_id": "core-team"}, "team_id", "declare one of them"),
        ({"allocation": 101}, "allocation", "less than or equal to 100"),
        ({"duration": 0}, "duration", "greater than or equal to 1"),
        ({"default_confidence_interval": "97"}, "default_confidence_interval", "'80'"),
        ({"links": [statsig.Link(url="example.com")]}, "links[0].url", "pattern"),
        ({"scheduled_reload_hour": 24}, "scheduled_reload_hour", "23"),
        ({"status": "started"}, "status", "'setup'"),
        ({"groups": [statsig.Group(name="", size=1)]}, "groups[0].name", "at least 1"),
        ({"groups": [statsig.Group(name="a", size=1)] * 2}, "groups[1].name", "'a' is the name of groups[0] too"),
        ({"groups": [statsig.Group(name=n, size=50.1) for n in "ab"]}, "groups", "add up to 100.2 %, more than 100 %"),
        ({"description": None}, "description", "must not be None"),
    ],
)
def test_what_cannot_be_fails_before_anything_is_sent(given: dict[str, Any], place: str, words: str) -> None:
    problems = refused(**given)
    assert words in problems[place]
