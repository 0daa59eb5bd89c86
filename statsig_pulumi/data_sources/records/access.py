"""Records of roles, unit id types, environments, settings and keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ...json_values import Json
from ...resources.environments import EnvironmentFields
from ...resources.key import KeyFields, fingerprint
from ...resources.project_review_settings import ProjectReviewSettingsFields
from ...resources.project_settings import ProjectSettingsFields
from ...resources.role import RoleFields
from ...resources.role_settings import RoleSettingsFields
from ...resources.team_settings import TeamSettingsFields
from ...resources.unit_id_type import UnitIDTypeFields
from ...schema.options import computed
from ...schema.properties import Prop
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


class KeyRecord(Record, KeyFields):
    """An API key, without the key itself. ``Key.get(name, fingerprint)`` has it, as a secret output."""

    other_names: ClassVar = {"primary_target_app": "primaryTargetApp", "secondary_target_apps": "secondaryTargetApps"}

    fingerprint: Prop[str | None] = computed()
    """The key's type and a hash of the key; None if Statsig hides the key from the calling key."""
    status: Prop[str] = computed()
    """``active`` or ``deactivated``."""
    last_used: Prop[str | None] = computed()
    """When the key was last used, if the API returns it."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        return {**response, "fingerprint": fingerprint(response)}
