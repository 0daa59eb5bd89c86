"""Reviews of changes of an autotune: `/autotunes/{id}/reviews`."""

from __future__ import annotations

from typing import Final

from ..model.days import instant
from ..model.errors import ApiError, not_found
from ..model.json_values import Record
from .autotunes import AUTOTUNES, REVIEWS, decide, schedule, start_autotune
from .pages import page
from .responses import Response, message_response, object_response
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, Listed, Number, Shape, Text

routes: Final = Routes()

QUIRK: Final = "api_2026_10"
PATH: Final = "/autotunes/{id}/reviews"
TYPES: Final = (
    *("start", "scheduled_start", "scheduled_start_edit", "reallocate", "make_decision", "delete"),
    "disable_reviews_locally",
)
DETAILS: Final[dict[str, Shape]] = {
    "winning_group_id": Text(),
    "remove_targeting": Flag(),
    "remove_overrides": Flag(),
    "start_date": Text(),
    "start_time": Text(),
    "new_time": Number(),
}
REVIEWERS: Final[dict[str, Shape]] = {"reviewer_ids": Listed(Text()), "reviewer_group_ids": Listed(Text())}
CREATE = Fields(
    {"type": Choice(TYPES), "description": Text(most=2000), **REVIEWERS, "reason": Text(most=2000), **DETAILS},
    frozenset({"type"}),
)
EDIT = Fields({"description": Text(least=1, most=2000), **REVIEWERS})
APPROVE = Fields({"reason": Text(most=2000)})
REJECT = Fields({"reason": Text(least=1, most=2000)}, frozenset({"reason"}))
OPEN: Final = ("pending", "accepted", "changes_requested")


def _find(call: Call) -> Record:
    autotune, review = AUTOTUNES.find(call), call.project.store[REVIEWS].get(call.params["reviewID"])
    if review is None or review["autotuneID"] != autotune["id"]:
        raise not_found("Review not found.")
    return review


def _find_open(call: Call) -> Record:
    review = _find(call)
    if review["status"] not in OPEN:
        raise ApiError(400, f"Review is already {review['status']}")
    return review


def _present(review: Record, *, has_content: bool = False) -> Record:
    kept = {key: value for key, value in review.items() if key not in ("autotuneID", "proposed")}
    if not has_content:
        return kept
    return kept | {"content": {"type": review["type"], "current": {}, "proposed": review["proposed"]}}


def _reviewers(body: Record, before: Record | None = None) -> list[Record]:
    """Return the reviewers of a body; an omitted list keeps those of the review."""
    listed: list[Record] = list(before["reviewers"]) if before else []
    for key, kind in (("reviewer_ids", "user"), ("reviewer_group_ids", "group")):
        if key in body:
            others = [each for each in listed if each["kind"] != kind]
            listed = [*others, *({"id": id_, "kind": kind} for id_ in body[key])]
    return listed


def _save(call: Call, review: Record) -> Record:
    return call.project.put(REVIEWS, review["review_id"], review)


@routes.on("GET", PATH, quirk=QUIRK)
def list_reviews(call: Call) -> Response:
    autotune = AUTOTUNES.find(call)
    reviews = [each for each in call.project.store[REVIEWS] if each["autotuneID"] == autotune["id"]]
    return page(call, "Autotune reviews listed successfully.", reviews[::-1], _present)


@routes.on("POST", PATH, quirk=QUIRK)
def create_review(call: Call) -> Response:
    autotune, body = AUTOTUNES.find(call), call.read(CREATE)
    actor = call.project.actor
    review = {
        "review_id": call.project.issuer.new_id(),
        "status": "pending",
        "type": body["type"],
        "author": {"id": actor.id, "email": actor.email},
        "reviewers": _reviewers(body),
        "description": body.get("description", ""),
        "created_at": instant(call.project.issuer.now_ms()),
        "autotuneID": autotune["id"],
        "proposed": {key: body[key] for key in (*DETAILS, "reason") if key in body},
    }
    return object_response("Autotune review created successfully.", _present(_save(call, review)), 201)


@routes.on("GET", f"{PATH}/{{reviewID}}", quirk=QUIRK)
def read_review(call: Call) -> Response:
    return object_response("Autotune review read successfully.", _present(_find(call), has_content=True))


@routes.on("PUT", f"{PATH}/{{reviewID}}", quirk=QUIRK)
def edit_review(call: Call) -> Response:
    before, body = _find_open(call), call.read(EDIT)
    description = body.get("description", before["description"])
    review = _save(call, before | {"description": description, "reviewers": _reviewers(body, before)})
    return object_response("Autotune review updated successfully.", _present(review))


@routes.on("DELETE", f"{PATH}/{{reviewID}}", quirk=QUIRK)
def cancel_review(call: Call) -> Response:
    call.project.remove(REVIEWS, _find_open(call)["review_id"])
    return message_response("Autotune review cancelled successfully.")


@routes.on("PUT", f"{PATH}/{{reviewID}}/approve", quirk=QUIRK)
def approve_review(call: Call) -> Response:
    review = _find_open(call)
    call.read(APPROVE)
    accepted = _save(call, review | {"status": "accepted"})
    return object_response("Autotune review approved successfully.", _present(accepted))


@routes.on("PUT", f"{PATH}/{{reviewID}}/reject", quirk=QUIRK)
def reject_review(call: Call) -> Response:
    review = _find_open(call)
    call.read(REJECT)
    rejected = _save(call, review | {"status": "rejected"})
    return object_response("Autotune review rejected successfully.", _present(rejected))


@routes.on("PUT", f"{PATH}/{{reviewID}}/commit", quirk=QUIRK)
def commit_review(call: Call) -> Response:
    """Apply the change of an accepted review. Changes that the emulator does not model have no effect."""
    project, review, autotune = call.project, _find(call), AUTOTUNES.find(call)
    if review["status"] != "accepted":
        raise ApiError(400, f"Review is {review['status']}")
    proposed = review["proposed"]
    match review["type"]:
        case "start":
            start_autotune(project, autotune)
        case "scheduled_start" | "scheduled_start_edit" if "new_time" in proposed:
            schedule(project, autotune["id"], int(proposed["new_time"]))
        case "make_decision":
            decide(project, autotune, proposed.get("winning_group_id", ""), proposed.get("reason", ""))
    _save(call, review | {"status": "committed"})
    if review["type"] == "delete":
        project.remove(AUTOTUNES.name, autotune["id"])
        AUTOTUNES.clean_up(project, autotune)
    return message_response("Autotune review committed successfully")
