"""Sidecars: long values stand in files, where reading these gives exactly the value back."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsig_pulumi import DynamicConfig, Gate, GateOverrides, MetricSource, Rule
from statsig_pulumi.export.program.data_files import READER, Sidecars
from statsig_pulumi.resources.types.rules import Condition, ConfigRule
from statsig_pulumi.schema.properties import Property

from ..objects import Json

SQL = MetricSource.properties["sql"]
DESCRIPTION = Gate.properties["description"]
SCHEMA = DynamicConfig.properties["schema"]
VALUE = DynamicConfig.properties["default_value"]
TARGETS = Condition.properties["target_value"]
QUERY = "SELECT a,\n       b\nFROM orders\nWHERE c\n"
CHARACTERS = st.sampled_from(list("ab \n\r\t\x0b\x0c\x1c\x85\u2028\ufeff\ud800\"'\\é💡"))
TEXTS = st.text(CHARACTERS, max_size=40) | st.lists(st.text("ab"), min_size=5).map("\r\n".join)


def read_back(sidecars: Sidecars, expression: str) -> Json:
    """What the expression is in a program beside these files."""
    with TemporaryDirectory() as folder:
        for path, text in sidecars.files.items():
            (Path(folder) / path).parent.mkdir(exist_ok=True)
            (Path(folder) / path).write_bytes(text.encode())
        reader: dict[str, Any] = {"__file__": str(Path(folder) / "files.py")}
        exec(READER, reader)
        return eval(expression.replace("files.", "", 1), reader)


def put(p: Property[Any], value: Json, *within: str) -> tuple[str | None, list[str]]:
    """The expression, and the paths of the files."""
    sidecars = Sidecars()
    return sidecars.expression(p, value, within), list(sidecars.files)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=21, max_size=25))
def test_a_list_is_what_its_file_holds(ids: list[str]) -> None:
    sidecars = Sidecars()
    expression = sidecars.expression(GateOverrides.properties["passing_user_ids"], ids, ["beta"])
    assert expression is not None
    assert read_back(sidecars, expression) == ids


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=4, max_size=40).map("\n".join))
def test_a_query_is_what_its_file_holds_if_there_is_one(sql: str) -> None:
    sidecars = Sidecars()
    expression = sidecars.expression(SQL, sql, ["orders"])
    if expression is None:
        assert sidecars.files == {}
    else:
        assert read_back(sidecars, expression) == sql


NUMBERS = st.integers() | st.floats()
VALUES = st.recursive(
    NUMBERS | TEXTS | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(TEXTS, VALUES, min_size=12, max_size=14))
def test_a_value_is_what_its_file_holds(value: Json) -> None:
    sidecars = Sidecars()
    expression = sidecars.expression(VALUE, value, ["limits"])
    assert expression is None or repr(read_back(sidecars, expression)) == repr(value)


@pytest.mark.parametrize(
    ("p", "value", "within", "path"),
    [
        (SQL, QUERY, ("orders",), "sql/orders.sql"),
        (SCHEMA, "{\n" * 11, ("limits",), "json/limits_schema.json"),
        (DynamicConfig.properties["schema_json5"], "{\n" * 11, ("limits",), "json/limits_schema_json5.json5"),
        (VALUE, {f"key_{n}": n for n in range(20)}, ("limits",), "json/limits_default_value.json"),
        (ConfigRule.properties["return_value"], {f"key_{n}": n for n in range(20)}, ("limits", "Very Big"), None),
        (TARGETS, [f"user-{n}" for n in range(21)], ("beta", "Testers & co"), "ids/beta_testers_co.txt"),
        (TARGETS, list(range(21)), ("beta", "Testers"), "ids/beta_testers.json"),
        (DESCRIPTION, "A line.\n" * 11, ("beta",), "text/beta_description.txt"),
        (SQL, QUERY, ("aux",), "sql/aux_.sql"),
    ],
)
def test_a_file_is_named_by_the_resource_and_what_is_in_it(
    p: Property[Any], value: Json, within: tuple[str, ...], path: str | None
) -> None:
    assert put(p, value, *within)[1] == [path or "json/limits_very_big_return_value.json"]


@pytest.mark.parametrize(
    ("p", "value"),
    [
        (SQL, "SELECT a,\n       b\nFROM orders"),
        (TARGETS, [f"user-{n}" for n in range(20)]),
        (VALUE, {"key": {"inner": [1, 2, 3]}}),
        (DESCRIPTION, "A line.\n" * 9),
        (Rule.properties["name"], "short"),
        (SQL, "SELECT a\nFROM b\r\nWHERE c\nAND d"),  # Python would read it with other line ends
        (SQL, "SELECT a\nFROM b\nWHERE c\nAND '\ud800'"),  # no file can hold it
    ],
)
def test_what_is_short_or_would_not_be_the_same_stands_in_the_program(p: Property[Any], value: Json) -> None:
    assert put(p, value, "x") == (None, [])


def test_the_line_ends_of_windows_are_put_back_by_the_program() -> None:
    sidecars = Sidecars()
    sql = QUERY.replace("\n", "\r\n")
    expression = sidecars.expression(SQL, sql, ["orders"])
    assert expression == r'files.text("sql/orders.sql").replace("\n", "\r\n")'
    assert sidecars.files == {"sql/orders.sql": QUERY + "\n"}
    assert read_back(sidecars, expression) == sql


def test_files_that_would_share_a_name_are_numbered() -> None:
    sidecars = Sidecars()
    found = [sidecars.expression(SQL, QUERY, [name]) for name in ("Orders", "orders", "ORDERS ")]
    assert len(set(found)) == 3
    assert list(sidecars.files) == ["sql/orders.sql", "sql/orders_2.sql", "sql/orders_3.sql"]
