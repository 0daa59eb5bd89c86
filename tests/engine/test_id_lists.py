"""Lists of ids on the real engine: a long file, its limits, a kill in the middle, and what the state keeps."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .killing import interrupt, wait_until_plugin_ends
from .stack import Stack
from .wire import Wire

COUNT = 250_000
PROGRAM = """
segment = statsig.Segment("vip", name="vip", type="id_list")
ids = statsig.SegmentIDs("ids", segment_id=segment.id, ids_file="ids/vip.txt")
pulumi.export("count", ids.count)
"""


def write_file(stack: Stack, ids: list[str]) -> None:
    (stack.folder / "ids").mkdir(exist_ok=True)
    (stack.folder / "ids" / "vip.txt").write_text("".join(f"{id_}\n" for id_ in ids))


def live(emulator: Emulator) -> list[str]:
    ids: list[str] = emulator.objects("segment_ids")[0]["ids"]
    return ids


def changes(wire: Wire) -> list[tuple[str, int]]:
    """Return the method and the number of ids of each write to the list; none of the requests may be a 429."""
    log: list[dict[str, Any]] = wire.requests()
    assert [entry["path"] for entry in log if entry["status"] == 429] == []
    writes = [entry for entry in log if entry["path"].startswith("/segments/vip/id_list") and entry["method"] != "GET"]
    return [(entry["method"], len(entry["body"]["ids"])) for entry in writes]


def test_a_long_list_is_finished_after_a_kill_in_the_middle_within_the_limits(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    emulator.quirk(latency_ms=20)
    ids = [f"user-{number:06}" for number in range(COUNT)]
    write_file(stack, ids)
    stack.program(PROGRAM)
    assert "ids.count" not in stack.preview()
    interrupt(stack, emulator, "up", "kill -9 of both", writes=2)
    wait_until_plugin_ends(stack)
    sent = len(live(emulator))
    assert 0 < sent < COUNT
    assert [method for method, _ in changes(wire)] == ["PATCH"] * (sent // 100_000)

    stack.up()
    rest = COUNT - sent
    assert changes(wire) == [("PATCH", min(100_000, rest - start)) for start in range(0, rest, 100_000)]
    assert live(emulator) == ids
    assert stack.output("count") == COUNT
    assert "user-000" not in stack.exported()
    stack.preview_is_empty()
    assert changes(wire) == []


def test_a_changed_file_is_shown_at_the_preview_and_its_difference_is_sent(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    ids = [f"user-{number}" for number in range(1_200)]
    write_file(stack, ids)
    stack.program(PROGRAM).up()
    write_file(stack, [*ids[10:], "ana", "bob"])
    answer = stack.preview()
    assert ": 1,192 ids, 8 fewer than in the state" in answer
    assert " -> " not in answer  # the path is the same
    wire.requests()
    stack.up()
    assert changes(wire) == [("PATCH", 2), ("DELETE", 10)]
    stack.refresh_is_empty()
    Client(emulator.key, emulator.url).change("PATCH", "segments/vip/id_list", {"ids": ["of the console"]})
    stack.refresh()
    wire.requests()
    stack.up()
    assert changes(wire) == [("DELETE", 1)]
    stack.up("--replace", stack.resources()["vip"]["urn"])
    assert changes(wire) == [("PATCH", 1_192)]
    assert len(live(emulator)) == 1_192
    stack.preview_is_empty()
    (stack.folder / "ids" / "vip.txt").write_text("a\n\nb \n")
    answer = stack.preview(ok=False)
    assert (
        "ids_file: 'ids/vip.txt' must have one id per line: line 2 is blank; line 3 begins or ends with blanks"
        in answer
    )
    stack.destroy()
    assert emulator.objects("segments") == []
