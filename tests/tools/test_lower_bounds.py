"""The constraints with which CI tests the lower bounds of the dependencies."""

from __future__ import annotations

import pytest

from tools.lower_bounds import find_lower_bounds, main


def test_a_lower_bound_is_an_exact_version_without_extras() -> None:
    assert list(find_lower_bounds(["pulumi>=3.235,<4", "psycopg[binary,pool]>=3.2.1"])) == [
        "pulumi==3.235",
        "psycopg==3.2.1",
    ]


@pytest.mark.parametrize("requirement", ["pulumi", "pulumi<4", "pulumi==3.235"])
def test_a_requirement_without_a_lower_bound_is_an_error(requirement: str) -> None:
    with pytest.raises(ValueError, match="has no lower bound"):
        list(find_lower_bounds([requirement]))


def test_every_dependency_of_the_project_has_a_lower_bound(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert "pulumi==" in capsys.readouterr().out
