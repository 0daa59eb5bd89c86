"""Dynamic configs: `/dynamic_configs` and their lifecycle."""

from __future__ import annotations

from typing import Final

from ..model import configs, json5_pairs, rules
from ..model.configs import Config
from ..model.project import Project
from ..model.rules import CONFIG_RULE
from .config_kind import ConfigRoutes
from .gates import ID, NAME
from .kind import Kind, register
from .responses import Issue, Record, invalid
from .routes import Routes
from .shapes import Fields, Flag, FreeObject, Listed, Nullable, OneOf, Text

routes: Final = Routes()

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
PARTIAL = UPDATE.requiring()


def _defaults(project: Project) -> Record:
    return {
        "idType": "userID",
        "description": "",
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "team": None,
        "teamID": None,
        "isEnabled": True,
        "status": "Enabled",
        "rules": [],
        "defaultValue": {},
        "defaultValueJson5": "{}",
        "schema": None,
        "schemaJson5": None,
        "checksPerHour": 0,
    }


def _settle(project: Project, before: Record, body: Record) -> Record:
    if "rules" in body:
        body = body | {"rules": prepared(project, body["rules"], before["rules"])}
    after = configs.settle_shared(project, DYNAMIC_CONFIG, before, body)
    after |= json5_pairs.pair(before, body, "defaultValue", "defaultValueJson5")
    after |= json5_pairs.schema_pair(before, body)
    if not body.get("owner"):
        after["owner"] = before["owner"]
    json5_pairs.refuse_unfit(after)
    return after


def prepared(project: Project, sent: list[Record], known: list[Record]) -> list[Record]:
    """The rules with both forms of their values, a percentage, and ids for their variants."""
    if project.quirks["dc_empty_rule_id"] == "reject":
        empty = [
            f"rules.{index}.{key}" for index, rule in enumerate(sent) for key in ("id", "baseID") if rule.get(key) == ""
        ]
        if empty:
            raise invalid([Issue(place, "String must contain at least 1 character(s)") for place in empty])
    return [_prepared_rule(project, rule, known, f"rules.{index}") for index, rule in enumerate(sent)]


def _prepared_rule(project: Project, sent: Record, known: list[Record], path: str) -> Record:
    rule = {"passPercentage": project.quirks["dc_pass_percentage_default"], **sent}
    rule |= json5_pairs.pair(_NO_VALUE, sent, "returnValue", "returnValueJson5", path)
    if "variants" in sent:
        old = rules.recognise(project.quirks, sent, known) or {}
        ids = {variant["name"]: variant.get("id") for variant in old.get("variants", [])}
        rule["variants"] = [
            {"id": variant.get("id") or ids.get(variant["name"]) or project.issuer.new_id()}
            | {key: value for key, value in variant.items() if key != "id"}
            | json5_pairs.pair(_NO_VALUE, variant, "returnValue", "returnValueJson5", f"{path}.variants.{index}")
            for index, variant in enumerate(sent["variants"])
        ]
    return rule


_NO_VALUE: Final[Record] = {"returnValue": {}, "returnValueJson5": "{}"}

DYNAMIC_CONFIG: Final = Config(
    kind="dynamic_configs",
    missing="Dynamic config not found.",
    create=CREATE,
    full_update=UPDATE.requiring("isEnabled", "description", "rules"),
    partial_update=PARTIAL,
    defaults=_defaults,
    settle=_settle,
    status={True: "Enabled", False: "Disabled"},
    messages={
        "created": "Dynamic Config created successfully.",
        "read": "Dynamic config read successfully.",
        "updated": "Dynamic config updated successfully.",
        "deleted": "Dynamic Config deleted successfully.",
        "listed": "Dynamic Configs listed successfully.",
        "versions": "Dynamic Config versions listed successfully.",
        "committed": "Dynamic Config review committed successfully",
    },
    has_dry_run=True,
)


def _tidy(project: Project, before: Record, edit: Record) -> Record:
    """The console keeps values and their texts together: an edited value has a new text."""
    after = configs.tidy(project, DYNAMIC_CONFIG, before, edit)
    if "defaultValueJson5" in edit or "defaultValue" in edit:
        after |= json5_pairs.pair(before, edit, "defaultValue", "defaultValueJson5")
    if "rules" in edit:
        after["rules"] = [
            rule | json5_pairs.reconciled(rule, "returnValue", "returnValueJson5") for rule in after["rules"]
        ]
    return after


register(
    Kind(
        "dynamic_configs",
        fresh=lambda project, body: configs.blank_record(project, DYNAMIC_CONFIG, body),
        tidy=_tidy,
        versioned=True,
    )
)


_shared: Final = ConfigRoutes(DYNAMIC_CONFIG)
_shared.register(routes)
_shared.register_switches(routes)
