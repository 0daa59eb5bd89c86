"""Loads of a gate's results from the warehouse: `load_pulse` and their history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from .. import rules
from ..answers import Answer, Record, message_only, refused
from ..paging import page
from ..routes import Call, Routes
from ..shapes import Choice, Fields, Flag, Listed, Text
from .gates import GATE

routes: Final = Routes()

KIND: Final = "gate_pulse_loads"
LOAD = Fields(
    {
        "ruleId": Text(),
        "refresh": Choice(("full", "incremental", "metric")),
        "metricIDs": Listed(Text()),
        "turboMode": Flag(),
    },
    frozenset({"ruleId"}),
)


def _rule(gate: Record, identifier: str) -> Record:
    found: Record | None = next((rule for rule in gate["rules"] if rules.is_called(rule, identifier)), None)
    if found is None:
        raise refused("ruleId", rules.UNKNOWN_RULE)
    return found


@routes.on("POST", "/gates/{id}/load_pulse")
def load_pulse(call: Call) -> Answer:
    """Done as soon as it is asked for: there is no warehouse to wait for."""
    gate = GATE.find(call)
    body, project = call.read(LOAD), call.project
    rule = _rule(gate, body["ruleId"])
    now = project.issuer.now_ms()
    load = {
        "creatorName": project.actor.name,
        "createdTime": now,
        "finishedTime": now,
        "finishedState": "success",
        "startDs": _day(gate["createdTime"]),
        "endDs": _day(now),
        "reloadType": body.get("refresh", "full"),
        "turboMode": body.get("turboMode", False),
        "dagID": project.issuer.new_id(),
    }
    project.put(KIND, load["dagID"], {"gate": gate["id"], "rule": rule["baseID"], "load": load})
    return message_only("Gate loaded successfully.")


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


@routes.on("GET", "/gates/{id}/rules/{ruleID}/pulse_load_history")
def list_loads(call: Call) -> Answer:
    gate = GATE.find(call)
    rule = _rule(gate, call.params["ruleID"])
    loads = [
        entry["load"]
        for entry in call.project.store[KIND]
        if (entry["gate"], entry["rule"]) == (gate["id"], rule["baseID"])
    ]
    return page(call, "Pulse load history listed successfully.", loads)
