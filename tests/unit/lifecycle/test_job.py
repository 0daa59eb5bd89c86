"""What is done once: started, waited for, told of, and not started again by itself; a backfill stands for all."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import GoneError, RejectedError, StatsigError
from statsig_pulumi.lifecycle import job
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.reporter import Reporter
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.state import DECLARED, IMPORT, SECRET

from ..conftest import Heard

Json = Any
DAYS = {"datestamp_start": "2026-03-01", "datestamp_end": "2026-03-02"}
DECLARED_ALONE = {**DAYS, "type": "s3", "dataset": "Events"}
WAITING = {**DECLARED_ALONE, "wait_minutes": 10}
TITLE = "IngestionBackfill 'run-1'"
STEPS = ["enqueued", "started", "download_started", "completed"]


@dataclass
class Runs:
    """A Console API that starts runs, each of which moves on whenever it is looked at."""

    statuses: list[str] = field(default_factory=lambda: list(STEPS))
    """Those to come; the last one stays."""
    started: int = 0
    looked: int = 0
    answers: dict[int, httpx.Response | Exception] = field(default_factory=dict)
    """What the n-th look is told instead."""
    refusal: httpx.Response | None = None

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            if self.refusal:
                return self.refusal
            self.started += 1
            return self.told({"runID": f"run-{self.started}"})
        self.looked += 1
        other = self.answers.get(self.looked)
        if isinstance(other, Exception):
            raise other
        return other or self.told({"runID": request.url.path.rpartition("/")[2], **self.run()})

    def run(self) -> Json:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {"latestStatus": status, "createdAt": "2026-03-03T10:00:00.000Z", "sources": ["orders"]}

    def told(self, data: Json) -> httpx.Response:
        return httpx.Response(200, json={"message": "done", "data": json.loads(json.dumps(data))})


NO = httpx.Response(401, json={"status": 401, "message": "not now"})
GONE = httpx.Response(404, json={"statusCode": 404, "message": "runID run-1 not found", "error": "Not Found"})


@dataclass
class Clock:
    """Time that passes by sleeping alone."""

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
def backfill(runs: Runs, heard: Heard, clock: Clock) -> Lifecycle:
    return made_of(runs, heard)


def made_of(runs: Runs, reporter: Reporter) -> Lifecycle:
    declaration = REGISTRY["IngestionBackfill"]
    client = Client("console-KEY123", transport=httpx.MockTransport(runs.handle))
    lifecycle: Lifecycle = declaration.cls.lifecycle(declaration, RunContext(client, reporter))
    return lifecycle


# -- without waiting


def test_a_run_is_started_and_not_waited_for(backfill: Lifecycle, runs: Runs, clock: Clock, heard: Heard) -> None:
    id_, outputs = backfill.create(DECLARED_ALONE)
    assert (id_, runs.started, runs.looked, clock.slept, heard.said) == ("run-1", 1, 1, [], [])
    assert (outputs["is_finished"], outputs["latest_status"]) == (False, "enqueued")
    assert not backfill.diff(outputs, DECLARED_ALONE)


def test_what_is_refused_starts_nothing(backfill: Lifecycle, runs: Runs) -> None:
    runs.refusal = httpx.Response(400, json={"status": 400, "message": "no such source"})
    with pytest.raises(RejectedError, match="no such source"):
        backfill.create(WAITING)
    assert runs.looked == 0


def test_a_delete_does_nothing(backfill: Lifecycle, runs: Runs, heard: Heard) -> None:
    id_, outputs = backfill.create(DECLARED_ALONE)
    backfill.delete(id_, outputs)
    assert (runs.started, runs.looked, heard.said) == (1, 1, [])


# -- waiting


def test_a_run_is_waited_for_and_each_step_is_told(backfill: Lifecycle, runs: Runs, clock: Clock, heard: Heard) -> None:
    runs.statuses = ["enqueued", "started", "started", "completed"]
    _, outputs = backfill.create(WAITING)
    assert (outputs["latest_status"], outputs["is_finished"]) == ("completed", True)
    assert (runs.started, runs.looked) == (1, 4)
    assert heard.said == [
        ("info", f"{TITLE}: enqueued, waiting 0 of 600 s"),
        ("info", f"{TITLE}: started, waiting 1 of 600 s"),
        ("info", f"{TITLE}: completed after 5 s"),
    ]
    assert clock.slept == sorted(clock.slept)
    assert not backfill.diff(outputs, WAITING)


def test_a_long_step_is_told_again_and_again(backfill: Lifecycle, runs: Runs, clock: Clock, heard: Heard) -> None:
    runs.statuses = ["started"] * 30 + ["completed"]
    backfill.create(WAITING)
    assert max(clock.slept) == job.SLOWEST_POLL_S
    told = [words for _, words in heard.said if ": started, waiting" in words]
    assert len(told) * (job.REPORT_INTERVAL_S + job.SLOWEST_POLL_S) >= clock.monotonic()


@pytest.mark.parametrize("word", ["download_error", "FAILED", "INTERNAL_WRITE_ERROR_EVENTS", "cancelled"])
def test_a_run_that_fails_is_an_error_and_no_resource(backfill: Lifecycle, runs: Runs, word: str) -> None:
    runs.statuses = ["started", word]
    with pytest.raises(StatsigError, match=f"^{TITLE} failed in Statsig: {word}; `pulumi up` starts it again$"):
        backfill.create(WAITING)
    assert runs.started == 1


@pytest.mark.parametrize("word", ["completed", "IMPORT_SUCCESSFUL", "success"])
def test_the_words_for_success_end_the_wait(backfill: Lifecycle, runs: Runs, word: str) -> None:
    runs.statuses = [word]
    assert backfill.create(WAITING)[1]["is_finished"] is True


def test_when_the_time_is_up_it_is_a_warning_and_the_next_up_waits_again(
    backfill: Lifecycle, runs: Runs, clock: Clock, heard: Heard
) -> None:
    runs.statuses = ["download_started"]
    id_, outputs = backfill.create(WAITING)
    words = f"{TITLE}: not finished after 10 minutes (download_started); the next `pulumi up` waits again"
    assert heard.said[-1] == ("warning", words)
    assert clock.monotonic() == pytest.approx(600)
    assert (outputs["is_finished"], outputs["latest_status"]) == (False, "download_started")

    assert backfill.diff(outputs, WAITING).changed == ("is_finished",)
    assert backfill.diff(outputs, WAITING).replaces == ()
    assert not backfill.diff(outputs, DECLARED_ALONE).changed
    runs.statuses = ["download_started", "completed"]
    outputs = backfill.update(id_, outputs, WAITING)
    assert (outputs["is_finished"], runs.started) == (True, 1)
    assert not backfill.diff(outputs, WAITING)


def test_a_run_that_fails_when_it_is_waited_for_again_has_to_be_triggered(backfill: Lifecycle, runs: Runs) -> None:
    runs.statuses = ["started"]
    id_, outputs = backfill.create(WAITING)
    runs.statuses = ["download_error"]
    with pytest.raises(StatsigError, match="download_error; change triggers to start it again"):
        backfill.update(id_, outputs, WAITING)
    refreshed = backfill.read(id_, outputs)
    assert refreshed is not None
    assert refreshed.outputs["latest_status"] == "download_error"
    assert not backfill.diff(refreshed.outputs, WAITING)


@pytest.mark.parametrize("status", [401, 400])
def test_what_cannot_be_looked_at_is_not_lost_and_not_run_again(
    backfill: Lifecycle, runs: Runs, heard: Heard, status: int
) -> None:
    runs.answers = {2: httpx.Response(status, json={"status": status, "message": "not now"})}
    id_, outputs = backfill.create(WAITING)
    words = f"GET /ingestion/runs/run-1 answered {status}: not now; the next `pulumi up` waits again"
    assert heard.said[-1] == ("warning", f"{TITLE}: {words}")
    assert outputs["is_finished"] is False
    assert backfill.update(id_, outputs, WAITING)["is_finished"] is True
    assert runs.started == 1


@pytest.mark.parametrize("answer", [GONE, NO])
def test_a_run_that_is_not_shown_at_once_is_waited_for(backfill: Lifecycle, runs: Runs, answer: httpx.Response) -> None:
    runs.answers = {1: answer, 2: GONE}
    assert backfill.create(WAITING)[1]["is_finished"] is True


def test_the_wait_ends_when_there_is_nobody_to_tell(runs: Runs, clock: Clock) -> None:
    class Engine(Reporter):
        def say(self, severity: str, message: str) -> None:
            if clock.monotonic() > 20:
                raise ConnectionError("the engine is gone")

    runs.statuses = ["started"]
    with pytest.raises(ConnectionError):
        made_of(runs, Engine()).create(WAITING)
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
def test_a_change_of_what_is_run_or_of_a_trigger_runs_it_again(backfill: Lifecycle, change: dict[str, Json]) -> None:
    inputs = {**DECLARED_ALONE, "triggers": ["a"]}
    _, outputs = backfill.create(inputs)
    (name,) = change
    assert backfill.diff(outputs, inputs | change).replaces == (name,)
    assert not backfill.deletes_before_replacing(outputs, inputs | change)


def test_another_limit_runs_nothing_and_a_finished_run_is_not_asked_about(backfill: Lifecycle, runs: Runs) -> None:
    id_, outputs = backfill.create(WAITING)
    looked = runs.looked
    longer = WAITING | {"wait_minutes": 20}
    assert backfill.diff(outputs, longer).replaces == ()
    outputs = backfill.update(id_, outputs, longer)
    assert (outputs["wait_minutes"], outputs["is_finished"]) == (20, True)
    assert (runs.started, runs.looked) == (1, looked)
    assert not backfill.diff(outputs, longer)


def test_a_limit_that_is_added_later_waits(backfill: Lifecycle, runs: Runs) -> None:
    id_, outputs = backfill.create(DECLARED_ALONE)
    assert backfill.diff(outputs, WAITING).changed == ("wait_minutes",)
    assert backfill.update(id_, outputs, WAITING)["is_finished"] is True
    assert runs.started == 1


# -- refresh


def test_a_refresh_shows_how_the_run_stands_and_changes_no_input(backfill: Lifecycle, runs: Runs) -> None:
    inputs = {**DECLARED_ALONE, "triggers": [1, "b"], "source": ["orders"]}
    id_, outputs = backfill.create(inputs)
    for status in STEPS[1:]:
        found = backfill.read(id_, outputs)
        assert found is not None
        assert found.inputs == inputs
        assert found.outputs["latest_status"] == status
        assert found.outputs["is_finished"] is (status == "completed")
        assert not backfill.diff(found.outputs, inputs)
    assert runs.started == 1


def test_a_refresh_keeps_what_is_secret(backfill: Lifecycle) -> None:
    inputs = {**DECLARED_ALONE, "source": ["hush"], SECRET: ["source"]}
    id_, outputs = backfill.create(inputs)
    found = backfill.read(id_, outputs)
    assert found is not None
    assert (found.inputs[SECRET], found.outputs[SECRET]) == (["source"], ["source"])


@pytest.mark.parametrize("inputs", [DECLARED_ALONE, WAITING], ids=["unwaited", "waited"])
def test_a_run_that_the_api_has_forgotten_is_never_run_again(
    backfill: Lifecycle, runs: Runs, heard: Heard, inputs: dict[str, Json]
) -> None:
    runs.statuses = ["started"]
    id_, outputs = backfill.create(inputs)
    runs.answers = dict.fromkeys(range(runs.looked + 1, runs.looked + 10), GONE)
    found = backfill.read(id_, outputs)
    assert found is not None
    assert found.outputs == outputs
    if backfill.diff(outputs, inputs):
        outputs = backfill.update(id_, outputs, inputs)
        assert "no longer knows the run" in heard.said[-1][1]
    assert not backfill.diff(outputs, inputs)
    assert runs.started == 1


def test_a_look_up_of_a_run_that_is_not_there_says_so(backfill: Lifecycle, runs: Runs) -> None:
    runs.answers = {1: GONE}
    with pytest.raises(GoneError, match="IngestionBackfill 'run-1' does not exist"):
        backfill.read("run-1", {})


def test_a_look_up_shows_a_run(backfill: Lifecycle) -> None:
    found = backfill.read("run-7", {})
    assert found is not None
    assert (found.inputs, found.outputs["run_id"], found.outputs[DECLARED]) == ({}, "run-7", [])


# -- import


def test_a_run_is_adopted_without_being_started(backfill: Lifecycle, runs: Runs) -> None:
    inputs, problems = backfill.check({**WAITING, IMPORT: "run-7"}, new=True)
    assert problems == []
    id_, outputs = backfill.create(inputs)
    assert (id_, outputs["run_id"], runs.started) == ("run-7", "run-7", 0)


def test_a_run_that_is_not_there_cannot_be_adopted(backfill: Lifecycle, runs: Runs) -> None:
    runs.answers = dict.fromkeys(range(1, 5), GONE)
    _, problems = backfill.check({**WAITING, IMPORT: "run-7"}, new=True)
    assert [str(problem) for problem in problems] == [
        "IngestionBackfill 'run-7' does not exist in this Statsig project, so it cannot be imported"
    ]
    with pytest.raises(GoneError):
        backfill.create({**WAITING, IMPORT: "run-7"})
    assert runs.started == 0
