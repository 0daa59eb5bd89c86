"""Interrupted runs that the stateful tests found: one ``up`` completes the program, with each object once."""

from __future__ import annotations

from pathlib import Path

import pytest

from .console_user import CONFIG
from .interruptions import KILL_AFTER_CALL, Interruption
from .project import Project
from .small_engine import Declared, SmallEngine
from .values import Values

VARIANTS = [{"name": "A", "pass_percentage": 50.0, "return_value": {"a": 1}}]
SOURCE: Values = {
    "sql": "select 1",
    "timestamp_column": "ts",
    "id_type_mapping": [{"statsig_unit_id": "userID", "column": "u"}],
}
RENAMED: dict[str, tuple[str, Values]] = {
    "AssignmentSource": ("assignment_sources", {"experiment_id_column": "e", "group_id_column": "g"}),
    "EntityPropertySource": ("entity_properties", {}),
}
"""By kind, the collection and further inputs."""
NOT_UNIQUE: dict[str, tuple[str, Values]] = {
    "Alert": (
        "alerts",
        {
            "name": "Few purchases",
            "metrics": ['{"event": "buy"}'],
            "condition": "less",
            "alert_threshold": 1,
            "window_ms": 60_000,
            "priority": "P2",
        },
    ),
    "Key": ("keys", {"description": "key", "type": "SERVER", "delete_while_active": True}),
}
"""By kind, the collection and inputs of objects whose names may repeat."""
LOST = {
    "one response": Interruption("lost", at=0, times=1, is_applied=True, only_writes=True),
    "all responses": Interruption("lost", at=0, times=None, is_applied=True, only_writes=True),
    "the run": Interruption("kill", at=0, is_applied=True, only_writes=True),
}


@pytest.fixture
def engine(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waits: None) -> SmallEngine:
    """A stack in an empty project."""
    return SmallEngine(project, tmp_path).installed(monkeypatch)


def assert_completes(engine: SmallEngine, program: dict[str, Declared]) -> None:
    """Assert that one ``up`` completes the program, so that no preview and no refresh shows a difference."""
    command = engine.up(program)
    assert command.error is None
    assert engine.preview(program) == []
    assert engine.refresh().operations == []
    assert engine.preview(program) == []


def test_a_read_that_fails_after_a_create_says_nothing_of_the_create(engine: SmallEngine) -> None:
    emulator = engine.project.emulator
    emulator.add("dynamic_configs", {"id": CONFIG, "name": CONFIG})
    inputs = {"dynamic_config_id": CONFIG, "name": "rule", "variants": VARIANTS}
    program = {"rule": Declared("DynamicConfigRule", inputs)}
    for at in range(5):
        engine.up(program, Interruption("429", at=at, times=None))
    assert_completes(engine, program)
    assert len(emulator.object("dynamic_configs", CONFIG)["rules"]) == 1


@pytest.mark.parametrize("kind", ["Alert", "Key"])
def test_an_object_is_found_after_two_killed_runs_that_stored_nothing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waits: None, kind: str
) -> None:
    """The names of these may repeat, so that the second run must not note the object of the first as one of others."""
    engine = SmallEngine(project, tmp_path, has_checkpoints=False).installed(monkeypatch)
    collection, inputs = NOT_UNIQUE[kind]
    before = len(project.emulator.objects(collection))
    program = {"first": Declared(kind, inputs)}
    for _ in range(2):
        engine.up(program, Interruption("kill after call", at=0))
    assert_completes(engine, program)
    assert len(project.emulator.objects(collection)) == before + 1


@pytest.mark.parametrize("interruption", LOST.values(), ids=LOST)
@pytest.mark.parametrize("kind", sorted(RENAMED))
def test_a_rename_whose_response_is_lost_is_found(engine: SmallEngine, kind: str, interruption: Interruption) -> None:
    """The name is the key of these sources, so that the path of the object changes."""
    collection, more = RENAMED[kind]
    engine.up({"source": Declared(kind, {"name": "old"} | SOURCE | more)})
    program = {"source": Declared(kind, {"name": "new"} | SOURCE | more)}
    engine.up(program, interruption)
    assert_completes(engine, program)
    assert [source["name"] for source in engine.project.emulator.objects(collection)] == ["new"]


ROTATIONS = {
    "killed": Interruption("kill", at=0, is_applied=True, only_writes=True),
    "killed after the call": Interruption(KILL_AFTER_CALL, at=0),
    "cut off": Interruption("lost", at=3, times=None, is_applied=True),  # after the project, the key and the list
    "killed before it": Interruption("kill", at=0, is_applied=False, only_writes=True),
}
OTHER_KEY = {"type": "SERVER", "description": "Shop"}


def rotate(engine: SmallEngine, how: str, *, keeps_old: bool = False) -> tuple[dict[str, Declared], str]:
    """Rotate a key in a run that is interrupted; return the program and the old key. Another key is like it."""
    emulator = engine.project.emulator
    emulator.quirk(rotate_keeps_old=keeps_old)
    emulator.add("keys", OTHER_KEY)
    inputs = OTHER_KEY | {"rotate_trigger": "1", "delete_while_active": True}
    engine.up({"key": Declared("Key", inputs)})
    old: str = engine.state["key"].outputs["key"]
    program = {"key": Declared("Key", inputs | {"rotate_trigger": "2"})}
    assert engine.up(program, ROTATIONS[how]).error
    return program, old


def rotations(engine: SmallEngine) -> int:
    return sum(entry["path"].endswith("/rotate") for entry in engine.project.emulator.requests()["log"])


def shop_keys(engine: SmallEngine) -> set[str]:
    return {key["key"] for key in engine.project.emulator.objects("keys") if key["description"] == "Shop"}


@pytest.mark.parametrize("how", ROTATIONS)
@pytest.mark.parametrize("keeps_old", [False, True])
@pytest.mark.parametrize("is_refreshed", [False, True])
def test_the_key_of_an_interrupted_rotation_is_found_and_not_rotated_again(
    engine: SmallEngine, how: str, keeps_old: bool, is_refreshed: bool
) -> None:
    program, old = rotate(engine, how, keeps_old=keeps_old)
    if is_refreshed:
        assert engine.refresh().error is None
    assert_completes(engine, program)
    key = engine.state["key"].outputs["key"]
    assert key != old
    assert key in shop_keys(engine)
    assert len(shop_keys(engine)) == (3 if keeps_old else 2)
    assert rotations(engine) == 1
    program["key"].inputs["rotate_trigger"] = "3"
    assert_completes(engine, program)
    assert engine.state["key"].outputs["key"] != key


def test_the_rest_of_an_update_with_an_interrupted_rotation_is_sent(engine: SmallEngine) -> None:
    program, _ = rotate(engine, "killed")
    program["key"].inputs["description"] = "Web"
    assert_completes(engine, program)
    assert [key["description"] for key in engine.project.emulator.objects("keys")].count("Web") == 1
    assert (len(shop_keys(engine)), rotations(engine)) == (1, 1)


def test_a_destroy_after_an_interrupted_rotation_deletes_the_new_key(engine: SmallEngine) -> None:
    rotate(engine, "killed")
    assert engine.destroy().error is None
    assert len(shop_keys(engine)) == 1  # the other one


def test_a_hidden_key_of_an_interrupted_rotation_is_not_lost_silently(engine: SmallEngine) -> None:
    program, old = rotate(engine, "killed")
    engine.project.emulator.quirk(key_visible=False)
    for command in (engine.up(program), engine.refresh()):
        assert "Statsig hides the new key from this run; give the API key of the run the scope" in str(command.error)
    assert engine.state["key"].outputs["key"] == old
    engine.project.emulator.quirk(key_visible=True)
    assert_completes(engine, program)


def test_several_keys_that_an_interrupted_rotation_may_have_made_are_named(engine: SmallEngine) -> None:
    program, _ = rotate(engine, "killed")
    engine.project.emulator.add("keys", OTHER_KEY)
    assert "the new key is one of SERVER-" in str(engine.up(program).error)
    assert rotations(engine) == 1


GROUPS = [{"name": "A", "size": 50.0}, {"name": "B", "size": 50.0}]


@pytest.mark.parametrize("is_refreshed", [False, True])
@pytest.mark.parametrize("status", ["setup", "active", None])
def test_a_reset_of_a_run_that_was_killed_elsewhere_is_not_repeated(
    engine: SmallEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_refreshed: bool, status: str | None
) -> None:
    """Another machine has no journal, but the experiment is in setup, also after a refresh."""
    emulator = engine.project.emulator
    inputs = {"name": "Pay", "groups": GROUPS, "hypothesis": "More", "status": "active", "reset_trigger": "1"}
    engine.up({"pay": Declared("Experiment", inputs)})
    news = {name: value for name, value in (inputs | {"status": status, "reset_trigger": "2"}).items() if value}
    program = {"pay": Declared("Experiment", news)}
    assert engine.up(program, Interruption("kill", at=0, is_applied=True, only_writes=True)).error
    elsewhere = SmallEngine(engine.project, tmp_path / "elsewhere").installed(monkeypatch)
    elsewhere.state = engine.state
    if is_refreshed:
        assert elsewhere.refresh().error is None
    assert_completes(elsewhere, program)
    assert emulator.object("experiments", "pay")["status"] == (status or "setup")
    log = emulator.requests()["log"]
    assert [entry["path"] for entry in log if entry["path"].endswith("/reset")] == ["/experiments/pay/reset"]
