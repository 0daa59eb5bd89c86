"""Look-ups of users and teams."""

from __future__ import annotations

from typing import overload

from pulumi import Output

from ..errors import GoneError, Problem
from ..schema.declaration import Endpoint
from .call import Api, lookup, lookup_by_id, refuse
from .records.people import TeamRecord, UserRecord

USERS = Endpoint("users")
TEAMS = Endpoint("users/teams")


@overload
def get_user(email: str) -> UserRecord: ...
@overload
def get_user(email: Output[str]) -> Output[UserRecord]: ...
@lookup_by_id
def get_user(api: Api, email: str) -> UserRecord:
    """The user with this e-mail address; a GoneError where there is none.

    Console API: ``GET /users/{email}``.
    """
    refuse(api.asker, [] if "@" in email else [Problem("email", f"has to be an e-mail address, not '{email}'")])
    return api.one(UserRecord, USERS.path(email), f"user '{email}'")


@lookup
def list_users(api: Api) -> list[UserRecord]:
    """Every user of the project.

    Console API: ``GET /users``.
    """
    return api.every(UserRecord, USERS.collection)


@overload
def get_team(name: str) -> TeamRecord: ...
@overload
def get_team(name: Output[str]) -> Output[TeamRecord]: ...
@lookup_by_id
def get_team(api: Api, name: str) -> TeamRecord:
    """The team of this name, with its members and admins; a GoneError where there is none.

    Console API: ``GET /users/teams``, which lists teams without their people, and ``GET /users/teams/{id}``.
    """
    listed = next((team for team in api.every(TeamRecord, TEAMS.collection) if team.name == name), None)
    if listed is None:
        raise GoneError(f"there is no team '{name}' in this Statsig project")
    # The list may be without ids, and the API has known teams by their names.
    team = api.one(TeamRecord, TEAMS.path(listed.id or name), f"team '{name}'", is_missing=lambda: True)
    team["id"] = team.id or listed.id
    return team


@lookup
def list_teams(api: Api) -> list[TeamRecord]:
    """Every team of the project; without their members and admins, unless the API lists them.

    Console API: ``GET /users/teams``.
    """
    return api.every(TeamRecord, TEAMS.collection)
