"""Fields of warehouse sources, and their queries."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api
from .source_kinds import ASSIGNMENTS, METRICS, PROPERTIES, SDK_KEY, Case, every_kind


@pytest.mark.parametrize("case", [ASSIGNMENTS, METRICS], ids=str)
@pytest.mark.parametrize("owner", [{}, None])
def test_an_empty_owner_is_ignored(api: Api, case: Case, owner: Any) -> None:
    made = case.create(api, owner=owner)

    assert SDK_KEY.items() <= made["owner"].items()
    assert api.data("POST", case.path(), {**case.query, "owner": owner}) == made


@pytest.mark.parametrize("case", [ASSIGNMENTS, METRICS], ids=str)
def test_an_owner_can_be_set(api: Api, case: Case) -> None:
    owner = {"ownerID": "1", "ownerType": "USER", "ownerName": "Ana", "ownerEmail": "ana@example.com"}

    assert case.create(api, owner=owner)["owner"] == owner


def test_the_owner_of_an_entity_property_is_ignored(api: Api) -> None:
    api.on_purpose.append("request at .*'owner' is not in")

    assert PROPERTIES.create(api, owner={"ownerName": "Ana"})["owner"]["ownerName"] == "CONSOLE API"


@every_kind
def test_a_flag_sent_as_false_comes_back_false(api: Api, case: Case) -> None:
    assert case.create(api, isReadOnly=False)["isReadOnly"] is False


@every_kind
def test_the_team_of_a_source_sets_its_team_id(api: Api, emulator: Emulator, case: Case) -> None:
    team = emulator.add("teams", {"name": "Checkout"})
    made = case.create(api, team="Checkout")
    assert (made["team"], made["teamID"]) == ("Checkout", team["id"])

    emulator.edit("teams", team["id"], {"name": "Payments"})
    assert case.listed(api)[0]["team"] == "Payments"
    cleared = api.data("POST", case.path(), {**case.query, "teamID": None})
    assert {"team", "teamID"}.isdisjoint(cleared)


@every_kind
@pytest.mark.parametrize(
    ("reference", "message"), [({"tags": ["none"]}, "Tag not found."), ({"team": "none"}, "Team not found.")]
)
def test_unknown_references_of_a_source_are_errors_by_quirk(
    api: Api, emulator: Emulator, case: Case, reference: dict[str, Any], message: str
) -> None:
    made = case.create(api, **reference)
    assert reference.items() <= made.items()

    emulator.quirk(unknown_references="reject")
    refused = {"status": 404, "message": message}
    assert api("POST", case.collection, {"name": "another", **case.query, **reference}).json() == refused
    assert api("POST", case.path(), {**case.query, **reference}).json() == refused


@every_kind
@pytest.mark.parametrize(
    ("field", "value", "path", "message"),
    [
        ("description", None, "description", "Expected string, received null"),
        ("tags", "a", "tags", "Expected array, received string"),
        ("idTypeMapping", [{"column": "c"}], "idTypeMapping.0.statsigUnitID", "Required"),
        ("isReadOnly", "no", "isReadOnly", "Expected boolean, received string"),
        ("dryRun", 1, "dryRun", "Expected boolean, received number"),
    ],
)
def test_sources_are_validated(api: Api, case: Case, field: str, value: Any, path: str, message: str) -> None:
    body = {"name": "a source", **case.query, field: value}

    assert api.errors("POST", case.collection, body) == {path: message}


@every_kind
def test_the_required_fields_of_a_new_source_are_checked(api: Api, case: Case) -> None:
    assert api.errors("POST", case.collection, {}) == dict.fromkeys(("name", *case.query), "Required")


@every_kind
@pytest.mark.parametrize("dry", [True, False])
def test_a_query_is_an_sql_error_by_quirk(api: Api, emulator: Emulator, case: Case, dry: bool) -> None:
    case.create(api)
    emulator.quirk(sql_errors="FORM")
    bad = {**case.query, "sql": "SELECT * FORM t", "dryRun": dry}

    for path, body in ((case.collection, {"name": "bad", **bad}), (case.path(), bad)):
        assert api.errors("POST", path, body)["sql"] == "SQL compilation error: syntax error: unexpected 'FORM'."
    assert [source["sql"] for source in case.listed(api)] == ["SELECT 1"]
    case.create(api, name="good")


@every_kind
def test_a_dry_run_of_a_source_is_not_saved(api: Api, case: Case) -> None:
    would_be = case.create(api, dryRun=True)
    assert (would_be["name"], "dryRun" in would_be, case.listed(api)) == ("a source", False, [])

    made = case.create(api)
    changed = api.data("POST", case.path(), {**case.query, "description": "d", "dryRun": True})
    assert (changed, case.listed(api)) == ({**made, "description": "d"}, [made])


@every_kind
def test_a_dry_run_of_a_source_is_validated(api: Api, case: Case) -> None:
    case.create(api)

    body = {"name": "a source", **case.query, "dryRun": True}
    assert api.errors("POST", case.collection, body) == {"name": "Name is already in use"}
