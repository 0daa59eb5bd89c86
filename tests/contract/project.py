"""A Statsig project on the emulator, and resources in it with the state that the engine would keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from statsig_pulumi.api.client import Client
from statsig_pulumi.api.settling import NewObjects
from statsig_pulumi.emulator import QUIRKS, Emulator
from statsig_pulumi.errors import UnfinishedCreateError
from statsig_pulumi.json_values import normalize_json
from statsig_pulumi.lifecycle.call import Call
from statsig_pulumi.lifecycle.crud import Lifecycle, LiveState
from statsig_pulumi.lifecycle.reporter import Reporter
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.diff import Changes
from statsig_pulumi.schema.state import IMPORT, Inputs, Outputs

from .console_user import SERVER_FIELDS, ConsoleUser, console_user_of
from .transport import InProcessTransport

Json = Any
Request = tuple[str, str, Json]
"""Method, path and body of a write."""
QUIRK_DEFAULTS = {quirk.name: quirk.default for quirk in QUIRKS} | {"rate_limit": False}


class RecordingReporter(Reporter):
    """Keeps the messages of a lifecycle."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def say(self, severity: str, message: str) -> None:
        self.messages.append(f"{severity}: {message}")

    @property
    def warnings(self) -> list[str]:
        """Warnings and errors."""
        return [message for message in self.messages if not message.startswith("info: ")]


class Project:
    """One emulated Statsig project, emptied by ``reset``."""

    def __init__(self, emulator: Emulator, transport: httpx.BaseTransport | None = None) -> None:
        self.emulator = emulator
        self.client = Client(emulator.key, emulator.url, transport=transport or InProcessTransport(emulator))
        self.exchanges: list[Mapping[str, Json]] = []
        self.reset()

    def reset(self, **quirks: Json) -> Project:
        """Empty the project and set these quirks; ``exchanges`` keeps what was logged before."""
        self.new_writes()
        self.client.accepted_forms.clear()  # each command has a client of its own
        self.client.new_objects = NewObjects()
        self.emulator.reset()
        self.emulator.quirk(**QUIRK_DEFAULTS | quirks)
        for team in ("Core", "Growth"):
            self.emulator.add("teams", {"id": f"{team.lower()}-team", "name": team})
        return self

    def with_parents_of(self, declaration: Declaration) -> Project:
        """Create the objects that objects of this type belong to."""
        console_user_of(declaration).create_parents(self.emulator)
        return self

    def resource(self, declaration: Declaration) -> Resource:
        """Return a resource of this type that is not created yet."""
        return Resource(self.with_parents_of(declaration), declaration)

    def new_writes(self) -> list[Request]:
        """Return the writes since the last call."""
        log = self.emulator.requests()["log"]
        self.exchanges += log if self._is_specified() else []
        self.emulator.clear_requests()
        return [(entry["method"], entry["path"], entry["body"]) for entry in log if entry["method"] != "GET"]

    def _is_specified(self) -> bool:
        """Return whether the specification has the exchanges with these quirks.

        It requires a team id, which no example has, and it has the rules of segments as a list only.
        """
        quirks = self.emulator.quirks()
        return bool(quirks["team_id_in_answers"]) and quirks["segment_rules_body"] != "object"

    def objects(self) -> dict[str, list[Json]]:
        """Return every object of the declared kinds, without the fields that every write changes."""
        kinds = sorted({console_user_of(d).kind_of(d) for d in REGISTRY.values()})
        return {kind: [without_server_fields(item) for item in self.emulator.objects(kind)] for kind in kinds}


class Resource:
    """One resource with the inputs and outputs in its state."""

    def __init__(self, project: Project, declaration: Declaration) -> None:
        self.project, self.declaration, self.reporter = project, declaration, RecordingReporter()
        self.announced: list[str] = []
        """What the last preview or update of it reported about the change."""
        self.context = RunContext(project.client, self.reporter)
        self.id: str | None = None
        self.inputs: Inputs = {}
        self.outputs: Outputs = {}
        self.are_inputs_in_outputs = True
        """False after a change of inputs that ran no update: the outputs list the properties declared before."""

    @property
    def lifecycle(self) -> Lifecycle:
        """The lifecycle for one call, in the run of the resource."""
        return self._serve()

    def _serve(self, *values: Inputs) -> Lifecycle:
        """Return the lifecycle for a call with these inputs and outputs."""
        lifecycle: Lifecycle = self.declaration.cls.lifecycle(self.declaration, self.context, Call(values=values))
        return lifecycle

    def check(self, inputs: Mapping[str, Json]) -> Inputs:
        """Return the normalised inputs; a test with invalid inputs fails."""
        values = engine_values(inputs)
        checked, problems = self._serve(values).check(values, new=self.id is None)
        assert problems == [], f"the package rejects {dict(inputs)}: {problems}"
        return engine_values(checked)

    def up(self, inputs: Mapping[str, Json]) -> Resource:
        """Create or update the resource as ``pulumi up`` does; without a difference, change the inputs only."""
        checked = self.check(inputs)
        if self.id is None:
            self.id, outputs = self._create(checked)
            self.outputs = engine_values(outputs)
        elif changes := self._serve(self.outputs, checked).diff(self.outputs, checked):
            # An update is another command than the create, for which the object was new.
            self.project.client.new_objects = NewObjects()
            assert changes.replaces == (), "this change needs a new object"
            self._announce(checked, changes)
            lifecycle = self._serve(self.outputs, checked)
            self.outputs = engine_values(lifecycle.update(self.id, self.outputs, checked))
            self.are_inputs_in_outputs = any(not self.declaration.inputs[n].options.local for n in changes.changed)
        elif checked != self.inputs:
            self.are_inputs_in_outputs = False
        self.inputs = {name: value for name, value in checked.items() if name != IMPORT}
        return self

    def _create(self, checked: Inputs) -> tuple[str, Inputs]:
        """Create the resource; an unfinished one is in the state, and its error is a message, as in the provider."""
        try:
            return self._serve(checked).create(checked)
        except UnfinishedCreateError as error:
            self.reporter.say("error", str(error))
            return error.id, error.outputs

    def preview(self, inputs: Mapping[str, Json] | None = None) -> Changes:
        """Return what the next ``up`` would change, of these inputs or of the ones in the state."""
        checked = self.inputs if inputs is None else self.check(inputs)
        if changes := self._serve(self.outputs, checked).diff(self.outputs, checked):
            self._announce(checked, changes)
        return changes

    def _announce(self, inputs: Inputs, changes: Changes) -> None:
        """Report the change as a preview does, apart from the other messages."""
        messages = self.reporter.messages
        before = len(messages)
        self._serve(self.outputs, inputs).preview.announce(self.outputs, inputs, changes)
        self.announced = messages[before:]
        del messages[before:]

    def read(self) -> LiveState | None:
        """Read the live object as a refresh of its own does."""
        assert self.id is not None
        self.project.client.new_objects = NewObjects()
        context = RunContext(self.project.client, self.reporter)
        lifecycle: Lifecycle = self.declaration.cls.lifecycle(self.declaration, context, Call(values=(self.outputs,)))
        return lifecycle.read(self.id, self.outputs)

    def refresh(self) -> Inputs:
        """Read the live object into the state and return its inputs."""
        live = self.read()
        assert live is not None, "the object is gone"
        self.outputs = engine_values(live.outputs)
        return engine_values(live.inputs)

    def drift(self) -> tuple[str, ...]:
        """Refresh and return the declared properties that differ from the program."""
        live = self.refresh()
        changed = self._serve(self.outputs, self.inputs).diff(self.outputs, self.inputs).changed
        if not self.are_inputs_in_outputs:
            return changed
        assert live.keys() == self.inputs.keys(), "a refresh neither adds nor removes declared properties"
        assert changed == tuple(n for n in self.declaration.inputs if live.get(n) != self.inputs.get(n))
        return changed

    def destroy(self, **outputs: Json) -> None:
        """Delete the object, with these outputs instead of those in the state."""
        assert self.id is not None
        outputs = self.outputs | outputs
        self._serve(outputs).delete(self.id, outputs)

    def destroy_permanently(self) -> None:
        """Delete the object even if the program declares that it is kept."""
        options = {"archive_on_delete": False, "deactivate_on_delete": False}
        self.destroy(**options, **dict.fromkeys(permissions(self.declaration), True))

    @property
    def key(self) -> str:
        """The key of the object now: a rename may have changed it."""
        return self.lifecycle.resource_client.key(str(self.id), self.outputs)

    @property
    def console_user(self) -> ConsoleUser:
        return console_user_of(self.declaration)

    @property
    def kind(self) -> str:
        """The emulator's name of the collection."""
        return self.console_user.kind_of(self.declaration)

    def live(self) -> Json:
        """Return the object as Statsig stores it."""
        return self.console_user.record(self.project.emulator, self.kind, self.key)

    def edit_in_console(self, body: Mapping[str, Json]) -> None:
        """Set these fields of the live object as a console user would."""
        self.console_user.edit(self.project.emulator, self.kind, self.key, body)

    def delete_in_console(self) -> None:
        """Delete the live object, or what it belongs to, as a console user would."""
        self.console_user.delete(self.project.emulator, self.kind, self.key)


def permissions(declaration: Declaration) -> list[str]:
    """Return the properties that allow a delete which the package refuses otherwise."""
    return [name for name in declaration.inputs if name.startswith("delete_while_")]


def assert_no_difference(resource: Resource) -> None:
    """Assert that previews before and after a refresh are empty and that the refresh finds no drift."""
    assert not resource.preview()
    assert resource.drift() == ()
    assert not resource.preview()


def without_server_fields(item: Json) -> Json:
    return {name: value for name, value in item.items() if name not in SERVER_FIELDS}


def engine_values(values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values as the engine passes them on: as JSON, and without properties that are null."""
    return {
        name: normalize_json(value) for name, value in json.loads(json.dumps(dict(values))).items() if value is not None
    }


def contains(live: Json, expected: Json) -> bool:
    """Return whether the expected values are unchanged; the service may have added others."""
    match expected:
        case dict():
            return all(contains(live[key], value) for key, value in expected.items() if value is not None)
        case list():
            return len(live) == len(expected) and all(map(contains, live, expected))
        case _:
            return bool(live == expected)
