"""The dynamic provider: the lifecycle of a resource in the terms of pulumi.dynamic.

The engine runs it in a process of its own, the plugin. The path of this module, the name of the class and its
one string are in the state of every resource and must not change.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, wraps
from threading import Lock
from typing import Any, Final, TypeVar

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
from pulumi.runtime.rpc import wrap_rpc_secret

from .api.deadline import NO_DEADLINE, Deadline
from .engine import EngineReporter, engine_address, find_call, has_checkpoints, read_state, watch_engine
from .errors import Problem, StatsigError, TakenError, UnfinishedCreateError
from .json_values import UNKNOWN, Json, drop_nulls, has_unknown, normalize_json
from .lifecycle.call import Call
from .lifecycle.crud import Lifecycle
from .lifecycle.journal import Journal
from .lifecycle.reporter import Reporter
from .lifecycle.run_context import CheckedInputs, RunContext
from .lifecycle.stack_state import StackState
from .local_files import local_state_folder
from .schema.declaration import REGISTRY
from .schema.diff import Changes
from .schema.state import DECLARED, HIDDEN, PROJECT, RESOURCE, SECRET, SECRET_BELOW, Inputs, Outputs
from .settings import DEBUG, STACK_KEYS, Settings, check_stack_keys

ENGINE_KEY: Final = "__provider"
"""The property under which the SDK keeps the pickled provider."""
LIMITED: Final = ("create", "update", "delete")
"""The calls that ``custom_timeouts`` limit."""
TRACEBACK_LINES: Final = 1_000
"""The default of Python."""
Method = TypeVar("Method", bound=Callable[..., Any])


def _noting_failures(method: Method) -> Method:
    """Return a method that notes in the run context that it failed."""

    @wraps(method)
    def call(self: EntityProvider, *values: Any) -> Any:
        try:
            return method(self, *values)
        except Exception:
            self.note_failure()
            raise

    return call  # type: ignore[return-value]


class EntityProvider(ResourceProvider):
    """The provider of one kind; pickled into the state of every resource, so it holds the kind and nothing else."""

    serialize_as_secret_always = False
    _configuration: Mapping[str, str] = {}

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __reduce__(self) -> tuple[type, tuple[str]]:
        # A tuple of arguments and no dict: the SDK's pickler recurses over dicts (pulumi 3.272, ~960 resources).
        return EntityProvider, (self.kind,)

    def configure(self, req: ConfigureRequest) -> None:
        """Take the configuration of the stack; no request is sent before the first call."""
        # Makes an error one line, in the plugin only. In the program's process it would hang `pulumi up`.
        sys.tracebacklimit = 0
        if DEBUG.from_environment():
            sys.tracebacklimit = TRACEBACK_LINES
        # The SDK offers no list of the keys. Without these attributes, an unknown key is ignored.
        check_stack_keys(getattr(req.config, "_props", ()), getattr(req.config, "_project_name", ""))
        self._configuration = {key: str(req.config.get(key)) for key in STACK_KEYS if req.config.get(key) is not None}

    # -- the calls of the engine

    def check(self, _olds: Inputs, news: Inputs) -> CheckResult:
        self._verify(is_preview=True)
        declared, is_new = _from_engine(news), set(_olds) <= {ENGINE_KEY}
        lifecycle = self.lifecycle("check", declared)
        resource = lifecycle.call.resource or news.get(RESOURCE) or ""
        with _about(lifecycle, declared):
            inputs, problems = lifecycle.check(declared | {RESOURCE: resource or None}, new=is_new)
        before, after = drop_nulls(_from_engine(_olds)), drop_nulls(inputs)
        changed = {name for name, value in after.items() if value != before.get(name)}
        changed |= {name for name, value in inputs.items() if value is None and name in before}
        lifecycle.context.note_checked(self.kind, inputs, resource, changed, news.get(HIDDEN) or ())
        lifecycle.context.note_replaced(resource)
        if is_new and not problems:
            lifecycle.client.write_budget.expect()
        redacted = lifecycle.redact(problems, declared)
        return CheckResult(_to_engine(inputs), [CheckFailure("", advised(problem)) for problem in redacted])

    def diff(self, _id: str, _olds: Inputs, _news: Inputs) -> DiffResult:
        outputs, inputs = _from_engine(_olds), _from_engine(_news)
        self._verify(outputs, is_preview=True)
        # The engine calls this in a refresh too, with inputs that it read: then no change is rejected.
        checked = self._context.checked(self.kind, inputs)
        lifecycle = self.lifecycle("diff", outputs, inputs, checked=checked)
        if checked and (owner := lifecycle.ownership.ended_with(_id, outputs)):
            return DiffResult(changes=True, replaces=[owner])
        with _about(lifecycle, inputs, _id):
            changes = lifecycle.drift(outputs, inputs) if checked is None else lifecycle.diff(outputs, inputs)
        if changes.released:
            lifecycle.releases.warn(_id, outputs, changes)
        if checked:
            self._plan(lifecycle, checked, _id, outputs, inputs, changes)
        elif changes.replaces and has_unknown(inputs):  # it would be replaced with one that it depends on
            lifecycle.context.note_replaced(lifecycle.call.resource)
        # For None the engine compares old and new inputs by itself, which `replace_on_changes` needs. What a create
        # could not finish, a job that has not finished, or what a review holds differs in the outputs only, which it
        # ignores.
        is_in_inputs = bool(changes.released) or any(
            (checked and name in checked.changed) or not lifecycle.updater.is_set_after_create(name)
            for name in changes.changed
            if name in inputs and name not in changes.held
        )
        return DiffResult(
            changes=None if is_in_inputs else bool(changes),
            replaces=list(changes.replaces),
            delete_before_replace=lifecycle.deletes_before_replacing(outputs, inputs),
        )

    def _plan(
        self, lifecycle: Lifecycle, checked: CheckedInputs, id_: str, outputs: Outputs, inputs: Inputs, changes: Changes
    ) -> None:
        """Note and report what the run is going to do with a resource."""
        if changes.replaces:
            lifecycle.ownership.condemn(id_, outputs)
        else:
            lifecycle.ownership.keep(checked.resource, id_, outputs)
        if changes:
            lifecycle.client.write_budget.expect()
            lifecycle.preview.announce(outputs, inputs, changes, checked.hidden)
        lifecycle.reviews.announce(id_, outputs, inputs, changes)

    @_noting_failures
    def create(self, props: Inputs) -> CreateResult:
        inputs = _from_engine(props)
        project = self._verify()
        lifecycle = self.lifecycle("create", inputs, checked=self._context.checked(self.kind, inputs))
        with _about(lifecycle, inputs):
            try:
                id_, outputs = lifecycle.create(inputs)
            except UnfinishedCreateError as error:
                error.redact(lifecycle.client.redact)
                lifecycle.ownership.hold(error.id, error.outputs)
                lifecycle.secrets_below.note(error.id, error.outputs)
                kept = _with_secrets(lifecycle, error.id, error.outputs | project, {})
                if find_call("Create").keep(error.id, kept | {ENGINE_KEY: props.get(ENGINE_KEY)}, str(error)):
                    raise
                self.note_failure()
                lifecycle.reporter.say("error", str(error))
                return CreateResult(error.id, kept)
            lifecycle.ownership.hold(id_, outputs)
            lifecycle.secrets_below.note(id_, outputs)
        return CreateResult(id_, _with_secrets(lifecycle, id_, outputs | project, {}))

    @_noting_failures
    def read(self, id_: str, props: Inputs) -> ReadResult:
        outputs = _from_engine(props)
        project = self._verify(outputs, is_read=True)
        lifecycle = self.lifecycle("read", outputs)
        with _about(lifecycle, outputs, id_):
            live = lifecycle.refresh(id_, outputs)
        if live is None:
            return ReadResult("", {})
        # A state of an earlier version has no project, and a refresh must not change it.
        news = live.outputs | (project if PROJECT in outputs else {})
        return ReadResult(id_, _with_secrets(lifecycle, id_, news, outputs), live.inputs)

    @_noting_failures
    def update(self, _id: str, _olds: Outputs, _news: Inputs) -> UpdateResult:
        outputs, inputs = _from_engine(_olds), _from_engine(_news)
        project = self._verify(outputs)
        lifecycle = self.lifecycle("update", outputs, inputs, checked=self._context.checked(self.kind, inputs))
        with _about(lifecycle, inputs, _id):
            news = lifecycle.update(_id, outputs, inputs) | project
            lifecycle.secrets_below.note(_id, news)
            return UpdateResult(_with_secrets(lifecycle, _id, news, outputs))

    def delete(self, _id: str, _props: Inputs) -> None:
        outputs = _from_engine(_props)
        self._verify(outputs)
        lifecycle = self.lifecycle("delete", outputs)
        with _about(lifecycle, outputs, _id):
            if lifecycle.context.has_failed and not lifecycle.deletion.is_kept_by_another(_id, outputs):
                lifecycle.ownership.verify_dropped(lifecycle.call.resource, _id, outputs)
            if not lifecycle.ownership.is_condemned(_id, outputs):
                lifecycle.delete(_id, outputs)

    def note_failure(self) -> None:
        """Note that a call of this run failed."""
        self._context.note_failure()

    def _verify(self, outputs: Outputs | None = None, *, is_preview: bool = False, is_read: bool = False) -> Outputs:
        """Raise StatsigError if the key is of another project; return the project for the outputs, if it is known."""
        context = self._context
        if is_preview and context.policy.offline_preview:
            return {}
        context.guard.verify(outputs, is_read=is_read)
        return {PROJECT: context.guard.id} if context.guard.id else {}

    @cached_property
    def _context(self) -> RunContext:
        """The run context of the plugin. It is not pickled."""
        return CONTEXTS.get(self._configuration)

    def lifecycle(self, operation: str, *values: Inputs, checked: CheckedInputs | None = None) -> Lifecycle:
        """Return the lifecycle of this kind for a call of the engine: check, diff, create, read, update or delete.

        ``values`` are the inputs and outputs of the call: no error or message contains a secret one. Messages appear on
        the resource. ``custom_timeouts`` limit a create, update and delete.
        """
        call, declaration = find_call(operation.title()), REGISTRY[self.kind]
        is_limited = bool(call.timeout_s) and operation in LIMITED
        deadline = Deadline(call.timeout_s, f"custom_timeouts.{operation}") if is_limited else NO_DEADLINE
        resource = call.urn or (checked.resource if checked else "")
        if call.urn and not self._context.stack.name:  # in a refresh: no inputs are checked, which have the full name
            self._context.stack.name = call.urn.partition("::")[0].rpartition(":")[2]
        lifecycle: Lifecycle = declaration.cls.lifecycle(
            declaration, self._context, Call(resource, values, deadline, call.is_awaited)
        )
        return lifecycle


def _with_secrets(lifecycle: Lifecycle, id_: str, outputs: Outputs, olds: Outputs) -> Outputs:
    """Return outputs for the engine: secret ones that it does not know as such are marked.

    It knows the secret inputs of the resource, and marks the outputs of the same names by itself. It knows those that
    only the API sets from the program, which a refresh after an import from a file does not run.
    """
    names = lifecycle.secrets_below.find(id_, outputs, olds)
    declaration = lifecycle.declaration
    of_api = {name for name in declaration.secret_outputs if name in outputs}
    repeated = declaration.find_repeated_secrets(outputs, outputs.get(SECRET) or (), outputs.get(DECLARED) or ())
    marked = {name: wrap_rpc_secret(outputs[name]) for name in names | of_api | repeated}
    return outputs | marked | ({SECRET_BELOW: sorted(names)} if names else {})


@contextmanager
def _about(lifecycle: Lifecycle, values: Inputs, id_: str = "") -> Iterator[None]:
    """Add to errors which object they are about, and remove the secret values of the call."""
    try:
        yield
    except StatsigError as error:
        if isinstance(error, TakenError) and error.import_id:
            error.next_step = advise_alias(error.owner) if error.owner else advise_import(error.import_id)
        redact = lifecycle.client.redact
        raise error.redact(redact).with_subject(redact(lifecycle.declaration.title(values, id_))) from None


class Contexts:
    """The run contexts of a process, one per settings; any thread may use it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._contexts: dict[Settings, RunContext] = {}

    def get(self, configuration: Mapping[str, str], reporter: Reporter | None = None) -> RunContext:
        """Return the run context for the configuration of a stack; raises InvalidSettingError or MissingKeyError.

        ``reporter`` receives the messages of a new context; by default the engine that started the plugin.
        """
        settings = Settings.from_sources(stack_configuration=configuration)
        with self._lock:
            if settings not in self._contexts:
                self._contexts[settings] = run_context(settings, reporter)
            return self._contexts[settings]


CONTEXTS: Final = Contexts()
"""The only state of this package that a process keeps: a pickled provider holds nothing but its kind."""


def run_context(settings: Settings, reporter: Reporter | None = None) -> RunContext:
    """Return a new run context; without a reporter, that of the engine that started the plugin."""
    from .api.client import Client

    address = engine_address() if reporter is None else None
    messages = reporter or (EngineReporter(address) if address else Reporter())
    client = Client.from_settings(settings, on_message=lambda message: messages.say("info", message))
    journal = Journal(local_state_folder("creates"), address) if address else None
    context = RunContext(
        client, messages, settings.policy, journal, pinned_project=settings.project, key_source=settings.api_key_source
    )
    if address:
        watch_engine(address, client.writes.stop)
        name = os.environ.get("PULUMI_STACK", "")
        context.stack = StackState(read_state, name, has_checkpoints=has_checkpoints())
    return context


def advise_import(id_: str) -> str:
    """Return how a Python program imports an object."""
    return f'to manage it here, import it: opts=pulumi.ResourceOptions(import_="{id_}")'


def advise_alias(urn: str) -> str:
    """Return how a Python program keeps the object of a resource that it renamed or moved."""
    name = urn.rpartition("::")[2]
    return (
        f"this stack has it as '{name}': if the resource was renamed or moved, add"
        f' opts=pulumi.ResourceOptions(aliases=["{urn}"])'
    )


def advised(problem: Problem) -> str:
    """Return the text of a problem, with the import that solves it."""
    return f"{problem}; {advise_import(problem.import_id)}" if problem.import_id else str(problem)


def _from_engine(value: Json) -> Json:
    """Return a value of the engine with our UNKNOWN, and ints where its doubles are whole, at any depth."""
    match value:
        case str():
            return value
        case dict():
            # Sorted, because the engine's maps come in random order and Statsig keeps the order of what it gets.
            return {key: _from_engine(value[key]) for key in sorted(value) if key != ENGINE_KEY}
        case list():
            return [_from_engine(item) for item in value]
        case Unknown():
            return UNKNOWN
        case _:
            return normalize_json(value)


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
