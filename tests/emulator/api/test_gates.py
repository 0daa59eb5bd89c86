"""Gates from creation to deletion."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, condition, rule


def test_a_new_gate_has_the_documented_defaults(api: Api) -> None:
    response = api("POST", "/gates", {"name": "A Gate"})

    assert (response.status_code, response.json()["message"]) == (201, "Gate created successfully.")
    gate = response.json()["data"]
    assert {
        "id": "a_gate",
        "name": "A Gate",
        "description": "",
        "idType": "userID",
        "isEnabled": True,
        "status": "In Progress",
        "type": "TEMPORARY",
        "typeReason": "NONE",
        "rules": [],
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "monitoringMetrics": [],
        "team": None,
        "teamID": None,
        "measureMetricLifts": True,
        "checksPerHour": 0,
        "reviewSettings": {"requiredReview": False, "allowedReviewers": []},
        "version": 1,
        "creatorName": "CONSOLE API",
        "creatorEmail": None,
        "lastModifierName": "CONSOLE API",
        "lastModifierEmail": None,
    }.items() <= gate.items()
    assert gate["owner"]["ownerType"] == "SDK_KEY"
    assert gate["createdTime"] == gate["lastModifiedTime"] > 1_600_000_000_000


def test_a_read_has_the_same_response_as_the_create(api: Api) -> None:
    created = api.gate(rules=[rule("r", 10, condition("country", "any", ["NL", "BE"]))], tags=["a"], description="d")

    response = api("GET", "/gates/a_gate")
    assert (200, "Gate read successfully.", created) == (
        response.status_code,
        response.json()["message"],
        response.json()["data"],
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "A Gate"}, ("a_gate", "A Gate")),
        ({"name": "my-first.gate"}, ("my-first.gate", "my-first.gate")),
        ({"id": "Own_ID", "name": "A Gate"}, ("Own_ID", "A Gate")),
        ({"id": "only_id"}, ("only_id", "only_id")),
    ],
)
def test_the_id_is_the_given_one_or_the_slug_of_the_name(
    api: Api, body: dict[str, str], expected: tuple[str, str]
) -> None:
    gate = api.data("POST", "/gates", body)

    assert expected == (gate["id"], gate["name"])


@pytest.mark.parametrize(
    "body", [{"name": "A Gate"}, {"name": "a gate"}, {"id": "a_gate"}, {"id": "xyz", "name": "A Gate"}]
)
def test_a_name_or_id_in_use_is_an_error(api: Api, body: dict[str, str]) -> None:
    api.gate("A Gate")

    response = api("POST", "/gates", body)
    assert (response.status_code, response.json()["message"]) == (400, "Name is already in use")
    assert response.json()["errors"] == [{"property": "name", "errorMessage": "Name is already in use"}]


def test_a_deleted_name_is_free_again(api: Api) -> None:
    api.gate("A Gate")
    api("DELETE", "/gates/a_gate")

    assert api("POST", "/gates", {"name": "A Gate"}).status_code == 201


def test_gates_and_configs_share_names_only_by_quirk(api: Api, emulator: Emulator) -> None:
    api.gate("the name")
    assert api("POST", "/dynamic_configs", {"name": "the name"}).status_code == 201

    emulator.quirk(shared_namespace=True)
    api.config("another name")
    assert api("POST", "/gates", {"name": "another name"}).status_code == 400


def test_a_partial_update_keeps_omitted_fields_and_adds_a_version(api: Api) -> None:
    before = api.gate(description="old", tags=["a"])

    after = api.data("PATCH", "/gates/a_gate", {"description": "new"})
    assert (after["description"], after["tags"], after["version"]) == ("new", ["a"], 2)
    assert after["lastModifiedTime"] > before["lastModifiedTime"]
    assert after["createdTime"] == before["createdTime"]


def test_a_rename_changes_the_display_name_only(api: Api) -> None:
    api.gate("A Gate")

    after = api.data("PATCH", "/gates/a_gate", {"name": "Another Name"})
    assert (after["id"], after["name"]) == ("a_gate", "Another Name")


def test_the_id_of_an_update_is_ignored(api: Api) -> None:
    api.on_purpose.append("'id' is not in the specification")
    api.gate("A Gate")

    assert api.data("PATCH", "/gates/a_gate", {"id": "other"})["id"] == "a_gate"


def test_a_rename_to_a_name_in_use_is_an_error_only_by_quirk(api: Api, emulator: Emulator) -> None:
    api.gate("one gate")
    api.gate("two gate")
    assert api("PATCH", "/gates/one_gate", {"name": "two gate"}).status_code == 200

    emulator.quirk(unique_display_names=True)
    api.gate("three gate")
    assert api("PATCH", "/gates/three_gate", {"name": "two gate"}).status_code == 400


def test_a_full_update_has_three_required_fields(api: Api) -> None:
    api.gate()

    errors = api.errors("POST", "/gates/a_gate", {"tags": []})
    assert errors == {"isEnabled": "Required", "description": "Required", "rules": "Required"}


@pytest.mark.parametrize(("resets", "tags"), [(False, ["a"]), (True, [])])
def test_a_full_update_resets_omitted_fields_by_quirk(
    api: Api, emulator: Emulator, resets: bool, tags: list[str]
) -> None:
    created = api.gate(tags=["a"])
    emulator.quirk(full_update_resets=resets)

    after = api.data("POST", "/gates/a_gate", {"isEnabled": True, "description": "", "rules": []})
    assert (tags, created["id"], created["createdTime"], 2) == (
        after["tags"],
        after["id"],
        after["createdTime"],
        after["version"],
    )


def test_a_single_target_app_is_read_as_a_list(api: Api) -> None:
    assert api.gate(targetApps="ios")["targetApps"] == ["ios"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/gates/none", None),
        ("PATCH", "/gates/none", {}),
        ("POST", "/gates/none", {"isEnabled": True, "description": "", "rules": []}),
        ("DELETE", "/gates/none", None),
        ("PUT", "/gates/none/enable", None),
        ("PUT", "/gates/none/archive", {}),
        ("GET", "/gates/none/overrides", None),
        ("GET", "/gates/none/versions", None),
        ("GET", "/gates/none/gate_references", None),
        ("POST", "/gates/none/rule", {}),
    ],
)
def test_a_missing_gate_is_a_404(api: Api, method: str, path: str, body: object) -> None:
    response = api(method, path, body)

    assert (response.status_code, response.json()) == (404, {"status": 404, "message": "Gate not found."})


def test_the_response_to_a_delete_is_a_message(api: Api) -> None:
    api.gate()

    response = api("DELETE", "/gates/a_gate")
    assert (response.status_code, response.json()) == (200, {"message": "Gate deleted successfully."})
    assert api("GET", "/gates/a_gate").status_code == 404


@pytest.mark.parametrize("status", [404, 400, 200])
def test_the_status_of_deleting_a_missing_gate_is_a_quirk(api: Api, emulator: Emulator, status: int) -> None:
    emulator.quirk(delete_missing_status=status)

    assert status == api("DELETE", "/gates/none").status_code


def test_the_status_follows_enabling(api: Api) -> None:
    def status(response: dict[str, object]) -> tuple[object, object]:
        return response["status"], response["isEnabled"]

    assert status(api.gate(isEnabled=False)) == ("Disabled", False)
    assert status(api.data("PUT", "/gates/a_gate/enable")) == ("In Progress", True)
    assert status(api.data("PUT", "/gates/a_gate/disable")) == ("Disabled", False)
    assert status(api.data("PATCH", "/gates/a_gate", {"isEnabled": True})) == ("In Progress", True)
    assert status(api.data("PUT", "/gates/a_gate/launch")) == ("Launched", False)
    assert status(api.data("PATCH", "/gates/a_gate", {"isEnabled": False})) == ("Launched", False)
    assert status(api.data("PATCH", "/gates/a_gate", {"isEnabled": True})) == ("In Progress", True)


def test_a_launched_gate_stays_enabled_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(launch_disables=False)
    api.gate()

    launched = api.data("PUT", "/gates/a_gate/launch")
    assert (launched["status"], launched["isEnabled"]) == ("Launched", True)
    assert api.data("PATCH", "/gates/a_gate", {"isEnabled": True})["status"] == "Launched"


def test_an_archived_gate_is_listed_only_on_request(api: Api) -> None:
    api.gate()
    archived = api.data("PUT", "/gates/a_gate/archive", {"archiveReason": "old"})

    assert (archived["status"], archived["isEnabled"]) == ("Archived", True)
    assert api.data("GET", "/gates") == []
    assert [gate["id"] for gate in api.data("GET", "/gates?includeArchived=true")] == ["a_gate"]
    assert "archiveReason" not in api.data("GET", "/gates/a_gate")
    assert api.data("GET", "/gates/a_gate?includeArchiveMetadata=true")["archiveReason"] == "old"


def test_an_unarchived_gate_has_its_former_status(api: Api) -> None:
    api.gate(isEnabled=False)
    api("PUT", "/gates/a_gate/archive", {})

    assert api.data("PUT", "/gates/a_gate/unarchive", {})["status"] == "Disabled"
    assert "archivedAt" not in api.data("GET", "/gates/a_gate?includeArchiveMetadata=true")


def test_updating_an_archived_gate_is_a_quirk(api: Api, emulator: Emulator) -> None:
    api.gate()
    api("PUT", "/gates/a_gate/archive", {})
    assert api.data("PATCH", "/gates/a_gate", {"description": "d"})["status"] == "Archived"

    emulator.quirk(archived_updates="reject")
    assert api("PATCH", "/gates/a_gate", {"description": "e"}).status_code == 400


def test_versions_are_listed_newest_first(api: Api) -> None:
    api.gate(description="one")
    api("PATCH", "/gates/a_gate", {"description": "two"})

    versions = api.data("GET", "/gates/a_gate/versions")
    assert [(version["version"], version["description"]) for version in versions] == [(2, "two"), (1, "one")]


def test_a_read_does_not_change_a_gate(api: Api) -> None:
    api.gate(rules=[rule("r", 10)])

    first = api.data("GET", "/gates/a_gate")
    api("GET", "/gates")
    assert first == api.data("GET", "/gates/a_gate")


def test_a_referenced_gate_cannot_be_deleted(api: Api, emulator: Emulator) -> None:
    api.gate("base gate")
    api.gate("other gate", rules=[rule("r", 1, condition("passes_gate", None, ["base_gate"]))])

    response = api("DELETE", "/gates/base_gate")
    message = "Failed to delete config because it is refenced in another config"
    assert (403, {"status": 403, "message": message}) == (response.status_code, response.json())
    api("DELETE", "/gates/other_gate")
    api.config("a config", rules=[rule("r", 1, condition("fails_gate", None, "base_gate"))])
    assert api("DELETE", "/gates/base_gate").status_code == 403
    api("DELETE", "/dynamic_configs/a_config")
    emulator.add("experiments", {"name": "an experiment", "targetingGateID": "base_gate"})
    assert api("DELETE", "/gates/base_gate").status_code == 403
    emulator.remove("experiments", "an_experiment")
    assert api("DELETE", "/gates/base_gate").status_code == 200


def test_a_gate_that_refers_to_itself_can_be_deleted(api: Api) -> None:
    api.gate(rules=[rule("r", 1, condition("passes_gate", None, "a_gate"))])

    assert api("DELETE", "/gates/a_gate").status_code == 200


def test_the_references_of_a_gate_are_listed_by_kind(api: Api) -> None:
    uses_it = [rule("r", 1, condition("passes_gate", None, "base_gate"))]
    api.gate("base gate")
    api.gate("other gate", rules=uses_it)
    api.config("a config", rules=uses_it)

    assert [gate["id"] for gate in api.data("GET", "/gates/base_gate/gate_references")] == ["other_gate"]
    assert [config["id"] for config in api.data("GET", "/gates/base_gate/dynamic_config_references")] == ["a_config"]
    assert api.data("GET", "/gates/base_gate/experiment_references") == []


def test_archiving_a_referenced_gate_needs_force_only_by_quirk(api: Api, emulator: Emulator) -> None:
    api.gate("base gate")
    api.gate("other gate", rules=[rule("r", 1, condition("passes_gate", None, "base_gate"))])
    emulator.quirk(archive_referenced="reject")

    assert api("PUT", "/gates/base_gate/archive", {}).status_code == 400
    assert api("PUT", "/gates/base_gate/archive", {"forceArchive": True}).status_code == 200
    assert api("PUT", "/gates/other_gate/archive", {}).status_code == 200


def test_uncertain_defaults_are_quirks(api: Api, emulator: Emulator) -> None:
    emulator.quirk(gate_type_default="PERMANENT", default_tags=["★ Core"])

    gate = api.gate()
    assert (gate["type"], gate["tags"]) == ("PERMANENT", ["★ Core"])


def test_a_create_can_set_the_creator(api: Api) -> None:
    gate = api.gate(creatorID="someone", creatorEmail="someone@example.com")

    assert (gate["creatorID"], gate["creatorEmail"]) == ("someone", "someone@example.com")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tags=red", ["one_gate"]),
        ("tags=red&tags=blue", ["one_gate", "two_gate"]),
        ("idType=stableID", ["two_gate"]),
        ("type=PERMANENT", ["two_gate"]),
        ("creatorName=CONSOLE%20API", ["one_gate", "two_gate"]),
        ("creatorName=Nobody", []),
        ("rolloutRate=0", ["two_gate"]),
        ("rolloutRate=100", ["one_gate"]),
        ("passRate=0", ["two_gate"]),
        ("targetAppID=ios", ["two_gate"]),
        ("store0100Exposures=true", ["two_gate"]),
        ("store0100Exposures=false", ["one_gate"]),
        ("undocumented=x", ["one_gate", "two_gate"]),
    ],
)
def test_lists_are_filtered_by_the_query(api: Api, emulator: Emulator, query: str, expected: list[str]) -> None:
    api.gate("one gate", tags=["red"], rules=[rule("everyone", 100, condition("public"))])
    api.gate("two gate", tags=["blue"], idType="stableID", type="PERMANENT", targetApps=["ios"])
    emulator.edit("gates", "two_gate", {"store0100Exposures": True})

    assert expected == [gate["id"] for gate in api.data("GET", f"/gates?{query}")]


def test_the_stale_type_can_be_set_in_the_console_but_not_by_the_api(api: Api, emulator: Emulator) -> None:
    api.gate()
    emulator.edit("gates", "a_gate", {"type": "STALE", "typeReason": "STALE_NO_RULES"})

    assert api.data("GET", "/gates/a_gate")["type"] == "STALE"
    assert api("PATCH", "/gates/a_gate", {"type": "STALE"}).status_code == 400


def test_loads_of_results_are_listed_by_rule(api: Api) -> None:
    first, second = api.gate(rules=[rule("first"), rule("second")])["rules"]

    response = api("POST", "/gates/a_gate/load_pulse", {"ruleId": first["id"], "refresh": "incremental"})
    assert response.json() == {"message": "Gate loaded successfully."}
    (load,) = api.data("GET", f"/gates/a_gate/rules/{first['baseID']}/pulse_load_history")
    assert (load["reloadType"], load["finishedState"], load["turboMode"]) == ("incremental", "success", False)
    assert api.data("GET", f"/gates/a_gate/rules/{second['id']}/pulse_load_history") == []
    assert list(api.errors("POST", "/gates/a_gate/load_pulse", {"ruleId": "none"})) == ["ruleId"]
