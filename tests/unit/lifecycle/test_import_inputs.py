"""The inputs that an import writes, for live objects as the API returns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from statsig_pulumi.errors import Problem
from statsig_pulumi.lifecycle.import_inputs import NOT_REPEATABLE, NotDeclarableError, derive_inputs
from statsig_pulumi.schema.declaration import REGISTRY, Declaration, Endpoint
from statsig_pulumi.schema.live_object import LiveObject
from statsig_pulumi.schema.options import optional, required
from statsig_pulumi.schema.properties import NestedType, Prop

GATE = REGISTRY["Gate"]
DEFAULTS = {
    "id": "new_checkout",
    "name": "new checkout",
    "description": "",
    "idType": "userID",
    "isEnabled": True,
    "status": "In Progress",
    "tags": [],
    "rules": [],
    "measureMetricLifts": True,
    "monitoringMetrics": [],
}


class Unstable(NestedType):
    """A resource with a value that differs each time it is normalised."""

    name: Prop[str] = required()
    unstable: Prop[str] = optional(normalize_fn=lambda value: f"{value}!")

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}

    @classmethod
    def explain_exclusion(cls, live: LiveObject) -> str:
        return ""


def gate(**values: Any) -> LiveObject:
    return LiveObject(GATE.readable, {**DEFAULTS, **values})


def test_values_equal_to_the_defaults_are_not_declared() -> None:
    derived = derive_inputs(GATE, gate())
    assert (derived.inputs, derived.omitted) == ({"name": "new checkout"}, {})


def test_an_id_that_statsig_does_not_derive_from_the_name_is_declared() -> None:
    assert derive_inputs(GATE, gate(id="other")).inputs == {"name": "new checkout", "gate_id": "other"}


def test_inputs_are_normalised() -> None:
    inputs = derive_inputs(GATE, gate(tags=["b", "a"], isEnabled=False)).inputs
    assert inputs == {"name": "new checkout", "tags": ["a", "b"], "is_enabled": False}


def test_an_empty_property_is_declared_if_it_has_a_preset() -> None:
    inputs = derive_inputs(GATE, gate(), {"monitoring_metrics": [{"name": "buys", "type": "event_count"}]}).inputs
    assert inputs == {"name": "new checkout", "monitoring_metrics": []}


def test_outputs_hold_what_the_api_returns() -> None:
    outputs = derive_inputs(GATE, gate(tags=["a"], checksPerHour=7)).outputs
    assert (outputs["tags"], outputs["checks_per_hour"], outputs["id_type"]) == (["a"], 7, "userID")
    assert outputs["__declared"] == ["name", "tags"]


def test_an_invalid_optional_property_is_omitted_with_the_reason() -> None:
    rules = [{"name": "a", "passPercentage": share, "conditions": [{"type": "public"}]} for share in (1, 2)]
    derived = derive_inputs(GATE, gate(rules=rules, tags=["a"]))
    assert derived.inputs == {"name": "new checkout", "tags": ["a"]}
    assert derived.omitted == {"rules": Problem("rules[1].name", "'a' is already used by rules[0]")}
    assert "rules" not in derived.outputs["__declared"]


def test_a_value_that_a_refresh_would_report_as_changed_is_omitted() -> None:
    declaration = Declaration("Unstable", Unstable, Endpoint("unstable"), Unstable.properties)
    live = LiveObject(declaration.readable, {"id": "a", "name": "a", "unstable": "a"})
    derived = derive_inputs(declaration, live)
    assert derived.inputs == {"name": "a"}
    assert derived.omitted == {"unstable": Problem("unstable", NOT_REPEATABLE)}


def test_an_invalid_required_property_is_an_error() -> None:
    with pytest.raises(NotDeclarableError, match=r"^name: "):
        derive_inputs(GATE, gate(name="ünïcode ☃"))
