"""What a console user can do with the objects of one resource type in an emulated project.

Most types need no entry in `CONSOLE_USERS`. An object that belongs to another one needs that one,
and is stored and edited in it or beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.lifecycle.job import Job
from statsig_pulumi.lifecycle.singleton import Singleton
from statsig_pulumi.schema.declaration import Declaration, Endpoint

from .transport import client_of

Json = Any
GATE, CONFIG, EXPERIMENT, LAYER, HOLDOUT = "a_gate", "a_config", "an_experiment", "a_layer", "a_holdout"
METRIC, SEGMENT, AUTOTUNE = "a_metric::event_count", "a_list_of_ids", "an_autotune"
"""Ids of the objects that rules and overrides belong to."""


class ConsoleUser:
    """A user who edits objects that are stored by themselves, under their id or name."""

    def __init__(
        self, kind: str = "", parents: tuple[tuple[str, str], ...] = (), parent_id: str = "", *, can_delete: bool = True
    ) -> None:
        """``kind`` is the emulator's name of the collection; ``parents`` are the kinds and ids of required objects."""
        self.kind, self.parents, self.parent_id, self.can_delete = kind, parents, parent_id, can_delete

    def kind_of(self, declaration: Declaration) -> str:
        """Return the emulator's name of the collection."""
        first, _, last = declaration.endpoint.collection.rpartition("/")
        return self.kind or (last if declaration.endpoint.key_names else first or last)

    def create_parents(self, emulator: Emulator) -> None:
        """Create the objects that objects of this type belong to, if they are missing."""
        for kind, id_ in self.parents:
            if not any(item["id"] == id_ for item in emulator.objects(kind)):
                emulator.add(kind, {"id": id_, "name": id_.partition("::")[0]})

    def record(self, emulator: Emulator, kind: str, id_: str) -> Json:
        """Return the object as it is stored."""
        return emulator.object(kind, id_)

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        """Set these fields of the object."""
        emulator.edit(kind, id_, dict(body))

    def delete(self, emulator: Emulator, kind: str, id_: str) -> None:
        """Delete the object, or the object that it belongs to."""
        emulator.remove(kind, id_)

    def is_archived(self, record: Json) -> bool:
        """Return whether a stored object is archived."""
        return str(record["status"]).lower() == "archived"

    def update_path(self, declaration: Declaration, id_: str) -> str:
        """Return the path to which the API client sends an update."""
        return declaration.endpoint.path(id_)


class RuleConsoleUser(ConsoleUser):
    """A user who edits single rules, which are stored in their gate or config."""

    def __init__(self, kind: str, parent_id: str, verb: str) -> None:
        super().__init__(kind, ((kind, parent_id),), parent_id)
        self.verb = verb

    def record(self, emulator: Emulator, kind: str, id_: str) -> Json:
        return next(rule for rule in self._rules(emulator) if rule["baseID"] == id_.rpartition("/")[2])

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        live = self.record(emulator, kind, id_)
        # The emulator derives one return value from the other, so the old one of a pair must go.
        stale = {other for one, other in RETURN_VALUES.items() if one in body and other not in body}
        edited = {name: value for name, value in live.items() if name not in stale} | with_variant_ids(body)
        self._store(emulator, [edited if rule == live else rule for rule in self._rules(emulator)])

    def delete(self, emulator: Emulator, kind: str, id_: str) -> None:
        self._store(emulator, [rule for rule in self._rules(emulator) if rule["baseID"] != id_.rpartition("/")[2]])

    def update_path(self, declaration: Declaration, id_: str) -> str:
        return Endpoint(declaration.endpoint.collection).path(self.parent_id, self.verb, id_.rpartition("/")[2])

    def _rules(self, emulator: Emulator) -> list[Json]:
        rules: list[Json] = emulator.object(self.kind, self.parent_id)["rules"]
        return rules

    def _store(self, emulator: Emulator, rules: list[Json]) -> None:
        emulator.edit(self.kind, self.parent_id, {"rules": rules})


class OverridesConsoleUser(ConsoleUser):
    """A user who edits overrides, which are stored beside their gate or experiment and deleted with it."""

    def __init__(self, kind: str, parent: str, parent_id: str, empty: Mapping[str, Json]) -> None:
        super().__init__(kind, ((parent, parent_id),), parent_id)
        self.parent, self.empty = parent, empty

    def record(self, emulator: Emulator, kind: str, id_: str) -> Json:
        return client_of(emulator).get(f"{self.parent}/{id_}/overrides")

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        overrides = {**self.empty, **self.record(emulator, kind, id_), **body}
        client_of(emulator).change("POST", f"{self.parent}/{id_}/overrides", overrides)

    def delete(self, emulator: Emulator, kind: str, id_: str) -> None:
        emulator.remove(self.parent, id_)


class QueriedObjectConsoleUser(ConsoleUser):
    """A user who edits objects that requests identify by query and body, not by path."""

    def update_path(self, declaration: Declaration, id_: str) -> str:
        return declaration.endpoint.collection


class KeyConsoleUser(ConsoleUser):
    """A user of API keys, which are deactivated instead of archived."""

    def is_archived(self, record: Json) -> bool:
        return bool(record["status"] == "deactivated")


class MetricConsoleUser(ConsoleUser):
    """A user of metrics, which are archived a day after the request. They have no status."""

    def is_archived(self, record: Json) -> bool:
        return record.get("archiveState") in ("archived", "scheduled")


class SegmentConsoleUser(ConsoleUser):
    """A user who edits segments, whose rules the API updates at an endpoint of their own. They have no status."""

    def is_archived(self, record: Json) -> bool:
        return "archivedAt" in record

    def update_path(self, declaration: Declaration, id_: str) -> str:
        return declaration.endpoint.path(id_, "conditional")


class SegmentIDsConsoleUser(OverridesConsoleUser):
    """A user who edits lists of ids, which are stored beside their segment and deleted with it."""

    def __init__(self) -> None:
        super().__init__("segment_ids", "segments", SEGMENT, {})

    def create_parents(self, emulator: Emulator) -> None:
        if not any(item["id"] == SEGMENT for item in emulator.objects("segments")):
            emulator.add("segments", {"id": SEGMENT, "name": SEGMENT, "type": "id_list"})

    def record(self, emulator: Emulator, kind: str, id_: str) -> Json:
        ids = client_of(emulator).get(f"segments/{id_}/id_list")["ids"]
        return {"ids": sorted(ids)}

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        client_of(emulator).change("POST", f"segments/{id_}/id_list/reset", dict(body))

    def update_path(self, declaration: Declaration, id_: str) -> str:
        return declaration.endpoint.path(id_, "reset")


class ScheduleConsoleUser(QueriedObjectConsoleUser):
    """A user who edits ingestion schedules: each dataset always has one."""

    def record(self, emulator: Emulator, kind: str, id_: str) -> Json:
        return client_of(emulator).send("GET", "ingestion/schedule", query={"dataset": id_})["data"]

    def edit(self, emulator: Emulator, kind: str, id_: str, body: Mapping[str, Json]) -> None:
        client_of(emulator).change("POST", "ingestion/schedule", {"dataset": id_, **body})


RETURN_VALUES = {"returnValue": "returnValueJson5", "returnValueJson5": "returnValue"}


def with_variant_ids(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return the fields of a rule with ids of variants, which the console sets."""
    variants = [{"id": f"console-{index}"} | variant for index, variant in enumerate(fields.get("variants", []))]
    return {**fields, "variants": variants} if "variants" in fields else dict(fields)


NO_GATE_OVERRIDES = {"passingUserIDs": [], "failingUserIDs": []}
CONSOLE_USERS: dict[str, ConsoleUser] = {
    "Metric": MetricConsoleUser(),
    "Key": KeyConsoleUser("keys", (("target_app", "Web"), ("target_app", "iOS"))),
    "MetricSource": ConsoleUser("metric_sources"),
    "MetricReload": ConsoleUser("metric_reloads", (("metrics", METRIC),)),
    "IngestionSource": QueriedObjectConsoleUser("ingestion_sources"),
    "IngestionSchedule": ScheduleConsoleUser("ingestion_schedules", can_delete=False),
    "Segment": SegmentConsoleUser(),
    "SegmentIDs": SegmentIDsConsoleUser(),
    "GateRule": RuleConsoleUser("gates", GATE, "rules"),
    "DynamicConfigRule": RuleConsoleUser("dynamic_configs", CONFIG, "rule"),
    "GateOverrides": OverridesConsoleUser("gate_overrides", "gates", GATE, NO_GATE_OVERRIDES),
    "ExperimentOverrides": OverridesConsoleUser("experiment_overrides", "experiments", EXPERIMENT, {}),
    "LayerOverrides": OverridesConsoleUser("layer_overrides", "layers", LAYER, {}),
    "HoldoutOverrides": OverridesConsoleUser("holdout_overrides", "holdouts", HOLDOUT, NO_GATE_OVERRIDES),
    "AutotuneOverrides": OverridesConsoleUser("autotune_overrides", "autotunes", AUTOTUNE, {}),
}
DEFAULT = ConsoleUser()
OF_PROJECT = ConsoleUser(can_delete=False)
"""A user who edits what a project has once."""
SERVER_FIELDS = {"version", "lastModifiedTime", "lastModifierID", "lastModifierName", "lastModifierEmail"}
"""Fields that the service changes with every write."""


def console_user_of(declaration: Declaration) -> ConsoleUser:
    return CONSOLE_USERS.get(declaration.kind, DEFAULT if declaration.endpoint.key_names else OF_PROJECT)


def is_singleton(declaration: Declaration) -> bool:
    """Return whether the object exists before the resource is created and after it is deleted."""
    return issubclass(declaration.cls.lifecycle, Singleton)


def is_readable(declaration: Declaration) -> bool:
    """Return whether the API shows any property of the object."""
    return any(p.readable for p in declaration.inputs.values())


def is_job(declaration: Declaration) -> bool:
    """Return whether creating the resource runs something once."""
    return issubclass(declaration.cls.lifecycle, Job)
