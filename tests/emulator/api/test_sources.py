"""Warehouse sources from creation to deletion."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api
from .source_kinds import ASSIGNMENTS, METRICS, PROPERTIES, READABLE, RENAMABLE, SDK_KEY, Case, every_kind


@every_kind
def test_a_source_is_created_with_201_and_listed(api: Api, case: Case) -> None:
    response = api("POST", case.collection, {"name": "a source", **case.query, "tags": ["b", "a"]})

    source = response.json()["data"]
    assert response.status_code == 201
    owner = source.pop("owner")
    assert SDK_KEY.items() <= owner.items()
    # Unset fields are omitted.
    assert source == {"name": "a source", "description": "", **case.query, "tags": ["b", "a"]}
    assert case.listed(api) == [{**source, "owner": owner}]


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_a_source_is_read_by_its_encoded_name(api: Api, case: Case) -> None:
    made = case.create(api, name="a/b c%")

    assert api.data("GET", case.path("a/b c%")) == made


def test_a_single_assignment_source_cannot_be_read(api: Api) -> None:
    ASSIGNMENTS.create(api)

    message = "Cannot GET /console/v1/experiments/assignment_source/a source"
    assert api("GET", ASSIGNMENTS.path()).json() == {"status": 404, "message": message}


@every_kind
def test_a_post_requires_the_full_query(api: Api, case: Case) -> None:
    case.create(api)

    assert api.errors("POST", case.path(), {"description": "d"}) == dict.fromkeys(case.query, "Required")


@every_kind
def test_a_post_keeps_omitted_fields(api: Api, case: Case) -> None:
    made = case.create(api, description="d", isReadOnly=False, tags=["a"])
    query = {**case.query, "sql": "SELECT 2\n"}

    response = api("POST", case.path(), query)
    assert (response.status_code, response.json()["data"]) == (200, {**made, "sql": "SELECT 2\n"})
    assert case.listed(api) == [response.json()["data"]]


@every_kind
def test_a_post_resets_omitted_fields_by_quirk(api: Api, emulator: Emulator, case: Case) -> None:
    plain = case.create(api, name="plain")
    emulator.quirk(source_update_resets=True)
    made = case.create(api, description="d", isReadOnly=True, tags=["a"], team="Checkout")
    assert made["team"] == "Checkout"

    assert api.data("POST", case.path(), case.query) == {**plain, "name": "a source"}


@pytest.mark.parametrize("case", RENAMABLE, ids=str)
def test_a_patch_of_a_source_keeps_omitted_fields(api: Api, case: Case) -> None:
    made = case.create(api, tags=["a"])

    after = api.data("PATCH", case.path(), {"description": "d", "isReadOnly": True})
    assert after == {**made, "description": "d", "isReadOnly": True}


@pytest.mark.parametrize("case", RENAMABLE, ids=str)
@pytest.mark.parametrize("sql", ["SELECT 2", None])
def test_a_patch_with_sql_is_an_error(api: Api, case: Case, sql: str | None) -> None:
    case.create(api)

    expected = {"sql": "Invalid literal value, expected undefined"}
    assert api.errors("PATCH", case.path(), {"sql": sql, "description": "d"}) == expected
    assert case.listed(api)[0]["description"] == ""


@pytest.mark.parametrize("case", RENAMABLE, ids=str)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_source_can_be_renamed(api: Api, case: Case, method: str) -> None:
    made = case.create(api, description="d")

    body = {"name": "another", **(case.query if method == "POST" else {})}
    assert api.data(method, case.path(), body) == {**made, "name": "another"}
    assert api(method, case.path(), body).status_code == 404
    assert case.listed(api) == [{**made, "name": "another"}]
    # The old name can be used again.
    case.create(api)


@pytest.mark.parametrize("case", RENAMABLE, ids=str)
def test_a_rename_to_a_name_in_use_is_an_error(api: Api, case: Case) -> None:
    case.create(api)
    case.create(api, name="another")

    assert api.errors("PATCH", case.path(), {"name": "another"}) == {"name": "Name is already in use"}
    assert [source["name"] for source in case.listed(api)] == ["a source", "another"]


@every_kind
def test_a_source_name_in_use_is_an_error(api: Api, emulator: Emulator, case: Case) -> None:
    case.create(api)
    body = {"name": "a source", **case.query}

    assert api.errors("POST", case.collection, body) == {"name": "Name is already in use"}
    emulator.quirk(source_name_taken="Source already exists")
    assert api("POST", case.collection, body).json()["message"] == "Source already exists"


@pytest.mark.parametrize(
    ("case", "missing", "deleted"),
    [
        (ASSIGNMENTS, "No assignment source was found with the given name", "Assignment source deleted successfully."),
        (PROPERTIES, "Entity property source not found.", "Entity property source deleted successfully."),
        (METRICS, "Metric source not found.", "Metric source deleted successfully."),
    ],
    ids=str,
)
def test_a_second_delete_of_a_source_is_a_404(
    api: Api, emulator: Emulator, case: Case, missing: str, deleted: str
) -> None:
    case.create(api)

    assert api("DELETE", case.path()).json() == {"message": deleted}
    assert api("DELETE", case.path()).json() == {"status": 404, "message": missing}
    assert api("POST", case.path(), case.query).json() == {"status": 404, "message": missing}
    emulator.quirk(delete_missing_status=400)
    assert api("DELETE", case.path()).status_code == 400
    assert case.listed(api) == []


@pytest.mark.parametrize(
    ("case", "quirk", "update"),
    [(PROPERTIES, "entity_property_missing_status", 404), (METRICS, "metric_source_missing_status", 400)],
    ids=str,
)
def test_a_missing_source_is_a_400_by_quirk_if_404_is_undocumented(
    api: Api, emulator: Emulator, case: Case, quirk: str, update: int
) -> None:
    assert api("GET", case.path()).status_code == 404
    emulator.quirk(**{quirk: 400})

    response = api("GET", case.path())
    assert (response.status_code, "not found" in response.json()["message"]) == (400, True)
    assert api("POST", case.path(), case.query).status_code == update


@every_kind
def test_sources_come_in_pages(api: Api, case: Case) -> None:
    for number in range(3):
        case.create(api, name=f"source {number}")

    page = api("GET", f"{case.listing}?limit=2&page=2").json()
    assert [source["name"] for source in page["data"]] == ["source 2"]
    assert page["pagination"]["previousPage"] == f"/console/v1{case.listing}?page=1&limit=2"


@every_kind
def test_a_source_can_be_added_renamed_and_removed_in_the_console(api: Api, emulator: Emulator, case: Case) -> None:
    emulator.add(case.kind, {"name": "by hand", "sql": "SELECT 3"})
    (seen,) = case.listed(api)
    assert (seen["sql"], seen["owner"]["ownerType"]) == ("SELECT 3", "USER")

    emulator.edit(case.kind, "by hand", {"name": "renamed", "description": "d"})
    assert [source["name"] for source in case.listed(api)] == ["renamed"]
    assert emulator.object(case.kind, "renamed")["description"] == "d"
    with pytest.raises(KeyError):
        emulator.object(case.kind, "by hand")
    emulator.remove(case.kind, "renamed")
    assert case.listed(api) == []


@every_kind
def test_a_source_name_in_use_is_an_error_in_the_console(api: Api, emulator: Emulator, case: Case) -> None:
    case.create(api)
    emulator.add(case.kind, {"name": "another"})

    with pytest.raises(Exception, match="Name is already in use"):
        emulator.add(case.kind, {"name": "a source"})
    with pytest.raises(Exception, match="Name is already in use"):
        emulator.edit(case.kind, "another", {"name": "a source"})
    assert len(emulator.objects(case.kind)) == 2
