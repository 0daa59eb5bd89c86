"""Teams: `/users/teams`. Bodies have addresses of members, responses have the members."""

from __future__ import annotations

from typing import Final

from ..model.errors import ApiError
from ..model.json_values import Record
from ..model.project import Project
from ..model.references import missing_objects, unknown_keys
from . import users
from .gates import METRIC
from .kind import Create, Delete, Kind, List, Read, Update
from .routes import Call
from .shapes import Choice, Fields, Flag, Listed, Nullable, Text

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


class TeamKind(Kind):
    """Teams."""

    def validate(self, project: Project, body: Record) -> None:
        if project.quirks["unknown_references"] == "accept":
            return
        emails = {users.user_key(email) for key in PEOPLE for email in body.get(key, [])}
        if any(email not in project.store["users"] for email in emails):
            raise ApiError(400, users.MISSING)
        apps = unknown_keys(project, "target_app", body.get("defaultTargetApplications", []))
        if apps:
            raise missing_objects("Target apps", apps)

    def present(self, call: Call, record: Record) -> Record:
        presented = _set_fields(record) | _people(call, record)
        if not call.project.quirks["team_id_in_answers"]:
            del presented["id"]
        return presented

    def present_in_list(self, call: Call, record: Record) -> Record:
        people = _people(call, record) if call.project.quirks["list_teams_with_members"] else {}
        return _set_fields(record) | people


def _set_fields(record: Record) -> Record:
    """Return the fields of a team that are not null, without its people."""
    return {key: value for key, value in record.items() if key not in PEOPLE and value is not None}


def _people(call: Call, record: Record) -> Record:
    emails = {key: list(record[key]) for key in PEOPLE}
    if call.project.quirks["admins_appear_in_members"]:
        emails["members"] += [email for email in emails["admins"] if email not in emails["members"]]
    return {key: [users.present_member(call.project, email) for email in emails[key]] for key in PEOPLE}


TEAMS: Final = TeamKind(
    name="teams",
    path="/users/teams",
    operations=(
        List("Teams listed successfully."),
        Create(CREATE, "Team created successfully.", status=200),
        Read("Team read successfully."),
        Update("PATCH", UPDATE, "Team updated successfully."),
        # Unlike the other messages, this one has no full stop.
        Delete("Team deleted successfully"),
    ),
    defaults={
        "name": "",
        **{key: [] for key in (*PEOPLE, *METRICS, "defaultTargetApplications")},
        "changeTeamConfigs": "anyone",
        "reviewApproval": "anyone",
    },
    has_unique_names=True,
    missing="Team not found.",
    missing_quirk="team_missing_status",
)
