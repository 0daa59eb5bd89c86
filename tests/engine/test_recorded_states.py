"""States of earlier versions: a preview finds no change, a refresh no drift, and destroy works."""

from __future__ import annotations

import json

import pytest

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY

from .recorded_states import Recording, recordings
from .stack import Stack
from .wire import Wire

RECORDINGS = recordings()
RESERVED = {"__declared", "__secret", "__import", "__project", "__provider"}


def test_the_recordings_hold_every_kind_and_every_stored_reserved_key() -> None:
    resources = [r for each in RECORDINGS for r in each.load()["deployment"]["deployment"]["resources"]]
    kinds = {r["type"].rpartition(":")[2] for r in resources if "dynamic/statsig" in r["type"]}
    keys = {key for r in resources for key in {**r.get("inputs", {}), **r.get("outputs", {})}}
    assert REGISTRY.keys() - kinds == set()
    assert {key for key in keys if key.startswith("__")} == RESERVED
    assert "<none>" in json.dumps(resources)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda each: each.name)
def test_a_recorded_state_previews_without_a_change_and_can_be_destroyed(
    stack: Stack, emulator: Emulator, wire: Wire, recording: Recording
) -> None:
    recorded = recording.load()
    emulator.load_state(recorded["project"])
    (stack.folder / "state.json").write_text(json.dumps(recorded["deployment"]))
    stack.run("stack", "import", "--file", "state.json")
    stack.program(recorded["program"])
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.up("--expect-no-changes")
    assert wire.writes() == []
    stack.destroy()
    assert stack.resources() == {}
