"""Interrupted runs that the stateful tests found: one ``up`` completes the program, with each object once."""

from __future__ import annotations

from pathlib import Path

import pytest

from .console_user import CONFIG
from .interruptions import Interruption
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
