"""Whether two Statsig projects are equal, as their APIs tell: but for what a server makes by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from datetime import UTC, datetime
from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

Json = Any

LISTS = {
    "tags": "name",
    "target_app": "name",
    "users": "email",
    "users/teams": "name",
    "gates": "id",
    "dynamic_configs": "id",
    "experiments": "id",
    "metrics/metric_source/list": "name",
    "experiments/assignment_sources": "name",
    "experiments/entity_properties": "name",
}
"""The lists, and what names an object in each."""
CONFIGS = ("gates", "dynamic_configs", "experiments")
"""Where people choose the ids, and objects can be put away."""
OVERRIDES = ("gates", "experiments")
MADE = {
    *("createdTime", "creatorID", "creatorName", "creatorEmail", "lastModifiedTime", "lastModifierID", "version"),
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
"""What the server makes, or the API has no way to set."""
UNSETTABLE = {
    "gates": {"owner"},
    "experiments": {
        *("owner", "reviewSettings", "experimentType", "externalExperimentName", "healthCheckStatus", "qualityScore"),
        *("inlineTargetingRulesJSON", "isStale", "subtype", "summarySections"),
    },
    "experiments/entity_properties": {"owner"},
}
"""What the API has no way to set for this kind."""
MADE_OF_PARTS = {"id", "baseID", "pendingAutomatedRollouts", "completedAutomatedRollouts"}
PARTS = ("rules", "variants", "groups")
"""Where the server makes the ids of the items."""
VALUES = {"defaultValue", "returnValue", "parameterValues", "column_mapping"}
"""What people put in, to be kept as it is."""
SETS = {"tags", "targetApps", "environments", "ids", "enabledNonProdEnvironments"}
SETS |= {"overrides", "environmentOverrides", "userIDOverrides"}
SETS |= {f"{how}{whose}IDs" for how in ("passing", "failing") for whose in ("", "User", "Custom")}


def differences(one: Emulator, other: Emulator) -> list[str]:
    """Where the second project differs from the first."""
    return list(_differences("", _project(one), _project(other)))


def _project(emulator: Emulator) -> dict[str, Json]:
    client = Client(emulator.key, emulator.url)
    found: dict[str, Json] = {}
    for listing, name in LISTS.items():
        asked = {"includeArchived": "true"} if listing in CONFIGS else {}
        objects = {item[name]: item for item in client.pages(listing, asked)}
        if listing == "users/teams":
            objects = {item["name"]: client.get(f"users/teams/{item['id']}") for item in objects.values()}
        dropped = MADE | UNSETTABLE.get(listing, set()) | (set() if listing in CONFIGS else {"id"})
        told = {key.lower() if name == "email" else key: item for key, item in objects.items()}
        found[listing] = {key: _comparable(item, dropped) for key, item in told.items()}
    for owner in OVERRIDES:
        paths = [f"{owner}/{key}/overrides" for key in found[owner]]
        found[f"{owner} overrides"] = {path: _comparable(client.get(path)) for path in paths}
    schedules = [client.send("GET", "ingestion/schedule", query={"dataset": d})["data"] for d in ("Events", "Metrics")]
    return found | {"schedules": schedules, "sources": dict(_sources(client))}


def _sources(client: Client) -> Iterator[tuple[str, Json]]:
    """The sources that were ingested from today: there is no other list of them."""
    today = str(datetime.now(UTC).date())
    for row in client.pages("ingestion/status", {"startDate": today, "endDate": today}, limit=None):
        datasets = {dataset.lower(): dataset for dataset in ("Events", "Metrics", "export_exposures")}
        told = (row["ingestion_source"], datasets[row["ingestion_dataset"]], row["source_name"])
        query = dict(zip(("type", "dataset", "source_name"), told, strict=True))
        yield "/".join(told), _comparable(client.send("GET", "ingestion", query=query)["data"], {"id"})


def _comparable(value: Json, dropped: Set[str] = frozenset(), named: str = "") -> Json:
    """Without what the server makes; references to parts by name, sets in one order, JSON texts as what they mean."""
    match value:
        case dict() if named in VALUES:
            return value
        case dict() if named == "owner":
            by_key = value.get("ownerType") == "SDK_KEY"  # whichever it was
            return {n: v for n, v in value.items() if n != "ownerID" and v and not by_key}
        case dict():
            groups = {group.get("id"): group.get("name") for group in value.get("groups") or ()}
            told = {n: groups.get(v, v) if n.endswith("GroupID") else v for n, v in value.items() if n not in dropped}
            rest = {n: _comparable(v, named=n) for n, v in told.items()}
            twins = {n for n, v in rest.items() if rest.get(n.removesuffix("Json5")) == v and n.endswith("Json5")}
            # What is off was maybe never set; 0 is a value, and equal to False.
            return {n: v for n, v in rest.items() if n not in twins and v is not False and v not in (None, "", [], {})}
        case list() if named in ("members", "admins"):
            return sorted(person["email"].lower() for person in value)
        case list() if named in SETS:
            items = {json.dumps(_comparable(each), sort_keys=True) for each in value}
            return [json.loads(item) for item in sorted(items)]
        case list():
            made = MADE_OF_PARTS if named in PARTS else set()
            return [item for item in (_comparable(each, made) for each in value) if item != {}]
        case str() if named.endswith("Json5") or named == "schema":
            return _meaning(value)
        case str() if named in ("role", "email"):
            return value.lower().replace("_", " ")
        case "query" if named == "sourceType":
            return None  # what a source is of that does not say
        case "STALE" | "TEMPLATE":
            return "TEMPORARY"  # what Statsig found out by itself
        case _:
            return value


def _meaning(text: str) -> Json:
    """Plain JSON is compared by what it says, anything else as it is written."""
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
    elif json.dumps(one) != json.dumps(other):  # 1 is True, and 1.0, in Python
        yield f"{place}: {one!r} became {other!r}"
