"""Behaviour of jobs: what runs once when the resource is created, and again when its triggers change."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, Literal

from ..api.retry import is_without_effect
from ..errors import GoneError, StatsigError
from ..json_values import Json
from ..schema import state
from ..schema.diff import Changes
from ..schema.live_object import LiveObject
from ..schema.state import DECLARED, IMPORT, Outputs
from ..settings import OnExisting
from .adoption import Adoption
from .crud import Lifecycle, LiveState
from .update import Updater

Outcome = Literal["running", "finished", "failed"]
FINISHED: Final = "is_finished"
FIRST_POLL_S: Final = 1.0
SLOWEST_POLL_S: Final = 30.0
REPORT_INTERVAL_S: Final = 30.0
"""The longest silence of a wait. A report fails once the engine is gone, which ends the wait."""


class JobAdoption(Adoption):
    """Imports runs: a run conflicts with no other, and nothing of it can be changed."""

    def __init__(self, updater: Updater, poll_fn: Callable[[str, Mapping[str, Json]], LiveObject | None]) -> None:
        super().__init__(updater)
        self._poll_fn = poll_fn

    def get(self, id_: str, inputs: Mapping[str, Json]) -> LiveObject:
        live = self._poll_fn(id_, inputs)
        if live is None:
            raise GoneError(
                f"{self.declaration.kind} '{id_}' does not exist in this Statsig project, so it cannot be imported"
            )
        return live

    def on_existing(self, inputs: Mapping[str, Json]) -> OnExisting:
        return "fail"

    def differences(self, inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
        return []


class Job(Lifecycle):
    """Behaviour of something that is run once: create starts it, and waits for it if that is declared.

    Use it if the API starts something and has no object to update or delete. A run is never started again by
    itself; a change of any property replaces the resource, which starts a new one.
    """

    keeps_on_delete = True
    shows_runs = True
    """Whether the API shows the runs that were started, so that one whose response was lost can be found."""

    def make_adoption(self) -> Adoption:
        return JobAdoption(self.updater, self.poll)

    def start(self, inputs: Mapping[str, Json]) -> tuple[str, LiveObject]:
        """Start the run; return its id and what the API returned of it."""
        raise NotImplementedError

    def find_started(self, inputs: Mapping[str, Json], since_s: float) -> tuple[str, LiveObject] | None:
        """Return the id and the object of the run that was started since then as declared; None if there is none.

        ``since_s`` is in seconds since 1970, by the clock of the API.
        """
        raise NotImplementedError

    def poll(self, id_: str, values: Mapping[str, Json]) -> LiveObject | None:
        """Return the run as it is now; None if the API no longer knows it. ``values`` are its inputs or outputs."""
        raise NotImplementedError

    def outcome(self, live: LiveObject) -> tuple[Outcome, str]:
        """Return the outcome of a run so far, and the API's word for it."""
        raise NotImplementedError

    def diff(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        found = super().diff(outputs, inputs)
        if not found.changed and "wait_minutes" in inputs and outputs.get(FINISHED) is False:
            # An earlier wait timed out: an update waits again.
            return Changes(changed=(FINISHED,), released=found.released)
        return found

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        if isinstance(inputs.get(IMPORT), str):
            return str(inputs[IMPORT]), self._outputs(inputs, self.adoption.live_to_import(inputs), {})
        id_, live = self._start_once(inputs)
        with suppress(StatsigError):  # the run is started: an error here would leave it out of the state
            live = self.poll(id_, inputs) or live
        resource = ""
        try:
            outputs = self._wait(id_, inputs, live, {}, "`pulumi up` starts it again")
            resource = self.call.resource
        finally:
            if self.call.is_awaited_fn():
                self.context.note_stored(self.adoption.fingerprint(inputs), resource, id_)
        return id_, outputs

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        live = self.poll(id_, outputs)
        if live is None and DECLARED not in outputs:
            raise GoneError(f"{self.declaration.kind} '{id_}' does not exist in this Statsig project")
        inputs = state.restore_inputs(self.declaration, outputs)
        # A run that the API no longer knows was carried out all the same: it is not started again.
        return LiveState(dict(outputs) if live is None else self._outputs(inputs, live, outputs), inputs)

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        unchanged = state.rebuild_outputs(self.declaration, outputs, inputs)
        if outputs.get(FINISHED):
            return unchanged
        live = self.poll(id_, outputs)
        if live is None:
            title = self.declaration.title(inputs, id_)
            self.reporter.say("warning", f"{title}: Statsig no longer knows the run; its result is not waited for")
            return unchanged | {FINISHED: True}
        return self._wait(id_, inputs, live, outputs, "change triggers to start it again")

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Delete nothing: a run cannot be undone."""

    # -- steps

    def _start_once(self, inputs: Mapping[str, Json]) -> tuple[str, LiveObject]:
        """Start the run, unless an interrupted run of this program has started it, and it has not failed since."""
        fingerprint = self.adoption.fingerprint(inputs)
        sent_s = self.context.interrupted_at_s(fingerprint)
        self.context.note_request(fingerprint)
        started = None if sent_s is None else self.find_started(inputs, sent_s)
        if started is not None and self.outcome(started[1])[0] != "failed":
            title = self.declaration.title(inputs, started[0])
            if self.shows_runs:
                words = "was started by an interrupted run; it is not started again"
            else:
                words = "may have been started by an interrupted run; to start it again, change triggers"
            self.reporter.say("warning", f"{title} {words}")
            return started
        try:
            return self.start(inputs)
        except StatsigError as error:
            if is_without_effect(error):
                self.context.note_refused(fingerprint)
            elif not self.shows_runs:
                error.next_step = (
                    "Statsig may have started it, and does not show it: `pulumi up` counts it as started;"
                    " to start it again, change triggers"
                )
            raise

    def _outputs(self, inputs: Mapping[str, Json], live: LiveObject, outputs: Mapping[str, Json]) -> Outputs:
        found = state.build_outputs(self.declaration, inputs, live, outputs)
        return found | {FINISHED: self.outcome(live)[0] != "running"}

    def _wait(
        self, id_: str, inputs: Mapping[str, Json], live: LiveObject, outputs: Mapping[str, Json], next_step: str
    ) -> Outputs:
        """Return the outputs when the run has finished, or when the declared time is over."""
        title, minutes = self.declaration.title(inputs, id_), inputs.get("wait_minutes")
        if isinstance(minutes, (int, float)):
            wait = _Wait(minutes * 60)
            live = self._poll_until_finished(id_, inputs, live, wait)
            outcome, word = self.outcome(live)
            if outcome == "failed":
                raise StatsigError(f"{title} failed in Statsig: {word}; {next_step}")
            if outcome == "finished":
                self.reporter.say("info", f"{title}: {word} after {wait.passed_s():.0f} s")
            else:
                late = f"not finished after {minutes:g} {'minute' if minutes == 1 else 'minutes'} ({word})"
                self.reporter.say("warning", f"{title}: {wait.broken or late}; the next `pulumi up` waits again")
        return self._outputs(inputs, live, outputs)

    def _poll_until_finished(self, id_: str, inputs: Mapping[str, Json], live: LiveObject, wait: _Wait) -> LiveObject:
        title, reported, report_at_s = self.declaration.title(inputs, id_), "", 0.0
        while True:
            outcome, word = self.outcome(live)
            if outcome != "running" or (left_s := wait.left_s()) <= 0:
                return live
            passed_s = wait.passed_s()
            if word != reported or passed_s >= report_at_s:
                reported, report_at_s = word, passed_s + REPORT_INTERVAL_S
                self.reporter.say("info", f"{title}: {word}, waiting {passed_s:.0f} of {wait.limit_s:.0f} s")
            time.sleep(min(wait.pause_s(), left_s, self.client.deadline.left_s()))
            try:
                live = self.poll(id_, inputs) or live
            except StatsigError as error:
                # The run goes on, so that it has to stay in the state.
                wait.broken = error.summary
                return live


class _Wait:
    """The time that a run is waited for, and the pauses between two polls."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s, self.broken = limit_s, ""
        self._started_s, self._pause_s = time.monotonic(), FIRST_POLL_S

    def passed_s(self) -> float:
        """Return the seconds since the wait began."""
        return time.monotonic() - self._started_s

    def left_s(self) -> float:
        """Return the seconds until the wait ends."""
        return self.limit_s - self.passed_s()

    def pause_s(self) -> float:
        """Return the next pause in seconds; each is longer than the one before."""
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 1.5, SLOWEST_POLL_S)
        return pause_s
