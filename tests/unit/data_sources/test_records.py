"""Records: every documented shape of responses, read with the names that programs use."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.data_sources.records.ingestion import iso_date
from statsig_pulumi.data_sources.records.record import Record
from statsig_pulumi.data_sources.rules import read_rules
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import UnreachableError
from statsig_pulumi.resources.gate import GateFields
from statsig_pulumi.schema.options import PropertyOptions
from statsig_pulumi.schema.shapes import ERRORS_OF_FORM, ShapeError

RECORDS = [value for _, value in inspect.getmembers(statsig, inspect.isclass) if issubclass(value, Record)]
RULE = {"name": "All", "passPercentage": 10, "conditions": [], "id": "r:10.00:1", "baseID": "r", "environments": None}


def test_every_property_has_a_docstring_that_is_a_sentence() -> None:
    violations = [
        f"{cls.__name__}.{name}"
        for cls in RECORDS
        for name, p in cls.properties.items()
        if not (p.doc.endswith(".") and p.doc.lstrip("`")[0].isalnum())
    ]
    assert violations == []


def test_no_property_of_a_record_can_be_set() -> None:
    settable = [f"{cls.__name__}.{name}" for cls in RECORDS for name, p in cls.properties.items() if p.settable]
    assert settable == []


def test_no_property_hides_a_method_of_dict() -> None:
    assert [f"{cls.__name__}.{name}" for cls in RECORDS for name in cls.properties if hasattr(dict, name)] == []


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_a_record_of_an_empty_response_has_all_properties(cls: type[Record]) -> None:
    empty = cls.read({})
    assert list(empty) == list(cls.properties)
    assert [getattr(empty, name) for name in cls.properties] == list(empty.values())


def test_a_shared_property_is_settable_on_the_resource_and_read_only_on_the_record() -> None:
    shared = [(statsig.Gate.properties[n], statsig.GateRecord.properties[n]) for n in GateFields.properties]
    assert [(gate.wire, gate.doc) for gate, _ in shared] == [(record.wire, record.doc) for _, record in shared]
    assert statsig.Gate.properties["tags"].settable
    assert statsig.GateRecord.properties["tags"].options == PropertyOptions(computed=True)


def test_a_record_keeps_the_order_of_lists_that_are_unordered_on_the_resource() -> None:
    assert statsig.GateRecord.read({"tags": ["b", "a", "b"]}).tags == ["b", "a", "b"]
    assert statsig.GateRecord.read({"holdoutIDs": ["b", "a", "b"]}).holdout_ids == ["b", "a"]


def test_a_record_keeps_the_spelling_that_the_resource_normalizes() -> None:
    assert statsig.UserRecord.read({"email": "Ana@Example.com"}).email == "Ana@Example.com"


def test_a_record_has_none_where_the_resource_has_a_default() -> None:
    source = statsig.MetricSourceRecord.read({"name": "orders"})
    assert (source.is_read_only, source.timestamp_as_day, source.source_type) == (None, None, None)
    assert statsig.MetricSourceRecord.properties["sql"].doc == statsig.MetricSource.properties["sql"].doc


def test_omitted_properties_are_none_or_empty_and_unknown_keys_are_dropped() -> None:
    team = statsig.TeamRecord.read({"name": "Core", "invented": 1, "members": [{"email": "a@b.c", "invented": 1}]})
    assert (team.id, team.admins, team["admins"], team.require_reviews) == (None, [], [], None)
    assert "invented" not in team
    assert "invented" not in team["members"][0]


def test_a_record_is_plain_json() -> None:
    user = statsig.UserRecord.read({"email": "a@b.c", "firstName": "A", "lastName": "B", "role": "admin"})
    assert user == {"email": "a@b.c", "first_name": "A", "last_name": "B", "role": "admin"}
    assert repr(user) == "UserRecord(email='a@b.c', role='admin', first_name='A', last_name='B')"


def test_results_are_read_in_camel_case_and_snake_case() -> None:
    response = {"metricID": "m::user", "value": -0.5, "p_value": 0.7, "test_units": 1669.0, "percentChange": 2}
    (metric,) = statsig.ExperimentPulseRecord.read({"primaryMetrics": [response]}).primary_metrics
    assert (metric.absolute_change, metric.p_value, metric.test_units, metric.percent_change) == (-0.5, 0.7, 1669, 2)
    assert statsig.PulseMetricRecord.read({"absoluteChange": 1, "value": 2}).absolute_change == 1


@pytest.mark.parametrize("data", [[RULE], {"rules": [RULE]}, [{"rules": [RULE]}], RULE])
def test_rules_are_read_in_each_documented_shape(data: Any) -> None:
    (rule,) = read_rules(statsig.ConfigRule, data)
    assert rule == {"name": "All", "pass_percentage": 10, "conditions": [], "id": "r:10.00:1", "base_id": "r"}
    assert (rule.environments, rule.variants) == ([], [])


@pytest.mark.parametrize("data", [None, [], {"rules": []}, [{"rules": []}]])
def test_no_rules_are_read_from_an_empty_response(data: Any) -> None:
    assert read_rules(statsig.Rule, data) == []


def test_a_single_target_value_is_a_list_at_any_depth() -> None:
    rule = RULE | {"conditions": [{"type": "passes_gate", "targetValue": "other"}]}
    gate = statsig.GateRecord.read({"id": "g", "rules": [rule], "targetApps": "web"})
    assert gate.rules[0].conditions[0].target_value == ["other"]
    assert gate.target_apps == ["web"]


@pytest.mark.parametrize(
    ("time", "day"),
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
def test_every_form_of_a_time_is_read_as_an_iso_date(time: Any, day: Any) -> None:
    assert iso_date(time) == day


ODD_VALUES: tuple[Any, ...] = (["odd", 5, None], [["odd"]], {"odd": 1}, {"odd": ["odd"]}, "odd", 7, True)


def test_a_response_of_another_shape_raises_nothing_but_the_error_for_it() -> None:
    violations = []
    for cls in RECORDS:
        for p in cls.properties.values():
            for odd in ODD_VALUES:
                try:
                    cls.read({p.wire: odd})
                except ShapeError as error:
                    if p.wire not in str(error):
                        violations.append(f"{cls.__name__}.{p.name}: {odd} raises {error}")
                except ERRORS_OF_FORM as error:
                    violations.append(f"{cls.__name__}.{p.name}: {odd} raises {error!r}")
    assert violations == []


def test_a_list_with_an_item_of_another_shape_is_an_error_that_names_request_and_field(emulator: Emulator) -> None:
    gates = [{"id": "a", "rules": []}, {"id": "b", "rules": [{"name": "r"}, "odd"]}]
    emulator.fault(method="GET", path="^/gates$", status=200, body={"message": "ok", "data": gates})
    with pytest.raises(UnreachableError, match=r"GET /gates got no usable response: data\[1\]\.rules\[1\] is text"):
        statsig.list_gates()
    emulator.clear_requests()  # the description of the API does not match this response
