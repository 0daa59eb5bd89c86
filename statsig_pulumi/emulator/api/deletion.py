"""What a delete says of something that is not there, and what else goes with something that was."""

from __future__ import annotations

from ..model.project import Project
from .responses import Answer, ApiError, message_only


def answer(project: Project, missing: str, deleted: str) -> Answer:
    status = project.quirks["delete_missing_status"]
    if status == 200:
        return message_only(deleted)
    raise ApiError(status, missing)


def forget(project: Project, kind: str, key: str) -> None:
    if key in project.store[kind]:
        project.remove(kind, key)
