"""The settings of a project (Console API: ``/settings/project``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..json_values import Json
from ..lifecycle.resource_client import ResourceClient
from ..lifecycle.singleton import Singleton
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import optional
from ..schema.properties import Fields, Prop
from .bases.entity import Entity
from .types.shared import NonEmptyStr


class ProjectSettingsClient(ResourceClient):
    """The requests of the settings. The API takes no null: a setting that is omitted is cleared."""

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        return super().update(key, changed, {name: value for name, value in body.items() if value is not None}, live)


class ProjectSettingsFields(Fields):
    """Fields of the settings of a project."""

    name: Prop[NonEmptyStr] = optional()
    """Name of the project, which everybody sees."""
    visibility: Prop[Literal["OPEN", "CLOSED", "EXTERNAL"]] = optional()
    """Who in the organization may see the project."""
    default_unit_type: Prop[str | None] = optional(wire="default_unit_type", refers_to="UnitIDType.name")
    """Unit type of new gates, experiments and metrics. None: there is no default."""


class ProjectSettings(Entity, ProjectSettingsFields, endpoint=Endpoint("settings/project", key=(), update="replace")):
    """Name, visibility and default unit type of the project.

    Every project has them. ``POST /settings/project`` sends all of them if one differs from the declared one: what the
    program omits is sent as it is in Statsig. ``pulumi destroy`` leaves them unchanged.

    Example::

        import statsig_pulumi as statsig

        statsig.ProjectSettings("project", name="Web shop", default_unit_type="userID")
    """

    category = "Project and access"
    lifecycle = Singleton
    resource_client = ProjectSettingsClient
    terraform_type = "settings_project"
