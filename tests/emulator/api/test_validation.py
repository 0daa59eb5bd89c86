"""Validation of bodies, with the error messages of zod."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, condition, rule


def test_a_response_has_all_problems_with_dotted_paths(api: Api) -> None:
    response = api("POST", "/gates", {"name": True, "rules": [rule(pass_percentage=101)], "isEnabled": "yes"})

    assert response.status_code == 400
    assert response.json() == {
        "status": 400,
        "message": "Bad Request Exception",
        "errors": [
            {"property": "name", "errorMessage": "Expected string, received boolean"},
            {"property": "rules.0.passPercentage", "errorMessage": "Number must be less than or equal to 100"},
            {"property": "isEnabled", "errorMessage": "Expected boolean, received string"},
        ],
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"name": "Required"}),
        (None, {"name": "Required"}),
        ([], {"": "Expected object, received array"}),
        ({"name": "ab"}, {"name": "String must contain at least 3 character(s)"}),
        ({"name": "a" * 101}, {"name": "String must contain at most 100 character(s)"}),
        ({"name": "a/gate"}, {"name": "Invalid"}),
        ({"id": "a gate"}, {"id": "Invalid"}),
        (
            {"name": "a gate", "description": "d" * 1001},
            {"description": "String must contain at most 1000 character(s)"},
        ),
        ({"name": "a gate", "description": None}, {"description": "Expected string, received null"}),
        ({"name": "a gate", "rules": None}, {"rules": "Expected array, received null"}),
        (
            {"name": "a gate", "type": "STALE"},
            {"type": "Invalid enum value. Expected 'PERMANENT' | 'TEMPORARY', received 'STALE'"},
        ),
        ({"name": "a gate", "tags": [1]}, {"tags.0": "Expected string, received number"}),
        ({"name": "a gate", "targetApps": 5}, {"targetApps": "Invalid input"}),
        ({"name": "a gate", "reviewSettings": {}}, {"reviewSettings.requiredReview": "Required"}),
        ({"name": "a gate", "monitoringMetrics": [{"name": "m"}]}, {"monitoringMetrics.0.type": "Required"}),
        (
            {"name": "a gate", "rules": [{}]},
            {"rules.0.name": "Required", "rules.0.passPercentage": "Required", "rules.0.conditions": "Required"},
        ),
        (
            {"name": "a gate", "rules": [rule("r", -1)]},
            {"rules.0.passPercentage": "Number must be greater than or equal to 0"},
        ),
        (
            {"name": "a gate", "rules": [rule("r", 33.333)]},
            {"rules.0.passPercentage": "Number must be a multiple of 0.01"},
        ),
        (
            {"name": "a gate", "rules": [rule("r", 1, {"type": "public", "operator": None})]},
            {"rules.0.conditions.0.operator": "Expected string, received null"},
        ),
        (
            {"name": "a gate", "rules": [rule("r", 1, condition("country", "any", [True]))]},
            {"rules.0.conditions.0.targetValue": "Invalid input"},
        ),
    ],
)
def test_an_invalid_gate_is_an_error(api: Api, emulator: Emulator, body: Any, expected: dict[str, str]) -> None:
    assert expected == api.errors("POST", "/gates", body)
    assert emulator.objects("gates") == []


@pytest.mark.parametrize("percentage", [0, 0.01, 12.3, 33.33, 99.99, 100])
def test_percentages_have_up_to_two_decimals(api: Api, percentage: float) -> None:
    assert percentage == api.gate(rules=[rule("r", percentage)])["rules"][0]["passPercentage"]


def test_unknown_and_read_only_keys_are_ignored(api: Api) -> None:
    api.on_purpose.append("is not in the specification")
    gate = api.gate(version=7, status="Launched", lastModifierName="me", nonsense={"a": 1}, rules=[rule(x=1)])

    assert (gate["version"], gate["status"], gate["lastModifierName"]) == (1, "In Progress", "CONSOLE API")
    assert "nonsense" not in gate
    assert "x" not in gate["rules"][0]


def test_the_strict_body_quirk_reports_unknown_keys(api: Api, emulator: Emulator) -> None:
    emulator.quirk(strict_body=True)

    errors = api.errors("POST", "/gates", {"name": "a gate", "isEnable": True, "rules": [rule(passPercent=1)]})
    assert errors == {
        "": "Unrecognized key(s) in object: 'isEnable'",
        "rules.0": "Unrecognized key(s) in object: 'passPercent'",
    }


@pytest.mark.parametrize("text", ["{", '{"a": NaN}', "nonsense"])
def test_a_body_that_is_not_json_is_an_error(api: Api, text: str) -> None:
    headers = {"STATSIG-API-KEY": api.emulator.key, "content-type": "application/json"}
    response = api.http.post(api.emulator.url + "/gates", content=text, headers=headers)

    assert (response.status_code, response.json()["status"]) == (400, 400)


@pytest.mark.parametrize(
    ("kind", "operator", "more"),
    [
        ("email", "str_ends_with_any", {}),
        ("country", "str_contains_any", {}),
        ("time", "any", {}),
        ("user_id", "version_gt", {}),
        ("unit_id", "lt", {"customID": "companyID"}),
    ],
)
def test_an_operator_of_another_condition_type_is_an_error(
    api: Api, kind: str, operator: str, more: dict[str, str]
) -> None:
    body = {"name": "a gate", "rules": [rule("r", 1, condition(kind, operator, ["x"], **more))]}

    expected = {"rules.0.conditions.0.operator": f"Invalid operator '{operator}' for condition type '{kind}'"}
    assert expected == api.errors("POST", "/gates", body)
    api.emulator.quirk(validate_operators=False)
    assert api("POST", "/gates", body).status_code == 201


def test_a_missing_operator_is_an_error(api: Api) -> None:
    body = {"name": "a gate", "rules": [rule("r", 1, condition("country", None, ["NL"]))]}

    assert api.errors("POST", "/gates", body) == {"rules.0.conditions.0.operator": "Required"}
    api.emulator.quirk(operator_required=False)
    assert api("POST", "/gates", body).status_code == 201


@pytest.mark.parametrize(("kind", "companion"), [("custom_field", "field"), ("unit_id", "customID")])
def test_some_condition_types_require_a_second_key(api: Api, kind: str, companion: str) -> None:
    body = {"name": "a gate", "rules": [rule("r", 1, condition(kind, "any", ["x"]))]}

    assert {f"rules.0.conditions.0.{companion}": "Required"} == api.errors("POST", "/gates", body)


def test_null_in_a_condition_is_an_error_by_quirk(api: Api) -> None:
    body = {"name": "a gate", "rules": [rule("r", 1, {"type": "public", "targetValue": None, "field": None})]}
    assert api.data("POST", "/gates", body)["rules"][0]["conditions"] == [{"type": "public"}]

    api.emulator.quirk(null_condition_keys="reject")
    assert list(api.errors("POST", "/gates", body)) == [
        "rules.0.conditions.0.targetValue",
        "rules.0.conditions.0.field",
    ]


def test_an_unknown_condition_type_is_an_error(api: Api) -> None:
    errors = api.errors("POST", "/gates", {"name": "a gate", "rules": [rule("r", 1, condition("moon_phase", "any"))]})

    assert list(errors) == ["rules.0.conditions.0.type"]
