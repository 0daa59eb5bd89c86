"""Reviews: a change of a config that is stored apart until its review is committed."""

from __future__ import annotations

from . import team_ownership
from .errors import ApiError, not_found
from .json_values import Record
from .project import Project


def is_required(project: Project, record: Record) -> bool:
    """Return whether the project, the config or its team requires a review."""
    team = team_ownership.team_of(project, record) or {}
    own = record.get("reviewSettings") or {}
    return bool(project.quirks["reviews_required"] or own.get("requiredReview") or team.get("requireReviews"))


def hold_change(project: Project, kind: str, before: Record, after: Record) -> Record:
    """Store a change as a pending review and return the unchanged record with the review on it.

    Raises:
        ApiError: if the quirk `review_answer` is `refused`.
    """
    if project.quirks["review_answer"] == "refused":
        raise ApiError(403, "Forbidden resource")
    review_id = project.issuer.new_id()
    change = {key: value for key, value in after.items() if before.get(key) != value}
    project.put("reviews", review_id, {"id": review_id, "kind": kind, "configID": before["id"], "change": change})
    active = {"reviewID": review_id, "reviewStatus": "pending", "description": ""}
    # A pending review is not a change: version and modifier stay the same.
    return project.put(kind, before["id"], before | {"activeReview": active})


def commit_review(project: Project, kind: str, config_id: str, review_id: str) -> Record:
    """Apply the change of a review."""
    change, without_review = _end(project, kind, config_id, review_id)
    return project.change_config(kind, without_review | change)


def cancel_review(project: Project, kind: str, config_id: str, review_id: str) -> None:
    """Drop the change of a review."""
    _, without_review = _end(project, kind, config_id, review_id)
    project.put(kind, config_id, without_review)


def _end(project: Project, kind: str, config_id: str, review_id: str) -> tuple[Record, Record]:
    """Remove a review; return its change, and the record without it."""
    review = project.store["reviews"].get(review_id)
    record = project.store[kind].get(config_id)
    if review is None or record is None or (review["kind"], review["configID"]) != (kind, config_id):
        raise not_found("Not Found. The requested resource could not be found.")
    project.remove("reviews", review_id)
    return review["change"], {key: value for key, value in record.items() if key != "activeReview"}
