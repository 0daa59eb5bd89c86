"""The validation of exchanges against the specification."""

from __future__ import annotations

from typing import Any

import pytest

from .openapi import SPEC_FILE, check_exchange, check_log

pytestmark = pytest.mark.skipif(not SPEC_FILE.exists(), reason="the specification is not on this machine")

TAG = {"id": "1", "name": "a tag", "description": "", "isCore": False}
NEW_TAG = {"name": "a tag", "description": ""}


@pytest.mark.parametrize("path", ["/tags", "/console/v1/tags"])
def test_a_valid_exchange_has_no_problems(path: str) -> None:
    assert check_exchange("POST", path, NEW_TAG, 200, {"message": "m", "data": TAG}) == []


@pytest.mark.parametrize(
    ("body", "status", "answer", "problem"),
    [
        ({"name": "a tag"}, 200, {"message": "m", "data": TAG}, "request at $: 'description' is a required property"),
        (
            {**NEW_TAG, "is_core": True},
            200,
            {"message": "m", "data": TAG},
            "request at $: 'is_core' is not in the specification",
        ),
        (
            {**NEW_TAG, "isCore": "no"},
            200,
            {"message": "m", "data": TAG},
            "request at $.isCore: 'no' is not of type 'boolean'",
        ),
        (NEW_TAG, 200, {"message": "m", "data": {**TAG, "x": 1}}, "answer at $.data: 'x' is not in the specification"),
        (NEW_TAG, 200, {"message": "m"}, "answer at $: 'data' is a required property"),
        (NEW_TAG, 201, {"message": "m", "data": TAG}, "status 201 is not among ['200']"),
        (NEW_TAG, 400, {"message": "m"}, "answer: a 400 has to repeat its status"),
        (NEW_TAG, 400, {"status": 400}, "answer: a 400 has to have a message"),
    ],
)
def test_an_invalid_exchange_has_a_problem(body: Any, status: int, answer: Any, problem: str) -> None:
    assert check_exchange("POST", "/tags", body, status, answer) == [f"POST /tags: {problem}"]


def test_unknown_keys_are_found_at_any_depth() -> None:
    condition = {"type": "public", "target": []}
    body = {"name": "a gate", "rules": [{"name": "r", "passPercentage": 1, "conditions": [condition]}]}

    (problem,) = [text for text in check_exchange("POST", "/gates", body, 201, None) if "request" in text]
    assert problem == "POST /gates: request at $.rules[0].conditions[0]: 'target' is not in the specification"


@pytest.mark.parametrize(("dataset", "unknown"), [("Events", []), ("Metrics", ["event_name", "timestamp", "ids"])])
def test_columns_of_another_dataset_are_unknown_keys(dataset: str, unknown: list[str]) -> None:
    columns = {"event_name": "e", "timestamp": "t", "ids": {}}
    body = {"type": "s3", "dataset": dataset, "source_name": "s", "column_mapping": columns}

    found = check_exchange("POST", "/ingestion", body, 200, None)
    found_keys = [text for text in found if "request at $.column_mapping" in text]
    where = "POST /ingestion: request at $.column_mapping"
    assert found_keys == [f"{where}: '{key}' is not in the specification" for key in unknown]


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        ({"date": "d", "event": "e", "count": 1, "last_updated_time": "t"}, 0),
        ({"date": "d", "events": [{"event": "e", "count": 1, "last_updated_time": "t"}]}, 0),
        ({"date": "d", "events": [{"event": "e", "count": 1, "last_updated_time": "t", "source": "s"}]}, 1),
        ({"date": "d", "event": "e", "count": 1, "last_updated_time": "t", "source": "s"}, 1),
        ({"date": "d"}, 4),
    ],
)
def test_items_of_a_list_with_two_shapes_are_checked(row: Any, problems: int) -> None:
    answer = {"message": "m", "data": [row]}

    found = check_exchange("GET", "/ingestion/events/count", None, 200, answer)
    assert len(found) == problems, found


def test_decimal_multiples_are_exact() -> None:
    def problems(percentage: float) -> list[str]:
        rules = [{"name": "r", "passPercentage": percentage, "conditions": []}]
        found = check_exchange("POST", "/gates", {"name": "a gate", "rules": rules}, 201, None)
        return [text for text in found if "multiple" in text]

    assert problems(12.3) == []
    assert len(problems(12.345)) == 1


def test_an_unknown_operation_is_a_problem() -> None:
    assert check_exchange("PUT", "/tags", None, 200, {}) == ["PUT /tags is not in the specification"]
    assert check_exchange("PUT", "/tags", None, 404, {}) == []


def test_an_unknown_query_parameter_of_the_package_is_a_problem() -> None:
    entry = {"method": "GET", "path": "/dynamic_configs", "body": None, "status": 200}
    entry |= {"answer": None, "query": {"includeArchived": "true", "limit": "100"}}
    own, other = {"user-agent": "statsig-pulumi/0.1.0 (plugin)"}, {"user-agent": "python-httpx/0.28"}

    def problems(headers: dict[str, str]) -> list[str]:
        return [text for text in check_log([entry | {"headers": headers}]) if "query" in text]

    reason = "request: the query parameter 'includeArchived' is not in the specification"
    assert problems(own) == [f"GET /dynamic_configs: {reason}"]
    assert problems(other) == []
