"""A small Pulumi engine: one stack, whose commands call the provider as the real engine does.

It keeps inputs, outputs and ids between commands. A command that fails stops at the failure, and a command that is
killed loses the result of the call during which it was killed.
"""

from __future__ import annotations

import atexit
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest
from pulumi.runtime.rpc import unwrap_rpc_secret

from statsig_pulumi import provider
from statsig_pulumi.api.client import Client
from statsig_pulumi.lifecycle.journal import Journal
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.lifecycle.stack_state import StackState
from statsig_pulumi.provider import EntityProvider
from statsig_pulumi.schema.declaration import TYPE_PREFIX
from statsig_pulumi.schema.state import RESOURCE, STACK

from .interruptions import InterruptedTransport, Interruption, Killed
from .project import Project, RecordingReporter
from .values import Json, Values

STACK_NAME: Final = "organization/engine/test"


class CheckError(Exception):
    """The provider rejects inputs."""


@dataclass(frozen=True)
class Declared:
    """One resource of a program."""

    kind: str
    inputs: Values


@dataclass(frozen=True)
class Saved:
    """One resource in the state of the stack."""

    kind: str
    id: str
    inputs: Values
    outputs: Values
    is_deleted_first: bool = False
    """The object is deleted, and its replacement is not created yet."""


@dataclass
class Command:
    """The outcome of one command."""

    error: BaseException | None = None
    operations: list[str] = field(default_factory=list)
    """The operations that ended, such as ``update gate-1``."""
    running: str = ""
    """The operation during which the command ended."""
    creating: str = ""
    """The kind of the object that was being created."""
    messages: list[str] = field(default_factory=list)


class SmallEngine(provider.Contexts):
    """The engine of one stack. It is the contexts of the provider too: each command has a context of its own."""

    def __init__(self, project: Project, folder: Path, *, has_checkpoints: bool = True) -> None:
        """Without checkpoints, a command that is killed stores nothing: not even what it did before."""
        super().__init__()
        self.project, self._folder, self._has_checkpoints = project, folder, has_checkpoints
        self.transport = InterruptedTransport(project.emulator)
        self.state: dict[str, Saved] = {}
        self.replaced: list[tuple[str, Saved]] = []
        """The resources whose replacement exists, and which are to be deleted."""
        self.pending: dict[str, str] = {}
        """The kind of each resource whose create was interrupted, by name."""
        self._context: RunContext | None = None
        self._command = Command()
        """The command that runs."""

    def get(self, *_: object, **__: object) -> RunContext:
        assert self._context is not None
        return self._context

    def installed(self, monkeypatch: pytest.MonkeyPatch) -> SmallEngine:
        """Have providers use this engine."""
        monkeypatch.setattr(provider, "CONTEXTS", self)
        return self

    # -- commands

    def up(self, program: Mapping[str, Declared], interruption: Interruption | None = None) -> Command:
        """Bring the stack to the program; stop at the first failure."""
        return self._run(lambda command: self._up(program, command), interruption)

    def preview(self, program: Mapping[str, Declared]) -> list[str]:
        """Return the operations of the next ``up``."""
        operations: list[str] = []

        def run(_: Command) -> None:
            for name, declared in program.items():
                operation, _inputs = self._plan(name, declared)
                operations.extend(filter(None, [operation and f"{operation} {name}"]))
            operations.extend(f"delete {name}" for name, _ in self._to_delete(program))

        command = self._run(run, None)
        if command.error:
            raise command.error
        return operations

    def refresh(self, interruption: Interruption | None = None) -> Command:
        """Read every object into the state. The operations are ``drift`` and ``gone``."""
        return self._run(self._refresh, interruption)

    def destroy(self, interruption: Interruption | None = None) -> Command:
        """Delete everything in the state."""
        return self._run(lambda command: self._delete({}, command), interruption)

    # -- steps

    def _up(self, program: Mapping[str, Declared], command: Command) -> None:
        for name, declared in program.items():
            command.running = f"check {name}"
            operation, inputs = self._plan(name, declared)
            old = self.state.get(name)
            command.running = f"{operation or 'same'} {name}"
            match operation:
                case "create":
                    self.state[name] = self._create(declared.kind, inputs, command)
                case "update" if old:
                    outputs = EntityProvider(old.kind).update(old.id, old.outputs, inputs).outs
                    self.transport.end_call()
                    self.state[name] = replace(old, inputs=inputs, outputs=as_engine_values(outputs or {}))
                case "replace" if old:
                    created = self._create(declared.kind, inputs, command)
                    self.replaced.append((name, old))
                    self.state[name] = created
                case "delete and create" if old:
                    if not old.is_deleted_first:
                        self._delete_object(old)
                        self.state[name] = replace(old, is_deleted_first=True)
                    self.state[name] = self._create(declared.kind, inputs, command)
                case _ if old:
                    self.state[name] = replace(old, inputs=inputs)
                    continue
            command.operations.append(command.running)
        self._delete(program, command)

    def _plan(self, name: str, declared: Declared) -> tuple[str, Values]:
        """Return the operation that the engine chooses, and the checked inputs."""
        old = self.state.get(name)
        stored = old.inputs if old else {}
        news = as_engine_values(declared.inputs) | {RESOURCE: _urn(declared.kind, name), STACK: STACK_NAME}
        checked = EntityProvider(declared.kind).check(stored, news)
        if checked.failures:
            raise CheckError("; ".join(failure.reason for failure in checked.failures))
        inputs = as_engine_values(checked.inputs)
        if old is None:
            return "create", inputs
        if old.is_deleted_first:
            return "delete and create", inputs
        found = EntityProvider(old.kind).diff(old.id, old.outputs, inputs)
        is_changed = inputs != old.inputs if found.changes is None else found.changes
        if not is_changed:
            return "", inputs
        if not found.replaces:
            return "update", inputs
        return ("delete and create" if found.delete_before_replace else "replace"), inputs

    def _create(self, kind: str, inputs: Values, command: Command) -> Saved:
        command.creating = kind
        created = EntityProvider(kind).create(inputs)
        self.transport.end_call()
        command.creating = ""
        return Saved(kind, created.id, inputs, as_engine_values(created.outs or {}))

    def _delete_object(self, saved: Saved) -> None:
        EntityProvider(saved.kind).delete(saved.id, saved.outputs)
        self.transport.end_call()

    def _to_delete(self, program: Mapping[str, Declared]) -> list[tuple[str, Saved]]:
        gone = [(name, saved) for name, saved in self.state.items() if name not in program]
        return self.replaced[::-1] + gone[::-1]

    def _delete(self, program: Mapping[str, Declared], command: Command) -> None:
        for name, saved in self._to_delete(program):
            command.running = f"delete {name}"
            if not saved.is_deleted_first:
                self._delete_object(saved)
            if (name, saved) in self.replaced:
                self.replaced.remove((name, saved))
            else:
                del self.state[name]
            command.operations.append(command.running)

    def _refresh(self, command: Command) -> None:
        for name, saved in list(self.state.items()):
            command.running = f"refresh {name}"
            if saved.is_deleted_first:
                continue
            live = EntityProvider(saved.kind).read(saved.id, saved.outputs)
            if not live.id:
                del self.state[name]
                command.operations.append(f"gone {name}")
                continue
            outputs, inputs = as_engine_values(live.outs or {}), as_engine_values(live.inputs or {})
            if EntityProvider(saved.kind).diff(saved.id, outputs, saved.inputs).changes is not False:
                command.operations.append(f"drift {name}")
            self.state[name] = replace(saved, inputs=inputs, outputs=outputs)

    # -- runs

    def _run(self, run: Callable[[Command], None], interruption: Interruption | None) -> Command:
        """Run a command in a process of its own, which ends in order, or is killed."""
        reporter, self._command = RecordingReporter(), (command := Command())
        command.messages = reporter.messages
        before = dict(self.state), list(self.replaced)
        with socket.create_server(("127.0.0.1", 0)) as listener, _process() as at_exit:
            self._context = self._new_context(reporter, f"127.0.0.1:{listener.getsockname()[1]}")
            try:
                with self.transport.interrupted(interruption):
                    run(command)
                command.running = ""
            except Killed as error:
                command.error = error
                self._lose(command, *before)
            except Exception as error:  # noqa: BLE001 - the engine reports whatever a provider raises
                command.error = error
            if not isinstance(command.error, Killed):
                for end, arguments in reversed(at_exit):
                    end(*arguments)
        self.pending = {name: kind for name, kind in self.pending.items() if name not in self.state}
        return command

    def _lose(self, command: Command, state: dict[str, Saved], replaced: list[tuple[str, Saved]]) -> None:
        """Keep the state that a killed command has written."""
        if not self._has_checkpoints:
            self.state, self.replaced = state, replaced
        elif command.creating:
            name = command.running.rpartition(" ")[2]
            self.pending[name] = command.creating

    def _new_context(self, reporter: RecordingReporter, engine_address: str) -> RunContext:
        emulator = self.project.emulator
        client = Client(emulator.key, emulator.url, transport=self.transport)
        context = RunContext(client, reporter, journal=Journal(self._folder, engine_address))
        context.stack = StackState(
            lambda stack: self._deployment() if stack == STACK_NAME else {}, has_checkpoints=self._has_checkpoints
        )
        return context

    def _deployment(self) -> Mapping[str, Json]:
        """Return what the state of the stack holds, in the form of the engine: also the create that it carries out."""
        resources = [
            {"urn": _urn(saved.kind, name), "type": TYPE_PREFIX + saved.kind, "id": saved.id}
            for name, saved in self.state.items()
        ]
        creating = list(self.pending.items())
        if self._has_checkpoints and self._command.creating:
            creating.append((self._command.running.rpartition(" ")[2], self._command.creating))
        pending = [
            {"type": "creating", "resource": {"urn": _urn(kind, name), "type": TYPE_PREFIX + kind}}
            for name, kind in creating
        ]
        return {"resources": resources, "pending_operations": pending}


def _urn(kind: str, name: str) -> str:
    return f"urn:pulumi:test::engine::{TYPE_PREFIX}{kind}::{name}"


@contextmanager
def _process() -> Iterator[list[tuple[Callable[..., Any], tuple[Any, ...]]]]:
    """Collect what a run registers for the end of its process."""
    registered: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
    original = atexit.register

    def register(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
        registered.append((function, arguments))
        return function

    atexit.register = register  # type: ignore[assignment]
    try:
        yield registered
    finally:
        atexit.register = original


def as_engine_values(values: Mapping[str, Json]) -> Values:
    """Return values as the engine passes them on: JSON whose numbers are doubles, without properties that are null.

    It marks secret values in the state, and passes them to a provider without the mark.
    """
    plain = {name: unwrap_rpc_secret(value) for name, value in values.items()}
    return {name: _doubles(value) for name, value in json.loads(json.dumps(plain)).items() if value is not None}


def _doubles(value: Json) -> Json:
    match value:
        case bool():
            return value
        case int():
            return float(value)
        case list():
            return [_doubles(item) for item in value]
        case dict():
            return {name: _doubles(item) for name, item in value.items()}
        case _:
            return value
