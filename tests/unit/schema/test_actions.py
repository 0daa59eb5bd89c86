"""Actions: the steps that set a property through endpoints of its own."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.schema import codec
from statsig_pulumi.schema.actions import Step, toggle_action, trigger_action
from statsig_pulumi.schema.options import optional
from statsig_pulumi.schema.properties import Prop, declare_properties

ARCHIVE = toggle_action(
    "is_archived",
    on="archive",
    off_fn=lambda declared: "restore" if declared.get("is_restored") else "unarchive",
    read_fn=lambda live: None if live.get("status") is None else live["status"] == "Archived",
    sends={"reason": "archiveReason"},
)
LAUNCH = toggle_action("is_launched", on="launch", off_fn=lambda declared: "disable", read_fn=lambda live: live["on"])


@pytest.mark.parametrize(
    ("expected", "status", "declared"),
    [
        (Step("archive", {}), "Active", {"is_archived": True}),
        (Step("archive", {"archiveReason": "old"}), "Active", {"is_archived": True, "reason": "old"}),
        (Step("archive", {}), None, {"is_archived": True}),
        (Step("unarchive", {}), "Archived", {"is_archived": False, "reason": "old"}),
        (Step("restore", {}), "Archived", {"is_archived": False, "is_restored": True}),
        (None, "Archived", {"is_archived": True}),
        (None, "Active", {"is_archived": False}),
    ],
)
def test_a_toggle_has_one_step_until_the_live_object_is_as_declared(
    expected: Step | None, status: str | None, declared: dict[str, Any]
) -> None:
    assert expected == ARCHIVE.next_step_fn({"status": status}, declared)


def test_a_toggle_that_sends_no_properties_has_no_body() -> None:
    assert LAUNCH.next_step_fn({"on": False}, {"is_launched": True}) == Step("launch", None, "PUT")


@pytest.mark.parametrize("declared", [True, False])
def test_a_toggle_is_turned_off_before_other_changes_and_on_after_them(declared: bool) -> None:
    assert ARCHIVE.is_first_fn({}, {"is_archived": declared}) is not declared


class Key:
    """A resource with a trigger."""

    name: Prop[str] = optional()
    rotate_trigger: Prop[str] = optional(action=trigger_action("rotate", body={"now": True}, method="POST"))


PROPERTIES = declare_properties(Key)


def test_a_trigger_sends_its_request_before_other_changes_whatever_the_value_is() -> None:
    action = PROPERTIES["rotate_trigger"].action
    assert action is not None
    assert action.is_first_fn({}, {})
    assert action.next_step_fn({}, {"rotate_trigger": "2"}) == Step("rotate", {"now": True}, "POST")


def test_the_value_of_a_trigger_is_neither_sent_nor_read() -> None:
    assert codec.encode(PROPERTIES, {"name": "n", "rotate_trigger": "2"}) == {"name": "n"}
    assert codec.decode(PROPERTIES, {"name": "n", "rotateTrigger": "x"}) == {"name": "n"}
