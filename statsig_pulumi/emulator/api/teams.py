"""Teams: `/users/teams`, written with addresses and read with people."""

from __future__ import annotations

from typing import Final

from ..model.configs import NAME_TAKEN
from ..model.project import Project
from ..model.references import unknown_keys
from . import deletion, users
from .gates import METRIC
from .kind import Kind, register
from .pages import page
from .responses import Answer, ApiError, Record, message_only, refused, single
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, Listed, Nullable, Text

routes: Final = Routes()

KIND: Final = "teams"
MISSING: Final = "Team not found."
# The one message without a dot at its end.
DELETED: Final = "Team deleted successfully"
PEOPLE: Final = ("members", "admins")
METRICS: Final = (
    "defaultGateMetrics",
    "defaultExperimentPrimaryMetrics",
    "defaultExperimentSecondaryMetrics",
    "defaultHoldoutMetrics",
)
CLEARABLE: Final = (
    "requireReviews",
    "requireGateTemplates",
    "requireExperimentTemplates",
    "requireDynamicConfigTemplates",
)
UPDATE = Fields(
    {
        "name": Text(),
        "description": Text(),
        **{key: Listed(Text()) for key in PEOPLE},
        **{key: Listed(METRIC) for key in METRICS},
        "changeTeamConfigs": Choice(("anyone", "team_only")),
        "reviewApproval": Choice(("anyone", "team_only", "admin_only")),
        "defaultTargetApplications": Listed(Text()),
        "defaultHoldoutID": Nullable(Text()),
        **{key: Nullable(Flag()) for key in CLEARABLE},
    }
)
CREATE = UPDATE.requiring("name", *PEOPLE, *METRICS, "changeTeamConfigs", "reviewApproval", "defaultTargetApplications")


def _fresh(project: Project, body: Record) -> Record:
    lists: Record = {key: [] for key in (*PEOPLE, *METRICS, "defaultTargetApplications")}
    choices = {"changeTeamConfigs": "anyone", "reviewApproval": "anyone"}
    return {"id": project.issuer.new_id(), "name": "", **lists, **choices, **body}


register(Kind(KIND, fresh=_fresh))


def _presented(call: Call, record: Record, *, with_people: bool = True, listed: bool = False) -> Record:
    """Addresses become people, and what is null is absent; a list tells the id, whatever other answers do."""
    shown = {key: value for key, value in record.items() if key not in PEOPLE and value is not None}
    if not listed and not call.project.quirks["team_id_in_answers"]:
        del shown["id"]
    if with_people:
        shown |= {key: [users.person(call.project, email) for email in _emails(call, record, key)] for key in PEOPLE}
    return shown


def _emails(call: Call, record: Record, key: str) -> list[str]:
    emails: list[str] = list(record[key])
    if key == "members" and call.project.quirks["admins_appear_in_members"]:
        emails += [email for email in record["admins"] if email not in emails]
    return emails


def _find(call: Call) -> Record:
    record = call.project.store[KIND].get(call.params["id"])
    if record is None:
        raise ApiError(call.project.quirks["team_missing_status"], MISSING)
    return record


def _refuse_taken(call: Call, name: str) -> None:
    if call.project.store[KIND].named(name):
        raise refused("name", NAME_TAKEN)


def _refuse_unknown(call: Call, body: Record) -> None:
    if call.project.quirks["unknown_references"] == "accept":
        return
    emails = {users.key_of(email) for key in PEOPLE for email in body.get(key, [])}
    if any(email not in call.project.store["users"] for email in emails):
        raise ApiError(400, users.MISSING)
    apps = unknown_keys(call.project, "target_app", body.get("defaultTargetApplications", []))
    if apps:
        raise ApiError(404, f"Target apps with IDs [{', '.join(apps)}] do not exist")


@routes.on("GET", "/users/teams")
def list_teams(call: Call) -> Answer:
    with_people = call.project.quirks["list_teams_with_members"]
    records = list(call.project.store[KIND])
    return page(
        call,
        "Teams listed successfully.",
        records,
        lambda record: _presented(call, record, with_people=with_people, listed=True),
    )


@routes.on("POST", "/users/teams")
def create_team(call: Call) -> Answer:
    body = call.read(CREATE)
    _refuse_taken(call, body["name"])
    _refuse_unknown(call, body)
    record = _fresh(call.project, body)
    call.project.put(KIND, record["id"], record)
    return single("Team created successfully.", _presented(call, record))


@routes.on("GET", "/users/teams/{id}")
def read_team(call: Call) -> Answer:
    return single("Team read successfully.", _presented(call, _find(call)))


@routes.on("PATCH", "/users/teams/{id}")
def change_team(call: Call) -> Answer:
    before, body = _find(call), call.read(UPDATE)
    if body.get("name", before["name"]) != before["name"]:
        _refuse_taken(call, body["name"])
    _refuse_unknown(call, body)
    record = call.project.put(KIND, before["id"], before | body)
    return single("Team updated successfully.", _presented(call, record))


@routes.on("DELETE", "/users/teams/{id}")
def delete_team(call: Call) -> Answer:
    key = call.params["id"]
    if key not in call.project.store[KIND]:
        return deletion.answer(call.project, MISSING, DELETED)
    call.project.remove(KIND, key)
    return message_only(DELETED)
