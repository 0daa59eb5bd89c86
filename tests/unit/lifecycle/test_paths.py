"""Paths of objects that belong to others."""

from __future__ import annotations

import pytest

from statsig_pulumi.lifecycle.paths import Paths


@pytest.mark.parametrize(
    ("path", "expected"), [("gates/a/overrides", True), ("gates/ab/overrides", False), ("gates/a", False)]
)
def test_an_object_belongs_to_those_at_the_beginning_of_its_path(path: str, expected: bool) -> None:
    paths = Paths()
    assert not paths.has_above(lambda: path)
    paths.add("gates/a")
    assert paths.has_above(lambda: path) is expected


@pytest.mark.parametrize(("path", "expected"), [("gates/a", True), ("gates/a/rules/b", False), ("gates/a/r", False)])
def test_an_object_is_not_below_itself(path: str, expected: bool) -> None:
    paths = Paths()
    paths.add("gates/a/rules/b")
    assert paths.has_below(path) is expected
