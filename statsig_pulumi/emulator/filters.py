"""Picks from a list of configs the ones that the query asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .answers import Record
from .routes import Call

Filter = Callable[[Record, list[str]], bool]


def _field(name: str) -> Filter:
    return lambda record, wanted: record.get(name) in wanted


def _tagged(record: Record, wanted: list[str]) -> bool:
    return not set(wanted).isdisjoint(record.get("tags", []))


def _targets(record: Record, wanted: list[str]) -> bool:
    return not set(wanted).isdisjoint(record.get("targetApps", []))


def _rolled_out(record: Record, wanted: list[str]) -> bool:
    return rollout_rate(record) in wanted


def rollout_rate(record: Record) -> str:
    """0: no rule passes anyone. 100: all rules pass everyone, "everyone" included. Else INBETWEEN."""
    rates = [rule.get("passPercentage", 0) for rule in record.get("rules", [])]
    if not any(rates):
        return "0"
    everyone = any(
        condition.get("type") == "public" for rule in record["rules"] for condition in rule.get("conditions", [])
    )
    return "100" if everyone and min(rates) == 100 else "INBETWEEN"


FILTERS: Final[Mapping[str, Filter]] = {
    "idType": _field("idType"),
    "type": _field("type"),
    "typeReason": _field("typeReason"),
    "releasePipelineID": _field("releasePipelineID"),
    "creatorName": _field("creatorName"),
    "creatorID": _field("creatorID"),
    "tags": _tagged,
    "targetAppID": _targets,
    "rolloutRate": _rolled_out,
}


def wanted_configs(call: Call, kind: str) -> list[Record]:
    """Archived ones are left out unless they are asked for."""
    asked = {name: call.every(name) for name in FILTERS if call.every(name)}
    apps = [call.project.store["target_app"].get(key) for key in asked.get("targetAppID", [])]
    # Configs hold names of target apps, the query has ids.
    asked.get("targetAppID", []).extend(app["name"] for app in apps if app)
    archived_too = call.flag("includeArchived")
    return [
        record
        for record in call.project.store[kind]
        if (archived_too or record.get("status") != "Archived")
        and all(FILTERS[name](record, values) for name, values in asked.items())
    ]
