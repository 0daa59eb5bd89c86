"""Data sources of users and teams."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..errors import GoneError, Problem
from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all, raise_problems
from .records.people import TeamRecord, UserRecord

USERS = Endpoint("users")
TEAMS = Endpoint("users/teams")


@overload
def get_user(email: str, **options: Unpack[ReadOptions]) -> UserRecord: ...
@overload
def get_user(email: Output[str], **options: Unpack[ReadOptions]) -> Output[UserRecord]: ...
@data_source_by_id
def get_user(reader: Reader, email: str) -> UserRecord:
    """Return the user with this email address.

    Raises GoneError if the user does not exist, and InvalidInputsError if the address is invalid.

    Console API: ``GET /users/{email}``.
    """
    raise_problems(
        reader.data_source, [] if "@" in email else [Problem("email", f"must be an email address, not '{email}'")]
    )
    return reader.get_record(UserRecord, USERS.path(email), f"user '{email}'")


@overload
def get_user_by_id(user_id: str, **options: Unpack[ReadOptions]) -> UserRecord: ...
@overload
def get_user_by_id(user_id: Output[str], **options: Unpack[ReadOptions]) -> Output[UserRecord]: ...
@data_source_by_id
def get_user_by_id(reader: Reader, user_id: str) -> UserRecord:
    """Return the user with this id, such as the ``creator_id`` of a gate. Needs the API of 2026.

    Raises GoneError if the user does not exist.

    Console API: ``GET /users/id/{id}``.
    """
    return reader.get_record(UserRecord, Endpoint("users/id").path(user_id), f"user with the id '{user_id}'")


@data_source_of_all
def list_users(reader: Reader) -> list[UserRecord]:
    """Return all users of the project.

    Console API: ``GET /users``.
    """
    return reader.list_records(UserRecord, USERS.collection)


@overload
def get_team(name: str, **options: Unpack[ReadOptions]) -> TeamRecord: ...
@overload
def get_team(name: Output[str], **options: Unpack[ReadOptions]) -> Output[TeamRecord]: ...
@data_source_by_id
def get_team(reader: Reader, name: str) -> TeamRecord:
    """Return the team with this name, including its members and admins.

    Raises GoneError if the team does not exist.

    Console API: ``GET /users/teams`` and ``GET /users/teams/{id}``.
    """
    listed = next((team for team in reader.list_records(TeamRecord, TEAMS.collection) if team.name == name), None)
    if listed is None:
        raise GoneError(f"there is no team '{name}' in this Statsig project")
    # The list may omit members and ids. Without an id, the API accepts the name in the path.
    team = reader.get_record(TeamRecord, TEAMS.path(listed.id or name), f"team '{name}'", is_missing_fn=lambda: True)
    team["id"] = team.id or listed.id
    return team


@data_source_of_all
def list_teams(reader: Reader) -> list[TeamRecord]:
    """Return all teams of the project. The API may omit members and admins; ``get_team`` returns them.

    Console API: ``GET /users/teams``.
    """
    return reader.list_records(TeamRecord, TEAMS.collection)
