"""Whether two Statsig projects are equal, as their APIs tell: but for what a server makes by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from statsig_pulumi.client import Client
from statsig_pulumi.emulator import Emulator

Json = Any

LISTS = {
    "tags": "name",
    "target_app": "name",
    "users": "email",
    "users/teams": "name",
    "gates?includeArchived=true": "id",
    "dynamic_configs": "id",
    "experiments": "id",
    "metrics/metric_source/list": "name",
    "experiments/assignment_sources": "name",
    "experiments/entity_properties": "name",
}
"""The lists, and what names an object in each."""
OVERRIDES = ("gates", "experiments")
MADE = {
    *("createdTime", "creatorID", "creatorName", "creatorEmail", "lastModifiedTime", "lastModifierID", "version"),
    *("lastModifierName", "lastModifierEmail", "permalink", "checksPerHour", "owner", "teamID", "healthChecks"),
    *("startTime", "endTime", "decisionTime", "typeReason", "archiveReason", "holdoutIDs", "activeReview"),
    *("releasePipelineID", "automatedRollouts", "pendingAutomatedRollouts", "completedAutomatedRollouts"),
}
"""What the server makes, or the API has no way to set."""
OF_PARTS = {"id", "baseID", "pendingAutomatedRollouts", "completedAutomatedRollouts"}
OWN_IDS = ("gates", "dynamic_configs", "experiments")
"""Where people choose the ids."""
VALUES = {"defaultValue", "returnValue", "parameterValues", "column_mapping"}
"""What people put in, to be kept as it is."""
SETS = {"tags", "targetApps", "environments", "ids"}
SETS |= {f"{how}{whose}IDs" for how in ("passing", "failing") for whose in ("", "User", "Custom")}


def differences(one: Emulator, other: Emulator) -> list[str]:
    """Where the second project differs from the first."""
    return list(_differences("", _project(one), _project(other)))


def _project(emulator: Emulator) -> dict[str, Json]:
    client = Client(emulator.key, emulator.url)
    found: dict[str, Json] = {}
    for path, name in LISTS.items():
        listing, _, query = path.partition("?")
        asked = dict([query.split("=")]) if query else {}
        objects = {item[name]: item for item in client.pages(listing, asked)}
        if listing == "users/teams":
            objects = {item["name"]: client.get(f"users/teams/{item['id']}") for item in objects.values()}
        dropped = MADE | (set() if listing in OWN_IDS else {"id"})
        if listing == "experiments":
            dropped |= {"reviewSettings"}  # the API has no way to set them
        found[listing] = {key.lower(): _comparable(item, dropped) for key, item in objects.items()}
    for owner in OVERRIDES:
        paths = [f"{owner}/{key}/overrides" for key in found[owner]]
        found[f"{owner} overrides"] = {path: _comparable(client.get(path)) for path in paths}
    schedules = [client.send("GET", "ingestion/schedule", query={"dataset": d})["data"] for d in ("Events", "Metrics")]
    return found | {"schedules": schedules, "sources": _sources(emulator)}


def _sources(emulator: Emulator) -> Json:
    sources = emulator.objects("ingestion_sources")
    return {source["source_name"]: {n: v for n, v in source.items() if n != "id"} for source in sources}


def _comparable(value: Json, dropped: set[str] = OF_PARTS, named: str = "") -> Json:
    """Without what the server makes; references to parts by name, sets in one order, JSON texts as what they mean."""
    match value:
        case dict() if named in VALUES:
            return value
        case dict():
            groups = {group.get("id"): group.get("name") for group in value.get("groups") or ()}
            told = {n: groups.get(v, v) if n.endswith("GroupID") else v for n, v in value.items() if n not in dropped}
            rest = {n: _comparable(v, named=n) for n, v in told.items()}
            twins = {n for n, v in rest.items() if rest.get(n.removesuffix("Json5")) == v and n.endswith("Json5")}
            return {n: v for n, v in rest.items() if n not in twins and v not in (None, "", [], {})}
        case list() if named in ("members", "admins"):
            return sorted(person["email"].lower() for person in value)
        case list() if named in SETS:
            return sorted(value)
        case list():
            return [item for item in map(_comparable, value) if item != {}]
        case str() if named.endswith("Json5") or named == "schema":
            return _meaning(value)
        case str() if named in ("role", "email"):
            return value.lower().replace("_", " ")
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
    elif one != other:
        yield f"{place}: {one!r} became {other!r}"
