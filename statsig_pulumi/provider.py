"""The dynamic provider: the lifecycle of a resource in the terms of pulumi.dynamic.

The engine runs it in a process of its own, the plugin. The path of this module, the name of the class and its
one string are in the state of every resource and must not change.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

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

from . import settings
from .api import rate_limit, rate_limit_stores
from .engine import EngineReporter, engine_address
from .errors import StatsigError
from .json_values import UNKNOWN, Json, plain, without_null
from .lifecycle.create_journal import CreateJournal
from .lifecycle.crud import Lifecycle
from .lifecycle.reporter import Reporter
from .lifecycle.run_context import RunContext
from .schema.declaration import REGISTRY
from .schema.state import RESOURCE, Values
from .settings import Policy

ENGINE_KEY: Final = "__provider"
"""The property under which the SDK keeps the pickled provider."""


class EntityProvider(ResourceProvider):
    """The provider of one kind; pickled into the state of every resource, so it holds the kind and nothing else."""

    serialize_as_secret_always = False
    _settings: Mapping[str, str] = {}

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __reduce__(self) -> tuple[type, tuple[str]]:
        # A tuple of arguments and no dict: the SDK's pickler recurses over dicts (pulumi 3.272, ~960 resources).
        return EntityProvider, (self.kind,)

    def configure(self, req: ConfigureRequest) -> None:
        """Take the configuration of the stack; no request is sent before the first call."""
        if os.environ.get("STATSIG_DEBUG") != "1":
            # In the plugin only: makes an error one line. In the program's process it would hang `pulumi up`.
            sys.tracebacklimit = 0
        self._settings = {name: str(req.config.get(name)) for name in SETTINGS if req.config.get(name) is not None}

    # -- the calls of the engine

    def check(self, _olds: Values, news: Values) -> CheckResult:
        is_new, lifecycle = set(_olds) <= {ENGINE_KEY}, self.lifecycle()
        inputs, problems = lifecycle.check(_from_engine(news), new=is_new)
        before, after = without_null(_from_engine(_olds)), without_null(inputs)
        changed = {name for name, value in after.items() if value != before.get(name)}
        changed |= {name for name, value in inputs.items() if value is None and name in before}
        lifecycle.context.note_checked(self.kind, inputs, str(news.get(RESOURCE)), changed)
        if is_new and not problems:
            lifecycle.client.budget.expect()
        return CheckResult(_to_engine(inputs), [CheckFailure("", str(problem)) for problem in problems])

    def diff(self, _id: str, _olds: Values, _news: Values) -> DiffResult:
        outputs, inputs = _from_engine(_olds), _from_engine(_news)
        lifecycle = self.lifecycle()
        # The engine calls this in a refresh too, with inputs that it read: then no change is rejected.
        checked = lifecycle.context.checked(self.kind, inputs)
        changes = lifecycle.drift(outputs, inputs) if checked is None else lifecycle.diff(outputs, inputs)
        if checked and not changes.replaces:
            lifecycle.own(checked.resource, _id, outputs)
        if checked and changes:
            lifecycle.client.budget.expect()
        if changes.released:
            title, names = lifecycle.declaration.title(inputs, _id), ", ".join(changes.released)
            lifecycle.reporter.say("info", f"{title}: no longer managed, unchanged in Statsig: {names}")
        # For None the engine compares old and new inputs by itself, which `replace_on_changes` needs. An action that
        # a create could not finish, or a job that has not finished, differs in the outputs only, which it ignores.
        is_in_inputs = bool(changes.released) or any(
            (checked and name in checked.changed) or not lifecycle.updater.is_action(name)
            for name in changes.changed
            if name in inputs
        )
        return DiffResult(
            changes=None if is_in_inputs else bool(changes),
            replaces=list(changes.replaces),
            delete_before_replace=lifecycle.deletes_before_replacing(outputs, inputs),
        )

    def create(self, props: Values) -> CreateResult:
        inputs = _from_engine(props)
        with _about(self.kind, inputs):
            id_, outputs = self.lifecycle(inputs).create(inputs)
        return CreateResult(id_, outputs)

    def read(self, id_: str, props: Values) -> ReadResult:
        outputs = _from_engine(props)
        with _about(self.kind, outputs, id_):
            live = self.lifecycle().read(id_, outputs)
        return ReadResult("", {}) if live is None else ReadResult(id_, live.outputs, live.inputs)

    def update(self, _id: str, _olds: Values, _news: Values) -> UpdateResult:
        inputs = _from_engine(_news)
        with _about(self.kind, inputs, _id):
            return UpdateResult(self.lifecycle(inputs).update(_id, _from_engine(_olds), inputs))

    def delete(self, _id: str, _props: Values) -> None:
        outputs = _from_engine(_props)
        with _about(self.kind, outputs, _id):
            self.lifecycle().delete(_id, outputs)

    def lifecycle(self, inputs: Values | None = None) -> Lifecycle:
        """Return the lifecycle of this kind; messages appear on the resource if the engine had its inputs checked."""
        declaration, context = REGISTRY[self.kind], CONTEXTS.get(self._settings)
        checked = context.checked(self.kind, inputs) if inputs else None
        urn = checked.resource if checked and checked.resource.startswith("urn:") else ""
        lifecycle: Lifecycle = declaration.cls.lifecycle(declaration, context, urn)
        return lifecycle


@contextmanager
def _about(kind: str, values: Values, id_: str = "") -> Iterator[None]:
    """Add to errors which object they are about."""
    try:
        yield
    except StatsigError as error:
        raise error.about(REGISTRY[kind].title(values, id_)) from None


SETTINGS = (
    "statsig:apiKey",
    "statsig:baseUrl",
    "statsig:respectReviews",
    rate_limit.SETTING,
    rate_limit_stores.SETTING,
    *settings.SETTINGS,
)
"""Configuration keys of a stack that this package reads."""


class Contexts:
    """The run contexts of a process, one per configuration; any thread may use it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._contexts: dict[tuple[tuple[str, str], ...], RunContext] = {}

    def get(self, configuration: Mapping[str, str]) -> RunContext:
        """Return the run context of a configuration."""
        key = tuple(sorted(configuration.items()))
        with self._lock:
            if key not in self._contexts:
                self._contexts[key] = run_context(configuration, engine_address())
            return self._contexts[key]


CONTEXTS: Final = Contexts()
"""The only state of this package that a process keeps: a pickled provider holds nothing but its kind."""


def run_context(configuration: Mapping[str, str], address: str | None) -> RunContext:
    """Return a new run context for the engine at this address; None outside of an engine."""
    from .api.client import Client

    reporter = EngineReporter(address) if address else Reporter()
    client = Client.from_settings(dict(configuration), report=lambda message: reporter.say("info", message))
    journal = CreateJournal(settings.folder("creates"), address) if address else None
    return RunContext(client, reporter, Policy.from_settings(configuration), journal, advise_import)


def advise_import(id_: str) -> str:
    """Return how a Python program imports an object."""
    return f'To manage it here, import it: opts=pulumi.ResourceOptions(import_="{id_}")'


def _from_engine(value: Json) -> Json:
    """Return a value of the engine with our UNKNOWN, and ints where its doubles are whole, at any depth."""
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
    """Return a value with the engine's unknown value, at any depth."""
    match value:
        case dict():
            return {key: _to_engine(item) for key, item in value.items()}
        case list():
            return [_to_engine(item) for item in value]
        case _ if value is UNKNOWN:
            return ENGINE_UNKNOWN
        case _:
            return value
