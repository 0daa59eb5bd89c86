"""Users: `/users`, their invitation and their roles."""

from __future__ import annotations

from typing import Final

from ..model.project import Project
from .kind import Kind, register
from .pages import page
from .responses import Answer, ApiError, Record, message_only, not_found, single
from .routes import Call, Routes
from .shapes import Fields, Listed, Text

routes: Final = Routes()

KIND: Final = "users"
MISSING: Final = "No user identified"
READ_ROLES: Final = {"admin": "admin", "member": "member", "read only": "read_only", "read_only": "read_only"}
INVITE = Fields(
    {"role": Text(), "emails": Listed(Text(email=True)), "teams": Listed(Text())},
    frozenset({"role", "emails"}),
)
UPDATE = Fields({"role": Text(), "firstName": Text(), "lastName": Text()})


def _fresh(project: Project, body: Record) -> Record:
    return {"id": project.issuer.new_id(), "email": "", "firstName": "", "lastName": "", "role": "member", **body}


def key_of(email: str) -> str:
    """Addresses are looked up whatever their case."""
    return email.lower()


register(Kind(KIND, fresh=_fresh, key_of=lambda record: key_of(record["email"])))


def read_role(project: Project, role: str) -> str:
    """`Admin` is read back as `admin`; a role of one's own as it was written."""
    return READ_ROLES.get(role.lower(), role) if project.quirks["lower_case_roles"] else role


def presented(project: Project, record: Record) -> Record:
    person = {key: record[key] for key in ("email", "firstName", "lastName")}
    return {**person, "role": read_role(project, record["role"])}


def person(project: Project, email: str) -> Record:
    """How a team shows a member, known to the project or not."""
    known = project.store[KIND].get(key_of(email))
    return presented(project, known or {"email": email, "firstName": "", "lastName": "", "role": "member"})


def _find(call: Call) -> Record:
    record = call.project.store[KIND].get(key_of(call.params["email"]))
    if record is None or (record.get("invited") and not _shows_invited(call)):
        raise not_found(MISSING)
    return record


@routes.on("GET", "/users")
def list_users(call: Call) -> Answer:
    seen = [user for user in call.project.store[KIND] if not user.get("invited") or _shows_invited(call)]
    return page(call, "User listed successfully.", seen, lambda record: presented(call.project, record))


def _shows_invited(call: Call) -> bool:
    return bool(call.project.quirks["invited_users_visible"])


@routes.on("GET", "/users/{email}")
def read_user(call: Call) -> Answer:
    return single("User read successfully.", presented(call.project, _find(call)))


@routes.on("GET", "/users/id/{id}")
def read_user_by_id(call: Call) -> Answer:
    found = next((user for user in call.project.store[KIND] if user["id"] == call.params["id"]), None)
    if found is None:
        raise not_found(MISSING)
    return single("User read successfully.", presented(call.project, found))


@routes.on("POST", "/users/{email}")
def change_user(call: Call) -> Answer:
    before, body = _find(call), call.read(UPDATE)
    record = call.project.put(KIND, key_of(before["email"]), before | body)
    return single("User updated successfully.", presented(call.project, record))


@routes.on("POST", "/users/invite")
def invite_users(call: Call) -> Answer:
    body, project = call.read(INVITE), call.project
    _refuse_strangers(call, body["emails"])
    teams = _teams(call, body.get("teams", []))
    for email in body["emails"]:
        if key_of(email) not in project.store[KIND]:
            invited = {"email": email, "role": body["role"], "invited": True}
            project.put(KIND, key_of(email), _fresh(project, invited))
    for team in teams:
        joined = [email for email in body["emails"] if key_of(email) not in map(key_of, team["members"])]
        project.put("teams", team["id"], team | {"members": [*team["members"], *joined]})
    return message_only("User(s) Invited successfully")


def _refuse_strangers(call: Call, emails: list[str]) -> None:
    domain = call.project.quirks["company_domain"]
    for email in emails:
        if email.rpartition("@")[2].lower() != domain.lower():
            # The typo is the API's.
            text = f"Can not invite emails from outside your organization's domain ({domain}) using the ConsoleAPI"
            raise ApiError(400, f"{text}, recieved: {email}")


def _teams(call: Call, names: list[str]) -> list[Record]:
    teams = call.project.store["teams"]
    found = [(name, teams.get(teams.key_of(name) or "")) for name in names]
    unknown = [name for name, team in found if team is None]
    if unknown and call.project.quirks["unknown_references"] == "reject":
        raise not_found("Team not found.")
    return [team for _, team in found if team is not None]
