"""Properties that are no longer declared: kept, or reset to Statsig's default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.release import get_default
from statsig_pulumi.schema.state import DECLARED
from statsig_pulumi.settings import Policy

from ..conftest import Console, RecordingReporter

LifecycleOf = Callable[..., Lifecycle]
Values = dict[str, Any]
RESET = Policy(on_release="reset")


def created(console: Console, lifecycle: Lifecycle, **inputs: Any) -> tuple[str, Values]:
    checked, problems = lifecycle.check(inputs, new=True)
    assert problems == []
    id_, outputs = lifecycle.create(checked)
    console.requests.clear()
    return id_, outputs


def test_a_reset_sends_the_defaults_and_the_preview_names_them(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate", policy=RESET)
    declared = {"description": "x", "tags": ["a"], "is_enabled": False, "type": "PERMANENT", "team": "Shop"}
    id_, outputs = created(console, gate, name="new", **declared)
    changes = gate.diff(outputs, {"name": "new"})
    assert changes.changed == ("description", "tags", "team", "is_enabled")
    gate.releases.warn(id_, outputs, changes)
    assert reporter.messages == [
        (
            "warning",
            "Gate 'new' no longer manages what the program omits: description is reset to '', is_enabled is reset to"
            " True, tags is reset to [], team is reset to nothing, type stays 'PERMANENT' (no default can be set)",
        )
    ]
    outputs = gate.update(id_, outputs, {"name": "new"})
    assert console.writes == [("PATCH", "gates/new", {"description": "", "tags": [], "team": None, "isEnabled": True})]
    assert outputs[DECLARED] == ["name"]
    assert not gate.diff(outputs, {"name": "new"})


def test_without_the_setting_nothing_is_reset(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs = created(console, gate, name="new", description="x")
    changes = gate.diff(outputs, {"name": "new"})
    gate.releases.warn(id_, outputs, changes)
    gate.update(id_, outputs, {"name": "new"})
    assert console.requests == []
    assert [text for _, text in reporter.messages] == [
        "Gate 'new' no longer manages what the program omits: description stays 'x'"
    ]


def test_a_reset_inside_a_rule_sends_its_default(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate", policy=RESET)
    rule = {"name": "a", "pass_percentage": 10}
    id_, outputs = created(console, gate, name="new", rules=[rule | {"environments": ["staging"]}])
    inputs = {"name": "new", "rules": [rule]}
    changes = gate.diff(outputs, inputs)
    assert changes.resets == {"rules[0].environments": []}
    outputs = gate.update(id_, outputs, inputs)
    assert console.writes[0][2]["rules"][0]["environments"] is None
    assert not gate.diff(outputs, inputs)


def test_an_action_is_reset_by_its_endpoint(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate", policy=RESET)
    id_, outputs = created(console, gate, name="new", is_launched=True)
    gate.update(id_, outputs, {"name": "new"})
    assert console.writes == [("PUT", "gates/new/enable", None)]


def test_another_form_of_the_same_value_is_no_release(console: Console, lifecycle_of: LifecycleOf) -> None:
    config = lifecycle_of("DynamicConfig", policy=RESET)
    id_, outputs = created(console, config, name="new", default_value={"a": 1}, team="Shop")
    inputs = {"name": "new", "default_value_json5": "{a: 2}", "team_id": "t1"}
    assert config.diff(outputs, inputs).released == ()
    config.update(id_, outputs, inputs)
    assert console.writes[0][2] == {"defaultValueJson5": "{a: 2}", "teamID": "t1"}


def test_what_the_object_cannot_change_now_stays(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    experiment = lifecycle_of("Experiment", policy=RESET)
    outputs = {DECLARED: ["name", "status", "hypothesis"], "name": "e", "status": "active", "hypothesis": "h"}
    changes = experiment.diff(outputs, {"name": "e"})
    assert changes.changed == ("hypothesis",)
    experiment.releases.warn("e", outputs, changes)
    assert [text for _, text in reporter.messages] == [
        "Experiment 'e' no longer manages what the program omits: hypothesis is reset to '',"
        " status stays 'active' (no default can be set)"
    ]


@pytest.mark.parametrize(
    ("kind", "name", "default"),
    [
        ("Gate", "description", ("",)),
        ("Gate", "is_enabled", (True,)),
        ("Gate", "id_type", ("userID",)),
        ("Gate", "target_apps", None),  # a team presets them
        ("Gate", "type", None),
        ("Gate", "creator_email", None),
        ("Gate", "gate_id", None),
        ("Gate", "archive_reason", None),
        ("Team", "change_team_configs", ("anyone",)),
        ("Experiment", "groups", None),
        ("Experiment", "primary_metric_tags", None),
        ("Experiment", "target_exposures", None),
        ("DynamicConfig", "owner", None),
    ],
)
def test_only_a_known_default_can_be_set(kind: str, name: str, default: tuple[Any] | None) -> None:
    assert get_default(REGISTRY[kind].properties[name]) == default
