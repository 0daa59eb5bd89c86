"""Jobs, with a backfill as example: start, wait, messages, and no second start."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import GoneError, RejectedError, StatsigError, UnauthorizedError
from statsig_pulumi.lifecycle import job
from statsig_pulumi.lifecycle.call import Call
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.journal import Journal
from statsig_pulumi.lifecycle.reporter import Reporter
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.lifecycle.stack_state import StackState
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.state import DECLARED, IMPORT, SECRET

from ..conftest import RecordingReporter

Json = Any
DAYS = {"datestamp_start": "2026-03-01", "datestamp_end": "2026-03-02"}
INPUTS = {**DAYS, "type": "s3", "dataset": "Events"}
INPUTS_WITH_WAIT = {**INPUTS, "wait_minutes": 10}
TITLE = "IngestionBackfill 'run-1'"
STEPS = ["enqueued", "started", "download_started", "completed"]


@dataclass
class Runs:
    """A Console API that starts runs. Each poll of a run moves it to its next status."""

    statuses: list[str] = field(default_factory=lambda: list(STEPS))
    """The coming statuses. The last one stays."""
    started: int = 0
    polls: int = 0
    poll_results: dict[int, httpx.Response | Exception] = field(default_factory=dict)
    """Results of polls instead of a status, by the number of the poll."""
    rejection: httpx.Response | None = None

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            if self.rejection:
                return self.rejection
            self.started += 1
            return self.respond({"runID": f"run-{self.started}"})
        if request.url.path.endswith("/runs"):
            dates = {"dateStamps": list(DAYS.values()), "sources": []}
            ids = range(1, self.started + 1)
            return self.respond([{"runID": f"run-{n}", **self.run(), **dates} for n in ids])
        self.polls += 1
        result = self.poll_results.get(self.polls)
        if isinstance(result, Exception):
            raise result
        return result or self.respond({"runID": request.url.path.rpartition("/")[2], **self.run()})

    def run(self) -> Json:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {"latestStatus": status, "createdAt": "2026-03-03T10:00:00.000Z", "sources": ["orders"]}

    def respond(self, data: Json) -> httpx.Response:
        return httpx.Response(200, json={"message": "done", "data": json.loads(json.dumps(data))})


NO = httpx.Response(401, json={"status": 401, "message": "not now"})
GONE = httpx.Response(404, json={"statusCode": 404, "message": "runID run-1 not found", "error": "Not Found"})


@dataclass
class Clock:
    """A clock that only sleep advances."""

    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def monotonic(self) -> float:
        return sum(self.slept)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(job, "time", SimpleNamespace(sleep=clock.sleep, monotonic=clock.monotonic))
    return clock


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def backfill(runs: Runs, reporter: RecordingReporter, clock: Clock) -> Lifecycle:
    return create_lifecycle(runs, reporter)


def create_lifecycle(
    runs: Runs, reporter: Reporter, journal: Journal | None = None, kind: str = "IngestionBackfill"
) -> Lifecycle:
    declaration = REGISTRY[kind]
    client = Client("console-KEY123", transport=httpx.MockTransport(runs.handle))
    lifecycle: Lifecycle = declaration.cls.lifecycle(declaration, RunContext(client, reporter, journal=journal))
    return lifecycle


# -- interrupted runs


def start_and_interrupt(runs: Runs, reporter: RecordingReporter, folder: Path) -> Lifecycle:
    """Start a run, and interrupt the command before the engine stores it; return the behaviour in the next command."""
    interrupted = Journal(folder, "127.0.0.1:1")
    first = create_lifecycle(runs, reporter, interrupted)
    first.create(INPUTS)
    interrupted.record(first.adoption.fingerprint(INPUTS), 1_772_000_000)
    return create_lifecycle(runs, reporter, Journal(folder, "127.0.0.1:2"))


def test_a_run_that_an_interrupted_command_started_is_not_started_again(
    runs: Runs, reporter: RecordingReporter, clock: Clock, tmp_path: Path
) -> None:
    later = start_and_interrupt(runs, reporter, tmp_path)
    assert later.create(INPUTS)[0] == "run-1"
    assert runs.started == 1
    words = "IngestionBackfill 'run-1' was started by an interrupted run; it is not started again"
    assert ("warning", words) in reporter.messages


def test_a_run_of_an_interrupted_command_that_failed_is_started_again(
    runs: Runs, reporter: RecordingReporter, tmp_path: Path
) -> None:
    runs.statuses = ["download_error"]
    later = start_and_interrupt(runs, reporter, tmp_path)
    assert later.create(INPUTS)[0] == "run-2"
    assert runs.started == 2


LOST = httpx.Response(500, json={"status": 500, "message": "oops"})
NO_METRIC = httpx.Response(404, json={"status": 404, "message": "Metric not found"})


@pytest.mark.parametrize(
    ("rejection", "next_step", "started"),
    [
        (LOST, "`pulumi up` counts it as started; to start it again, change triggers", 0),
        (NO_METRIC, "there is no metric 'm::sum': check metric_id", 1),
    ],
)
def test_a_run_that_the_api_does_not_show_counts_as_started_only_if_it_may_have(
    runs: Runs, reporter: RecordingReporter, tmp_path: Path, rejection: httpx.Response, next_step: str, started: int
) -> None:
    runs.rejection, inputs = rejection, {"metric_id": "m::sum"}
    first = create_lifecycle(runs, reporter, Journal(tmp_path, "127.0.0.1:1"), "MetricReload")
    with pytest.raises(StatsigError) as raised:
        first.create(inputs)
    assert raised.value.next_step.endswith(next_step)
    runs.rejection = None
    create_lifecycle(runs, reporter, Journal(tmp_path, "127.0.0.1:2"), "MetricReload").create(inputs)
    assert runs.started == started
    words = "may have been started by an interrupted run; to start it again, change triggers"
    assert [words in text for level, text in reporter.messages if level == "warning"] == [True] * (not started)


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_run_whose_result_the_engine_did_not_store_counts_as_interrupted(
    runs: Runs,
    reporter: RecordingReporter,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_stored: bool,
) -> None:
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", lambda function, *args: at_exit.append(lambda: function(*args)))
    with socket.create_server(("127.0.0.1", 0)) as engine:
        first = create_lifecycle(runs, reporter, Journal(tmp_path, f"127.0.0.1:{engine.getsockname()[1]}"))
        first.call, mark = Call(resource="urn::backfill"), first.adoption.fingerprint(INPUTS)
        id_, _ = first.create(INPUTS)
        resources = [{"urn": "urn::backfill", "id": id_}] if is_stored else []
        first.context.stack = StackState(lambda _stack: {"resources": resources, "manifest": {}}, "a/b/c")
        at_exit[-1]()
    assert (Journal(tmp_path, "127.0.0.1:2").interrupted_at_s(mark) is None) == is_stored


def test_a_run_that_a_rejected_request_did_not_start_is_started(
    runs: Runs, reporter: RecordingReporter, clock: Clock, tmp_path: Path
) -> None:
    runs.rejection = NO
    with pytest.raises(UnauthorizedError):
        create_lifecycle(runs, reporter, Journal(tmp_path, "127.0.0.1:1")).create(INPUTS)
    runs.rejection = None
    assert create_lifecycle(runs, reporter, Journal(tmp_path, "127.0.0.1:2")).create(INPUTS)[0] == "run-1"


# -- without waiting


def test_a_create_starts_a_run_and_does_not_wait(
    backfill: Lifecycle, runs: Runs, clock: Clock, reporter: RecordingReporter
) -> None:
    id_, outputs = backfill.create(INPUTS)
    assert (id_, runs.started, runs.polls, clock.slept, reporter.messages) == ("run-1", 1, 1, [], [])
    assert (outputs["is_finished"], outputs["latest_status"]) == (False, "enqueued")
    assert not backfill.diff(outputs, INPUTS)


def test_a_rejected_create_starts_no_run(backfill: Lifecycle, runs: Runs) -> None:
    runs.rejection = httpx.Response(400, json={"status": 400, "message": "no such source"})
    with pytest.raises(RejectedError, match="no such source"):
        backfill.create(INPUTS_WITH_WAIT)
    assert runs.polls == 0


def test_a_delete_sends_nothing(backfill: Lifecycle, runs: Runs, reporter: RecordingReporter) -> None:
    id_, outputs = backfill.create(INPUTS)
    backfill.delete(id_, outputs)
    assert (runs.started, runs.polls, reporter.messages) == (1, 1, [])


# -- waiting


def test_a_create_waits_for_the_run_and_reports_each_status(
    backfill: Lifecycle, runs: Runs, clock: Clock, reporter: RecordingReporter
) -> None:
    runs.statuses = ["enqueued", "started", "started", "completed"]
    _, outputs = backfill.create(INPUTS_WITH_WAIT)
    assert (outputs["latest_status"], outputs["is_finished"]) == ("completed", True)
    assert (runs.started, runs.polls) == (1, 4)
    assert reporter.messages == [
        ("info", f"{TITLE}: enqueued, waiting 0 of 600 s"),
        ("info", f"{TITLE}: started, waiting 1 of 600 s"),
        ("info", f"{TITLE}: completed after 5 s"),
    ]
    assert clock.slept == sorted(clock.slept)
    assert not backfill.diff(outputs, INPUTS_WITH_WAIT)


def test_a_long_status_is_reported_repeatedly(
    backfill: Lifecycle, runs: Runs, clock: Clock, reporter: RecordingReporter
) -> None:
    runs.statuses = ["started"] * 30 + ["completed"]
    backfill.create(INPUTS_WITH_WAIT)
    assert max(clock.slept) == job.SLOWEST_POLL_S
    reports = [words for _, words in reporter.messages if ": started, waiting" in words]
    assert len(reports) * (job.REPORT_INTERVAL_S + job.SLOWEST_POLL_S) >= clock.monotonic()


@pytest.mark.parametrize("word", ["download_error", "FAILED", "INTERNAL_WRITE_ERROR_EVENTS", "cancelled"])
def test_a_failed_run_is_an_error(backfill: Lifecycle, runs: Runs, word: str) -> None:
    runs.statuses = ["started", word]
    with pytest.raises(StatsigError, match=f"^{TITLE} failed in Statsig: {word}; `pulumi up` starts it again$"):
        backfill.create(INPUTS_WITH_WAIT)
    assert runs.started == 1


@pytest.mark.parametrize("word", ["completed", "IMPORT_SUCCESSFUL", "success"])
def test_a_status_of_success_ends_the_wait(backfill: Lifecycle, runs: Runs, word: str) -> None:
    runs.statuses = [word]
    assert backfill.create(INPUTS_WITH_WAIT)[1]["is_finished"] is True


def test_a_timeout_is_a_warning_and_the_next_up_waits_again(
    backfill: Lifecycle, runs: Runs, clock: Clock, reporter: RecordingReporter
) -> None:
    runs.statuses = ["download_started"]
    id_, outputs = backfill.create(INPUTS_WITH_WAIT)
    words = f"{TITLE}: not finished after 10 minutes (download_started); the next `pulumi up` waits again"
    assert reporter.messages[-1] == ("warning", words)
    assert clock.monotonic() == pytest.approx(600)
    assert (outputs["is_finished"], outputs["latest_status"]) == (False, "download_started")

    assert backfill.diff(outputs, INPUTS_WITH_WAIT).changed == ("is_finished",)
    assert backfill.diff(outputs, INPUTS_WITH_WAIT).replaces == ()
    assert not backfill.diff(outputs, INPUTS).changed
    runs.statuses = ["download_started", "completed"]
    outputs = backfill.update(id_, outputs, INPUTS_WITH_WAIT)
    assert (outputs["is_finished"], runs.started) == (True, 1)
    assert not backfill.diff(outputs, INPUTS_WITH_WAIT)


def test_a_run_that_fails_in_a_second_wait_needs_a_new_trigger(backfill: Lifecycle, runs: Runs) -> None:
    runs.statuses = ["started"]
    id_, outputs = backfill.create(INPUTS_WITH_WAIT)
    runs.statuses = ["download_error"]
    with pytest.raises(StatsigError, match="download_error; change triggers to start it again"):
        backfill.update(id_, outputs, INPUTS_WITH_WAIT)
    refreshed = backfill.read(id_, outputs)
    assert refreshed is not None
    assert refreshed.outputs["latest_status"] == "download_error"
    assert not backfill.diff(refreshed.outputs, INPUTS_WITH_WAIT)


@pytest.mark.parametrize("status", [401, 400])
def test_a_run_with_a_failed_poll_is_kept_and_not_started_again(
    backfill: Lifecycle, runs: Runs, reporter: RecordingReporter, status: int
) -> None:
    runs.poll_results = {2: httpx.Response(status, json={"status": status, "message": "not now"})}
    id_, outputs = backfill.create(INPUTS_WITH_WAIT)
    words = f"GET /ingestion/runs/run-1 answered {status}: not now; the next `pulumi up` waits again"
    assert reporter.messages[-1] == ("warning", f"{TITLE}: {words}")
    assert outputs["is_finished"] is False
    assert backfill.update(id_, outputs, INPUTS_WITH_WAIT)["is_finished"] is True
    assert runs.started == 1


@pytest.mark.parametrize("response", [GONE, NO])
def test_a_run_that_the_api_does_not_return_yet_is_polled_again(
    backfill: Lifecycle, runs: Runs, response: httpx.Response
) -> None:
    runs.poll_results = {1: response, 2: GONE}
    assert backfill.create(INPUTS_WITH_WAIT)[1]["is_finished"] is True


def test_the_wait_ends_when_the_engine_is_gone(runs: Runs, clock: Clock) -> None:
    class Engine(Reporter):
        def say(self, severity: str, message: str) -> None:
            if clock.monotonic() > 20:
                raise ConnectionError("the engine is gone")

    runs.statuses = ["started"]
    with pytest.raises(ConnectionError):
        create_lifecycle(runs, Engine()).create(INPUTS_WITH_WAIT)
    assert clock.monotonic() < 20 + job.REPORT_INTERVAL_S + job.SLOWEST_POLL_S


# -- again


@pytest.mark.parametrize(
    "change",
    [
        {"triggers": ["b"]},
        {"triggers": ["a", "b"]},
        {"source": ["orders"]},
        {"datestamp_end": "2026-03-03"},
        {"type": "athena"},
    ],
)
def test_a_changed_input_or_trigger_replaces_the_run(backfill: Lifecycle, change: dict[str, Json]) -> None:
    inputs = {**INPUTS, "triggers": ["a"]}
    _, outputs = backfill.create(inputs)
    (name,) = change
    assert backfill.diff(outputs, inputs | change).replaces == (name,)
    assert not backfill.deletes_before_replacing(outputs, inputs | change)


def test_a_changed_wait_of_a_finished_run_sends_no_request(backfill: Lifecycle, runs: Runs) -> None:
    id_, outputs = backfill.create(INPUTS_WITH_WAIT)
    polls = runs.polls
    longer = INPUTS_WITH_WAIT | {"wait_minutes": 20}
    assert backfill.diff(outputs, longer).replaces == ()
    outputs = backfill.update(id_, outputs, longer)
    assert (outputs["wait_minutes"], outputs["is_finished"]) == (20, True)
    assert (runs.started, runs.polls) == (1, polls)
    assert not backfill.diff(outputs, longer)


def test_an_added_wait_waits_for_the_existing_run(backfill: Lifecycle, runs: Runs) -> None:
    id_, outputs = backfill.create(INPUTS)
    assert backfill.diff(outputs, INPUTS_WITH_WAIT).changed == ("wait_minutes",)
    assert backfill.update(id_, outputs, INPUTS_WITH_WAIT)["is_finished"] is True
    assert runs.started == 1


# -- refresh


def test_a_refresh_reads_the_status_and_keeps_the_inputs(backfill: Lifecycle, runs: Runs) -> None:
    inputs = {**INPUTS, "triggers": [1, "b"], "source": ["orders"]}
    id_, outputs = backfill.create(inputs)
    for status in STEPS[1:]:
        state = backfill.read(id_, outputs)
        assert state is not None
        assert state.inputs == inputs
        assert state.outputs["latest_status"] == status
        assert state.outputs["is_finished"] is (status == "completed")
        assert not backfill.diff(state.outputs, inputs)
    assert runs.started == 1


def test_a_refresh_keeps_secret_names(backfill: Lifecycle) -> None:
    inputs = {**INPUTS, "source": ["hush"], SECRET: ["source"]}
    id_, outputs = backfill.create(inputs)
    state = backfill.read(id_, outputs)
    assert state is not None
    assert (state.inputs[SECRET], state.outputs[SECRET]) == (["source"], ["source"])


@pytest.mark.parametrize("inputs", [INPUTS, INPUTS_WITH_WAIT], ids=["unwaited", "waited"])
def test_a_run_that_the_api_no_longer_returns_is_not_started_again(
    backfill: Lifecycle, runs: Runs, reporter: RecordingReporter, inputs: dict[str, Json]
) -> None:
    runs.statuses = ["started"]
    id_, outputs = backfill.create(inputs)
    runs.poll_results = dict.fromkeys(range(runs.polls + 1, runs.polls + 10), GONE)
    state = backfill.read(id_, outputs)
    assert state is not None
    assert state.outputs == outputs
    if backfill.diff(outputs, inputs):
        outputs = backfill.update(id_, outputs, inputs)
        assert "no longer knows the run" in reporter.messages[-1][1]
    assert not backfill.diff(outputs, inputs)
    assert runs.started == 1


def test_a_read_of_a_missing_run_by_id_is_an_error(backfill: Lifecycle, runs: Runs) -> None:
    runs.poll_results = {1: GONE}
    with pytest.raises(GoneError, match="IngestionBackfill 'run-1' does not exist"):
        backfill.read("run-1", {})


def test_a_read_by_id_returns_the_outputs_of_a_run(backfill: Lifecycle) -> None:
    state = backfill.read("run-7", {})
    assert state is not None
    assert (state.inputs, state.outputs["run_id"], state.outputs[DECLARED]) == ({}, "run-7", [])


# -- import


def test_a_run_is_adopted_without_a_start(backfill: Lifecycle, runs: Runs) -> None:
    inputs, problems = backfill.check({**INPUTS_WITH_WAIT, IMPORT: "run-7"}, new=True)
    assert problems == []
    id_, outputs = backfill.create(inputs)
    assert (id_, outputs["run_id"], runs.started) == ("run-7", "run-7", 0)


def test_a_missing_run_cannot_be_adopted(backfill: Lifecycle, runs: Runs) -> None:
    runs.poll_results = dict.fromkeys(range(1, 5), GONE)
    _, problems = backfill.check({**INPUTS_WITH_WAIT, IMPORT: "run-7"}, new=True)
    assert [str(problem) for problem in problems] == [
        "IngestionBackfill 'run-7' does not exist in this Statsig project, so it cannot be imported"
    ]
    with pytest.raises(GoneError):
        backfill.create({**INPUTS_WITH_WAIT, IMPORT: "run-7"})
    assert runs.started == 0
