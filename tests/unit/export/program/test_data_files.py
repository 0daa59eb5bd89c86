"""Data files: the program reads exactly the same value from them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsig_pulumi import DynamicConfig, Gate, GateOverrides, MetricSource, Rule
from statsig_pulumi.export.program.data_files import READER_SOURCE, DataFiles
from statsig_pulumi.resources.types.conditions import Condition
from statsig_pulumi.resources.types.rules import ConfigRule
from statsig_pulumi.schema.properties import Property

from ..sample_resources import Json

SQL = MetricSource.properties["sql"]
DESCRIPTION = Gate.properties["description"]
SCHEMA = DynamicConfig.properties["schema"]
VALUE = DynamicConfig.properties["default_value"]
TARGETS = Condition.properties["target_value"]
QUERY = "SELECT a,\n       b\nFROM orders\nWHERE c\n"
CHARACTERS = st.sampled_from(list("ab \n\r\t\x0b\x0c\x1c\x85\u2028\ufeff\ud800\"'\\é💡"))
TEXTS = st.text(CHARACTERS, max_size=40) | st.lists(st.text("ab"), min_size=5).map("\r\n".join)


def read_back(data_files: DataFiles, expression: str) -> Json:
    """Return the value of the expression in a program beside these files."""
    with TemporaryDirectory() as folder:
        for path, text in data_files.contents.items():
            (Path(folder) / path).parent.mkdir(exist_ok=True)
            (Path(folder) / path).write_bytes(text.encode())
        reader: dict[str, Any] = {"__file__": str(Path(folder) / "files.py")}
        exec(READER_SOURCE, reader)
        return eval(expression.replace("files.", "", 1), reader)


def add(p: Property[Any], value: Json, *path: str) -> tuple[str | None, list[str]]:
    """Return the expression, and the paths of the files."""
    data_files = DataFiles()
    return data_files.add(p, value, path), list(data_files.contents)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=21, max_size=25))
def test_a_list_is_read_back_exactly(ids: list[str]) -> None:
    data_files = DataFiles()
    expression = data_files.add(GateOverrides.properties["passing_user_ids"], ids, ["beta"])
    assert expression is not None
    assert read_back(data_files, expression) == ids


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=4, max_size=40).map("\n".join))
def test_a_query_in_a_file_is_read_back_exactly(sql: str) -> None:
    data_files = DataFiles()
    expression = data_files.add(SQL, sql, ["orders"])
    if expression is None:
        assert data_files.contents == {}
    else:
        assert read_back(data_files, expression) == sql


NUMBERS = st.integers() | st.floats()
VALUES = st.recursive(
    NUMBERS | TEXTS | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(TEXTS, VALUES, min_size=12, max_size=14))
def test_a_json_value_is_read_back_exactly(value: Json) -> None:
    data_files = DataFiles()
    expression = data_files.add(VALUE, value, ["limits"])
    assert expression is None or repr(read_back(data_files, expression)) == repr(value)


@pytest.mark.parametrize(
    ("p", "value", "path", "expected"),
    [
        (SQL, QUERY, ("orders",), "sql/orders.sql"),
        (SCHEMA, "{\n" * 11, ("limits",), "json/limits_schema.json"),
        (DynamicConfig.properties["schema_json5"], "{\n" * 11, ("limits",), "json/limits_schema_json5.json5"),
        (VALUE, {f"key_{n}": n for n in range(20)}, ("limits",), "json/limits_default_value.json"),
        (
            ConfigRule.properties["return_value"],
            {f"key_{n}": n for n in range(20)},
            ("limits", "Very Big"),
            "json/limits_very_big_return_value.json",
        ),
        (TARGETS, [f"user-{n}" for n in range(21)], ("beta", "Testers & co"), "ids/beta_testers_co.txt"),
        (TARGETS, list(range(21)), ("beta", "Testers"), "ids/beta_testers.json"),
        (DESCRIPTION, "A line.\n" * 11, ("beta",), "text/beta_description.txt"),
        (SQL, QUERY, ("aux",), "sql/aux_.sql"),
    ],
)
def test_a_file_is_named_after_its_resource_and_property(
    p: Property[Any], value: Json, path: tuple[str, ...], expected: str
) -> None:
    assert add(p, value, *path)[1] == [expected]


@pytest.mark.parametrize(
    ("p", "value"),
    [
        (SQL, "SELECT a,\n       b\nFROM orders"),
        (TARGETS, [f"user-{n}" for n in range(20)]),
        (VALUE, {"key": {"inner": [1, 2, 3]}}),
        (DESCRIPTION, "A line.\n" * 9),
        (Rule.properties["name"], "short"),
        (SQL, "SELECT a\nFROM b\r\nWHERE c\nAND d"),  # Python reads it with other line ends
        (SQL, "SELECT a\nFROM b\nWHERE c\nAND '\ud800'"),  # cannot be encoded
    ],
)
def test_a_short_or_unreadable_value_stays_in_the_program(p: Property[Any], value: Json) -> None:
    assert add(p, value, "x") == (None, [])


def test_the_program_restores_the_line_ends_of_windows() -> None:
    data_files = DataFiles()
    sql = QUERY.replace("\n", "\r\n")
    expression = data_files.add(SQL, sql, ["orders"])
    assert expression == r'files.text("sql/orders.sql").replace("\n", "\r\n")'
    assert data_files.contents == {"sql/orders.sql": QUERY + "\n"}
    assert read_back(data_files, expression) == sql


def test_files_of_the_same_name_are_numbered() -> None:
    data_files = DataFiles()
    expressions = [data_files.add(SQL, QUERY, [name]) for name in ("Orders", "orders", "ORDERS ")]
    assert len(set(expressions)) == 3
    assert list(data_files.contents) == ["sql/orders.sql", "sql/orders_2.sql", "sql/orders_3.sql"]
