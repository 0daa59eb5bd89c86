"""Roles: `/roles`."""

from __future__ import annotations

from typing import Final

from ..model.errors import ApiError, invalid_value
from ..model.json_values import Record
from ..model.project import Project
from .kind import Create, Delete, Kind, List, Read, Update
from .routes import Call
from .shapes import Fields, FlagByKey, Text

PERMISSIONS: Final = (
    *("invitation_access", "create_configs", "edit_or_delete_configs", "launch_to_production"),
    *("launch_or_disable_configs", "start_experiments", "create_or_edit_templates", "create_or_edit_dashboards"),
    *("create_teams", "edit_dynamic_config_schemas", "create_release_pipelines"),
    *("approve_required_review_release_pipeline_phase", "self_approve_review", "approve_reviews"),
    *("bypass_reviews_for_overrides", "metric_management", "event_dimensions_access", "verify_metrics"),
    *("use_metrics_explorer", "local_metrics", "manage_alerts", "integrations_edit_access"),
    *("source_connection_and_creation", "data_warehouse_ingestion_and_exports_edit_access"),
    *("edit_and_tag_configs_with_core_tag", "reset_experiments", "manual_whn_reload"),
)
"""The documented permissions. The service knows more."""
FIELDS = Fields({"name": Text(least=1), "permissions": FlagByKey()})
BUILT_IN: Final = {
    name: {"name": name, "permissions": dict.fromkeys(PERMISSIONS, name in ("Owner", "Admin"))}
    for name in ("Owner", "Admin", "Member", "Read Only")
}


class RoleKind(Kind):
    """Roles. Their key is their name."""

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        held = {} if project.quirks["role_patch_whole"] else before["permissions"]
        return before | {"permissions": held | body["permissions"]}

    def validate_name(self, project: Project, body: Record, before: Record | None = None) -> None:
        if before is None and body["name"] in BUILT_IN:
            raise invalid_value("name", "Role name is already in use")
        super().validate_name(project, body, before)

    def find_record(self, call: Call) -> Record | None:
        return super().find_record(call) or self._built_in(call).get(call.params[self.parameter])

    def records(self, call: Call) -> list[Record]:
        return [*self._built_in(call).values(), *super().records(call)]

    def present(self, call: Call, record: Record) -> Record:
        missing = dict.fromkeys(PERMISSIONS, False) if call.project.quirks["role_permissions_listed"] == "all" else {}
        return record | {"permissions": missing | record["permissions"]}

    def validate_delete(self, project: Project, record: Record) -> None:
        name = record["name"]
        if name in BUILT_IN:
            raise ApiError(400, "A built-in role cannot be deleted.")
        is_used = any(user["role"] == name for user in project.store["users"])
        if is_used and project.quirks["role_delete_used"] == "reject":
            raise ApiError(400, "The role is in use.")

    def _built_in(self, call: Call) -> dict[str, Record]:
        return BUILT_IN if call.project.quirks["built_in_roles_listed"] else {}


ROLES: Final = RoleKind(
    name="roles",
    path="/roles",
    key_field="name",
    operations=(
        List("Roles listed successfully."),
        Create(FIELDS.requiring("name", "permissions"), "Role created successfully."),
        Read("Role read successfully."),
        Update("PATCH", FIELDS.without("name").requiring("permissions"), "Role updated successfully."),
        Delete("Role deleted successfully."),
    ),
    defaults={"name": "", "permissions": {}},
    has_unique_names=True,
    missing="Not Found",
    missing_quirk="role_missing_status",
)
