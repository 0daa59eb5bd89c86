"""A service whose reads are late: for a few seconds after a write, they show what was there before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.lifecycle.run_context import Place
from statsig_pulumi.resources.bases.rule import RuleClient
from statsig_pulumi.schema.declaration import REGISTRY, Declaration

from .conftest import DECLARATIONS, by_kind
from .console_user import GATE
from .inputs import NOT_CHANGED_ALONE, single_changes
from .project import QUIRK_DEFAULTS, Project, assert_no_difference
from .transport import InProcessTransport

LATE_READS = 2
BUSY = httpx.Response(503, json={"status": 503, "message": "Service Unavailable"})
MISSING = httpx.Response(404, json={"status": 404, "message": "Not found."})
NEW: dict[str, dict[str, object]] = {
    "Alert": {"name": "errors", "condition": "less", "alert_threshold": 1, "window_ms": 60_000},
    "Gate": {"name": "checkout"},
    "Key": {"type": "SERVER", "description": "backend"},
}
late = settings(settings.get_profile("contract"), max_examples=6, suppress_health_check=list(HealthCheck))


class LateTransport(httpx.BaseTransport):
    """Sends requests to the emulator; the first reads after a write may miss it, and a write may find it busy."""

    def __init__(self, emulator: Emulator) -> None:
        self._inner = InProcessTransport(emulator)
        self._late_reads = 0
        self._shown: dict[str, httpx.Response] = {}
        """The response to the latest read of each path."""
        self._late: dict[str, list[httpx.Response]] = {}
        """The responses to the next reads of a path."""
        self._refused: set[tuple[str, str]] | None = None
        """The method and path of the writes that were refused once; None if none is."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        if request.method == "GET":
            late = self._late.get(path)
            response = self._shown[path] = late.pop() if late else self._send(request)
            return _copy(response)
        is_repeatable = not path.endswith("/rotate")
        if self._refused is not None and is_repeatable and (request.method, path) not in self._refused:
            self._refused.add((request.method, path))
            return _copy(BUSY)
        before = {path: response for path, response in self._shown.items() if _are_related(path, request.url.path)}
        try:
            response = self._send(request)
            before |= dict.fromkeys(self._new_paths(request, response), MISSING)
        finally:  # a request that fails may be carried out too
            self._late |= {changed: [old] * self._late_reads for changed, old in before.items()}
        return _copy(response)

    def begin(self, late_reads: int, *, is_busy: bool = False) -> None:
        """Have reads show all writes until now, and later ones after so many reads of a path.

        With ``is_busy``, the first request of each write is refused.
        """
        self._late_reads, self._shown, self._late, self._refused = late_reads, {}, {}, set() if is_busy else None

    def hide(self, path: str) -> None:
        """Have the next reads of an object find nothing; it may be one whose create is lost."""
        self._late[path] = [MISSING] * self._late_reads

    def _send(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        response.read()
        return response

    def _new_paths(self, request: httpx.Request, response: httpx.Response) -> Iterator[str]:
        """Yield the path of the object that a request has created, if it has."""
        data, path = response.json().get("data") if response.content else None, request.url.path
        is_create = response.is_success and request.method == "POST" and re.fullmatch(r"/console/v1/(users/)?\w+", path)
        if is_create and isinstance(data, dict) and "id" in data:
            yield f"{path}/{quote(str(data['id']), safe='')}"


def _copy(response: httpx.Response) -> httpx.Response:
    headers = {name: value for name, value in response.headers.items() if name.lower() == "date"}
    return httpx.Response(response.status_code, headers=headers, content=response.content)


def _are_related(path: str, other: str) -> bool:
    """Return whether a write to one path may change what the other shows."""
    return path.split("/")[3] == other.split("/")[3]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(quirks=QUIRK_DEFAULTS) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def transport(emulator: Emulator) -> LateTransport:
    return LateTransport(emulator)


@pytest.fixture(scope="module")
def late_project(emulator: Emulator, transport: LateTransport) -> Project:
    return Project(emulator, transport)


def updatable(declaration: Declaration) -> list[str]:
    """Return the properties that a test can change alone."""
    inputs = [(name, p) for name, p in declaration.inputs.items() if (declaration.kind, name) not in NOT_CHANGED_ALONE]
    return [name for name, p in inputs if p.can_be_updated and not p.options.local]


@by_kind([d for d in DECLARATIONS if updatable(d) and d.kind != "User"])  # one that is not shown is an invited user
@late
@given(data=st.data())
def test_late_reads_after_a_write_change_nothing(
    late_project: Project, transport: LateTransport, no_waits: None, declaration: Declaration, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(updatable(declaration)))
    before, after = data.draw(single_changes(declaration, name))
    warnings, writes = [], []
    for late_reads, is_busy in ((0, False), (LATE_READS, False), (0, True), (LATE_READS, True)):
        resource = late_project.reset().resource(declaration)
        for inputs in (before, after):
            transport.begin(late_reads, is_busy=is_busy)
            resource.up(inputs)
            transport.begin(0)
        warnings.append(resource.reporter.warnings)
        writes.append([method for method, _, _ in late_project.new_writes()])
        assert_no_difference(resource)
    assert warnings == warnings[:1] * len(warnings)
    assert writes == writes[:1] * len(writes)


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status", "status": 500, "applied": True}])
@pytest.mark.parametrize("kind", ["Key", "Alert", "Gate"])
def test_a_lost_create_that_lists_show_late_is_not_repeated(
    late_project: Project, transport: LateTransport, no_waits: None, kind: str, fault: dict[str, str]
) -> None:
    resource = late_project.reset().resource(REGISTRY[kind])
    assert late_project.client.get(resource.declaration.endpoint.collection) is not None
    transport.begin(LATE_READS)
    late_project.emulator.fault(method="POST", path=f"/{resource.kind}", times=1, **fault)
    before = len(late_project.emulator.objects(resource.kind))
    resource.up(NEW[kind])
    transport.begin(0)
    assert len(late_project.emulator.objects(resource.kind)) == before + 1
    assert_no_difference(resource)


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status", "status": 500, "applied": True}])
def test_a_lost_create_that_is_shown_after_its_repetition_was_refused_is_found(
    late_project: Project, transport: LateTransport, no_waits: None, fault: dict[str, str]
) -> None:
    resource = late_project.reset().resource(REGISTRY["Gate"])
    transport.begin(LATE_READS)
    assert list(late_project.client.pages("gates")) == []
    transport.hide("/console/v1/gates/checkout")
    late_project.emulator.fault(method="POST", path="/gates", times=1, **fault)
    resource.up(NEW["Gate"])
    transport.begin(0)
    assert [method for method, _, _ in late_project.new_writes()] == ["POST", "POST"]
    assert resource.reporter.warnings == [
        "warning: Gate 'checkout' was created, but the response was lost; it was found by a read"
    ]
    assert_no_difference(resource)


def test_the_list_of_a_new_segment_may_be_shown_later_than_the_segment(
    late_project: Project, transport: LateTransport, no_waits: None
) -> None:
    transport.begin(LATE_READS)
    segment = late_project.reset().resource(REGISTRY["Segment"])
    segment.up({"name": "vip", "segment_id": "vip", "type": "id_list"})
    transport.hide("/console/v1/segments/vip/id_list")
    late_project.resource(REGISTRY["SegmentIDs"]).up({"segment_id": "vip", "ids": ["ana"]})
    transport.begin(0)
    assert late_project.client.get("segments/vip/id_list")["ids"] == ["ana"]


def test_an_object_that_was_just_deleted_uses_no_other(
    late_project: Project, transport: LateTransport, no_waits: None
) -> None:
    transport.begin(0)
    segment = late_project.reset().resource(REGISTRY["Segment"]).up({"name": "staff", "type": "rule_based"})
    condition = {"type": "passes_segment", "target_value": ["staff"]}
    rules = [{"name": "Staff", "pass_percentage": 100, "conditions": [condition]}]
    gate = late_project.resource(REGISTRY["Gate"]).up({"name": "checkout", "rules": rules})
    transport.begin(LATE_READS)
    assert gate.read() is not None
    assert len(list(late_project.client.pages("gates"))) == 1
    gate.destroy()
    segment.destroy()
    assert late_project.emulator.objects("segments") == []


def test_rules_are_not_sent_back_without_a_new_one(
    late_project: Project, transport: LateTransport, no_waits: None
) -> None:
    rule = late_project.reset().resource(REGISTRY["GateRule"])
    rule.up({"gate_id": GATE, "name": "A", "pass_percentage": 1})
    late_project.resource(REGISTRY["GateRule"]).up({"gate_id": GATE, "name": "B", "pass_percentage": 1})
    transport.begin(LATE_READS)
    client = rule.lifecycle.resource_client
    assert isinstance(client, RuleClient)
    assert client.get(rule.key) is not None
    client.client.create(f"gates/{GATE}/rule", {"name": "C", "passPercentage": 1, "conditions": []}, lambda: None)
    client.client.new_objects.note(f"gates/{GATE}/rule/C")
    assert client.arrange(GATE, lambda: {"A": Place(after="B")}) == ["B", "A", "C"]
    transport.begin(0)
    assert [each["name"] for each in late_project.emulator.object("gates", GATE)["rules"]] == ["B", "A", "C"]


def test_a_backfill_whose_response_has_no_id_is_found(late_project: Project, transport: LateTransport) -> None:
    body = {"message": "ok"}
    late_project.reset().emulator.fault(
        method="POST", path="/ingestion/backfill", kind="status", status=201, body=body, applied=True, times=1
    )
    days = {"datestamp_start": "2026-01-01", "datestamp_end": "2026-01-02"}
    transport.begin(0)
    job = late_project.resource(REGISTRY["IngestionBackfill"])
    job.up({"type": "s3", "dataset": "Events", **days})
    assert [run["runID"] for run in late_project.emulator.objects("ingestion_runs")] == [job.id]


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig", "Experiment"])
def test_a_read_that_is_older_than_the_state_is_no_edit_of_others(
    late_project: Project, transport: LateTransport, no_waits: None, kind: str
) -> None:
    transport.begin(0)
    inputs: dict[str, object] = {"name": "checkout"}
    resource = late_project.reset().resource(REGISTRY[kind]).up(inputs | {"description": "first"})
    assert resource.read() is not None
    transport.begin(LATE_READS)
    resource.up(inputs | {"description": "second"})
    assert resource.drift() == ()
    transport.begin(LATE_READS)
    assert resource.read() is not None
    resource.up(inputs | {"description": "third"}).up(inputs | {"description": "fourth"})
    transport.begin(0)
    assert resource.reporter.warnings == []
    assert_no_difference(resource)
