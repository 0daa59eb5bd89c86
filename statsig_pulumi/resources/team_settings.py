"""The settings of teams of a project (Console API: ``/settings/teams``)."""

from __future__ import annotations

from ..lifecycle.singleton import Singleton
from ..schema.declaration import Endpoint
from ..schema.options import required
from ..schema.properties import Fields, Prop
from .bases.entity import Entity


class TeamSettingsFields(Fields):
    """Fields of the settings of teams of a project."""

    require_teams_on_configs: Prop[bool] = required(wire="require_teams_on_configs", default=False)
    """Whether new gates, dynamic configs, experiments and the like must have a team."""


class TeamSettings(Entity, TeamSettingsFields, endpoint=Endpoint("settings/teams", key=(), update="replace")):
    """Whether gates, dynamic configs, experiments and the like must have a team.

    Every project has the setting. It is set with ``POST /settings/teams`` if it differs. ``pulumi destroy`` leaves it
    unchanged.

    Example::

        import statsig_pulumi as statsig

        statsig.TeamSettings("teams", require_teams_on_configs=True)
    """

    category = "Project and access"
    lifecycle = Singleton
    terraform_type = "settings_teams"
