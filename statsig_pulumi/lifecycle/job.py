"""The life of what is done once, such as a backfill: making the resource does it, new triggers do it again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, Literal

from ..errors import GoneError, StatsigError
from ..json_values import Json
from ..schema import state
from ..schema.diff import Changes
from ..schema.state import DECLARED, IMPORT, Outputs
from ..settings import OnExisting
from .crud import Found, Lifecycle
from .resource_client import Live

Outcome = Literal["running", "finished", "failed"]
FINISHED: Final = "is_finished"
FIRST_POLL_S: Final = 1.0
SLOWEST_POLL_S: Final = 30.0
SAY_EVERY_S: Final = 30.0
"""How long a wait may be silent. It ends when it has nobody to tell: with the engine its reporter fails."""


class Job(Lifecycle):
    """Starts a run, waits for it where that is declared, and never starts it again by itself."""

    def start(self, inputs: Mapping[str, Json]) -> tuple[str, Live]:
        """Start the run; its id and what the API tells of it."""
        raise NotImplementedError

    def seen(self, id_: str, olds: Mapping[str, Json]) -> Live | None:
        """The run as it stands; None where the API no longer tells."""
        raise NotImplementedError

    def outcome(self, live: Live) -> tuple[Outcome, str]:
        """How a run stands, and the API's word for it."""
        raise NotImplementedError

    def diff(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Changes:
        found = super().diff(olds, news)
        if not found.changed and "wait_minutes" in news and olds.get(FINISHED) is False:
            # An earlier wait timed out: wait again.
            return Changes(changed=(FINISHED,), released=found.released)
        return found

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        if isinstance(inputs.get(IMPORT), str):
            return str(inputs[IMPORT]), self._outputs(inputs, self._adopted(inputs), {})
        id_, live = self.start(inputs)
        with suppress(StatsigError):  # it is started: as an error, this would leave the state without it
            live = self.seen(id_, inputs) or live
        return id_, self._waited(id_, inputs, live, {}, "`pulumi up` starts it again")

    def read(self, id_: str, olds: Mapping[str, Json]) -> Found | None:
        live = self.seen(id_, olds)
        if live is None and DECLARED not in olds:
            raise GoneError(f"{self.declaration.kind} '{id_}' does not exist in this Statsig project")
        inputs = state.restore_inputs(self.declaration, olds)
        # A run that the API has forgotten was run all the same: never again because of that.
        return Found(dict(olds) if live is None else self._outputs(inputs, live, olds), inputs)

    def update(self, id_: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Outputs:
        kept = state.rebuild_outputs(self.declaration, olds, news)
        if olds.get(FINISHED):
            return kept
        live = self.seen(id_, olds)
        if live is None:
            title = self.declaration.title(news, id_)
            self.reporter.say("warning", f"{title}: Statsig no longer tells how it ended; it is not waited for")
            return kept | {FINISHED: True}
        return self._waited(id_, news, live, olds, "change triggers to start it again")

    def delete(self, id_: str, olds: Mapping[str, Json]) -> None:
        """What was run was run."""

    def _adopted(self, inputs: Mapping[str, Json]) -> Live:
        live = self.seen(str(inputs[IMPORT]), inputs)
        if live is None:
            raise GoneError(
                f"{self.declaration.kind} '{inputs[IMPORT]}' does not exist in this Statsig project,"
                " so it cannot be imported"
            )
        return live

    def _differing(self, inputs: Mapping[str, Json], live: Live) -> list[str]:
        """A run is what it was."""
        return []

    def _on_existing(self, inputs: Mapping[str, Json]) -> OnExisting:
        """No run is in the way of another."""
        return "fail"

    def _outputs(self, inputs: Mapping[str, Json], live: Live, olds: Mapping[str, Json]) -> Outputs:
        found = state.build_outputs(self.declaration, inputs, live, olds)
        return found | {FINISHED: self.outcome(live)[0] != "running"}

    def _waited(
        self, id_: str, inputs: Mapping[str, Json], live: Live, olds: Mapping[str, Json], again: str
    ) -> Outputs:
        """The outputs once the run is finished, or as they are when the time is up."""
        title, minutes = self.declaration.title(inputs, id_), inputs.get("wait_minutes")
        if isinstance(minutes, (int, float)):
            wait = _Wait(minutes * 60)
            live = self._last_seen(id_, inputs, live, wait)
            how, word = self.outcome(live)
            if how == "failed":
                raise StatsigError(f"{title} failed in Statsig: {word}; {again}")
            if how == "finished":
                self.reporter.say("info", f"{title}: {word} after {wait.passed_s():.0f} s")
            else:
                late = f"not finished after {minutes:g} {'minute' if minutes == 1 else 'minutes'} ({word})"
                self.reporter.say("warning", f"{title}: {wait.broken or late}; the next `pulumi up` waits again")
        return self._outputs(inputs, live, olds)

    def _last_seen(self, id_: str, inputs: Mapping[str, Json], live: Live, wait: _Wait) -> Live:
        """The run when it is finished, or the wait is over."""
        title, told, tell_at_s = self.declaration.title(inputs, id_), "", 0.0
        while (how_and_word := self.outcome(live))[0] == "running" and (left_s := wait.left_s()) > 0:
            passed_s = wait.passed_s()
            if how_and_word[1] != told or passed_s >= tell_at_s:
                told, tell_at_s = how_and_word[1], passed_s + SAY_EVERY_S
                self.reporter.say("info", f"{title}: {told}, waiting {passed_s:.0f} of {wait.limit_s:.0f} s")
            time.sleep(min(wait.pause_s(), left_s))
            try:
                live = self.seen(id_, inputs) or live
            except StatsigError as error:
                # The run goes on, and has to stay in the state.
                wait.broken = error.words
                break
        return live


class _Wait:
    """How long a run has been waited for, and when it is looked at next."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s, self.broken = limit_s, ""
        self._started_s, self._pause_s = time.monotonic(), FIRST_POLL_S

    def passed_s(self) -> float:
        return time.monotonic() - self._started_s

    def left_s(self) -> float:
        return self.limit_s - self.passed_s()

    def pause_s(self) -> float:
        """The next pause, each longer than the one before."""
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 1.5, SLOWEST_POLL_S)
        return pause_s
