"""Records of roles, unit id types, environments, settings and keys."""

from __future__ import annotations

from ...resources.role import RoleFields
from ...resources.unit_id_type import UnitIDTypeFields
from .record import Record


class RoleRecord(Record, RoleFields):
    """A role: what its users may do."""


class UnitIDTypeRecord(Record, UnitIDTypeFields):
    """A kind of unit that gates and experiments distinguish."""
