"""The dynamic provider: the lifecycle of an entity in the words of pulumi.dynamic.

The engine runs this in a process of its own, the plugin. The path of this module, the name
of the class and its one string stand in the state of every resource and must not change.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import UNKNOWN as ENGINE_UNKNOWN
from pulumi.output import Unknown

from . import engine, settings
from .api import rate_limit, rate_limit_stores
from .errors import StatsigError
from .json_values import UNKNOWN, Json, plain, without_null
from .lifecycle.crud import Lifecycle
from .lifecycle.run_context import RunContext
from .schema.declaration import REGISTRY
from .schema.state import RESOURCE, Inputs, Outputs
from .settings import Policy

if TYPE_CHECKING:
    from .api.client import Client

ENGINE_KEY = "__provider"


class EntityProvider(ResourceProvider):
    """Pickled into the state of every resource, so it holds the kind of entity and nothing else."""

    serialize_as_secret_always = False
    _settings: Mapping[str, str] = {}

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __reduce__(self) -> tuple[type, tuple[str]]:
        # A tuple of arguments and no dict: the SDK's pickler recurses over dicts (pulumi 3.272, ~960 resources).
        return EntityProvider, (self.kind,)

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration; nothing is sent before the first call."""
        if os.environ.get("STATSIG_DEBUG") != "1":
            # In the plugin only: makes an error one line. In the program's process it would hang `pulumi up`.
            sys.tracebacklimit = 0
        self._settings = {name: str(req.config.get(name)) for name in SETTINGS if req.config.get(name) is not None}

    @property
    def lifecycle(self) -> Lifecycle:
        """The lifecycle of this kind, on the one client of the process."""
        declaration = REGISTRY[self.kind]
        with _one_at_a_time:
            client, reporter, run = _client(tuple(sorted(self._settings.items()))), engine.reporter(), _run()
        policy = Policy.from_settings(self._settings)
        made: Lifecycle = declaration.cls.lifecycle(declaration, client, reporter, policy, run)
        return made

    def check(self, _olds: Inputs, news: Inputs) -> CheckResult:
        new, lifecycle = set(_olds) <= {ENGINE_KEY}, self.lifecycle
        inputs, problems = lifecycle.check(_from_engine(news), new=new)
        before = without_null(_from_engine(_olds))
        moved = {name for name, value in without_null(inputs).items() if value != before.get(name)}
        moved |= {name for name, value in inputs.items() if value is None and name in before}
        CHECKED[self._mark(inputs)] = CheckedInputs(str(news.get(RESOURCE)), moved)
        if new and not problems:
            lifecycle.client.budget.expect()
        return CheckResult(_to_engine(inputs), [CheckFailure("", str(problem)) for problem in problems])

    def diff(self, _id: str, _olds: Outputs, _news: Inputs) -> DiffResult:
        olds, news = _from_engine(_olds), _from_engine(_news)
        lifecycle = self.lifecycle
        # A refresh asks too, how what it has read differs from the state: there, nothing may be refused.
        checked = CHECKED.get(self._mark(news))
        found = (lifecycle.drift if checked is None else lifecycle.diff)(olds, news)
        if checked and not found.replaces:
            lifecycle.hold(checked.resource, _id, olds)
        if checked and found:
            lifecycle.client.budget.expect()
        if found.released:
            title, names = lifecycle.declaration.title(news, _id), ", ".join(found.released)
            lifecycle.reporter.say("info", f"{title}: no longer managed, left as it is in Statsig: {names}")
        # For None the engine compares old and new inputs by itself, which `replace_on_changes` needs. A switch that
        # a create could not finish, or a run that is not finished, differs in the outputs alone: it has to be told.
        declared = [name for name in found.changed if name in news]
        seen_in_inputs = found.released or any(
            (checked and n in checked.moved) or not lifecycle.is_action(n) for n in declared
        )
        return DiffResult(
            changes=None if seen_in_inputs else bool(found),
            replaces=list(found.replaces),
            delete_before_replace=lifecycle.deletes_before_replacing(olds, news),
        )

    def create(self, props: Inputs) -> CreateResult:
        inputs = _from_engine(props)
        with self._named(props, inputs=inputs):
            id_, outputs = self.lifecycle.create(inputs)
        return CreateResult(id_, outputs)

    def read(self, id_: str, props: Outputs) -> ReadResult:
        with self._named(props, id_):
            found = self.lifecycle.read(id_, _from_engine(props))
        return ReadResult("", {}) if found is None else ReadResult(id_, found.outputs, found.inputs)

    def update(self, _id: str, _olds: Outputs, _news: Inputs) -> UpdateResult:
        inputs = _from_engine(_news)
        with self._named(_news, _id, inputs):
            return UpdateResult(self.lifecycle.update(_id, _from_engine(_olds), inputs))

    def delete(self, _id: str, _props: Outputs) -> None:
        with self._named(_props, _id):
            self.lifecycle.delete(_id, _from_engine(_props))

    def _mark(self, inputs: Inputs) -> str:
        """Equal texts for equal inputs of this kind."""
        text = f"{self.kind} {json.dumps(without_null(inputs), sort_keys=True, default=repr)}"
        return hashlib.sha256(text.encode()).hexdigest()

    @contextmanager
    def _named(self, values: Inputs | Outputs, id_: str = "", inputs: Inputs | None = None) -> Iterator[None]:
        """Errors say which object they are about, and what waits is shown on its resource."""
        checked = CHECKED.get(self._mark(inputs)) if inputs else None
        engine.at_hand.urn = checked.resource if checked and checked.resource.startswith("urn:") else ""
        try:
            yield
        except StatsigError as error:
            raise error.about(REGISTRY[self.kind].title(values, id_)) from None


SETTINGS = (
    "statsig:apiKey",
    "statsig:baseUrl",
    "statsig:respectReviews",
    rate_limit.SETTING,
    rate_limit_stores.SETTING,
    *settings.SETTINGS,
)
"""Configuration keys of a stack that this package reads."""


@dataclass(frozen=True)
class CheckedInputs:
    """What was checked: the engine checks what a program declares, and not what a refresh reads."""

    resource: str
    """The resource's URN or name."""
    moved: set[str]
    """Which of the inputs differ from those in the state."""


CHECKED: dict[str, CheckedInputs] = {}
"""By the mark of the inputs."""


@cache
def _run() -> RunContext:
    """A plugin serves one command, so that what it remembers is of one run."""
    from .lifecycle.create_journal import CreateJournal
    from .settings import folder

    if (address := engine.engine_address()) is None:
        return RunContext()
    journal = CreateJournal(folder("creates"), address)
    return RunContext(note_create=journal.note, was_interrupted=journal.was_interrupted)


_one_at_a_time = Lock()
"""Without it, the plugin's threads would each make a client and a run where there is none yet."""


@cache
def _client(settings: tuple[tuple[str, str], ...]) -> Client:
    """One connection pool for all kinds of a run."""
    from .api.client import Client

    reporter = engine.reporter()
    return Client.from_settings(
        dict(settings), report=lambda message: reporter.say("info", message), report_wait=reporter.show
    )


def _from_engine(value: Json) -> Json:
    """The engine's unknown values as ours, and its doubles as the ints they were, at any depth."""
    match value:
        case dict():
            # Sorted, because the engine's maps come in random order and Statsig keeps the order of what it gets.
            return {key: _from_engine(value[key]) for key in sorted(value) if key != ENGINE_KEY}
        case list():
            return [_from_engine(item) for item in value]
        case Unknown():
            return UNKNOWN
        case _:
            return plain(value)


def _to_engine(value: Json) -> Any:
    match value:
        case dict():
            return {key: _to_engine(item) for key, item in value.items()}
        case list():
            return [_to_engine(item) for item in value]
        case _ if value is UNKNOWN:
            return ENGINE_UNKNOWN
        case _:
            return value
