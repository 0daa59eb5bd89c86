"""Records: any of the shapes that the API is known to answer in, in the names that programs use."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.data_sources.records.ingestion import iso_date
from statsig_pulumi.data_sources.records.record import Record
from statsig_pulumi.data_sources.rules import rules_in
from statsig_pulumi.schema.properties import Property

RECORDS = [value for value in vars(statsig).values() if inspect.isclass(value) and issubclass(value, Record)]
PROPERTIES = [pytest.param(p, id=f"{cls.__name__}.{name}") for cls in RECORDS for name, p in cls.properties.items()]
RULE = {"name": "All", "passPercentage": 10, "conditions": [], "id": "r:10.00:1", "baseID": "r", "environments": None}


@pytest.mark.parametrize("p", PROPERTIES)
def test_every_property_has_a_docstring_that_is_a_sentence(p: Property[Any]) -> None:
    assert p.doc.endswith(".")
    assert p.doc.lstrip("`")[0].isalnum()


@pytest.mark.parametrize("p", PROPERTIES)
def test_programs_read_records_and_set_nothing(p: Property[Any]) -> None:
    assert not p.settable


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_no_property_hides_what_a_dict_can_do(cls: type[Record]) -> None:
    assert [name for name in cls.properties if hasattr(dict, name)] == []


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_a_record_of_nothing_can_be_read(cls: type[Record]) -> None:
    empty = cls.read({})
    assert list(empty) == list(cls.properties)
    assert [getattr(empty, name) for name in cls.properties] == list(empty.values())


def test_what_the_api_does_not_tell_is_none_or_empty_and_what_no_one_knows_is_left_out() -> None:
    team = statsig.TeamRecord.read({"name": "Core", "invented": 1, "members": [{"email": "a@b.c", "invented": 1}]})
    assert (team.id, team.admins, team["admins"], team.require_reviews) == (None, [], [], None)
    assert "invented" not in team
    assert "invented" not in team["members"][0]


def test_a_record_crosses_as_the_plain_json_it_is() -> None:
    user = statsig.UserRecord.read({"email": "a@b.c", "firstName": "A", "lastName": "B", "role": "admin"})
    assert user == {"email": "a@b.c", "first_name": "A", "last_name": "B", "role": "admin"}
    assert repr(user) == "UserRecord(email='a@b.c', first_name='A', last_name='B', role='admin')"


def test_both_spellings_of_results_are_read() -> None:
    told = {"metricID": "m::user", "value": -0.5, "p_value": 0.7, "test_units": 1669.0, "percentChange": 2}
    (metric,) = statsig.ExperimentPulseRecord.read({"primaryMetrics": [told]}).primary_metrics
    assert (metric.absolute_change, metric.p_value, metric.test_units, metric.percent_change) == (-0.5, 0.7, 1669, 2)
    assert statsig.PulseMetricRecord.read({"absoluteChange": 1, "value": 2}).absolute_change == 1


@pytest.mark.parametrize("data", [[RULE], {"rules": [RULE]}, [{"rules": [RULE]}], RULE])
def test_rules_are_read_in_each_shape_that_is_described(data: Any) -> None:
    (rule,) = rules_in(statsig.ConfigRule, data)
    assert rule == {"name": "All", "pass_percentage": 10, "conditions": [], "id": "r:10.00:1", "base_id": "r"}
    assert (rule.environments, rule.variants) == ([], [])


@pytest.mark.parametrize("data", [None, [], {"rules": []}, [{"rules": []}]])
def test_no_rules_are_read_in_each_shape_that_is_described(data: Any) -> None:
    assert rules_in(statsig.Rule, data) == []


def test_a_single_target_value_is_a_list_at_any_depth() -> None:
    rule = RULE | {"conditions": [{"type": "passes_gate", "targetValue": "other"}]}
    gate = statsig.GateRecord.read({"id": "g", "rules": [rule], "targetApps": "web"})
    assert gate.rules[0].conditions[0].target_value == ["other"]
    assert gate.target_apps == ["web"]


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("Mon Mar 04 2024 00:00:00 GMT+0000 (Coordinated Universal Time)", "2024-03-04"),
        ("Mon Mar 04 2024 00:00:00 GMT-0800 (Pacific Standard Time)", "2024-03-04"),
        ("Sun Mar 03 2024 16:00:00 GMT-0800 (PST)", "2024-03-04"),
        ("Thu Feb 29 2024 00:00:00 GMT+0000", "2024-02-29"),
        ("2024-03-04", "2024-03-04"),
        ("2024-03-04T00:00:00.000Z", "2024-03-04"),
        ("2024-03-03T23:30:00-01:00", "2024-03-04"),
        ("2024-03-04T13:00:00", "2024-03-04"),
        ("the day before", "the day before"),
        (None, None),
    ],
)
def test_every_form_of_a_day_is_one_iso_date(told: Any, day: Any) -> None:
    assert iso_date(told) == day
