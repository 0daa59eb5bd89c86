"""Dynamic configs: `/dynamic_configs`."""

from __future__ import annotations

from typing import Final

from ..model import json5_pairs, rules
from ..model.errors import Issue, invalid_body
from ..model.json_values import Record
from ..model.project import Project
from .config_kind import ConfigKind
from .filters import by_field, by_list
from .gates import ID, NAME
from .kind import Create, Delete, List, Read, Update
from .routes import Call
from .rule_bodies import CONFIG_RULE
from .shapes import Fields, Flag, FreeObject, Listed, Nullable, OneOf, Text

OWNER = Fields(dict.fromkeys(("ownerID", "ownerType", "ownerName", "ownerEmail"), Text()))
CREATE = Fields(
    {
        "id": ID,
        "name": NAME,
        "isEnabled": Flag(),
        "description": Text(most=1000),
        "rules": Listed(CONFIG_RULE),
        "defaultValue": FreeObject(),
        "defaultValueJson5": Text(),
        "idType": Text(),
        "tags": Listed(Text()),
        "creatorID": Nullable(Text()),
        "creatorEmail": Nullable(Text()),
        "owner": Nullable(OWNER),
        "schema": Nullable(Text()),
        "schemaJson5": Nullable(Text()),
        "targetApps": OneOf((Text(), Listed(Text()))),
        "team": Nullable(Text()),
        "teamID": Nullable(Text()),
        "releasePipelineID": Nullable(Text()),
        "isTemplate": Flag(),
    },
    frozenset({"name"}),
)
UPDATE = CREATE.without("id", "isTemplate")
FULL_UPDATE = UPDATE.requiring("isEnabled", "description", "rules")
UPDATED: Final = "Dynamic config updated successfully."
NO_VALUE: Final[Record] = {"returnValue": {}, "returnValueJson5": "{}"}


class DynamicConfigKind(ConfigKind):
    """Dynamic configs, whose values have two forms: JSON and JSON5 text."""

    def initial_fields(self, project: Project) -> Record:
        return super().initial_fields(project) | {
            "isEnabled": True,
            "status": "Enabled",
            "rules": [],
            "defaultValue": {},
            "defaultValueJson5": "{}",
            "schema": None,
            "schemaJson5": None,
            "checksPerHour": 0,
        }

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        if "rules" in body:
            body = body | {"rules": complete_rules(project, body["rules"], before["rules"])}
        after = super().merge(project, before, body)
        after |= json5_pairs.pair_values(before, body, "defaultValue", "defaultValueJson5")
        after |= json5_pairs.pair_schemas(before, body)
        if not body.get("owner"):
            after["owner"] = before["owner"]
        json5_pairs.validate_schema(after)
        return after

    def lists_archived(self, call: Call) -> bool:
        mode = call.project.quirks["archived_configs_listed"]
        return super().lists_archived(call) if mode == "asked" else bool(mode == "always")

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        """Return the config with an edit applied. The console updates the other form of each edited value."""
        after = super().edit(project, before, change)
        if "defaultValueJson5" in change or "defaultValue" in change:
            after |= json5_pairs.pair_values(before, change, "defaultValue", "defaultValueJson5")
        if "rules" in change:
            after["rules"] = [
                rule | json5_pairs.reconcile_values(rule, "returnValue", "returnValueJson5") for rule in after["rules"]
            ]
        return after


def complete_rules(project: Project, sent: list[Record], known: list[Record]) -> list[Record]:
    """Return the rules with both forms of their values, a pass percentage, and ids of their variants."""
    if project.quirks["dc_empty_rule_id"] == "reject":
        empty = [
            f"rules.{index}.{key}" for index, rule in enumerate(sent) for key in ("id", "baseID") if rule.get(key) == ""
        ]
        if empty:
            raise invalid_body([Issue(path, "String must contain at least 1 character(s)") for path in empty])
    return [_complete_rule(project, rule, known, f"rules.{index}") for index, rule in enumerate(sent)]


def _complete_rule(project: Project, sent: Record, known: list[Record], path: str) -> Record:
    rule = {"passPercentage": project.quirks["dc_pass_percentage_default"], **sent}
    rule |= json5_pairs.pair_values(NO_VALUE, sent, "returnValue", "returnValueJson5", path)
    if "variants" in sent:
        old = rules.match_rule(project.quirks, sent, known) or {}
        ids = {variant["name"]: variant.get("id") for variant in old.get("variants", [])}
        rule["variants"] = [
            {"id": variant.get("id") or ids.get(variant["name"]) or project.issuer.new_id()}
            | {key: value for key, value in variant.items() if key != "id"}
            | json5_pairs.pair_values(NO_VALUE, variant, "returnValue", "returnValueJson5", f"{path}.variants.{index}")
            for index, variant in enumerate(sent["variants"])
        ]
    return rule


DYNAMIC_CONFIGS: Final = DynamicConfigKind(
    name="dynamic_configs",
    path="/dynamic_configs",
    operations=(
        List("Dynamic Configs listed successfully."),
        Create(CREATE, "Dynamic Config created successfully."),
        Read("Dynamic config read successfully."),
        Update("POST", FULL_UPDATE, UPDATED, is_full=True),
        Update("PATCH", UPDATE.requiring(), UPDATED),
        Delete("Dynamic Config deleted successfully."),
    ),
    missing="Dynamic config not found.",
    title="Dynamic Config",
    updated=UPDATED,
    full_update=FULL_UPDATE,
    status={True: "Enabled", False: "Disabled"},
    has_dry_run=True,
    filters={
        "releasePipelineID": by_field("releasePipelineID"),
        "creatorName": by_field("creatorName"),
        "creatorID": by_field("creatorID"),
        "tags": by_list("tags"),
    },
)
