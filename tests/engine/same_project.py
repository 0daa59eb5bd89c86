"""Compare two Statsig projects through their APIs, without the values that the server generates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY

Json = Any

LISTS = {
    "tags": "name",
    "target_app": "name",
    "roles": "name",
    "unit_id_types": "name",
    "users": "email",
    "users/teams": "name",
    "gates": "id",
    "dynamic_configs": "id",
    "experiments": "id",
    "segments": "id",
    "layers": "name",
    "holdouts": "name",
    "autotunes": "id",
    "alerts": "name",
    "metrics/list": "id",
    "experiments/qualifying_events": "name",
    "metrics/metric_source/list": "name",
    "experiments/assignment_sources": "name",
    "experiments/entity_properties": "name",
}
LISTS |= {
    path: "name"
    for each in (declaration.endpoint for declaration in REGISTRY.values())
    if each.key in ("id", "name") and each.lists != "none" and not each.subpath
    for path in [each.list_path or each.collection]
    if path not in LISTS
}
"""The path of each list, and the field that identifies an object in it."""
CONFIGS = ("gates", "dynamic_configs", "experiments", "segments", "autotunes")
"""The lists of objects whose ids are chosen, or derived from their names."""
SINGLETONS = ("environments", "settings/project", "settings/reviews", "settings/roles", "settings/teams")
"""The paths of what a project has once."""
OVERRIDES = ("gates", "experiments", "layers", "holdouts", "autotunes")
QUERIES = {"gates": {"includeArchived": "true"}, "metrics/list": {"showHiddenMetrics": "true"}}
"""The query with which a list has all objects."""
GENERATED = {
    *(
        "count",
        "createdTime",
        "creatorID",
        "creatorName",
        "creatorEmail",
        "lastModifiedTime",
        "lastModifierID",
        "version",
    ),
    *("lastModifierName", "lastModifierEmail", "permalink", "checksPerHour", "teamID", "healthChecks"),
    *("startTime", "endTime", "decisionTime", "typeReason", "archiveReason", "holdoutIDs", "activeReview"),
    *(
        "store0100Exposures",
        "releasePipelineID",
        "automatedRollouts",
        "pendingAutomatedRollouts",
        "completedAutomatedRollouts",
    ),
}
"""Fields that the server generates, or that the API cannot set."""
UNSETTABLE = {
    "gates": {"owner"},
    "experiments": {
        *("owner", "reviewSettings", "experimentType", "externalExperimentName", "healthCheckStatus", "qualityScore"),
        *("inlineTargetingRulesJSON", "isStale", "subtype", "summarySections"),
    },
    "experiments/entity_properties": {"owner"},
    "layers": {"tags"},
    "metrics/list": {"isHidden"},
    "holdouts": {"tags", "targetApps"},
}
"""Fields that the API cannot set, by list."""
GENERATED_IN_ITEMS = {"id", "baseID", "requiredReviewGroupID", "pendingAutomatedRollouts", "completedAutomatedRollouts"}
ITEM_LISTS = ("environments", "rules", "variants", "groups")
"""Lists in which the server generates the ids of the items."""
VALUES = {"permissions", "defaultValue", "returnValue", "parameterValues", "column_mapping"}
"""Fields with values of users, which are compared exactly."""
SETS = {
    "tags",
    "targetApps",
    "environments",
    "ids",
    "unitTypes",
    "scopes",
    "secondaryTargetApps",
    "enabledNonProdEnvironments",
    "gateIDs",
}
SETS |= {"conditionalOverrides", "idOverrides", "overrides", "environmentOverrides", "userIDOverrides"}
SETS |= {f"{how}{whose}IDs" for how in ("passing", "failing") for whose in ("", "User", "Custom")}


def find_differences(one: Emulator, other: Emulator) -> list[str]:
    """Return the places in which the second project differs from the first, with both values."""
    return list(_differences("", _read_project(one), _read_project(other)))


def _read_project(emulator: Emulator) -> dict[str, Json]:
    client = Client(emulator.key, emulator.url)
    project: dict[str, Json] = {}
    for listing, name in LISTS.items():
        objects = {item[name]: item for item in client.pages(listing, QUERIES.get(listing))}
        if listing == "users/teams":
            objects = {item["name"]: client.get(f"users/teams/{item['id']}") for item in objects.values()}
        dropped = GENERATED | UNSETTABLE.get(listing, set()) | (set() if listing in CONFIGS else {"id"})
        by_key = {key.lower() if name == "email" else key: item for key, item in objects.items()}
        project[listing] = {key: _comparable(item, dropped) for key, item in by_key.items()}
    for owner in OVERRIDES:
        ids = {item[LISTS[owner]]: quote(item["id"], safe="") for item in client.pages(owner, QUERIES.get(owner))}
        paths = {key: f"{owner}/{id_}/overrides" for key, id_ in ids.items()}
        project[f"{owner} overrides"] = {key: _comparable(client.get(path)) for key, path in paths.items()}
    singletons = {path: _comparable(client.get(path), {"id"}) for path in SINGLETONS}
    lists = [key for key, item in project["segments"].items() if item["type"] not in ("rule_based", "analysis_list")]
    project["segment ids"] = {
        key: sorted(client.pages(f"segments/{key}/id_list", item_type=str, list_key="ids")) for key in lists
    }
    keys = [_comparable(item, {"key", "lastUsed"}) for item in client.pages("keys")]
    project["keys"] = sorted(keys, key=lambda key: json.dumps(key, sort_keys=True))
    schedules = [client.send("GET", "ingestion/schedule", query={"dataset": d})["data"] for d in ("Events", "Metrics")]
    return project | singletons | {"schedules": schedules, "sources": dict(_sources(client))}


def _sources(client: Client) -> Iterator[tuple[str, Json]]:
    """Yield the sources with a run of today: the API has no other list of them."""
    today = str(datetime.now(UTC).date())
    for row in client.pages("ingestion/status", {"startDate": today, "endDate": today}, limit=None):
        datasets = {dataset.lower(): dataset for dataset in ("Events", "Metrics", "export_exposures")}
        selectors = (row["ingestion_source"], datasets[row["ingestion_dataset"]], row["source_name"])
        query = dict(zip(("type", "dataset", "source_name"), selectors, strict=True))
        yield "/".join(selectors), _comparable(client.send("GET", "ingestion", query=query)["data"], {"id"})


def _comparable(value: Json, dropped: Set[str] = frozenset(), named: str = "") -> Json:
    """Return the value without generated fields, with references by name, sorted sets and parsed JSON texts."""
    match value:
        case dict() if named in VALUES:
            return value
        case dict() if named == "owner":
            is_key = value.get("ownerType") == "SDK_KEY"  # of any project
            return {n: v for n, v in value.items() if n != "ownerID" and v and not is_key}
        case dict():
            groups = {group.get("id"): group.get("name") for group in value.get("groups") or ()}
            if named == "winner":
                return value.get("name")
            named_groups = {
                n: groups.get(v, v) if n.endswith("GroupID") else v for n, v in value.items() if n not in dropped
            }
            rest = {n: _comparable(v, named=n) for n, v in named_groups.items()}
            twins = {n for n, v in rest.items() if rest.get(n.removesuffix("Json5")) == v and n.endswith("Json5")}
            # False may mean that it was never set. 0 is a value, although it equals False.
            return {n: v for n, v in rest.items() if n not in twins and v is not False and v not in (None, "", [], {})}
        case list() if named in ("members", "admins"):
            return sorted(person["email"].lower() for person in value)
        case list():
            generated = GENERATED_IN_ITEMS if named in ITEM_LISTS else set()
            items = [item for item in (_comparable(each, generated) for each in value) if item != {}]
            if named not in SETS:
                return items
            return [json.loads(item) for item in sorted({json.dumps(item, sort_keys=True) for item in items})]
        case str() if named.endswith("Json5") or named == "schema":
            return _parse(value)
        case str() if named in ("role", "email"):
            return value.lower().replace("_", " ")
        case "query" if named == "sourceType":
            return None  # the type of a source without one
        case "STALE" | "TEMPLATE":
            return "TEMPORARY"  # Statsig sets these itself
        case _:
            return value


def _parse(text: str) -> Json:
    """Return the value of plain JSON, and any other text unchanged."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _differences(place: str, one: Json, other: Json) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _differences(f"{place}/{key}", one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from _differences(f"{place}[{index}]", *pair)
    elif json.dumps(one) != json.dumps(other):  # unlike ==, this distinguishes 1, 1.0 and True
        yield f"{place}: {one!r} became {other!r}"
