"""Picks from a list of configs the ones that the query asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from ..model.configs import is_archived
from ..model.issuer import day
from .responses import Issue, Record, invalid
from .routes import Call

Filter = Callable[[Record, list[str]], bool]


def _field(name: str) -> Filter:
    return lambda record, wanted: record.get(name) in wanted


def _tagged(record: Record, wanted: list[str]) -> bool:
    return not set(wanted).isdisjoint(record.get("tags", []))


def _targets(record: Record, wanted: list[str]) -> bool:
    return not set(wanted).isdisjoint(record.get("targetApps", []))


def _flag(name: str) -> Filter:
    return lambda record, wanted: str(bool(record.get(name))).lower() in wanted


def _created_since(record: Record, wanted: list[str]) -> bool:
    return day(record["createdTime"]) >= max(wanted)


def _created_until(record: Record, wanted: list[str]) -> bool:
    return day(record["createdTime"]) <= min(wanted)


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


_EVERY: Final[Mapping[str, Filter]] = {
    "releasePipelineID": _field("releasePipelineID"),
    "creatorName": _field("creatorName"),
    "creatorID": _field("creatorID"),
    "tags": _tagged,
}
# The queries that are documented for the lists of each kind; any other is ignored.
FILTERS: Final[Mapping[str, Mapping[str, Filter]]] = {
    "gates": {
        **_EVERY,
        "idType": _field("idType"),
        "type": _field("type"),
        "typeReason": _field("typeReason"),
        "targetAppID": _targets,
        "rolloutRate": _rolled_out,
        # Nobody checks the gates of the emulator: what passes is what the rules would let pass.
        "passRate": _rolled_out,
        "store0100Exposures": _flag("store0100Exposures"),
    },
    "dynamic_configs": _EVERY,
    "experiments": {
        **{name: _EVERY[name] for name in ("creatorName", "creatorID", "tags")},
        "idType": _field("idType"),
        "layerID": _field("layerID"),
        "teamID": _field("teamID"),
        "targetAppID": _targets,
        "status": _field("status"),
        "stale": _flag("isStale"),
        "createdStartDate": _created_since,
        "createdEndDate": _created_until,
    },
}
DATES: Final = ("createdStartDate", "createdEndDate")


def wanted_configs(call: Call, kind: str) -> list[Record]:
    """Archived ones are left out unless they are asked for."""
    known = FILTERS[kind]
    asked = {name: call.every(name) for name in known if call.every(name)}
    _refuse_no_dates(asked)
    apps = [call.project.store["target_app"].get(key) for key in asked.get("targetAppID", [])]
    # Configs hold names of target apps, the query has ids.
    asked.get("targetAppID", []).extend(app["name"] for app in apps if app)
    archived_too = _shows_archived(call, kind) or "archived" in asked.get("status", [])
    return [
        record
        for record in call.project.store[kind]
        if (archived_too or not is_archived(record))
        and all(known[name](record, values) for name, values in asked.items())
    ]


def _shows_archived(call: Call, kind: str) -> bool:
    when = call.project.quirks["archived_configs_listed"] if kind == "dynamic_configs" else "asked"
    return call.flag("includeArchived") if when == "asked" else bool(when == "always")


def _refuse_no_dates(asked: Mapping[str, list[str]]) -> None:
    wrong = [name for name in DATES for value in asked.get(name, []) if not is_date(value)]
    if wrong:
        raise invalid([Issue(name, "Expected valid date in the form of YYYY-MM-DD") for name in wrong])


def is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
