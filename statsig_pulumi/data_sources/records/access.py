"""Records of roles, unit id types, environments, settings and keys."""

from __future__ import annotations

from ...resources.environments import EnvironmentFields
from ...resources.project_review_settings import ProjectReviewSettingsFields
from ...resources.project_settings import ProjectSettingsFields
from ...resources.role import RoleFields
from ...resources.role_settings import RoleSettingsFields
from ...resources.team_settings import TeamSettingsFields
from ...resources.unit_id_type import UnitIDTypeFields
from .record import Record


class RoleRecord(Record, RoleFields):
    """A role: what its users may do."""


class UnitIDTypeRecord(Record, UnitIDTypeFields):
    """A kind of unit that gates and experiments distinguish."""


class EnvironmentRecord(Record, EnvironmentFields):
    """One environment of the project."""


class ProjectSettingsRecord(Record, ProjectSettingsFields):
    """Name, visibility and default unit type of the project."""


class ProjectReviewSettingsRecord(Record, ProjectReviewSettingsFields):
    """Which changes in the project require a review."""


class RoleSettingsRecord(Record, RoleSettingsFields):
    """The role of new users of the project."""


class TeamSettingsRecord(Record, TeamSettingsFields):
    """Whether gates, dynamic configs, experiments and the like must have a team."""
