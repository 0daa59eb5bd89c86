"""Users, their invitation and their roles: `/users`."""

from __future__ import annotations

from typing import Final

from ..model.errors import ApiError, not_found
from ..model.json_values import Record
from ..model.project import Project
from .kind import Kind, List, Read, Update
from .responses import Response, message_response, object_response
from .routes import Call, Routes
from .shapes import Fields, Listed, Text

routes: Final = Routes()

MISSING: Final = "No user identified"
ROLES: Final = {"admin": "admin", "member": "member", "read only": "read_only", "read_only": "read_only"}
INVITE = Fields(
    {"role": Text(), "emails": Listed(Text(email=True)), "teams": Listed(Text())},
    frozenset({"role", "emails"}),
)
UPDATE = Fields({"role": Text(), "firstName": Text(), "lastName": Text()})


def user_key(email: str) -> str:
    """Return the key of an address. The case of an address does not matter."""
    return email.lower()


class UserKind(Kind):
    """Users. Their key is their address; they are created by an invitation."""

    def key(self, record: Record) -> str:
        return user_key(record["email"])

    def stored_key(self, project: Project, id_or_name: str) -> str | None:
        return super().stored_key(project, user_key(id_or_name))

    def find_record(self, call: Call) -> Record | None:
        record = call.project.store[self.name].get(user_key(call.params["email"]))
        return record if record and _is_visible(call, record) else None

    def records(self, call: Call) -> list[Record]:
        return [record for record in super().records(call) if _is_visible(call, record)]

    def present(self, call: Call, record: Record) -> Record:
        return present_user(call.project, record)


USERS: Final = UserKind(
    name="users",
    path="/users",
    parameter="email",
    operations=(
        List("User listed successfully."),
        Read("User read successfully."),
        Update("POST", UPDATE, "User updated successfully."),
    ),
    defaults={"email": "", "firstName": "", "lastName": "", "role": "member"},
    missing=MISSING,
)


def _is_visible(call: Call, record: Record) -> bool:
    return not record.get("invited") or bool(call.project.quirks["invited_users_visible"])


def present_user(project: Project, record: Record) -> Record:
    """Return a user as a response has it. Built-in roles are in lower case; custom roles keep their case."""
    role = record["role"]
    if project.quirks["lower_case_roles"]:
        role = ROLES.get(role.lower(), role)
    return {**{key: record[key] for key in ("email", "firstName", "lastName")}, "role": role}


def present_member(project: Project, email: str) -> Record:
    """Return a member of a team as a response has it. An address does not need to belong to a user."""
    known = project.store[USERS.name].get(user_key(email))
    return present_user(project, known or {"email": email, "firstName": "", "lastName": "", "role": "member"})


@routes.on("GET", "/users/id/{id}")
def read_user_by_id(call: Call) -> Response:
    found = next((user for user in call.project.store[USERS.name] if user["id"] == call.params["id"]), None)
    if found is None:
        raise not_found(MISSING)
    return object_response("User read successfully.", present_user(call.project, found))


@routes.on("POST", "/users/invite")
def invite_users(call: Call) -> Response:
    body, project = call.read(INVITE), call.project
    _validate_domain(project, body["emails"])
    teams = _find_teams(project, body.get("teams", []))
    for email in body["emails"]:
        if user_key(email) not in project.store[USERS.name]:
            invited = {"email": email, "role": body["role"], "invited": True}
            USERS.put(project, USERS.new_record(project, invited))
    for team in teams:
        joined = [email for email in body["emails"] if user_key(email) not in map(user_key, team["members"])]
        project.put("teams", team["id"], team | {"members": [*team["members"], *joined]})
    return message_response("User(s) Invited successfully")


def _validate_domain(project: Project, emails: list[str]) -> None:
    domain = project.quirks["company_domain"]
    for email in emails:
        if email.rpartition("@")[2].lower() != domain.lower():
            # The API has this typo.
            text = f"Can not invite emails from outside your organization's domain ({domain}) using the ConsoleAPI"
            raise ApiError(400, f"{text}, recieved: {email}")


def _find_teams(project: Project, names: list[str]) -> list[Record]:
    """Return the teams with these ids or names.

    Unknown ones are ignored, unless the quirk `unknown_references` is `reject`.
    """
    teams = project.store["teams"]
    found = [team for name in names if (team := teams.get(teams.key_of(name) or ""))]
    if len(found) < len(names) and project.quirks["unknown_references"] == "reject":
        raise not_found("Team not found.")
    return found
