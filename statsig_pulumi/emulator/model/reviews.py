"""Holds back a change until its review is committed."""

from __future__ import annotations

from typing import Final

from ..api.responses import ApiError, Record, not_found
from ..api.routes import Call
from . import team_ownership
from .project import Project

HEADER: Final = "x-respect-review-settings"


def holds_back(call: Call, record: Record) -> bool:
    """Only when the caller asks for it: by default a Console key passes by every review."""
    asked = call.headers.get(HEADER, "false").lower() not in ("", "0", "false")
    return asked and _is_required(call.project, record)


def _is_required(project: Project, record: Record) -> bool:
    team = team_ownership.team_of(project, record) or {}
    own = record.get("reviewSettings") or {}
    return bool(project.quirks["reviews_required"] or own.get("requiredReview") or team.get("requireReviews"))


def hold(call: Call, kind: str, before: Record, after: Record) -> Record:
    """The record as it was, with the pending review on it."""
    project = call.project
    if project.quirks["review_answer"] == "refused":
        raise ApiError(403, "Forbidden resource")
    review_id = project.issuer.new_id()
    change = {key: value for key, value in after.items() if before.get(key) != value}
    project.put("reviews", review_id, {"id": review_id, "kind": kind, "configID": before["id"], "change": change})
    active = {"reviewID": review_id, "reviewStatus": "pending", "description": ""}
    # Pending is no change yet: no new version, no new modifier.
    return project.put(kind, before["id"], before | {"activeReview": active})


def commit(call: Call, kind: str, config_id: str) -> Record:
    """Applies what was held back."""
    project, review_id = call.project, call.params["reviewID"]
    review = project.store["reviews"].get(review_id)
    record = project.store[kind].get(config_id)
    if review is None or record is None or (review["kind"], review["configID"]) != (kind, config_id):
        raise not_found("Not Found. The requested resource could not be found.")
    project.remove("reviews", review_id)
    settled = {key: value for key, value in record.items() if key != "activeReview"}
    return project.change_config(kind, settled | review["change"])
