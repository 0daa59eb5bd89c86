"""Roles (Console API: ``/roles``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..errors import Problem
from ..json_values import Json
from ..lifecycle.resource_client import ResourceClient
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import optional, required
from ..schema.properties import Fields, MapProp, NestedType, Prop
from .bases.entity import Entity
from .types.shared import NonEmptyStr
from .user import normalize_role

BUILT_IN: Final = ("admin", "member", "read only", "owner")
"""The roles that every project has, as ``normalize_role`` returns them."""
MORE: Final = "more_permissions"


class RolePermissions(NestedType):
    """The permissions of a role. An omitted permission is not managed."""

    invitation_access: Prop[bool] = optional(wire="invitation_access")
    """Whether users of the role may invite users."""
    create_configs: Prop[bool] = optional(wire="create_configs")
    """Whether they may create gates, dynamic configs, experiments and the like."""
    edit_or_delete_configs: Prop[bool] = optional(wire="edit_or_delete_configs")
    """Whether they may edit and delete gates, dynamic configs, experiments and the like."""
    delete_configs: Prop[bool] = optional(wire="delete_configs")
    """Whether they may delete gates, dynamic configs, experiments and the like. Since the API of October 2026."""
    launch_to_production: Prop[bool] = optional(wire="launch_to_production")
    """Whether they may launch in production."""
    launch_or_disable_configs: Prop[bool] = optional(wire="launch_or_disable_configs")
    """Whether they may launch and disable gates and dynamic configs."""
    start_experiments: Prop[bool] = optional(wire="start_experiments")
    """Whether they may start experiments."""
    reset_experiments: Prop[bool] = optional(wire="reset_experiments")
    """Whether they may reset experiments."""
    create_or_edit_templates: Prop[bool] = optional(wire="create_or_edit_templates")
    """Whether they may create and edit templates."""
    create_or_edit_dashboards: Prop[bool] = optional(wire="create_or_edit_dashboards")
    """Whether they may create and edit dashboards."""
    create_teams: Prop[bool] = optional(wire="create_teams")
    """Whether they may create teams."""
    edit_dynamic_config_schemas: Prop[bool] = optional(wire="edit_dynamic_config_schemas")
    """Whether they may edit the schemas of dynamic configs."""
    create_release_pipelines: Prop[bool] = optional(wire="create_release_pipelines")
    """Whether they may create release pipelines."""
    approve_required_review_release_pipeline_phase: Prop[bool] = optional(
        wire="approve_required_review_release_pipeline_phase"
    )
    """Whether they may approve phases of release pipelines that require a review."""
    self_approve_review: Prop[bool] = optional(wire="self_approve_review")
    """Whether they may approve reviews of their own changes."""
    approve_reviews: Prop[bool] = optional(wire="approve_reviews")
    """Whether they may approve reviews."""
    bypass_reviews_for_overrides: Prop[bool] = optional(wire="bypass_reviews_for_overrides")
    """Whether they may change overrides without a review."""
    bypass_precommit_webhook: Prop[bool] = optional(wire="bypass_precommit_webhook")
    """Whether they may make changes that the webhook for change validation refuses."""
    metric_management: Prop[bool] = optional(wire="metric_management")
    """Whether they may manage metrics."""
    event_dimensions_access: Prop[bool] = optional(wire="event_dimensions_access")
    """Whether they may manage the dimensions of events."""
    verify_metrics: Prop[bool] = optional(wire="verify_metrics")
    """Whether they may verify metrics."""
    use_metrics_explorer: Prop[bool] = optional(wire="use_metrics_explorer")
    """Whether they may use the metrics explorer."""
    local_metrics: Prop[bool] = optional(wire="local_metrics")
    """Whether they may create metrics for one experiment."""
    manage_alerts: Prop[bool] = optional(wire="manage_alerts")
    """Whether they may manage alerts."""
    integrations_edit_access: Prop[bool] = optional(wire="integrations_edit_access")
    """Whether they may edit integrations."""
    source_connection_and_creation: Prop[bool] = optional(wire="source_connection_and_creation")
    """Whether they may connect and create sources of data."""
    data_warehouse_ingestion_and_exports_edit_access: Prop[bool] = optional(
        wire="data_warehouse_ingestion_and_exports_edit_access"
    )
    """Whether they may edit the ingestion from a data warehouse and exports to it."""
    edit_and_tag_configs_with_core_tag: Prop[bool] = optional(wire="edit_and_tag_configs_with_core_tag")
    """Whether they may edit objects that have a core tag, and add such a tag."""
    manual_whn_reload: Prop[bool] = optional(wire="manual_whn_reload")
    """Whether they may reload the results of experiments in a warehouse-native project."""
    whn_connection: Prop[bool] = optional(wire="whn_connection")
    """Whether they may edit the connection of a warehouse-native project to its warehouse."""
    more_permissions: MapProp[bool] = optional()
    """Permissions that this package does not know yet, by their name in the API."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        more = values.get(MORE)
        for name in more if isinstance(more, dict) else ():
            if name in cls.properties:
                yield Problem(f"{MORE}.{name}", f"is known to this package: write {name}=...")

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        more = values.get(MORE)
        known = {name: value for name, value in body.items() if name in cls.properties and name != MORE}
        return {**(more if isinstance(more, dict) else {}), **known}


def _to_permissions(permissions: Json) -> Json:
    """Return the permissions of a response, with those that this package does not know in their own map."""
    if not isinstance(permissions, dict):
        return permissions
    known = RolePermissions.properties.keys() - {MORE}
    more = {name: value for name, value in permissions.items() if name not in known and isinstance(value, bool)}
    return {name: value for name, value in permissions.items() if name in known} | {"morePermissions": more}


class RoleClient(ResourceClient):
    """The requests of roles. An update sends all permissions, because the API may reset those that it omits."""

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        # A response may have more fields than permissions, which a request must not have.
        held = {name: value for name, value in (live.get("permissions") or {}).items() if isinstance(value, bool)}
        return super().update(key, changed, body | {"permissions": held | body["permissions"]}, live)


class RoleFields(Fields):
    """Fields of roles."""

    name: Prop[NonEmptyStr] = required(replace_on_changes=True)
    """Name, which identifies the role. Users refer to a role by its name."""
    permissions: Prop[RolePermissions] = optional(create_default={}, from_wire=_to_permissions)
    """What users of the role may do."""


class Role(Entity, RoleFields, endpoint=Endpoint("roles", key="name", missing_statuses=(400, 404))):
    """A custom role: what its users may do in the project.

    Created with ``POST /roles``. ``PATCH /roles/{name}`` updates it with all permissions: those that the program omits
    are as in Statsig. A role that users have, or that is the default of the project, is not deleted. The built-in roles
    ``Admin``, ``Member``, ``Read Only`` and ``Owner`` cannot be managed.

    Example::

        import statsig_pulumi as statsig

        statsig.Role(
            "analyst",
            name="Analyst",
            permissions=statsig.RolePermissions(
                use_metrics_explorer=True,
                create_or_edit_dashboards=True,
                create_configs=False,
            ),
        )
    """

    category = "Project and access"
    resource_client = RoleClient
    terraform_type = "role"
    used_by = ("User", "RoleSettings")

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        name = values.get("name")
        if isinstance(name, str) and normalize_role(name) in BUILT_IN:
            yield Problem("name", f"'{name}' is a built-in role, which every project has: refer to it by its name")

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Ignore permissions that neither this package knows nor the program declares."""
        permissions, wanted = live.decoded["permissions"], (declared.get("permissions") or {})
        if not isinstance(permissions, dict) or not isinstance(wanted, dict) or MORE not in wanted:
            return {}
        more = {name: value for name, value in permissions[MORE].items() if name in wanted[MORE]}
        return {"permissions": permissions | {MORE: more}}
