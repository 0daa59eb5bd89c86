"""Segments from creation to deletion."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, condition, rule

NL = condition("country", "any", ["NL"])


def segment(api: Api, name: str = "A Segment", **fields: object) -> dict[str, object]:
    created: dict[str, object] = api.data("POST", "/segments", {"name": name, "type": "rule_based", **fields})
    return created


def test_a_new_segment_has_the_documented_fields(api: Api) -> None:
    response = api("POST", "/segments", {"name": "A Segment", "type": "rule_based", "rules": [rule("NL", 10, NL)]})
    assert (response.status_code, response.json()["message"]) == (201, "Segment created successfully.")
    created = response.json()["data"]
    assert {"id": "a_segment", "type": "rule_based", "idType": "userID", "isEnabled": True, "version": 1}.items() <= (
        created.items()
    )
    assert created["rules"][0]["id"] == created["rules"][0]["baseID"]
    assert api.data("GET", "/segments/a_segment") == created
    assert api.data("GET", "/segments") == [created]


def test_only_rule_based_segments_have_rules(api: Api) -> None:
    assert "rules" not in segment(api, type="id_list")
    message = "Segment must be of type 'rule_based' to be modified on this endpoint"
    refused = api("POST", "/segments/a_segment/conditional", [rule("NL", 10, NL)])
    assert (refused.status_code, refused.json()["message"]) == (400, message)
    created = api("POST", "/segments", {"name": "Another", "type": "id_list", "rules": []})
    assert (created.status_code, created.json()["message"]) == (400, message)


def test_rules_are_replaced_by_a_list_and_keep_their_base_ids(api: Api, emulator: Emulator) -> None:
    before = segment(api, rules=[rule("NL", 10, NL)])
    kept = {"id": before["rules"][0]["id"], "baseID": before["rules"][0]["baseID"]}  # type: ignore[index]
    response = api("POST", "/segments/a_segment/conditional", [rule("NL", 20, NL, **kept), rule("BE", 1, NL)])
    assert response.json() == {"message": "Rules successfully updated"}
    nl, be = api.data("GET", "/segments/a_segment")["rules"]
    assert (nl["baseID"], nl["passPercentage"], be["name"]) == (kept["baseID"], 20, "BE")
    emulator.quirk(segment_rules_answer="segment")
    assert api.data("POST", "/segments/a_segment/conditional", [])["rules"] == []


def test_the_form_of_the_body_with_rules_is_a_quirk(api: Api, emulator: Emulator) -> None:
    segment(api)
    assert api.errors("POST", "/segments/a_segment/conditional", {"rules": []}) == {
        "": "Expected array, received object"
    }
    emulator.quirk(segment_rules_body="object")
    assert api.errors("POST", "/segments/a_segment/conditional", []) == {"": "Expected object, received array"}
    assert api("POST", "/segments/a_segment/conditional", {"rules": []}).is_success


def test_segments_take_fewer_types_of_conditions_than_gates(api: Api) -> None:
    errors = api.errors(
        "POST", "/segments", {"name": "Any", "type": "rule_based", "rules": [rule("A", 1, {"type": "public"})]}
    )
    assert list(errors) == ["rules.0.conditions.0.type"]


@pytest.mark.parametrize(
    ("shown", "is_enabled", "listed"), [("disabled", False, 1), ("nothing", True, 1), ("unlisted", True, 0)]
)
def test_what_shows_an_archive_is_a_quirk(
    api: Api, emulator: Emulator, shown: str, is_enabled: bool, listed: int
) -> None:
    emulator.quirk(segment_archived=shown)
    segment(api)
    assert api("PUT", "/segments/a_segment/archive").json() == {"message": "Segment archived successfully."}
    assert api.data("GET", "/segments/a_segment")["isEnabled"] is is_enabled
    assert len(api.data("GET", "/segments")) == listed
    assert api.errors("POST", "/segments", {"name": "A Segment", "type": "id_list"}) == {
        "name": "Name is already in use"
    }


@pytest.mark.parametrize(("kind", "path"), [("gate", "gates"), ("config", "dynamic_configs"), ("segment", "segments")])
def test_a_segment_that_rules_name_is_deleted_only_by_quirk(api: Api, emulator: Emulator, kind: str, path: str) -> None:
    segment(api)
    fields = {"type": "rule_based"} if kind == "segment" else {}
    api.data(
        "POST",
        f"/{path}",
        {"name": "User", **fields, "rules": [rule("In", 1, condition("fails_segment", None, "a_segment"))]},
    )
    assert api("DELETE", "/segments/a_segment").status_code == 403
    emulator.quirk(segment_delete_used="accept")
    assert api("DELETE", "/segments/a_segment").json() == {"message": "Segment deleted successfully."}
    assert api("GET", "/segments/a_segment").status_code == 404


def test_rules_that_name_an_unknown_segment_are_an_error_only_by_quirk(api: Api, emulator: Emulator) -> None:
    named = [rule("In", 1, condition("passes_segment", None, "nowhere"))]
    assert api("POST", "/gates", {"name": "First", "rules": named}).is_success
    emulator.quirk(unknown_references="reject")
    refused = api("POST", "/gates", {"name": "Second", "rules": named})
    assert refused.json()["message"] == "Segments with IDs [nowhere] do not exist"


def test_a_held_change_of_rules_is_committed_by_its_review(api: Api, emulator: Emulator) -> None:
    emulator.quirk(reviews_required=True)
    segment(api)
    headers = {"x-respect-review-settings": "true"}
    assert api("POST", "/segments/a_segment/conditional", [rule("NL", 10, NL)], headers=headers).is_success
    assert api.data("GET", "/segments/a_segment")["rules"] == []
    review = emulator.objects("reviews")[0]["id"]
    assert api("PUT", f"/segments/a_segment/reviews/{review}/commit").is_success
    assert [each["name"] for each in api.data("GET", "/segments/a_segment")["rules"]] == ["NL"]
    api.on_purpose.append("activeReview")


def test_a_held_change_of_rules_is_dropped_with_its_review(api: Api, emulator: Emulator) -> None:
    emulator.quirk(reviews_required=True)
    segment(api)
    headers = {"x-respect-review-settings": "true"}
    assert api("POST", "/segments/a_segment/conditional", [rule("NL", 10, NL)], headers=headers).is_success
    path = f"/segments/a_segment/reviews/{emulator.objects('reviews')[0]['id']}"
    emulator.quirk(api_2026_10=False)
    assert api("DELETE", path).json()["message"] == f"Cannot DELETE /console/v1{path}"
    emulator.quirk(api_2026_10=True)
    assert api("DELETE", path).is_success
    assert emulator.objects("reviews") == []
    assert "activeReview" not in emulator.object("segments", "a_segment")
    assert api.data("GET", "/segments/a_segment")["rules"] == []
    assert api("DELETE", path).status_code == 404
    api.on_purpose.append("activeReview")
