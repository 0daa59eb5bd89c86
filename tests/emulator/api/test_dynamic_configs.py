"""Dynamic configs: lifecycle, values, schema and rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, condition, rule

SCHEMA = json.dumps({"type": "object", "properties": {"color": {"type": "string"}}})
TEXT = '{\n  // the colour of the button\n  color: "red",\n}'


def test_a_new_config_has_the_documented_defaults(api: Api) -> None:
    response = api("POST", "/dynamic_configs", {"name": "A Config"})

    assert (response.status_code, response.json()["message"]) == (201, "Dynamic Config created successfully.")
    config = response.json()["data"]
    assert {
        "id": "a_config",
        "isEnabled": True,
        "status": "Enabled",
        "description": "",
        "idType": "userID",
        "rules": [],
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "defaultValue": {},
        "defaultValueJson5": "{}",
        "schema": None,
        "schemaJson5": None,
        "version": 1,
    }.items() <= config.items()
    assert api.data("GET", "/dynamic_configs/a_config") == config


def test_a_config_needs_a_name(api: Api) -> None:
    assert api.errors("POST", "/dynamic_configs", {"id": "an_id"}) == {"name": "Required"}


def test_a_duplicate_name_is_an_error(api: Api) -> None:
    api.config()

    response = api("POST", "/dynamic_configs", {"name": "A Config"})
    assert (response.status_code, response.json()["message"]) == (400, "Name is already in use")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/enable"), ("GET", "/rules")]
)
def test_a_missing_config_is_a_404(api: Api, method: str, path: str) -> None:
    response = api(method, "/dynamic_configs/none" + path)

    assert response.json() == {"status": 404, "message": "Dynamic config not found."}


def test_the_response_to_a_delete_is_a_message(api: Api) -> None:
    api.config()

    assert api("DELETE", "/dynamic_configs/a_config").json() == {"message": "Dynamic Config deleted successfully."}
    assert api("DELETE", "/dynamic_configs/a_config").status_code == 404


def test_the_status_follows_enabling_and_archiving(api: Api) -> None:
    api.config()

    assert api.data("PUT", "/dynamic_configs/a_config/disable")["status"] == "Disabled"
    assert api.data("PUT", "/dynamic_configs/a_config/enable")["status"] == "Enabled"
    assert api.data("PATCH", "/dynamic_configs/a_config", {"isEnabled": False})["status"] == "Disabled"
    assert api.data("PUT", "/dynamic_configs/a_config/archive", {})["status"] == "Archived"
    assert api.data("GET", "/dynamic_configs") == []
    assert api.data("PUT", "/dynamic_configs/a_config/unarchive", {})["status"] == "Disabled"


def test_a_full_update_has_three_required_fields(api: Api) -> None:
    api.config()

    errors = api.errors("POST", "/dynamic_configs/a_config", {})
    assert errors == {"isEnabled": "Required", "description": "Required", "rules": "Required"}
    body = {"isEnabled": False, "description": "d", "rules": []}
    assert api.data("POST", "/dynamic_configs/a_config", body)["version"] == 2


def test_versions_are_listed(api: Api) -> None:
    api.config()
    api("PATCH", "/dynamic_configs/a_config", {"description": "two"})

    versions = api.data("GET", "/dynamic_configs/a_config/versions")
    assert [version["description"] for version in versions] == ["two", ""]


def test_a_value_without_a_text_gets_a_compact_text(api: Api) -> None:
    config = api.config(defaultValue={"b": [1, "é"], "a": {"x": True}})

    assert config["defaultValueJson5"] == '{"b":[1,"é"],"a":{"x":true}}'


def test_a_text_is_kept_verbatim_and_gets_its_value(api: Api) -> None:
    config = api.config(defaultValueJson5=TEXT)

    assert (config["defaultValue"], config["defaultValueJson5"]) == ({"color": "red"}, TEXT)


def test_both_forms_of_a_value_can_be_sent_if_they_are_equal(api: Api) -> None:
    config = api.config(defaultValue={"color": "red"}, defaultValueJson5=TEXT)
    assert config["defaultValueJson5"] == TEXT

    errors = api.errors("PATCH", "/dynamic_configs/a_config", {"defaultValue": {}, "defaultValueJson5": TEXT})
    assert errors == {"defaultValueJson5": "Must parse to the same JSON as defaultValue"}


def test_values_keep_their_types_and_whole_floats_are_integers(api: Api) -> None:
    value = {"text": "12", "number": 12, "fraction": 1.5, "flag": True, "list": [1, "1"]}

    assert api.config(defaultValue=value)["defaultValue"] == value
    headers = {"STATSIG-API-KEY": api.emulator.key}
    response = api.http.patch(
        api.emulator.url + "/dynamic_configs/a_config", content='{"defaultValue": {"n": 3.0}}', headers=headers
    )
    assert '"defaultValueJson5":"{\\"n\\":3}"' in response.text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"defaultValue": {"a": {"b": [None]}}}, {"defaultValue.a.b.0": "Null values are not supported"}),
        ({"defaultValueJson5": "{a: null}"}, {"defaultValueJson5.a": "Null values are not supported"}),
        ({"defaultValue": [1]}, {"defaultValue": "Expected object, received array"}),
        ({"defaultValueJson5": "[1]"}, {"defaultValueJson5": "Expected object, received array"}),
        ({"defaultValueJson5": "{a:"}, {"defaultValueJson5": "Invalid JSON5"}),
        ({"defaultValueJson5": "{a: NaN}"}, {"defaultValueJson5": "Invalid JSON5"}),
        ({"schema": "{"}, {"schema": "Invalid JSON schema"}),
        ({"schema": '{"type": 5}'}, {"schema": "Invalid JSON schema"}),
        (
            {"schema": "{}", "schemaJson5": '{type: "object"}'},
            {"schemaJson5": "Must parse to the same JSON as schema"},
        ),
        (
            {"rules": [{"name": "r", "conditions": [], "returnValue": {"a": None}}]},
            {"rules.0.returnValue.a": "Null values are not supported"},
        ),
        (
            {"rules": [{"name": "r", "conditions": [], "returnValue": {}, "returnValueJson5": "{a:1}"}]},
            {"rules.0.returnValueJson5": "Must parse to the same JSON as returnValue"},
        ),
        (
            {"rules": [{"name": "r", "conditions": [], "id": ""}]},
            {"rules.0.id": "String must contain at least 1 character(s)"},
        ),
        (
            {"rules": [{"name": "r", "conditions": [], "variants": [{"name": "v"}]}]},
            {"rules.0.variants.0.passPercentage": "Required"},
        ),
    ],
)
def test_an_invalid_value_is_an_error(api: Api, body: dict[str, Any], expected: dict[str, str]) -> None:
    assert api.errors("POST", "/dynamic_configs", {"name": "A Config", **body}) == expected


def test_an_empty_rule_id_is_accepted_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(dc_empty_rule_id="accept")

    assert len(api.config(rules=[rule(id="")])["rules"][0]["id"]) == 22


def test_a_rule_has_both_forms_of_its_value_and_a_percentage(api: Api, emulator: Emulator) -> None:
    emulator.quirk(dc_pass_percentage_default=50)

    rules = api.config(rules=[{"name": "r", "conditions": [], "returnValue": {"a": 1}}, rule("s", 1)])["rules"]
    read = [(made["returnValue"], made["returnValueJson5"], made["passPercentage"]) for made in rules]
    assert read == [({"a": 1}, '{"a":1}', 50), ({}, "{}", 1)]


def test_variants_get_ids_that_stay_with_their_names(api: Api) -> None:
    variants = [{"name": "one", "passPercentage": 50, "returnValue": {"a": 1}}, {"name": "two", "passPercentage": 50}]
    (made,) = api.config(rules=[{"name": "r", "conditions": [], "variants": variants}])["rules"]
    assert [variant["returnValueJson5"] for variant in made["variants"]] == ['{"a":1}', "{}"]

    again = {"name": "r", "conditions": [], "baseID": made["baseID"], "variants": variants[::-1]}
    (after,) = api.data("PATCH", "/dynamic_configs/a_config", {"rules": [again]})["rules"]
    assert [variant["id"] for variant in after["variants"]] == [variant["id"] for variant in made["variants"][::-1]]


def test_a_schema_is_enforced_on_all_values(api: Api) -> None:
    body = {
        "name": "A Config",
        "schema": SCHEMA,
        "defaultValue": {"color": 1},
        "rules": [rule("r", 1, returnValue={"color": 2}), rule("s", 1, returnValue={"color": "red"})],
    }

    assert list(api.errors("POST", "/dynamic_configs", body)) == ["defaultValue", "rules.0.returnValue"]


def test_no_schema_is_read_from_elsewhere(api: Api) -> None:
    schema = json.dumps({"properties": {"color": {"$ref": "http://127.0.0.1:9/color.json"}}})
    body = {"name": "A Config", "schema": schema, "defaultValue": {"color": "red"}}
    assert api.errors("POST", "/dynamic_configs", body) == {"schema": "Cannot resolve http://127.0.0.1:9/color.json"}


def test_existing_values_must_match_a_new_schema(api: Api) -> None:
    api.config(defaultValue={"color": 1})

    assert list(api.errors("PATCH", "/dynamic_configs/a_config", {"schema": SCHEMA})) == ["defaultValue"]
    body = {"schema": SCHEMA, "defaultValue": {"color": "red"}}
    assert api.data("PATCH", "/dynamic_configs/a_config", body)["schema"] == SCHEMA


def test_a_schema_has_two_texts_and_null_clears_both(api: Api) -> None:
    text = "{type: 'object'} // any"
    config = api.config(schemaJson5=text)
    assert (config["schema"], config["schemaJson5"]) == ('{"type":"object"}', text)

    cleared = api.data("PATCH", "/dynamic_configs/a_config", {"schema": None})
    assert (cleared["schema"], cleared["schemaJson5"]) == (None, None)


def test_a_dry_run_is_validated_but_not_saved(api: Api) -> None:
    before = api.config()

    assert api.data("PATCH", "/dynamic_configs/a_config?dryRun=true", {"description": "d"})["description"] == "d"
    assert api("PATCH", "/dynamic_configs/a_config?dryRun=true", {"description": 1}).status_code == 400
    assert api.data("GET", "/dynamic_configs/a_config") == before


def test_a_gate_ignores_the_dry_run_parameter(api: Api) -> None:
    api.gate()

    api("PATCH", "/gates/a_gate?dryRun=true", {"description": "d"})
    assert api.data("GET", "/gates/a_gate")["description"] == "d"


def test_an_owner_can_be_set_and_an_empty_one_is_ignored(api: Api) -> None:
    owner = {"ownerID": "1", "ownerType": "USER", "ownerName": "Ana", "ownerEmail": "ana@example.com"}

    assert api.config("one config", owner=owner)["owner"] == owner
    assert api.config("two config", owner={})["owner"]["ownerType"] == "SDK_KEY"
    assert api.data("PATCH", "/dynamic_configs/one_config", {"owner": None})["owner"] == owner


def test_single_rules_are_added_read_changed_and_deleted(api: Api) -> None:
    api.config(rules=[rule("first", 1, returnValueJson5="{a: 1}")])

    added = api("POST", "/dynamic_configs/a_config/rule", rule("second", 2, condition("country", "any", ["NL"])))
    assert (added.status_code, added.json()["message"]) == (200, "Dynamic Config rules updated successfully.")
    first, second = added.json()["data"]["rules"]
    assert api.data("GET", f"/dynamic_configs/a_config/rule/{first['id']}") == first
    assert api.data("GET", "/dynamic_configs/a_config/rules") == [{"rules": [first, second]}]

    changed = api.data("PATCH", f"/dynamic_configs/a_config/rule/{first['id']}", {"returnValue": {"a": 2}})["rules"][0]
    assert (changed["returnValueJson5"], changed["passPercentage"]) == ('{"a":2}', 1)
    assert changed["id"] == f"{first['baseID']}:1.00:1"
    removed = api("DELETE", f"/dynamic_configs/a_config/rule/{first['baseID']}")
    assert removed.json()["message"] == "Dynamic Config rule deleted successfully."
    assert removed.json()["data"]["rules"] == [second]


def test_rules_are_added_and_changed_in_lists_and_by_name(api: Api) -> None:
    api.config()

    first, second = api.data("POST", "/dynamic_configs/a_config/rules", {"rules": [rule("first", 1), rule("2 nd", 2)]})[
        "rules"
    ]
    body = {"rules": [{"id": second["id"], "passPercentage": 3}]}
    assert api.data("PATCH", "/dynamic_configs/a_config/rules", body)["rules"][1]["passPercentage"] == 3
    by_name = api.data("PATCH", "/dynamic_configs/a_config/rule/name/2%20nd", {"passPercentage": 4})["rules"][1]
    assert (by_name["passPercentage"], by_name["id"]) == (4, f"{second['baseID']}:4.00:2")
    assert api.data("DELETE", "/dynamic_configs/a_config/rule/name/2%20nd")["rules"] == [first]


@pytest.mark.parametrize("path", ["/rule/none", "/rule/name/none"])
def test_a_missing_rule_is_an_error(api: Api, path: str) -> None:
    api.config()

    message = "A provided rule ID does not match an existing rule ID"
    assert api.errors("DELETE", "/dynamic_configs/a_config" + path) == {"rules": message}


def test_a_dry_run_of_a_rule_saves_nothing(api: Api) -> None:
    (made,) = api.config(rules=[rule("r", 1)])["rules"]

    api.data("PATCH", f"/dynamic_configs/a_config/rule/{made['id']}?dryRun=true", {"passPercentage": 9})
    assert api.data("GET", "/dynamic_configs/a_config")["rules"] == [made]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/rule"), ("POST", "/rules"), ("PATCH", "/rules"), ("PATCH", "/rule/name/r"), ("DELETE", "/rule/name/r")],
)
def test_the_rule_endpoints_of_march_2025_can_be_removed_by_quirk(
    api: Api, emulator: Emulator, method: str, path: str
) -> None:
    api.config(rules=[rule("r", 1)])
    emulator.quirk(dc_rule_endpoints=False)

    response = api(method, "/dynamic_configs/a_config" + path, {})
    assert response.json()["message"] == f"Cannot {method} /console/v1/dynamic_configs/a_config{path}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tags=red", ["one_config"]),
        ("creatorName=CONSOLE%20API", ["one_config", "two_config"]),
        ("creatorID=nobody", []),
        ("releasePipelineID=p", ["two_config"]),
        ("idType=stableID", ["one_config", "two_config"]),
        ("targetAppID=none", ["one_config", "two_config"]),
    ],
)
def test_lists_ignore_undocumented_filters(api: Api, query: str, expected: list[str]) -> None:
    api.config("one config", tags=["red"])
    api.config("two config", idType="stableID", releasePipelineID="p")

    assert expected == [config["id"] for config in api.data("GET", f"/dynamic_configs?{query}")]
