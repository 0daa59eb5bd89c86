"""Policies: which changes break them, and how they are read from options and files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.errors import InvalidSettingError
from statsig_pulumi.review.plan import parse_plan
from statsig_pulumi.review.policies import Policies, find_violations
from statsig_pulumi.review.report import Report, build_report

Json = Any
NOW = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)  # a Friday


def broken(report: Report, now: datetime = NOW, **values: Json) -> list[tuple[str, str]]:
    """Return the policy and the object of each violation."""
    policies = Policies.parse({name.replace("_", "-"): value for name, value in values.items()}, "options")
    return [(each.policy, each.title) for each in find_violations(report, policies, now)]


def test_without_policies_nothing_is_broken(report: Report) -> None:
    assert broken(report) == []


def test_forbidden_effects_are_named_with_the_object(report: Report) -> None:
    assert sorted(broken(report, forbid="delete,replace,reset")) == [
        ("forbid delete", "Gate 'Deleted gate'"),
        ("forbid replace", "Gate 'Replaced gate'"),
        ("forbid reset", "Experiment 'Reset experiment'"),
    ]


def test_a_share_that_grows_by_more_than_the_step_breaks_the_policy(report: Report) -> None:
    policies = Policies.parse({"max-rollout-step": 25}, "options")
    assert sorted(each.text for each in find_violations(report, policies, NOW)) == [
        "launched: passes for everyone: 100 points more, which is more than 25",
        'rule "Benelux": pass_percentage grows from 10 % to 50 %, by more than 25 points',
        'rule "Beta": pass_percentage grows from 0 % to 100 %, by more than 25 points',
    ]


def test_a_step_of_exactly_the_limit_is_allowed(report: Report) -> None:
    assert broken(report, max_rollout_step=100) == []
    titles = {title for _, title in broken(report, max_rollout_step=40)}
    assert titles == {"Gate 'Launched gate'", "Gate 'Inserted rule'"}
    assert len(broken(report, max_rollout_step=40)) == 2  # Beta and the launch; Benelux grows by 40


def test_objects_that_can_have_a_team_need_one(report: Report) -> None:
    titles = {title for policy, title in broken(report, require_team=True) if policy == "require-team"}
    assert "Gate 'Launched gate'" in titles
    assert "Gate 'Deleted gate'" not in titles
    assert not any(title.startswith(("Tag", "Key", "Environments")) for title in titles)


def test_a_team_of_the_state_or_of_the_program_is_enough(changed_plan: Json) -> None:
    for step in changed_plan["steps"]:
        if "newState" in step and "statsig:" in step["urn"]:
            step["newState"].setdefault("inputs", {})["team"] = "Shop"
    assert broken(build_report(parse_plan(json.dumps(changed_plan))), require_team=True) == []


@pytest.mark.parametrize(
    ("window", "is_open"),
    [
        ("2026-11-27/2026-11-27", True),
        ("2026-11-20/2026-11-26", False),
        ("2026-11-27T18:00/2026-11-27T18:01", True),
        ("2026-11-27T17:00/2026-11-27T18:00", False),
        ("2026-11-27T19:00/2026-11-27T20:00 Europe/Amsterdam", True),
        ("2026-11-27T19:30+01:00/2026-11-27T20:00+01:00", False),
        ("Fri 16:00/Mon 08:00", True),
        ("Fri 18:30/Mon 08:00", False),
        ("Fri 18:30/Mon 08:00 Europe/Amsterdam", True),
        ("Sun 00:00/Fri 18:01", True),
        ("Mon 08:00/Fri 16:00", False),
    ],
)
def test_a_change_in_an_open_window_breaks_the_freeze(report: Report, window: str, is_open: bool) -> None:
    assert bool(broken(report, freeze=[window])) is is_open


def test_a_plan_without_changes_breaks_no_freeze() -> None:
    assert broken(build_report(parse_plan('{"steps": []}')), freeze=["2026-11-27/2026-11-27"]) == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"max-rollout-step": "many"}, "max-rollout-step must be a number from 0 to 100, not 'many'"),
        ({"max-rollout-step": True}, "max-rollout-step must be a number from 0 to 100, not True"),
        ({"forbid": "deletes"}, "forbid must not have 'deletes': did you mean 'delete'?"),
        ({"forbid": 3}, "forbid must be text or a list of texts, not 3"),
        ({"require-team": "yes"}, "require-team must be true or false, not 'yes'"),
        ({"freeze": "tomorrow"}, "freeze must be of the form '2026-12-18/2027-01-04' or 'Fri 16:00/Mon 08:00'"),
        ({"freeze": "Fri 16:00/Xyz 08:00"}, "freeze must be of the form"),
        ({"freeze": "2026-12-18/2026-12-01"}, "freeze ends before it starts"),
        ({"freeze": "Fri 16:00/Mon 08:00 Mars/Base"}, "freeze has no time zone 'Mars/Base'"),
        ({"max-rollout": 3}, "'max-rollout' is not a policy; did you mean 'max-rollout-step'?"),
    ],
)
def test_a_wrong_policy_is_an_error_that_names_it(values: Json, reason: str) -> None:
    with pytest.raises(InvalidSettingError) as error:
        Policies.parse(values, "policies.toml")
    assert str(error.value).startswith("policies.toml: ")
    assert reason in str(error.value)


def test_options_replace_the_policies_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "policies.toml"
    file.write_text('max-rollout-step = 10\nforbid = ["delete"]\nrequire-team = true\n')
    policies = Policies.load(file).override({"max-rollout-step": 50, "forbid": None, "require-team": False})
    assert (policies.max_rollout_step, policies.forbid, policies.require_team) == (50, ("delete",), False)


def test_pyproject_has_its_policies_in_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Policies.load(None) == Policies()
    Path("pyproject.toml").write_text('[project]\nname = "shop"\n')
    assert Policies.load(None) == Policies()
    Path("pyproject.toml").write_text('[tool.statsig-pulumi.review]\nforbid = "reset"\n')
    assert Policies.load(None).forbid == ("reset",)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettingError, match=r"cannot read .*missing\.toml: No such file or directory"):
        Policies.load(tmp_path / "missing.toml")
    (tmp_path / "broken.toml").write_text("forbid = ")
    with pytest.raises(InvalidSettingError, match="is not TOML"):
        Policies.load(tmp_path / "broken.toml")
