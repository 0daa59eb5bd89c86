"""Sending back a gate or dynamic config as it was read does not change it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.emulator.model.conditions import COMPANION, OPERATORS
from statsig_pulumi.emulator.server.service import Request, Service

NAMES = st.text("abcXYZ 019_-", min_size=3, max_size=12)
TARGETS = st.one_of(
    st.text("ab.1", max_size=4), st.lists(st.text("ab.1", max_size=4), max_size=3), st.integers(0, 99).map(str)
)
PERCENTAGES = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
VALUES = st.dictionaries(st.text("abc", min_size=1), st.one_of(st.integers(), st.booleans(), st.text()), max_size=3)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(OPERATORS)))
    allowed = OPERATORS[kind] or ("",)
    made = {"type": kind, "operator": draw(st.sampled_from(allowed)), "targetValue": draw(TARGETS)}
    return made | ({COMPANION[kind]: "x"} if kind in COMPANION else {})


def rules(*, with_values: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    fields = {"name": NAMES, "passPercentage": PERCENTAGES, "conditions": st.lists(conditions(), max_size=3)}
    return st.lists(st.fixed_dictionaries(fields | ({"returnValue": VALUES} if with_values else {})), max_size=3)


def call(service: Service, method: str, path: str, body: Any = None) -> Any:
    headers = {"statsig-api-key": "console-emulator"}
    reply = service.handle(Request(method, path, "", headers, b"" if body is None else json.dumps(body).encode()))
    assert reply.status in (200, 201), reply.body
    return json.loads(reply.body)["data"]


def assert_echo(collection: str, sent: list[dict[str, Any]]) -> None:
    service = Service("console-emulator", quirks={"rate_limit": False, "rollouts_in_rules": False})
    path = f"/{collection}/the_name"
    created = call(service, "POST", f"/{collection}", {"name": "the name", "rules": sent})

    assert call(service, "GET", path) == created
    assert [rule["name"] for rule in created["rules"]] == [rule["name"] for rule in sent]
    assert call(service, "PATCH", path, {"rules": created["rules"]})["rules"] == created["rules"]


@settings(max_examples=100, deadline=None)
@given(rules(with_values=False))
def test_sending_back_a_gate_does_not_change_it(sent: list[dict[str, Any]]) -> None:
    assert_echo("gates", sent)


@settings(max_examples=100, deadline=None)
@given(rules(with_values=True))
def test_sending_back_a_config_does_not_change_it(sent: list[dict[str, Any]]) -> None:
    assert_echo("dynamic_configs", sent)
