"""Data sources of roles, unit id types, environments, settings and keys."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..errors import GoneError, Problem, UnreachableError
from ..schema.declaration import Endpoint
from ..schema.shapes import map_items
from .call import Reader, ReadOptions, data_source, data_source_by_id, data_source_of_all, raise_problems
from .query import build_query
from .records.access import (
    EnvironmentRecord,
    KeyRecord,
    ProjectReviewSettingsRecord,
    ProjectSettingsRecord,
    RoleRecord,
    RoleSettingsRecord,
    TeamSettingsRecord,
    UnitIDTypeRecord,
)

ROLES = Endpoint("roles")
UNIT_ID_TYPES = Endpoint("unit_id_types")
KEYS = "keys"


class KeyFilters(ReadOptions, total=False):
    """Filters of ``list_keys``."""

    primary_target_app: str
    environment: str


@overload
def get_role(name: str, **options: Unpack[ReadOptions]) -> RoleRecord: ...
@overload
def get_role(name: Output[str], **options: Unpack[ReadOptions]) -> Output[RoleRecord]: ...
@data_source_by_id
def get_role(reader: Reader, name: str) -> RoleRecord:
    """Return the role with this name. The API may return no built-in roles.

    Raises GoneError if the role does not exist.

    Console API: ``GET /roles/{name}``.
    """
    return reader.get_record(
        RoleRecord,
        ROLES.path(name),
        f"role '{name}'",
        is_missing_fn=lambda: all(role.name != name for role in _roles(reader)),
    )


@data_source_of_all
def list_roles(reader: Reader) -> list[RoleRecord]:
    """Return all roles of the project. The API may omit the built-in roles.

    Console API: ``GET /roles``.
    """
    return _roles(reader)


@overload
def get_unit_id_type(name: str, **options: Unpack[ReadOptions]) -> UnitIDTypeRecord: ...
@overload
def get_unit_id_type(name: Output[str], **options: Unpack[ReadOptions]) -> Output[UnitIDTypeRecord]: ...
@data_source_by_id
def get_unit_id_type(reader: Reader, name: str) -> UnitIDTypeRecord:
    """Return the unit id type with this name. The API may not return ``userID`` and ``stableID``.

    Raises GoneError if the unit id type does not exist.

    Console API: ``GET /unit_id_types/{name}``.
    """
    return reader.get_record(
        UnitIDTypeRecord,
        UNIT_ID_TYPES.path(name),
        f"unit id type '{name}'",
        is_missing_fn=lambda: all(each.name != name for each in _unit_id_types(reader)),
    )


@data_source_of_all
def list_unit_id_types(reader: Reader) -> list[UnitIDTypeRecord]:
    """Return all unit id types of the project. The API may omit ``userID`` and ``stableID``.

    Console API: ``GET /unit_id_types``.
    """
    return _unit_id_types(reader)


@overload
def get_key(fingerprint: str, **options: Unpack[ReadOptions]) -> KeyRecord: ...
@overload
def get_key(fingerprint: Output[str], **options: Unpack[ReadOptions]) -> Output[KeyRecord]: ...
@data_source_by_id
def get_key(reader: Reader, fingerprint: str) -> KeyRecord:
    """Return the API key with this fingerprint, or with this description, without the key itself.

    The list of keys is read, because the path of a single key contains the key. Raises GoneError if no key has the
    fingerprint or description, and InvalidInputsError if several have the description.

    Console API: ``GET /keys``.
    """
    keys = reader.list_records(KeyRecord, KEYS)
    found = [key for key in keys if key.fingerprint == fingerprint]
    found = found or [key for key in keys if key.description == fingerprint]
    if not found:
        raise GoneError(f"there is no key '{fingerprint}' in this Statsig project, or it is hidden from this API key")
    if len(found) > 1:
        names = ", ".join(str(key.fingerprint) for key in found)
        raise_problems(reader.data_source, [Problem("fingerprint", f"is the description of several keys: {names}")])
    return found[0]


@data_source
def list_keys(reader: Reader, **filters: Unpack[KeyFilters]) -> list[KeyRecord]:
    """Return all API keys of the project, or those that match all filters, without the keys themselves.

    Console API: ``GET /keys``.
    """
    return reader.list_records(KeyRecord, KEYS, query=build_query("list_keys", KeyFilters, filters))


@data_source_of_all
def list_environments(reader: Reader) -> list[EnvironmentRecord]:
    """Return all environments of the project, in the order in which the console shows them.

    Console API: ``GET /environments``.
    """
    data = reader.get_data("environments", "list of environments")
    items = data.get("environments") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise UnreachableError("GET", "/environments", "the response contains no list of environments")
    return map_items(EnvironmentRecord.read, items)


@data_source_of_all
def get_project_settings(reader: Reader) -> ProjectSettingsRecord:
    """Return the name, the visibility and the default unit type of the project.

    Console API: ``GET /settings/project``.
    """
    return reader.get_record(ProjectSettingsRecord, "settings/project", "settings of the project")


@data_source_of_all
def get_project_review_settings(reader: Reader) -> ProjectReviewSettingsRecord:
    """Return which changes in the project require a review.

    Console API: ``GET /settings/reviews``.
    """
    return reader.get_record(ProjectReviewSettingsRecord, "settings/reviews", "settings of reviews")


@data_source_of_all
def get_role_settings(reader: Reader) -> RoleSettingsRecord:
    """Return the role of new users of the project.

    Console API: ``GET /settings/roles``.
    """
    return reader.get_record(RoleSettingsRecord, "settings/roles", "settings of roles")


@data_source_of_all
def get_team_settings(reader: Reader) -> TeamSettingsRecord:
    """Return whether gates, dynamic configs, experiments and the like must have a team.

    Console API: ``GET /settings/teams``.
    """
    return reader.get_record(TeamSettingsRecord, "settings/teams", "settings of teams")


def _roles(reader: Reader) -> list[RoleRecord]:
    return reader.list_records(RoleRecord, ROLES.collection)


def _unit_id_types(reader: Reader) -> list[UnitIDTypeRecord]:
    return reader.list_records(UnitIDTypeRecord, UNIT_ID_TYPES.collection)
