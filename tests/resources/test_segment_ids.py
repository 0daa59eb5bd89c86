"""Id lists of segments: program in, exact requests out."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import (
    ConcurrentEditError,
    GoneError,
    ImportMismatchError,
    InvalidInputsError,
    StatsigError,
    TakenError,
)
from statsig_pulumi.lifecycle.import_inputs import NotDeclarableError, derive_inputs
from statsig_pulumi.resources.bases import id_list, id_list_client
from statsig_pulumi.schema.state import IMPORT

from ..contract.project import Json, Request, Resource
from .conftest import Deployment

PATH = "/segments/vip/id_list"
RESET = f"{PATH}/reset"


@pytest.fixture(autouse=True)
def vip(deployment: Deployment) -> None:
    """A list of ids that somebody else made."""
    deployment.project.emulator.add("segments", {"name": "vip", "type": "id_list"})


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(id_list_client, "CHUNK_IDS", 3)
    monkeypatch.setattr(id_list_client, "USER_STORE_CHUNK_IDS", 2)
    monkeypatch.setattr(id_list, "RESET_IDS", 2)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(id_list_client.time, "sleep", slept.append)
    return slept


def ids(*declared: str, **properties: Any) -> None:
    statsig.SegmentIDs("ids", **{"segment_id": "vip", "ids": list(declared)} | properties)


def of_file(path: Path, *lines: str, **properties: Any) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))
    statsig.SegmentIDs("ids", segment_id="vip", ids_file=str(path), **properties)


def live(deployment: Deployment) -> list[str]:
    found: list[str] = sorted(deployment.project.client.get("segments/vip/id_list")["ids"])
    return found


def add(deployment: Deployment, *added: str) -> None:
    """Somebody else adds ids."""
    deployment.project.client.change("PATCH", PATH[1:], {"ids": list(added)})
    deployment.project.new_writes()


def requests(deployment: Deployment) -> list[tuple[str, str]]:
    """Return all requests since the last call."""
    log = deployment.project.emulator.requests()["log"]
    deployment.project.emulator.clear_requests()
    return [(entry["method"], entry["path"]) for entry in log]


def test_a_short_list_is_set_at_once(deployment: Deployment) -> None:
    assert deployment.up(lambda: ids("b", "a")) == [("POST", RESET, {"ids": ["a", "b"]})]
    assert deployment.up(lambda: ids("a", "b", "a")) == []
    assert deployment.up(lambda: ids("a", "c")) == [("POST", RESET, {"ids": ["a", "c"]})]
    resource = deployment.resources["ids"]
    assert (resource.id, resource.outputs["count"], resource.outputs["ids"]) == ("vip", 2, ["a", "c"])
    assert deployment.refresh() == {"ids": resource.inputs}
    assert deployment.up(lambda: ids()) == [("POST", RESET, {"ids": []})]


@pytest.mark.usefixtures("small_chunks")
def test_of_a_long_list_the_difference_is_sent_in_chunks_and_additions_first(deployment: Deployment) -> None:
    deployment.up(lambda: ids(*"abcdefgh"))
    writes = deployment.up(lambda: ids(*"efghijklm"))
    assert writes == [
        ("PATCH", PATH, {"ids": ["i", "j", "k"]}),
        ("PATCH", PATH, {"ids": ["l", "m"]}),
        ("DELETE", PATH, {"ids": ["a", "b", "c"]}),
        ("DELETE", PATH, {"ids": ["d"]}),
    ]
    assert live(deployment) == list("efghijklm")


def test_a_preview_reads_no_list_and_an_update_reads_it_once(deployment: Deployment, tmp_path: Path) -> None:
    deployment.up(lambda: of_file(tmp_path / "ids", "a", "b"))
    requests(deployment)
    resource = deployment.resources["ids"]
    (tmp_path / "ids").write_text("a\nb\nc\n")
    assert resource.preview({"segment_id": "vip", "ids_file": str(tmp_path / "ids")}).changed == ("ids_file",)
    assert requests(deployment) == []
    deployment.up(lambda: of_file(tmp_path / "ids", "a", "b", "c"))
    assert live(deployment) == ["a", "b", "c"]


def test_the_ids_of_a_file_are_in_no_state(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "ids"
    assert deployment.up(lambda: of_file(path, "ana-1", "bob-2", "ana-1")) == [
        ("POST", RESET, {"ids": ["ana-1", "bob-2"]})
    ]
    resource = deployment.resources["ids"]
    assert (resource.outputs["count"], resource.outputs["ids_file"]) == (2, str(path))
    assert deployment.refresh() == {"ids": resource.inputs}
    assert "ana-1" not in str(resource.inputs) + str(resource.outputs)
    assert deployment.up(lambda: of_file(path, "bob-2", "ana-1")) == [], "the order is no change"
    assert deployment.up(lambda: of_file(tmp_path / "moved", "bob-2", "ana-1")) == [], "the path is no change"
    assert deployment.up(lambda: ids("bob-2", "ana-1")) == [], "nor is the form"


def test_a_change_of_the_list_is_drift_of_a_file(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "ids"
    deployment.up(lambda: of_file(path, "a", "b"))
    add(deployment, "c")
    resource = deployment.resources["ids"]
    resource.refresh()
    assert resource.outputs["count"] == 3
    assert deployment.up(lambda: of_file(path, "a", "b")) == [("POST", RESET, {"ids": ["a", "b"]})]


def test_a_file_with_windows_line_ends_and_no_end_is_read(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "ids"
    path.write_bytes("a\r\nünï 😀\r\nc".encode())
    deployment.up(lambda: statsig.SegmentIDs("ids", segment_id="vip", ids_file=str(path)))
    assert live(deployment) == ["a", "c", "ünï 😀"]


def test_a_file_that_changes_after_the_preview_is_an_error(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "ids"
    path.write_text("a\n")
    resource = deployment.project.resource(statsig.SegmentIDs.declaration)
    checked = resource.check({"segment_id": "vip", "ids_file": str(path)})
    path.write_text("b\n")
    with pytest.raises(StatsigError, match="was changed while `pulumi` was running"):
        resource.lifecycle.create(checked)
    assert deployment.project.new_writes() == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot read '.*': No such file or directory"),
        (b"", "is empty; to have no ids in the list, declare ids"),
        (b"a\n\xff\n", "must have one id per line: line 2 is not UTF-8"),
        (b"a\n\nb\n \n", "line 2 is blank; line 4 is blank"),
        (b" a\nb \n", "line 1 begins or ends with blanks; line 2 begins"),
        (b"x" * 1001, "line 1 has more than 1,000 characters"),
        (b"\xef\xbb\xbfa\n", "line 1 begins with a byte order mark"),
        (b"\n" * 9, "line 5 is blank; and 4 more lines"),
    ],
)
def test_a_file_that_is_no_list_of_ids_is_refused_at_the_preview(
    deployment: Deployment, tmp_path: Path, content: bytes | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / "ids").write_bytes(content)
    resource = deployment.project.resource(statsig.SegmentIDs.declaration)
    inputs = {"segment_id": "vip", "ids_file": str(tmp_path / "ids")}
    problems = resource.lifecycle.check(inputs, new=True)[1]
    assert [each.place for each in problems] == ["ids_file"]
    with pytest.raises(InvalidInputsError, match=problem):
        raise InvalidInputsError("SegmentIDs", problems)
    assert deployment.project.new_writes() == []


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ({"ids": ["a"], "ids_file": "x"}, "ids_file: conflicts with ids"),
        ({}, "ids: is required; a list of more than 10,000 ids needs ids_file"),
        ({"ids": ["a", " b", "c\n"]}, r"ids\[1\]: begins or ends with blanks; ids\[2\]: begins"),
        (
            {"ids": [str(n) for n in range(10_001)]},
            "ids: has 10,001 ids; more than 10,000 must be in a file: set ids_file",
        ),
    ],
)
def test_invalid_ids_are_refused(declared: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidInputsError, match=problem):
        statsig.SegmentIDs("ids", segment_id="vip", **declared)


def test_ids_of_others_are_not_removed_by_a_create(deployment: Deployment) -> None:
    add(deployment, "theirs")
    with pytest.raises(TakenError, match="already holds 1 ids that the program does not declare"):
        deployment.up(lambda: ids("a"))
    assert (live(deployment), deployment.project.new_writes()) == (["theirs"], [])


def test_a_create_goes_on_where_an_interrupted_one_ended(deployment: Deployment) -> None:
    add(deployment, "a", "b")
    assert deployment.up(lambda: ids("a", "b", "c")) == [("POST", RESET, {"ids": ["a", "b", "c"]})]


def test_with_keep_others_the_list_is_not_read_and_only_own_ids_are_removed(deployment: Deployment) -> None:
    add(deployment, "theirs")
    assert deployment.up(lambda: ids("a", "b", keep_others=True)) == [("PATCH", PATH, {"ids": ["a", "b"]})]
    requests(deployment)
    assert deployment.up(lambda: ids("b", "c", keep_others=True)) == [
        ("PATCH", PATH, {"ids": ["c"]}),
        ("DELETE", PATH, {"ids": ["a"]}),
    ]
    assert live(deployment) == ["b", "c", "theirs"]
    assert deployment.refresh() == {"ids": deployment.resources["ids"].inputs}
    assert deployment.destroy() == [("DELETE", PATH, {"ids": ["b", "c"]})]
    assert live(deployment) == ["theirs"]


def test_with_keep_others_a_missing_id_is_drift_and_added_again(deployment: Deployment) -> None:
    deployment.up(lambda: ids("a", "b", keep_others=True))
    deployment.project.client.change("DELETE", PATH[1:], {"ids": ["a"]})
    resource = deployment.resources["ids"]
    assert resource.refresh()["ids"] == ["b"]
    deployment.project.new_writes()
    assert deployment.up(lambda: ids("a", "b", keep_others=True)) == [("PATCH", PATH, {"ids": ["a"]})]


def test_with_keep_others_the_ids_of_a_file_are_added(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "ids"
    deployment.up(lambda: of_file(path, "a", keep_others=True))
    assert deployment.up(lambda: of_file(path, "b", keep_others=True)) == [("PATCH", PATH, {"ids": ["b"]})]
    assert live(deployment) == ["a", "b"]


def test_without_keep_others_the_ids_of_others_are_removed(deployment: Deployment) -> None:
    deployment.up(lambda: ids("a", keep_others=True))
    add(deployment, "theirs")
    deployment.up(lambda: ids("a", keep_others=False))
    deployment.refresh()
    deployment.up(lambda: ids("a", keep_others=False))
    assert live(deployment) == ["a"]


def test_ids_that_others_added_since_the_state_are_kept_with_a_warning_until_a_refresh(deployment: Deployment) -> None:
    deployment.up(lambda: ids("a", "b"))
    add(deployment, "theirs")
    assert deployment.up(lambda: ids("b", "c")) == [("POST", RESET, {"ids": ["b", "c", "theirs"]})]
    resource = deployment.resources["ids"]
    assert any("keeps 1 ids that somebody added in Statsig" in each for each in resource.reporter.warnings)
    deployment.refresh()
    assert deployment.up(lambda: ids("b", "c")) == [("POST", RESET, {"ids": ["b", "c"]})]


def test_a_stack_can_refuse_to_change_a_list_that_others_changed(deployment: Deployment) -> None:
    deployment.up(lambda: ids("a"))
    add(deployment, "theirs")
    resource = deployment.resources["ids"]
    resource.context.policy = replace(resource.context.policy, on_concurrent_edit="fail")
    with pytest.raises(ConcurrentEditError, match="1 ids => 2 ids"):
        deployment.up(lambda: ids("b"))
    assert deployment.project.new_writes() == []


@pytest.mark.usefixtures("small_chunks")
def test_a_list_in_the_user_store_is_changed_in_its_own_chunks_one_after_the_other(
    deployment: Deployment, waits: list[float]
) -> None:
    emulator = deployment.project.emulator
    emulator.edit("segments", "vip", {"type": "user_store_id_list"})
    emulator.quirk(id_list_polls=2)
    assert deployment.up(lambda: ids("a", "b", "c")) == [
        ("PATCH", "/segments/vip/add_ids", {"ids": ["a", "b"]}),
        ("PATCH", "/segments/vip/add_ids", {"ids": ["c"]}),
    ]
    assert len(waits) == 4
    assert deployment.up(lambda: ids("c")) == [("PATCH", "/segments/vip/remove_ids", {"ids": ["a", "b"]})]
    assert live(deployment) == ["c"]


@pytest.mark.usefixtures("small_chunks")
def test_a_list_in_the_user_store_that_is_not_shown_is_changed_by_the_state(deployment: Deployment) -> None:
    emulator = deployment.project.emulator
    emulator.edit("segments", "vip", {"type": "user_store_id_list"})
    emulator.quirk(user_store_shown=False)
    deployment.up(lambda: ids("a", "b"))
    assert deployment.refresh() == {"ids": deployment.resources["ids"].inputs}
    assert deployment.up(lambda: ids("b", "c")) == [
        ("PATCH", "/segments/vip/add_ids", {"ids": ["c"]}),
        ("PATCH", "/segments/vip/remove_ids", {"ids": ["a"]}),
    ]


def test_another_update_in_progress_is_waited_for(deployment: Deployment, waits: list[float]) -> None:
    deployment.project.emulator.quirk(id_list_polls=3)
    add(deployment, "a")
    deployment.up(lambda: ids("a", "b"))
    assert len(waits) == 3
    assert live(deployment) == ["a", "b"]


def test_destroy_removes_the_ids_of_the_file_and_keeps_others(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "ids"
    deployment.up(lambda: of_file(path, "a", "b"))
    add(deployment, "theirs")
    assert deployment.destroy() == [("DELETE", PATH, {"ids": ["a", "b"]})]
    assert live(deployment) == ["theirs"]


def test_destroy_without_the_file_removes_the_list_as_it_is_in_the_state(
    deployment: Deployment, tmp_path: Path
) -> None:
    path = tmp_path / "ids"
    deployment.up(lambda: of_file(path, "a", "b"))
    path.unlink()
    assert deployment.destroy() == [("DELETE", PATH, {"ids": ["a", "b"]})]


def test_destroy_keeps_ids_that_it_cannot_know(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "ids"
    deployment.up(lambda: of_file(path, "a", "b"))
    add(deployment, "theirs")
    path.write_text("c\n")
    resource = deployment.resources["ids"]
    assert deployment.destroy() == []
    assert any("the ids are kept in Statsig" in each for each in resource.reporter.warnings)


def test_a_segment_that_is_no_list_or_missing_is_an_error(deployment: Deployment) -> None:
    deployment.project.emulator.edit("segments", "vip", {"type": "rule_based"})
    with pytest.raises(StatsigError, match="segment 'vip' is of type 'rule_based'; only lists of ids have ids"):
        deployment.up(lambda: ids("a"))
    deployment.project.emulator.remove("segments", "vip")
    with pytest.raises(GoneError, match="segment 'vip' does not exist"):
        deployment.up(lambda: ids("a"))


def imported(deployment: Deployment, path: Path) -> Resource:
    resource = deployment.project.resource(statsig.SegmentIDs.declaration)
    return resource.up({"segment_id": "vip", "ids_file": str(path), IMPORT: "vip"})


def test_a_list_is_imported_with_an_equal_file_only(deployment: Deployment, tmp_path: Path) -> None:
    add(deployment, "a", "b")
    (tmp_path / "ids").write_text("b\na\n")
    imported(deployment, tmp_path / "ids")
    (tmp_path / "ids").write_text("b\n")
    resource = deployment.project.resource(statsig.SegmentIDs.declaration)
    checked: Json = {"segment_id": "vip", "ids_file": str(tmp_path / "ids"), IMPORT: "vip"}
    with pytest.raises(ImportMismatchError):
        resource.lifecycle.create(checked)
    assert deployment.project.new_writes() == list[Request]()


MILLION = """
import re, sys
from pathlib import Path
from statsig_pulumi.provider import CONTEXTS
from statsig_pulumi.lifecycle.import_inputs import NotDeclarableError, derive_inputs
from statsig_pulumi.resources.bases import id_list_client
from statsig_pulumi.schema.declaration import REGISTRY

id_list_client.PAGE_IDS = (20_000,)
declaration, context = REGISTRY["SegmentIDs"], CONTEXTS.get({})
context.client.write_budget = type(context.client.write_budget)()
lifecycle = declaration.cls.lifecycle(declaration, context)
for inputs in [{"segment_id": "vip", "ids_file": path} for path in sys.argv[1:]]:
    checked, problems = lifecycle.check(inputs, new=True)
    outputs = lifecycle.create(checked)[1]
lifecycle.read("vip", outputs)
print(outputs["count"], re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux shows the memory of a process")
def test_a_million_ids_take_less_than_300_megabytes(deployment: Deployment, tmp_path: Path) -> None:
    emulator, path = deployment.project.emulator, tmp_path / "ids"
    path.write_text("".join(f"{number:08}-89ab-4def-8123-456789abcdef\n" for number in range(1_000_000)))
    emulator.quirk(max_page_size=100_000)
    env = {**os.environ, "STATSIG_CONSOLE_KEY": emulator.key, "STATSIG_CONSOLE_URL": emulator.url}
    command = [sys.executable, "-c", MILLION, str(path)]
    process = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    count, kilobytes = map(int, process.stdout.split())
    assert count == len(emulator.objects("segment_ids")[0]["ids"]) == 1_000_000
    assert kilobytes < 300 * 1024
    emulator.clear_requests()


@pytest.mark.parametrize(("count", "name"), [(10_000, "ids"), (10_001, "ids_file")])
def test_an_export_has_a_list_in_the_program_or_in_a_file(deployment: Deployment, count: int, name: str) -> None:
    ids = [f"user {number}" for number in range(count)]
    deployment.project.client.change("PATCH", "segments/vip/id_list", {"ids": ids})
    declaration = statsig.SegmentIDs.declaration
    live = deployment.project.resource(declaration).lifecycle.resource_client.get("vip")
    assert live is not None
    derived = derive_inputs(declaration, live)
    content = "\n".join(sorted(ids)) if name == "ids_file" else sorted(ids)
    digest = {"__digest": f"{count} {derived.outputs['digest']}"} if name == "ids_file" else {}
    assert (derived.inputs, derived.omitted) == ({"segment_id": "vip", name: content} | digest, {})


def test_an_export_omits_a_long_list_that_no_file_can_hold(deployment: Deployment) -> None:
    ids = [f"user {number}" for number in range(10_000)]
    deployment.project.client.change("PATCH", "segments/vip/id_list", {"ids": [*ids, " blank"]})
    declaration = statsig.SegmentIDs.declaration
    live = deployment.project.resource(declaration).lifecycle.resource_client.get("vip")
    assert live is not None
    with pytest.raises(NotDeclarableError, match="ids: is required; a list of more than 10,000 ids needs ids_file"):
        derive_inputs(declaration, live)
