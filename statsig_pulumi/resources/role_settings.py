"""The settings of roles of a project (Console API: ``/settings/roles``)."""

from __future__ import annotations

from ..lifecycle.singleton import Singleton
from ..schema.declaration import Endpoint
from ..schema.options import required
from ..schema.properties import Fields, Prop
from .bases.entity import Entity
from .types.shared import NonEmptyStr
from .user import normalize_role


class RoleSettingsFields(Fields):
    """Fields of the settings of roles of a project."""

    default_project_role: Prop[NonEmptyStr] = required(
        wire="default_project_role", default="Member", compare_fn=normalize_role, refers_to="Role.name"
    )
    """Role of new users of the project: ``Admin``, ``Member``, ``Read Only`` or the name of a custom role."""


class RoleSettings(Entity, RoleSettingsFields, endpoint=Endpoint("settings/roles", key=(), update="replace")):
    """The role of new users of the project.

    Every project has one. It is set with ``POST /settings/roles`` if it differs. ``pulumi destroy`` leaves it
    unchanged.

    Example::

        import statsig_pulumi as statsig

        statsig.RoleSettings("roles", default_project_role="Read Only")
    """

    category = "Project and access"
    lifecycle = Singleton
    terraform_type = "settings_roles"
