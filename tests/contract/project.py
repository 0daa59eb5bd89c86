"""A Statsig project on the emulator, and resources in it as the engine would hold them, without the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import QUIRKS, Emulator
from statsig_pulumi.json_values import normalize_json
from statsig_pulumi.lifecycle.crud import Lifecycle, LiveState
from statsig_pulumi.lifecycle.reporter import Reporter
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.diff import Changes
from statsig_pulumi.schema.state import IMPORT, Inputs, Outputs

from .ground import MOVES_ALWAYS, Ground, ground_of

Json = Any
Sent = tuple[str, str, Json]
USUAL = {quirk.name: quirk.default for quirk in QUIRKS} | {"rate_limit": False}


class Warnings(Reporter):
    """Keeps what a lifecycle says."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, severity: str, message: str) -> None:
        self.said.append(f"{severity}: {message}")

    @property
    def complaints(self) -> list[str]:
        """What is more than news."""
        return [said for said in self.said if not said.startswith("info: ")]


class Project:
    """One emulated Statsig project, made empty again by ``fresh``."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = Client(emulator.key, emulator.url)
        self.exchanges: list[Mapping[str, Json]] = []
        self.fresh()

    def fresh(self, **quirks: Json) -> Project:
        """An empty project with these quirks; what was exchanged before is kept to be judged."""
        self.sent()
        self.emulator.reset()
        self.emulator.quirk(**USUAL | quirks)
        for team in ("Core", "Growth"):
            self.emulator.add("teams", {"id": f"{team.lower()}-team", "name": team})
        return self

    def ready_for(self, declaration: Declaration) -> Project:
        """With what the entity belongs to."""
        ground_of(declaration).prepare(self.emulator)
        return self

    def resource(self, declaration: Declaration) -> Resource:
        return Resource(self.ready_for(declaration), declaration)

    def sent(self) -> list[Sent]:
        """The mutations since the last call of this: method, path, body."""
        log = self.emulator.requests()["log"]
        # The specification demands the id, which no example has.
        self.exchanges += log if self.emulator.quirks()["team_id_in_answers"] else []
        self.emulator.clear_requests()
        return [(entry["method"], entry["path"], entry["body"]) for entry in log if entry["method"] != "GET"]

    def objects(self) -> dict[str, list[Json]]:
        """Every object of a kind that some entity declares, without what each change moves."""
        kinds = sorted({ground_of(d).kind_of(d) for d in REGISTRY.values()})
        return {kind: [without_moving(item) for item in self.emulator.objects(kind)] for kind in kinds}


class Resource:
    """One resource, with the inputs and outputs that stand in its state."""

    def __init__(self, project: Project, declaration: Declaration) -> None:
        self.project, self.declaration, self.reporter = project, declaration, Warnings()
        self.lifecycle: Lifecycle = declaration.cls.lifecycle(declaration, RunContext(project.client, self.reporter))
        self.id: str | None = None
        self.inputs: Inputs = {}
        self.outputs: Outputs = {}
        self.is_taken_up = True

    def check(self, news: Mapping[str, Json]) -> Inputs:
        """The inputs in their one spelling; a test that gives wrong ones is wrong."""
        inputs, problems = self.lifecycle.check(through_engine(news), new=self.id is None)
        assert problems == [], f"the package refuses {dict(news)}: {problems}"
        return through_engine(inputs)

    def up(self, news: Mapping[str, Json]) -> Resource:
        """What ``pulumi up`` does to the resource: nothing where there is no difference."""
        inputs = self.check(news)
        if self.id is None:
            self.id, outputs = self.lifecycle.create(inputs)
            self.outputs = through_engine(outputs)
        elif changes := self.lifecycle.diff(self.outputs, inputs):
            assert changes.replaces == (), "this change needs a new object"
            self.outputs = through_engine(self.lifecycle.update(self.id, self.outputs, inputs))
            self.is_taken_up = any(not self.declaration.inputs[name].options.local for name in changes.changed)
        elif inputs != self.inputs:
            self.is_taken_up = False  # no update ran, so the outputs list what was declared before
        self.inputs = {name: value for name, value in inputs.items() if name != IMPORT}
        return self

    def preview(self, news: Mapping[str, Json] | None = None) -> Changes:
        """What the next ``up`` would change: of the same program, or of another one."""
        inputs = self.inputs if news is None else self.check(news)
        return self.lifecycle.diff(self.outputs, inputs)

    def read(self) -> LiveState | None:
        assert self.id is not None
        self.lifecycle.context.forget_lists()  # each read is a refresh of its own
        return self.lifecycle.read(self.id, self.outputs)

    def refresh(self) -> Inputs:
        """Read the live object into the state; the inputs as it has them."""
        found = self.read()
        assert found is not None, "the object is gone"
        self.outputs = through_engine(found.outputs)
        return through_engine(found.inputs)

    def drift(self) -> tuple[str, ...]:
        """The declared properties that a refresh finds otherwise."""
        live = self.refresh()
        changed = self.lifecycle.diff(self.outputs, self.inputs).changed
        if not self.is_taken_up:
            return changed
        assert live.keys() == self.inputs.keys(), "a refresh neither declares nor forgets properties"
        assert changed == tuple(n for n in self.declaration.inputs if live.get(n) != self.inputs.get(n))
        return changed

    def destroy(self, **outputs: Json) -> None:
        assert self.id is not None
        self.lifecycle.delete(self.id, self.outputs | outputs)

    def destroy_for_good(self) -> None:
        """Whatever was declared to keep it."""
        self.destroy(archive_on_delete=False, delete_while_active=True)

    @property
    def key(self) -> str:
        """What identifies the object now, which a rename may have changed."""
        return self.lifecycle.resource_client.key(str(self.id), self.outputs)

    @property
    def ground(self) -> Ground:
        return ground_of(self.declaration)

    @property
    def kind(self) -> str:
        return self.ground.kind_of(self.declaration)

    def live(self) -> Json:
        """The object as Statsig stores it."""
        return self.ground.live(self.project.emulator, self.kind, self.key)

    def edited_in_console(self, body: Mapping[str, Json]) -> None:
        """A colleague changes the live object."""
        self.ground.edit(self.project.emulator, self.kind, self.key, body)

    def removed_in_console(self) -> None:
        """A colleague deletes the live object, or what it belongs to."""
        self.ground.remove(self.project.emulator, self.kind, self.key)


def without_moving(item: Json) -> Json:
    return {name: value for name, value in item.items() if name not in MOVES_ALWAYS}


def through_engine(values: Mapping[str, Json]) -> dict[str, Json]:
    """As they come back from the engine: as JSON, and without properties that are null."""
    return {
        name: normalize_json(value) for name, value in json.loads(json.dumps(dict(values))).items() if value is not None
    }


def holds(now: Json, before: Json) -> bool:
    """Whether all that was said before is so still; the service may have added to it."""
    match before:
        case dict():
            return all(holds(now[key], value) for key, value in before.items() if value is not None)
        case list():
            return len(now) == len(before) and all(map(holds, now, before))
        case _:
            return bool(now == before)
