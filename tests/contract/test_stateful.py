"""Stories of faults, kills and console edits: one ``up`` completes the program, and nothing of others has changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.schema.declaration import REGISTRY

from .project import Project
from .story import Story

STEPS: dict[Callable[[Story, st.DataObject], None], int] = {
    Story.declare: 4,
    Story.change: 4,
    Story.up: 6,
    Story.remove: 1,
    Story.edit_in_console: 2,
    Story.delete_in_console: 1,
    Story.add_in_console: 1,
    Story.refresh: 1,
    Story.destroy: 1,
}
"""The steps of a story, with their weights."""
steps = st.sampled_from([step for step, weight in STEPS.items() for _ in range(weight)])
KINDS = tuple(sorted(REGISTRY))
contract = settings.get_profile("contract")


def tell(project: Project, monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    """Draw a story, and assert that it ends as promised."""
    with tempfile.TemporaryDirectory() as folder:
        has_checkpoints = data.draw(st.booleans(), label="with checkpoints")
        story = Story(project.reset(team_missing="accept"), Path(folder), KINDS, has_checkpoints=has_checkpoints)
        story.engine.installed(monkeypatch)
        for _ in range(data.draw(st.integers(1, 3), label="resources")):
            story.declare(data)
        for _ in range(data.draw(st.integers(1, 10), label="steps")):
            data.draw(steps, label="step")(story, data)
        story.converge()
        story.end()


@settings(contract, max_examples=100)
@given(data=st.data())
def test_any_story_converges(
    project: Project, monkeypatch: pytest.MonkeyPatch, no_waits: None, data: st.DataObject
) -> None:
    tell(project, monkeypatch, data)


@pytest.mark.soak
@settings(contract, max_examples=2_000)
@given(data=st.data())
def test_any_of_many_stories_converges(
    project: Project, monkeypatch: pytest.MonkeyPatch, no_waits: None, data: st.DataObject
) -> None:
    tell(project, monkeypatch, data)
