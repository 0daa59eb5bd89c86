"""Cache of lists: many reads of one run are served from list pages, few reads are single requests."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.lifecycle.crud import Lifecycle, LiveState
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

THREADS = 4  # as many as a plugin has


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


class Refresh:
    """One run of ``pulumi refresh``, with a context of its own."""

    def __init__(self, emulator: Emulator, kind: str = "Gate") -> None:
        self.emulator, self.kind = emulator, kind
        self.context = RunContext(Client(emulator.key, emulator.url))
        emulator.clear_requests()

    @property
    def lifecycle(self) -> Lifecycle:
        declaration = REGISTRY[self.kind]
        lifecycle: Lifecycle = declaration.cls.lifecycle(declaration, self.context)
        return lifecycle

    def read(self, id_: str, **declared: Any) -> LiveState | None:
        return self.lifecycle.read(id_, {"__declared": sorted(declared), **declared})

    def all(self, ids: list[str], **declared: Any) -> list[LiveState | None]:
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(lambda id_: self.read(id_, **declared), ids))

    @property
    def requests(self) -> list[tuple[str, str]]:
        return [(entry["method"], entry["route"]) for entry in self.emulator.requests()["log"]]


def gates(emulator: Emulator, count: int) -> list[str]:
    return [emulator.add("gates", {"name": f"gate_{i}", "description": "as declared"})["id"] for i in range(count)]


@pytest.mark.parametrize("count", [10, 100, 101, 450])
def test_many_reads_are_served_from_list_pages(emulator: Emulator, count: int) -> None:
    ids = gates(emulator, count)
    refresh = Refresh(emulator)
    states = refresh.all(ids, description="as declared")
    assert ids == [each.outputs["gate_id"] if each else None for each in states]
    assert len(refresh.requests) <= ceil(count / 100) + 1
    assert refresh.requests.count(("GET", "/gates/{id}")) == 1


@pytest.mark.parametrize("kind", ["GateRule", "DynamicConfigRule"])
def test_many_rules_are_read_from_lists_of_their_gates_or_configs(emulator: Emulator, kind: str) -> None:
    collection, owner = {"GateRule": ("gates", "gate_id")}.get(kind, ("dynamic_configs", "dynamic_config_id"))
    condition = {"type": "country", "operator": "any", "targetValue": ["NL"]}
    rule = {"name": "Dutch", "passPercentage": 5, "conditions": [condition], "returnValue": {}}
    owners = [emulator.add(collection, {"name": f"owner_{i}", "rules": [rule]}) for i in range(20)]
    ids = [f"{each['id']}/{each['rules'][0].get('baseID') or each['rules'][0]['id']}" for each in owners]
    refresh = Refresh(emulator, kind)
    states = refresh.all(ids, name="Dutch", pass_percentage=5)
    assert [each["id"] for each in owners] == [each.outputs[owner] if each else None for each in states]
    assert refresh.requests == [("GET", f"/{collection}/{{id}}"), ("GET", f"/{collection}")]


def test_an_archived_object_that_no_list_holds_does_not_hinder_the_others(emulator: Emulator) -> None:
    emulator.add("dynamic_configs", {"name": "old", "status": "Archived"})
    ids = ["old", *(emulator.add("dynamic_configs", {"name": f"config_{i}"})["id"] for i in range(20))]
    refresh = Refresh(emulator, "DynamicConfig")
    states = [refresh.read(id_) for id_ in ids]
    assert ids == [each.outputs["dynamic_config_id"] if each else None for each in states]
    assert len(refresh.requests) <= 6
    assert refresh.requests.count(("GET", "/dynamic_configs")) == 1


def test_one_object_is_one_request(emulator: Emulator) -> None:
    ids = gates(emulator, 10)
    refresh = Refresh(emulator)
    assert refresh.read(ids[3]) is not None
    assert refresh.requests == [("GET", "/gates/{id}")]


def test_a_few_of_many_objects_do_not_read_all_pages(emulator: Emulator) -> None:
    ids = gates(emulator, 900)
    refresh = Refresh(emulator)
    for id_ in ids[-3:]:
        assert refresh.read(id_) is not None
    assert [("GET", "/gates/{id}"), ("GET", "/gates"), *[("GET", "/gates/{id}")] * 2] == refresh.requests


def test_a_missing_object_among_many_reads_as_none(emulator: Emulator) -> None:
    ids = gates(emulator, 20)
    emulator.remove("gates", ids[7])
    refresh = Refresh(emulator)
    assert [ids[7]] == [id_ for id_, state in zip(ids, refresh.all(ids), strict=True) if state is None]


def test_a_changed_object_is_read_by_itself(emulator: Emulator) -> None:
    ids = gates(emulator, 50)
    emulator.edit("gates", ids[20], {"description": "by a colleague"})
    refresh = Refresh(emulator)
    states = refresh.all(ids, description="as declared")
    descriptions = [each.inputs["description"] for each in states if each]
    assert [text for text in descriptions if text != "as declared"] == ["by a colleague"]
    assert refresh.requests.count(("GET", "/gates/{id}")) == 2


def test_an_object_written_in_this_run_is_read_by_itself(emulator: Emulator) -> None:
    ids = gates(emulator, 30)
    refresh = Refresh(emulator)
    refresh.all(ids[:10])
    olds = {"__declared": ["description"], "name": "gate_25", "description": "as declared"}
    refresh.lifecycle.update(ids[25], olds, {"description": "changed"})
    emulator.clear_requests()
    state = refresh.read(ids[25])
    assert state is not None
    assert state.outputs["description"] == "changed"
    assert refresh.requests == [("GET", "/gates/{id}")]


def test_a_list_without_all_fields_is_not_used(emulator: Emulator, monkeypatch: Any) -> None:
    ids = gates(emulator, 12)
    refresh = Refresh(emulator)
    all_fields = Client.pages

    def without_descriptions(*words: Any, **settings: Any) -> Iterator[Any]:
        for item in all_fields(*words, **settings):
            yield {name: value for name, value in item.items() if name != "description"}

    monkeypatch.setattr(Client, "pages", without_descriptions)
    for state in refresh.all(ids):
        assert state is not None
        assert state.outputs["description"] == "as declared"
    assert refresh.requests.count(("GET", "/gates/{id}")) == 12


def test_each_object_is_read_by_itself_if_lists_are_rejected(emulator: Emulator) -> None:
    ids = gates(emulator, 12)
    emulator.fault(method="GET", path="/gates", kind="status", status=403, times=100)
    refresh = Refresh(emulator)
    assert None not in refresh.all(ids)
    assert refresh.requests.count(("GET", "/gates/{id}")) == 12
    assert refresh.requests.count(("GET", "/gates")) == 1


def test_a_kind_without_single_reads_is_listed_once(emulator: Emulator) -> None:
    source = {"experimentIDColumn": "e", "groupIDColumn": "g", "timestampColumn": "ts", "sql": "SELECT 1"}
    mapping = [{"statsigUnitID": "userID", "column": "user_id"}]
    names = [f"Source {i}" for i in range(30)]
    for name in names:
        emulator.add("assignment_sources", source | {"name": name, "idTypeMapping": mapping})
    refresh = Refresh(emulator, "AssignmentSource")
    assert None not in refresh.all(names)
    assert len(refresh.requests) == 1


def test_kinds_with_partial_lists_are_read_one_by_one(emulator: Emulator) -> None:
    ids = [emulator.add("teams", {"name": f"Team {i}"})["id"] for i in range(6)]
    refresh = Refresh(emulator, "Team")
    assert None not in refresh.all(ids)
    assert len(refresh.requests) == 6
