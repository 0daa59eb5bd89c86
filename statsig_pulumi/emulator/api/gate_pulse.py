"""Pulse results of a gate's rules: `load_pulse`, `pulse_load_history` and `pulse_results`."""

from __future__ import annotations

from typing import Final

from ..model import pulse_loads, pulse_results, rules
from ..model.days import day, days_between
from ..model.errors import invalid_value
from ..model.json_values import Record
from ..model.pulse_results import Comparison
from . import pulse
from .gates import GATES
from .responses import Response, message_response, object_response
from .routes import Call, Routes

routes: Final = Routes()

LOAD = pulse.LOAD.requiring("ruleId")
DEFAULT_CONFIDENCE: Final = 95.0


def _find_rule(gate: Record, identifier: str) -> Record:
    found = rules.find_rule(gate["rules"], identifier)
    if found is None:
        raise invalid_value("ruleId", rules.UNKNOWN_RULE)
    return found


def _owner(gate: Record, rule: Record) -> dict[str, str]:
    return {"kind": GATES.name, "id": gate["id"], "rule": rule["baseID"]}


@routes.on("POST", "/gates/{id}/load_pulse")
def load_pulse(call: Call) -> Response:
    gate = GATES.find(call)
    body = call.read(LOAD)
    owner = _owner(gate, _find_rule(gate, body["ruleId"]))
    pulse_loads.start_load(call.project, owner, gate["createdTime"], body)
    return message_response("Gate loaded successfully.")


@routes.on("GET", "/gates/{id}/rules/{ruleID}/pulse_load_history")
def list_loads(call: Call) -> Response:
    gate = GATES.find(call)
    return pulse.load_history(call, _owner(gate, _find_rule(gate, call.params["ruleID"])))


@routes.on("GET", "/gates/{id}/rules/{ruleID}/pulse_results")
def read_results(call: Call) -> Response:
    """Return the comparison of the units that pass a rule with those that fail it."""
    gate = GATES.find(call)
    rule, query = _find_rule(gate, call.params["ruleID"]), pulse.read_result_query(call)
    today = day(call.project.issuer.now_ms())
    # Unlike an experiment, a rule has units on its first day.
    days = len(list(days_between(day(gate["createdTime"]), today))) + 1
    seed, passing = f"{gate['id']}/{rule['baseID']}", rule["passPercentage"]
    comparison = Comparison(
        seed,
        control_units=pulse_results.exposures(f"{seed}/fail", 100 - passing, days)[-1],
        test_units=pulse_results.exposures(f"{seed}/pass", passing, days)[-1],
        confidence=query.numbers.get("confidence", DEFAULT_CONFIDENCE),
        cuped="cuped" in query.flags,
    )
    data = {"ds": today, "monitoringMetrics": comparison.results(gate["monitoringMetrics"])}
    return object_response("Successfully loaded Pulse Results", data)
