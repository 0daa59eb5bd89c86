"""Results of a gate's rules: `load_pulse`, the history of loads, and `pulse_results`."""

from __future__ import annotations

from typing import Final

from ..model import pulse_loads, pulse_results, rules
from ..model.issuer import day
from ..model.pulse_results import Comparison
from .gates import GATE
from .responses import Answer, Record, message_only, refused, single
from .routes import Call, Routes

routes: Final = Routes()

LOAD = pulse_loads.LOAD.requiring("ruleId")
DEFAULT_CONFIDENCE: Final = 95.0


def _rule(gate: Record, identifier: str) -> Record:
    found: Record | None = next((rule for rule in gate["rules"] if rules.is_called(rule, identifier)), None)
    if found is None:
        raise refused("ruleId", rules.UNKNOWN_RULE)
    return found


def _owner(gate: Record, rule: Record) -> dict[str, str]:
    return {"kind": "gates", "id": gate["id"], "rule": rule["baseID"]}


@routes.on("POST", "/gates/{id}/load_pulse")
def load_pulse(call: Call) -> Answer:
    gate = GATE.find(call)
    body = call.read(LOAD)
    pulse_loads.start(call.project, _owner(gate, _rule(gate, body["ruleId"])), gate["createdTime"], body)
    return message_only("Gate loaded successfully.")


@routes.on("GET", "/gates/{id}/rules/{ruleID}/pulse_load_history")
def list_loads(call: Call) -> Answer:
    gate = GATE.find(call)
    return pulse_loads.history(call, _owner(gate, _rule(gate, call.params["ruleID"])))


@routes.on("GET", "/gates/{id}/rules/{ruleID}/pulse_results")
def read_results(call: Call) -> Answer:
    """Who passes the rule against who does not."""
    gate = GATE.find(call)
    rule, question = _rule(gate, call.params["ruleID"]), pulse_results.asked(call)
    today = day(call.project.issuer.now_ms())
    # A rule has numbers on the day that it is made.
    days = len(pulse_results.dates(day(gate["createdTime"]), today)) + 1
    seed, passing = f"{gate['id']}/{rule['baseID']}", rule["passPercentage"]
    comparison = Comparison(
        seed,
        control_units=pulse_results.exposures(f"{seed}/fail", 100 - passing, days)[-1],
        test_units=pulse_results.exposures(f"{seed}/pass", passing, days)[-1],
        confidence=question.numbers.get("confidence", DEFAULT_CONFIDENCE),
        cuped="cuped" in question.flags,
    )
    data = {"ds": today, "monitoringMetrics": comparison.results(gate["monitoringMetrics"])}
    return single("Successfully loaded Pulse Results", data)
