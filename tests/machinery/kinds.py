"""Resources of these tests. They are not in the registry, except during a test."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from statsig_pulumi.errors import NotFoundError
from statsig_pulumi.json_values import NONE, Json
from statsig_pulumi.lifecycle.resource_client import ResourceClient
from statsig_pulumi.lifecycle.singleton import Singleton
from statsig_pulumi.resources.bases.entity import Entity
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.actions import Action, Step, toggle_action, trigger_action
from statsig_pulumi.schema.declaration import REGISTRY, Endpoint
from statsig_pulumi.schema.diff import is_same_nested
from statsig_pulumi.schema.live_object import LiveObject
from statsig_pulumi.schema.options import computed, optional, required
from statsig_pulumi.schema.properties import ListProp, NestedType, Prop

SHIPPED = dict(REGISTRY)
"""The declarations of the package. Some have the name of one in this module."""


class Metric(Entity, endpoint=Endpoint("metrics", key=("type", "name"))):
    """A composite key in regular paths: ``metrics/{type}/{name}``."""

    type: Prop[str] = required(replace_on_changes=True)
    name: Prop[str] = required(replace_on_changes=True)
    description: Prop[str] = optional()


class Schedule(NestedType):
    """A nested value with an endpoint of its own."""

    hour_of_day: Prop[int] = required()
    time_zone: Prop[str] = optional()


def next_schedule(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    value, held = declared["schedule"], live.get("schedule")
    if value == NONE:
        return Step("schedule", method="DELETE") if held else None
    if held and is_same_nested(Schedule, codec.decode(Schedule.properties, held), value):
        return None
    return Step("schedule", codec.encode_nested(Schedule, value))


def next_ids(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    held, value = live.get("ids") or [], declared["ids"] or []
    if missing := [id_ for id_ in value if id_ not in set(held)]:
        return Step("id_list", {"ids": missing[:1_000]}, "PATCH")
    if extra := [id_ for id_ in held if id_ not in set(value)]:
        return Step("id_list", {"ids": extra[:1_000]}, "DELETE")
    return None


class CohortClient(ResourceClient):
    """The requests of cohorts, whose ids and schedule are below the object."""

    def complete(self, key: str, response: Mapping[str, Json]) -> Mapping[str, Json]:
        ids = list(self.client.pages(self.path(key, "id_list"), item_type=str))
        try:
            schedule = self.client.get(self.path(key, "schedule"))
        except NotFoundError:
            schedule = None
        return {**response, "ids": ids, "schedule": schedule}


def decode_schedule(live: Mapping[str, Json]) -> Json:
    return codec.decode(Schedule.properties, live["schedule"]) if live.get("schedule") else NONE


class Cohort(Entity, endpoint=Endpoint("cohorts", lists="partial")):
    """Values that the response of the object does not hold: a long list and a nested value."""

    resource_client = CohortClient

    name: Prop[str] = required()
    cohort_id: Prop[str] = computed(wire="id")
    description: Prop[str] = optional()
    ids: ListProp[str] = optional(
        unordered=True,
        action=Action(lambda live: live.get("ids"), next_ids),
    )
    schedule: Prop[Schedule | None] = optional(action=Action(decode_schedule, next_schedule))


class Dataset(Entity, endpoint=Endpoint("datasets", key="id")):
    """Properties that a create does not accept, one of which no response holds."""

    name: Prop[str] = required()
    dataset_id: Prop[str] = computed(wire="id")
    retention: Prop[int] = optional(update_only=True)
    comment: Prop[str] = optional(update_only=True, write_only=True)


class Pool(Entity, endpoint=Endpoint("pools")):
    """Properties that only a create accepts, beside one that can be updated."""

    name: Prop[str] = required(create_only=True)
    pool_id: Prop[str] = computed(wire="id")
    description: Prop[str] = optional(create_only=True, default="")
    size: Prop[int] = optional()


class Key(Entity, endpoint=Endpoint("keys", key="key", state_id="keyHash")):
    """A secret key in paths, a hash of it as id, and actions with several verbs."""

    description: Prop[str] = required()
    key: Prop[str] = computed(secret=True)
    key_hash: Prop[str] = computed()
    is_active: Prop[bool] = optional(
        action=toggle_action(
            "is_active",
            on="activate",
            off_fn=lambda declared: "deactivate",
            read_fn=lambda live: None if "status" not in live else live["status"] == "active",
            method="PATCH",
        )
    )
    rotate: Prop[str] = optional(action=trigger_action("rotate", method="PATCH"))
    log_out: Prop[str] = optional(action=trigger_action("sessions", method="DELETE"))
    ping: Prop[str] = optional(action=trigger_action("ping", method="POST", body={"now": True}))

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        return {**response, "keyHash": hash_of(response["key"])}


class Token(Entity, endpoint=Endpoint("tokens", key="name", state_id="serverID")):
    """A secret that only a create and a rotation return, and an id that is not the key in paths."""

    name: Prop[str] = required()
    server_id: Prop[str] = computed(wire="serverID")
    value: Prop[str] = computed(secret=True)
    password: Prop[str] = optional(secret=True, write_only=True)
    pin: Prop[str] = optional(secret=True)
    scope: Prop[str] = optional(update_only=True)
    rotate: Prop[str] = optional(action=trigger_action("rotate", method="POST"))


class Webhook(Entity, endpoint=Endpoint("webhooks", key="url", state_id="id")):
    """A secret key that the program sets."""

    url: Prop[str] = required(secret=True, replace_on_changes=True)
    webhook_id: Prop[str] = computed(wire="id")


class Environments(Entity, endpoint=Endpoint("environments", key=(), update="merge")):
    """One object per project, without a key."""

    lifecycle = Singleton

    environments: ListProp[Any] = required()


class Channel(Entity, endpoint=Endpoint("channels")):
    """Objects that people make, beside others that Statsig makes by itself."""

    name: Prop[str] = required()
    channel_id: Prop[str] = computed(wire="id")

    @classmethod
    def explain_exclusion(cls, live: LiveObject) -> str:
        return "Statsig made it" if live.get("isBuiltIn") else ""


class Window(NestedType):
    """A nested value that the API replaces as a whole."""

    days: Prop[int] = optional()
    unit: Prop[str] = optional()


class Measure(Entity, endpoint=Endpoint("measures", key_form="{name}::{type}")):
    """A key that the API makes of two properties, one of which can change."""

    name: Prop[str] = required()
    type: Prop[str] = required(replace_on_changes=True)
    measure_id: Prop[str] = computed(wire="id")
    description: Prop[str] = optional()
    window: Prop[Window] = optional(merged=True)
    is_archived: Prop[bool] = optional(
        write_only=True,
        action=toggle_action("is_archived", on="archive", off_fn=lambda declared: "restore", read_fn=lambda live: None),
    )


def hash_of(key: Json) -> str:
    return hashlib.sha256(str(key).encode()).hexdigest()[:8]


KINDS = {kind: declaration for kind, declaration in sorted(REGISTRY.items()) if SHIPPED.get(kind) is not declaration}
"""The declarations of this module."""


def unregister() -> None:
    """Leave only the declarations of the package in the registry."""
    for kind in KINDS:
        del REGISTRY[kind]
    REGISTRY.update(SHIPPED)


unregister()
