"""States set by Statsig are no drift; declared states are set and unset."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PROGRAM = """
statsig.Gate("stale", name="stale gate", type="TEMPORARY")
statsig.Gate("by-hand", name="launched by hand", is_enabled=True)
statsig.Gate("put-away", name="archived by hand", is_enabled=True)
statsig.DynamicConfig("config", name="config by hand", is_enabled=True)
"""


def test_states_set_by_statsig_are_no_drift(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(PROGRAM).up()
    emulator.edit("gates", "stale_gate", {"type": "STALE", "typeReason": "STALE_EMPTY_CHECKS", "checksPerHour": 3})
    emulator.edit("gates", "launched_by_hand", {"status": "Launched", "isEnabled": False})
    emulator.edit("gates", "archived_by_hand", {"status": "Archived", "isEnabled": False})
    emulator.edit("dynamic_configs", "config_by_hand", {"status": "Archived", "isEnabled": False})
    wire.requests()
    stack.preview_is_empty()
    stack.refresh()
    state = stack.resources()
    inputs = {name: {key: value for key, value in r["inputs"].items() if key[0] != "_"} for name, r in state.items()}
    assert inputs == {
        "stale": {"name": "stale gate", "type": "TEMPORARY"},
        "by-hand": {"name": "launched by hand", "is_enabled": True},
        "put-away": {"name": "archived by hand", "is_enabled": True},
        "config": {"name": "config by hand", "is_enabled": True},
    }
    assert state["by-hand"]["outputs"]["status"] == "Launched"
    assert state["stale"]["outputs"]["type_reason"] == "STALE_EMPTY_CHECKS"
    stack.preview_is_empty()
    assert wire.written() == []


STATES = """
statsig.Gate("launched", name="launched", is_launched={on})
statsig.Gate("launched-on", name="launched on", is_launched={on}, is_enabled=True)
statsig.Gate("launched-off", name="launched off", is_launched={on}, is_enabled=False)
statsig.Gate("archived", name="archived", is_archived={on}, archive_reason="Done")
statsig.Gate("disabled", name="disabled", is_enabled={off})
statsig.DynamicConfig("config", name="archived config", is_archived={on}, is_enabled={off})
"""


def test_declared_states_are_set_and_unset(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def states() -> dict[str, tuple[str, bool]]:
        records = emulator.objects("gates") + emulator.objects("dynamic_configs")
        return {record["id"]: (record["status"], record["isEnabled"]) for record in records}

    stack.program(STATES.format(on=True, off=False)).up()
    assert {id_: status for id_, (status, _) in states().items()} == {
        "launched": "Launched",
        "launched_on": "Launched",
        "launched_off": "Launched",
        "archived": "Archived",
        "disabled": "Disabled",
        "archived_config": "Archived",
    }
    archives = [entry["body"] for entry in wire.writes() if entry["path"] == "/gates/archived/archive"]
    assert archives == [{"archiveReason": "Done"}]
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()

    wire.requests()
    stack.program(STATES.format(on=False, off=True)).up()
    assert states() == {
        "launched": ("In Progress", True),
        "launched_on": ("In Progress", True),
        "launched_off": ("Disabled", False),
        "archived": ("In Progress", True),
        "disabled": ("In Progress", True),
        "archived_config": ("Enabled", True),
    }
    verbs = [entry["path"].rpartition("/")[2] for entry in wire.writes() if entry["method"] == "PUT"]
    assert sorted(verbs) == ["disable", "enable", "enable", "unarchive", "unarchive"]
    stack.preview_is_empty()

    # A launch in the console is drift where the program says whether it is launched.
    emulator.edit("gates", "launched", {"status": "Launched", "isEnabled": False})
    stack.refresh()
    assert " ".join(stack.preview("--diff").text.split()).count("is_launched: true => false") == 1
