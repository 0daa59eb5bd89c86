"""Autotunes: the exact requests of their properties and of their life, and what a preview refuses."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, StatsigError
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Request
from .conftest import Deployment, registrations

PATH = "/autotunes/best_banner"
VARIANTS = [{"name": "Red", "json": {"colour": "red"}}, {"name": "Blue", "json": "blue"}]
BODY = {
    "name": "Best banner",
    "variants": VARIANTS,
    "successEvent": "click",
    "explorationWindow": "24hrs",
    "attributionWindow": "4",
    "winnerThreshold": "95%",
}
CREATE: Request = ("POST", "/autotunes", BODY)
START: Request = ("PUT", f"{PATH}/start", None)
RESET: Request = ("PUT", f"{PATH}/reset", None)


def autotune(**properties: Any) -> None:
    required: dict[str, Any] = {
        "name": "Best banner",
        "variants": VARIANTS,
        "success_event": "click",
        "exploration_window": "24hrs",
        "attribution_window": "4",
        "winner_threshold": "95%",
    }
    statsig.Autotune("autotune", **required | properties)


def decide(deployment: Deployment, name: str, **body: Any) -> Request:
    variants = live(deployment)["variants"]
    id_ = next(variant["id"] for variant in variants if variant["name"] == name)
    return ("PUT", f"{PATH}/make_decision", {"id": id_, "decisionReason": "Declared in code", **body})


def live(deployment: Deployment) -> Any:
    return deployment.project.emulator.object("autotunes", "best_banner")


def problems_of_update(deployment: Deployment, **properties: Any) -> dict[str, str]:
    """Return why a preview refuses a change, by place; it sends nothing."""
    [(_, _, inputs)] = registrations(lambda: autotune(**properties))
    deployment.project.new_writes()
    with pytest.raises(InvalidInputsError) as error:
        deployment.resources["autotune"].preview(inputs)
    assert deployment.project.new_writes() == []
    return {problem.place: problem.reason for problem in error.value.problems}


def test_all_properties_are_created_changed_and_kept(deployment: Deployment) -> None:
    optional: dict[str, Any] = {
        "description": "d",
        "id_type": "companyID",
        "success_event_value": "v",
        "attribution_window_unit": "hour",
        "exploration_window_rate": 0.5,
        "longterm_exploration_allocation": 0.1,
        "metadata_field": "m",
        "higher_is_better": True,
        "is_contextual": True,
        "metric_source_id": "orders",
        "linked_experiment_name": "checkout",
        "goal_rich_text": "g",
        "optimization_parameter": "value",
        "value_column": "c",
        "feature_list": ["country"],
    }
    wire = {
        "description": "d",
        "idType": "companyID",
        "successEventValue": "v",
        "attributionWindowUnit": "hour",
        "explorationWindowRate": 0.5,
        "longtermExplorationAllocation": 0.1,
        "metadataField": "m",
        "higherIsBetter": True,
        "isContextual": True,
        "metricSourceID": "orders",
        "linkedExperimentName": "checkout",
        "goalRichText": "g",
        "optimizationParameter": "value",
        "valueColumn": "c",
        "featureList": ["country"],
    }
    assert deployment.up(lambda: autotune(**optional)) == [("POST", "/autotunes", BODY | wire)]
    changed = optional | {"description": "", "higher_is_better": False, "feature_list": []}
    update = {"description": "", "higherIsBetter": False, "featureList": []}
    assert deployment.up(lambda: autotune(**changed)) == [("PATCH", PATH, update)]


def test_the_three_forms_of_a_window_are_the_same(deployment: Deployment) -> None:
    deployment.up(autotune)
    assert deployment.up(lambda: autotune(exploration_window="24", attribution_window="4hr")) == []
    changed = deployment.up(lambda: autotune(exploration_window="48", attribution_window="4hr"))
    assert changed == [("PATCH", PATH, {"explorationWindow": "48"})]


def test_the_attribution_window_and_its_unit_are_sent_together(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(attribution_window_unit="hour"))
    changed = deployment.up(lambda: autotune(attribution_window_unit="day"))
    assert changed == [("PATCH", PATH, {"attributionWindow": "4", "attributionWindowUnit": "day"})]
    changed = deployment.up(lambda: autotune(attribution_window_unit="day", attribution_window="2"))
    assert changed == [("PATCH", PATH, {"attributionWindow": "2", "attributionWindowUnit": "day"})]


def test_a_variant_keeps_the_size_that_the_program_omits(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(variants=[VARIANTS[0] | {"size": 70}, VARIANTS[1]]))
    changed = deployment.up(lambda: autotune(variants=[VARIANTS[0] | {"json": 1}, VARIANTS[1]]))
    assert changed == [("PATCH", PATH, {"variants": [{"name": "Red", "json": 1, "size": 70}, VARIANTS[1]]})]


def test_an_autotune_is_started_and_decided_in_order(deployment: Deployment) -> None:
    assert deployment.up(lambda: autotune(is_started=True)) == [CREATE, START]
    decided = deployment.up(
        lambda: autotune(is_started=True, winner="Blue", decision_reason="it won", remove_targeting=True)
    )
    assert decided == [decide(deployment, "Blue", decisionReason="it won", removeTargeting=True)]
    assert live(deployment)["winner"]["name"] == "Blue"
    assert deployment.refresh()["autotune"]["winner"] == "Blue"


def test_a_winner_starts_an_autotune_that_is_not_started(deployment: Deployment) -> None:
    writes = deployment.up(lambda: autotune(winner="Red"))
    assert writes == [CREATE, START, decide(deployment, "Red")]


@pytest.mark.parametrize("stops", [True, False])
def test_a_decided_autotune_counts_as_started(deployment: Deployment, stops: bool) -> None:
    deployment.project.reset(autotune_decision_stops=stops)
    deployment.up(lambda: autotune(is_started=True, winner="Red"))
    assert live(deployment)["isStarted"] is not stops
    assert deployment.refresh()["autotune"]["is_started"] is True
    assert deployment.up(lambda: autotune(is_started=True, winner="Red")) == []


@pytest.mark.parametrize("restarts", [True, False])
def test_a_changed_trigger_resets_the_autotune_before_all_else(deployment: Deployment, restarts: bool) -> None:
    deployment.project.reset(autotune_reset_restarts=restarts)
    deployment.up(lambda: autotune(is_started=True, reset_trigger="1"))
    assert deployment.up(lambda: autotune(is_started=True, reset_trigger="1")) == []
    assert deployment.up(lambda: autotune(is_started=True, reset_trigger="2")) == [RESET, *[START][restarts:]]
    assert live(deployment)["isStarted"] is True


def test_a_reset_unlocks_what_the_start_has_locked(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(is_started=True, reset_trigger="1"))
    writes = deployment.up(lambda: autotune(is_started=True, reset_trigger="2", success_event="buy"))
    assert writes == [RESET, ("PATCH", PATH, {"successEvent": "buy"}), START]


def test_what_the_start_does_not_lock_is_sent(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(is_started=True))
    writes = deployment.up(lambda: autotune(is_started=True, description="new", winner_threshold="99%"))
    assert writes == [("PATCH", PATH, {"description": "new", "winnerThreshold": "99%"})]


def test_a_start_is_scheduled_once(deployment: Deployment) -> None:
    body = {"scheduledTime": 4_102_477_200_000}
    writes = deployment.up(lambda: autotune(scheduled_start="2100-01-01T09:00:00Z"))
    assert writes == [CREATE, ("POST", f"{PATH}/schedule_start", body)]
    assert deployment.up(lambda: autotune(scheduled_start="2100-01-01T10:00:00+01:00")) == []
    writes = deployment.up(lambda: autotune(scheduled_start="2100-01-01T10:00:00Z"))
    assert writes == [("POST", f"{PATH}/schedule_start", {"scheduledTime": 4_102_480_800_000})]


def test_a_scheduled_start_that_has_happened_is_no_change(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(scheduled_start="2020-01-01T09:00:00Z"))
    assert deployment.refresh()["autotune"]["scheduled_start"] == "2020-01-01T09:00:00Z"
    assert live(deployment)["isStarted"]
    assert deployment.up(lambda: autotune(scheduled_start="2020-01-01T09:00:00Z")) == []
    reason = problems_of_update(deployment, scheduled_start="2100-01-01T09:00:00Z")["scheduled_start"]
    assert reason.startswith("the autotune is started already; to start over, which deletes the results, declare reset")


def test_an_older_api_keeps_the_scheduled_start_pending(deployment: Deployment) -> None:
    deployment.project.reset(api_2026_10=False)
    resource = deployment.project.resource(REGISTRY["Autotune"])
    [(_, _, inputs)] = registrations(lambda: autotune(scheduled_start="2100-01-01T09:00:00Z"))
    resource.up(inputs)
    (message,) = resource.reporter.warnings
    assert "was created without scheduled_start: POST /autotunes/best_banner/schedule_start answered 404" in message
    assert "needs version 2026-10 of the Console API" in message
    deployment.project.emulator.quirk(api_2026_10=True)
    assert resource.preview(inputs).changed == ("scheduled_start",)
    resource.up(inputs)
    assert ("POST", f"{PATH}/schedule_start") in {write[:2] for write in deployment.project.new_writes()}


@pytest.mark.parametrize("path", ["start", "make_decision", "reset"])
def test_a_lost_response_that_a_refusal_follows_is_settled_by_a_read(deployment: Deployment, path: str) -> None:
    deployment.up(lambda: autotune(reset_trigger="1", **({"is_started": True} if path == "reset" else {})))
    deployment.project.emulator.fault(method="PUT", path=f"{PATH}/{path}", kind="drop_after")
    after: dict[str, dict[str, Any]] = {
        "start": {"is_started": True, "reset_trigger": "1"},
        "make_decision": {"winner": "Red", "reset_trigger": "1"},
        "reset": {"is_started": True, "reset_trigger": "2"},
    }
    writes = deployment.up(lambda: autotune(**after[path]))
    assert [to for _, to, _ in writes].count(f"{PATH}/{path}") == 1
    assert deployment.refresh()["autotune"].items() >= after[path].items()
    assert live(deployment)["isStarted"] is True


def test_a_started_autotune_is_deleted_only_if_the_program_allows_it(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(is_started=True))
    with pytest.raises(StatsigError, match="Autotune 'Best banner' is started and was not deleted"):
        deployment.resources["autotune"].destroy()
    assert deployment.project.new_writes() == []
    deployment.up(lambda: autotune(is_started=True, delete_while_started=True))
    assert deployment.destroy() == [("DELETE", PATH, None)]


def test_an_autotune_that_is_decided_or_not_started_is_deleted(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(winner="Red"))
    assert deployment.destroy() == [("DELETE", PATH, None)]
    deployment.up(autotune)
    assert deployment.destroy() == [("DELETE", PATH, None)]


def test_an_imported_autotune_has_its_life(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(is_started=True, winner="Red"))
    imported = deployment.project.resource(REGISTRY["Autotune"])
    [(_, _, inputs)] = registrations(lambda: autotune(is_started=True, winner="Red"))
    deployment.project.new_writes()
    imported.up(inputs | {"__import": "best_banner"})
    assert deployment.project.new_writes() == []
    assert not imported.preview()


INVALID: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"variants": VARIANTS[:1]}, {"variants": "must have at least two items, not 1"}),
    (
        {"variants": [VARIANTS[0], VARIANTS[0]]},
        {"variants[1].name": "'Red' is already used by variants[0]"},
    ),
    ({"winner": "Green"}, {"winner": "there is no variant 'Green'; the variants are Red, Blue"}),
    (
        {"winner": "Red", "is_started": False},
        {"is_started": "must be True or omitted, because only a started autotune has a winner"},
    ),
    (
        {"scheduled_start": "2100-01-01T09:00:00Z", "is_started": True},
        {"scheduled_start": "conflicts with is_started: declare one of the two"},
    ),
    (
        {"scheduled_start": "2100-01-01T09:00:00"},
        {"scheduled_start": "must be a time with its zone, such as 2026-11-30T09:00:00Z, not '2100-01-01T09:00:00'"},
    ),
    ({"exploration_window": "12"}, {"exploration_window": "'1', '24', '48'"}),
    ({"winner_threshold": "50%"}, {"winner_threshold": "80%"}),
    ({"exploration_window_rate": 2}, {"exploration_window_rate": ""}),
]


@pytest.mark.parametrize(("properties", "problems"), INVALID, ids=[str(sorted(each)) for each, _ in INVALID])
def test_invalid_inputs_are_refused_with_their_place(
    deployment: Deployment, properties: dict[str, Any], problems: dict[str, str]
) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: autotune(**properties))
    found = {problem.place: problem.reason for problem in error.value.problems}
    assert found.keys() == problems.keys()
    assert all(reason in found[place] for place, reason in problems.items())


def test_what_a_started_autotune_cannot_become_is_refused_at_the_preview(deployment: Deployment) -> None:
    deployment.up(lambda: autotune(is_started=True))
    advice = (
        "; to start over, which deletes the results, declare reset_trigger and run `pulumi up`, then change"
        " reset_trigger"
    )
    locked = f"is locked, because the autotune is started{advice}"
    assert problems_of_update(deployment, is_started=False) == {
        "is_started": f"a started autotune cannot be stopped{advice}"
    }
    changed = problems_of_update(deployment, is_started=True, success_event="buy", exploration_window="1")
    assert changed == {"success_event": locked, "exploration_window": locked}
    deployment.up(lambda: autotune(is_started=True, winner="Red", reset_trigger="1"))
    assert problems_of_update(deployment, is_started=True, winner="Blue", reset_trigger="1") == {
        "winner": "'Red' was already chosen; to start over, which deletes the results, change reset_trigger"
    }
