"""A project with objects of every kind, made by console users: reads, lists and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from statsig_pulumi.emulator import Emulator

from ...engine.console_project import fill, fill_gates
from ...engine.same_project import find_differences
from .. import openapi
from ..conftest import Api

Json = Any

CONFIGS = ("gates", "dynamic_configs", "experiments")
LISTED = {
    **{f"/{kind}": (f"/{kind}/{{id}}", kind) for kind in CONFIGS},
    "/tags": ("/tags/{id}", "tags"),
    "/target_app": ("/target_app/{id}", "target_app"),
    "/users": ("/users/{email}", "users"),
    "/metrics/metric_source/list": ("/metrics/metric_source/{name}", "metric_sources"),
    "/experiments/entity_properties": ("/experiments/entity_property/{name}", "entity_properties"),
}
"""Lists with the same fields as a single read: the path of that read, and the kind."""
TEAMS = "/users/teams"
UNREAD = ("/experiments/assignment_sources",)
SINGLE = ("/ingestion/schedule?dataset=Events", "/ingestion/schedule?dataset=Metrics", "/ingestion/runs")
ALL = "includeArchived=true&limit=1000"


@pytest.fixture(scope="module")
def filled_project() -> Json:
    with Emulator() as emulator:
        fill(emulator)
        return emulator.state()


@pytest.fixture(autouse=True)
def project(emulator: Emulator, filled_project: Json) -> None:
    emulator.load_state(filled_project)


def days(before: int = 1) -> str:
    today = datetime.now(UTC).date()
    return f"startDate={today - timedelta(before)}&endDate={today}"


def one(template: str, item: Json) -> str:
    return template.format(**{name: quote(str(value), safe="") for name, value in item.items()})


def every_read(api: Api) -> Iterator[str]:
    """Return the path of each list and of each object in it."""
    for listing, (template, _) in LISTED.items():
        yield f"{listing}?{ALL}"
        for item in api.data("GET", f"{listing}?{ALL}"):
            yield one(template, item)
            if listing in ("/gates", "/experiments"):
                yield one(template, item) + "/overrides"
            if listing in ("/gates", "/dynamic_configs", "/experiments"):
                yield one(template, item) + "/versions"
    yield TEAMS
    yield from (f"{TEAMS}/{team['id']}" for team in api.data("GET", TEAMS))
    yield from (*UNREAD, *SINGLE, f"/ingestion/status?{days()}")
    for source in api.emulator.objects("ingestion_sources"):
        selectors = ("type", "dataset", "source_name")
        yield "/ingestion?" + "&".join(f"{name}={quote(source[name], safe='')}" for name in selectors)


def test_the_project_has_objects_of_every_kind(emulator: Emulator) -> None:
    kinds = [kind for _, kind in LISTED.values()]
    kinds += ["teams", "assignment_sources", "ingestion_sources", "ingestion_schedules"]
    kinds += ["gate_overrides", "experiment_overrides"]
    counts = {kind: len(emulator.objects(kind)) for kind in kinds}

    assert [kind for kind, count in counts.items() if count == 0] == []
    assert sum(counts.values()) >= 200
    assert emulator.requests()["total"] == 0


@pytest.mark.skipif(not openapi.SPEC_FILE.exists(), reason="the specification is not on this machine")
def test_every_response_matches_the_specification(api: Api) -> None:
    problems: list[str] = []
    for path in every_read(api):
        response = api("GET", path)
        assert response.is_success, f"{path}: {response.text}"
        problems += openapi.check_exchange("GET", path, None, response.status_code, response.json())

    assert problems == []


def test_a_read_only_key_can_read_every_object(api: Api, emulator: Emulator) -> None:
    emulator.set_key("console-reader", "read_only")

    for path in every_read(api):
        assert api("GET", path, key="console-reader").json() == api("GET", path).json()


@pytest.mark.parametrize("listing", LISTED)
def test_a_list_has_the_same_fields_as_a_single_read(api: Api, listing: str) -> None:
    template, kind = LISTED[listing]
    listed = api.data("GET", f"{listing}?{ALL}")

    assert len(listed) == len(api.emulator.objects(kind))
    for item in listed:
        assert api.data("GET", one(template, item)) == item


def test_the_list_of_teams_has_all_fields_except_people(api: Api) -> None:
    for item in api.data("GET", TEAMS):
        whole = api.data("GET", f"{TEAMS}/{item['id']}")
        assert whole.keys() - item.keys() == {"members", "admins"}
        assert {**whole, **item} == whole


@pytest.mark.parametrize("kind", CONFIGS)
def test_archived_configs_are_listed_on_request(api: Api, kind: str) -> None:
    everything = {item["id"]: item["status"].lower() for item in api.data("GET", f"/{kind}?{ALL}")}
    archived = {key for key, status in everything.items() if status == "archived"}

    assert len(archived) > 1
    assert {item["id"] for item in api.data("GET", f"/{kind}?limit=1000")} == everything.keys() - archived


@pytest.mark.parametrize(
    ("when", "query", "is_listed"),
    [
        ("asked", "", False),
        ("asked", "includeArchived=true", True),
        ("always", "", True),
        ("never", "includeArchived=true", False),
    ],
)
def test_listing_archived_dynamic_configs_is_a_quirk(
    api: Api, emulator: Emulator, when: str, query: str, is_listed: bool
) -> None:
    emulator.quirk(archived_configs_listed=when)

    assert is_listed == ("archived_config" in {item["id"] for item in api.data("GET", f"/dynamic_configs?{query}")})
    assert "gate_archived" not in {item["id"] for item in api.data("GET", "/gates?limit=1000")}


def test_statuses_exist_for_enabled_sources(api: Api, emulator: Emulator) -> None:
    found = {
        (row["ingestion_source"], row["ingestion_dataset"], row["source_name"])
        for row in api.data("GET", f"/ingestion/status?{days()}")
    }
    sources = [source for source in emulator.objects("ingestion_sources") if source["enabled"]]

    assert found == {(source["type"], source["dataset"].lower(), source["source_name"]) for source in sources}
    assert len(found) == len(emulator.objects("ingestion_sources")) - 1
    assert api.errors("GET", "/ingestion/status") == dict.fromkeys(("startDate", "endDate"), "Required")


def test_the_warehouse_type_of_a_status_is_a_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(ingestion_status_source=False)
    rows = api.data("GET", f"/ingestion/status?source=s3&{days()}")

    assert {(row["ingestion_source"], row["source_name"]) for row in rows} == {(None, "exposures / Ünï 2")}


def test_numbers_in_responses_are_written_as_in_javascript(api: Api, emulator: Emulator) -> None:
    emulator.add("dynamic_configs", {"name": "Numbers", "defaultValue": {"a": 12.0, "b": -2.5e10, "c": 1e-7, "d": 0.5}})
    emulator.edit("gates", "gate_stale", {"checksPerHour": 3.0})

    assert (
        '"defaultValueJson5":"{\\"a\\":12,\\"b\\":-25000000000,\\"c\\":1e-07'
        in api("GET", "/dynamic_configs/numbers").text
    )
    assert '"checksPerHour":3,' in api("GET", "/gates/gate_stale").text


def test_team_defaults_apply_to_configs_made_in_the_console(api: Api) -> None:
    given = api.data("GET", "/gates/gate_of_a_team_with_presets")
    lifted = api.data("GET", "/gates/presets_lifted")

    assert (given["targetApps"], [metric["name"] for metric in given["monitoringMetrics"]]) == (["Web"], ["purchase"])
    assert (lifted["targetApps"], lifted["monitoringMetrics"]) == ([], [])
    assert given["reviewSettings"]["requiredReview"]


def test_filling_a_project_twice_gives_equal_projects(emulator: Emulator) -> None:
    with Emulator(quirks={"rate_limit": False}) as other:
        fill(other)
        assert find_differences(emulator, other) == []


CHANGES = [
    ("gates", "chain_05", {"description": "moved"}, "/gates/chain_05/description"),
    ("gates", "gate_archived", {"status": "Disabled"}, "/gates/gate_archived/status"),
    ("dynamic_configs", "of_a_team_with_presets", {"owner": None}, "/dynamic_configs/of_a_team_with_presets/owner"),
    ("experiments", "three_groups", {"allocation": 0}, "/experiments/three_groups/allocation"),
    ("teams", "Équipe à la carte", {"admins": []}, "/users/teams/Équipe à la carte/admins"),
    ("users", "user3@example.com", {"role": "member"}, "/users/user3@example.com/role"),
    ("metric_sources", "orders", {"sql": ""}, "/metrics/metric_source/list/orders/sql"),
    ("ingestion_schedules", "Events", {"scheduled_hour_pst": 1}, "/schedules[0]/scheduled_hour_pst"),
]
"""The kind and key of an object, a change of it, and the place of the difference."""


def test_each_difference_between_projects_is_found(emulator: Emulator) -> None:
    with Emulator(quirks={"rate_limit": False}) as other:
        other.load_state(emulator.state())
        for kind, key, change, _ in CHANGES:
            other.edit(kind, key, change)
        for each, value in ((emulator, 1), (other, True)):
            each.edit("dynamic_configs", "deep", {"defaultValue": {"a": value}})
        found = find_differences(emulator, other)

    assert {difference.partition(": ")[0] for difference in found} == {
        *(place for _, _, _, place in CHANGES),
        "/dynamic_configs/deep/defaultValue/a",
    }
    assert "/dynamic_configs/deep/defaultValue/a: 1 became True" in found, "True equals 1 in Python"


def test_a_thousand_generated_gates_are_all_different(emulator: Emulator, api: Api) -> None:
    before = len(emulator.objects("gates"))
    fill_gates(emulator, 1_000)
    made = emulator.objects("gates")[before:]

    assert len({gate["id"] for gate in made}) == len({gate["description"] for gate in made}) == 1_000
    assert {gate["isEnabled"] for gate in made} == {True, False}
