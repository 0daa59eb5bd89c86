"""Data sources of roles, unit id types, environments, settings and keys."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.access import RoleRecord, UnitIDTypeRecord

ROLES = Endpoint("roles")
UNIT_ID_TYPES = Endpoint("unit_id_types")


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


def _roles(reader: Reader) -> list[RoleRecord]:
    return reader.list_records(RoleRecord, ROLES.collection)


def _unit_id_types(reader: Reader) -> list[UnitIDTypeRecord]:
    return reader.list_records(UnitIDTypeRecord, UNIT_ID_TYPES.collection)
