"""Writes that wait or are repeated: what others changed meanwhile is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .stack import Stack

LIMIT_S = 60
SEGMENT = """
segment = statsig.Segment("vip", name="vip", type="id_list")
statsig.SegmentIDs("ids", segment_id=segment.id, ids={ids})
"""
RULES = """
gate = statsig.Gate("gate", name="checkout")
first = statsig.GateRule("first", gate_id=gate.id, name="First", pass_percentage=1)
{second}
"""
SECOND = 'statsig.GateRule("second", gate_id=gate.id, name="Second", pass_percentage=1, before="First")'
LAYER = """
layer = statsig.Layer("feed", name="Feed", id_type="userID")
e = statsig.Experiment("ranking", name="ranking", layer_id=layer.id, groups=[
    statsig.Group(name="A", size=50), statsig.Group(name="B", size=50)])
{overrides}
"""
OVERRIDES = """
statsig.LayerOverrides("o", layer_id=layer.id, id_overrides=[
    statsig.LayerIDOverride(group_name="A", ids=[f"u{i}" for i in range(40)], experiment_name=e.id)])
"""
GATE = {"name": "checkout", "description": "Theirs"}
BY_HAND = {"name": "By hand", "passPercentage": 5, "conditions": [{"type": "public"}]}


@contextmanager
def meanwhile(
    emulator: Emulator, method: str, path: str, act: Callable[[Client], object], *, status: int = 429
) -> Iterator[None]:
    """Act as somebody else between the first request to a path, which is not applied, and the next one."""

    def wait() -> None:
        end_s = time.monotonic() + LIMIT_S
        while time.monotonic() < end_s:
            log = emulator.requests()["log"]
            if any((each["method"], each["path"], each["status"]) == (method, path, status) for each in log):
                act(Client(emulator.key, emulator.url))
                return
            time.sleep(0.05)
        raise AssertionError("the request was not sent")

    emulator.fault(method=method, path=path, status=status, headers={"Retry-After": "3"}, times=1)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(wait)
        yield
        other.result()


def test_ids_that_somebody_adds_while_a_short_list_waits_are_kept(stack: Stack, emulator: Emulator) -> None:
    stack.program(SEGMENT.format(ids=["ana"])).up()
    with meanwhile(
        emulator,
        "POST",
        "/segments/vip/id_list/reset",
        lambda client: client.change("PATCH", "segments/vip/id_list", {"ids": ["theirs"]}),
    ):
        stack.program(SEGMENT.format(ids=["bob"])).up()
    assert sorted(emulator.objects("segment_ids")[0]["ids"]) == ["bob", "theirs"]


def test_a_rule_that_somebody_adds_while_rules_wait_to_be_moved_is_kept(stack: Stack, emulator: Emulator) -> None:
    stack.program(RULES.format(second="")).up()
    with meanwhile(
        emulator, "PATCH", "/gates/checkout", lambda client: client.change("POST", "gates/checkout/rule", BY_HAND)
    ):
        stack.program(RULES.format(second=SECOND)).up()
    assert [rule["name"] for rule in emulator.object("gates", "checkout")["rules"]] == ["Second", "First", "By hand"]


def test_overrides_that_somebody_adds_to_a_layer_while_a_delete_waits_are_kept(
    stack: Stack, emulator: Emulator
) -> None:
    stack.program(LAYER.format(overrides=OVERRIDES)).up()
    theirs = {"groupName": "B", "ids": ["theirs"], "experimentName": "ranking"}

    def act(client: Client) -> None:
        rows = client.get("layers/feed/overrides")["idOverrides"]
        client.change("POST", "layers/feed/overrides", {"conditionalOverrides": [], "idOverrides": [*rows, theirs]})

    with meanwhile(emulator, "POST", "/layers/feed/overrides", act):
        stack.program(LAYER.format(overrides="")).up()
    live = Client(emulator.key, emulator.url).get("layers/feed/overrides")
    assert [row["ids"] for row in live["idOverrides"]] == [["theirs"]]


def test_a_gate_that_another_stack_creates_while_a_create_is_repeated_is_not_overwritten(
    stack: Stack, emulator: Emulator
) -> None:
    with meanwhile(emulator, "POST", "/gates", lambda client: client.post_once("gates", GATE), status=503):
        answer = stack.program('statsig.Gate("gate", name="checkout", description="Ours")').up(ok=False)
    assert "description: 'Theirs' => 'Ours'; it was not changed" in answer
    assert emulator.object("gates", "checkout")["description"] == "Theirs"
    assert stack.resources() == {}
