"""Where each kind of entity stands in an emulated project; a plain entity needs no entry here.

What belongs to another object needs that object, is stored in it or beside it, and is edited there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.lifecycle.job import Job
from statsig_pulumi.lifecycle.singleton import Singleton
from statsig_pulumi.schema.declaration import Declaration

Json = Any
GATE, CONFIG, EXPERIMENT = "a_gate", "a_config", "an_experiment"


class Ground:
    """A plain entity: an object of a kind of its own, under its id or name."""

    def __init__(
        self, kind: str = "", needs: tuple[tuple[str, str], ...] = (), owner: str = "", *, ends: bool = True
    ) -> None:
        """``ends`` says whether anybody can delete it."""
        self.kind, self.needs, self.owner, self.ends = kind, needs, owner, ends

    def kind_of(self, declaration: Declaration) -> str:
        return self.kind or declaration.endpoint.collection.rpartition("/")[2]

    def prepare(self, emulator: Emulator) -> None:
        """Make what it belongs to."""
        for kind, id_ in self.needs:
            if not any(item["id"] == id_ for item in emulator.objects(kind)):
                emulator.add(kind, {"id": id_, "name": id_})

    def live(self, emulator: Emulator, kind: str, id_: str) -> Json:
        return emulator.object(kind, id_)

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        emulator.edit(kind, id_, dict(body))

    def remove(self, emulator: Emulator, kind: str, id_: str) -> None:
        emulator.remove(kind, id_)

    def path(self, declaration: Declaration, id_: str) -> str:
        """Where an update goes."""
        return declaration.endpoint.path(id_)


class Rules(Ground):
    """A rule stands in its gate or config."""

    def __init__(self, kind: str, owner: str, verb: str) -> None:
        super().__init__(kind, ((kind, owner),), owner)
        self.verb = verb

    def live(self, emulator: Emulator, kind: str, id_: str) -> Json:
        return next(rule for rule in self._rules(emulator) if rule["baseID"] == id_.rpartition("/")[2])

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        live = self.live(emulator, kind, id_)
        stale = {other for one, other in TWINS.items() if one in body and other not in body}
        added = {
            w: [{"id": f"console-{i}"} | v for i, v in enumerate(b)] if w == "variants" else b for w, b in body.items()
        }
        self._put(emulator, [without(rule, stale) | added if rule == live else rule for rule in self._rules(emulator)])

    def remove(self, emulator: Emulator, kind: str, id_: str) -> None:
        self._put(emulator, [rule for rule in self._rules(emulator) if rule["baseID"] != id_.rpartition("/")[2]])

    def path(self, declaration: Declaration, id_: str) -> str:
        return declaration.endpoint.path(self.owner, self.verb, id_.rpartition("/")[2])

    def _rules(self, emulator: Emulator) -> list[Json]:
        found: list[Json] = emulator.object(self.kind, self.owner)["rules"]
        return found

    def _put(self, emulator: Emulator, rules: list[Json]) -> None:
        emulator.edit(self.kind, self.owner, {"rules": rules})


class OverridesLifecycle(Ground):
    """Overrides stand beside their object, and go with it; the console sets them as the API does."""

    def __init__(self, kind: str, parent: str, owner: str, empty: Mapping[str, Json]) -> None:
        super().__init__(kind, ((parent, owner),), owner)
        self.parent, self.empty = parent, empty

    def live(self, emulator: Emulator, kind: str, id_: str) -> Json:
        return Client(emulator.key, emulator.url).get(f"{self.parent}/{id_}/overrides")

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        now = self.live(emulator, kind, id_)
        whole = {**self.empty, **now, **body}
        Client(emulator.key, emulator.url).change("POST", f"{self.parent}/{id_}/overrides", whole)

    def remove(self, emulator: Emulator, kind: str, id_: str) -> None:
        emulator.remove(self.parent, id_)


TWINS = {"returnValue": "returnValueJson5", "returnValueJson5": "returnValue"}


def without(record: Json, names: set[str]) -> Json:
    return {name: value for name, value in record.items() if name not in names}


class Selected(Ground):
    """What is told apart by the query and the body of a request, not by its path."""

    def path(self, declaration: Declaration, id_: str) -> str:
        return declaration.endpoint.collection


class Schedules(Selected):
    """There is one for each dataset, whether anybody has set it or not."""

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        Client(emulator.key, emulator.url).change("POST", "ingestion/schedule", {"dataset": id_, **body})


GROUNDS: dict[str, Ground] = {
    "MetricSource": Ground("metric_sources"),
    "IngestionSource": Selected("ingestion_sources"),
    "IngestionSchedule": Schedules("ingestion_schedules", ends=False),
    "GateRule": Rules("gates", GATE, "rules"),
    "DynamicConfigRule": Rules("dynamic_configs", CONFIG, "rule"),
    "GateOverrides": OverridesLifecycle("gate_overrides", "gates", GATE, {"passingUserIDs": [], "failingUserIDs": []}),
    "ExperimentOverrides": OverridesLifecycle("experiment_overrides", "experiments", EXPERIMENT, {}),
}
USUAL = Ground()
MOVES_ALWAYS = {"version", "lastModifiedTime", "lastModifierID", "lastModifierName", "lastModifierEmail"}
"""What the service changes with every change."""


def ground_of(declaration: Declaration) -> Ground:
    return GROUNDS.get(declaration.kind, USUAL)


def is_standing(declaration: Declaration) -> bool:
    """Whether it is there before the resource is, and stays after it."""
    return issubclass(declaration.cls.lifecycle, Singleton)


def is_readable(declaration: Declaration) -> bool:
    """Whether the API tells anything of it."""
    return any(p.readable for p in declaration.inputs.values())


def is_triggered(declaration: Declaration) -> bool:
    """Whether it is something that is done once."""
    return issubclass(declaration.cls.lifecycle, Job)
