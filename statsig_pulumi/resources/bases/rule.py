"""Base of resources that manage one rule of a gate or dynamic config."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from pulumi import Output, ResourceOptions

from ...errors import NoSuchEndpointError, NotFoundError, Problem, RejectedError, UnreachableError
from ...json_values import Json
from ...lifecycle.crud import Lifecycle
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.run_context import Claim
from ...schema.declaration import Endpoint
from ...schema.live_object import LiveObject
from ...schema.options import computed
from ...schema.properties import ListProp, Prop
from ...schema.state import DECLARED_BY, Inputs
from ..types.rules import AutomatedRollout, RuleFields
from .config import ConfigResource
from .entity import Entity

Rules = list[dict[str, Json]]


class RuleClient(ResourceClient):
    """The requests of rules. A rule is read with its gate or config, and changed by its own endpoints."""

    verb: ClassVar[str] = "rules"
    """The segment before the id of a rule in its path."""

    @property
    def owner_property(self) -> str:
        """Return the name of the property with the id of the gate or config."""
        return str(self.declaration.cls.owner_property())

    def owner(self, inputs: Mapping[str, Json]) -> str:
        """Return the id of the gate or config."""
        return str(inputs[self.owner_property])

    def owner_path(self, owner: str, *more: str) -> str:
        """Return the path of the gate or config, or of something below it."""
        return Endpoint(self.endpoint.collection).path(owner, *more)

    def identity(self, inputs: Mapping[str, Json]) -> str | None:
        values = [value for name in (self.owner_property, "name") if isinstance(value := inputs.get(name), str)]
        return "/".join(values) if len(values) == 2 else None

    def get(self, key: str) -> LiveObject | None:
        owner = key.rpartition("/")[0]
        rules = self._rules(owner) if owner else None
        return next((live for rule in rules or () if self.key_of(live := self._live_rule(owner, rule)) == key), None)

    @property
    def is_listed_whole(self) -> bool:
        return True

    def list_all(self) -> Iterator[LiveObject]:
        """Yield every rule in the list of gates or configs."""
        for owner in self.client.pages(self.endpoint.collection):
            for rule in owner.get("rules") or []:
                yield self._live_rule(str(owner["id"]), rule)

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        owner = self.owner(inputs)
        rules = (rule for rule in self._rules(owner) or () if rule.get("name") == inputs.get("name"))
        return next((self._live_rule(owner, rule) for rule in rules), None)

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        owner = self.owner(inputs)
        try:
            self.client.create(self.owner_path(owner, "rule"), body, find_created)
        except NoSuchEndpointError:
            self.append(inputs, body)
        return self.find(inputs)

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        owner, _, rule = key.rpartition("/")

        def merge(rules: Rules) -> Rules:
            return [self.merge(item, body) if _base_id(item) == rule else item for item in rules]

        try:
            self.client.change("PATCH", self.owner_path(owner, self.verb, rule), body)
        except NoSuchEndpointError:
            self._send_full_list(owner, merge)
        return self.get_changed(key)

    def delete(self, key: str, body: Json = None) -> None:
        owner, _, rule = key.rpartition("/")
        if self.get(key) is None:
            return

        def send() -> None:
            try:
                self.client.change("DELETE", self.owner_path(owner, self.verb, rule))
            except NoSuchEndpointError:
                self._send_full_list(owner, lambda rules: [item for item in rules if _base_id(item) != rule])

        self.end(send, lambda: self.get(key) is None)

    def append(self, inputs: Mapping[str, Json], body: Json) -> None:
        """Create a rule by sending the full list, if the API has no endpoint for it; raises RejectedError.

        The API accepts a list with two rules of one name, so the name is checked here.
        """
        owner = self.owner(inputs)

        def add(rules: Rules) -> Rules:
            if any(item.get("name") == inputs.get("name") for item in rules):
                path = f"/{self.owner_path(owner)}"
                raise RejectedError("PATCH", path, 409, "a rule with this name already exists; nothing was sent")
            return [*rules, body]

        self._send_full_list(owner, add)

    def merge(self, rule: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
        """Return a rule with the changed fields of a request body."""
        return {**rule, **body}

    def _rules(self, owner: str) -> Rules | None:
        """Return the live rules, or None if there is no such gate or config."""
        try:
            response = self.client.get(self.owner_path(owner))
        except NotFoundError:
            return None
        if not isinstance(response, dict):
            raise UnreachableError("GET", f"/{self.owner_path(owner)}", "the response is not an object")
        return list(response.get("rules") or [])

    def _live_rule(self, owner: str, rule: Mapping[str, Json]) -> LiveObject:
        name = self.declaration.properties[self.owner_property].wire
        return self.live({**rule, name: owner, "baseID": _base_id(rule)})

    def _send_full_list(self, owner: str, change: Callable[[Rules], Rules]) -> None:
        """Send the full list with one changed rule, if the API has no endpoint for it."""
        with self.client.rewrite_lock:
            self.client.change("PATCH", self.owner_path(owner), {"rules": change(self._rules(owner) or [])})


class RuleLifecycle(Lifecycle):
    """Behaviour of rules. A rule is rejected if the resource of its gate or config declares rules too."""

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        normalized, problems = super().check(inputs, new=new)
        if (owners := inputs.get(DECLARED_BY)) and not problems:
            reason = f"{', '.join(owners)} declares all its rules: declare this rule there, or omit rules there"
            problems.append(Problem(self.declaration.cls.owner_property(), reason))
        return normalized, problems


class RuleResource(Entity, RuleFields):
    """Base of resources that manage one rule of a gate or dynamic config."""

    lifecycle = RuleLifecycle
    resource_client = RuleClient

    rule_id: Prop[str] = computed(wire="id")
    """Statsig's id of the rule. It changes with the pass percentage."""
    base_id: Prop[str] = computed(wire="baseID")
    """Statsig's permanent id of the rule."""
    pending_automated_rollouts: ListProp[AutomatedRollout] = computed()
    """Future steps of a scheduled rollout. Schedules can be set in the Statsig console only."""
    completed_automated_rollouts: ListProp[AutomatedRollout] = computed()
    """Completed steps of a scheduled rollout."""

    @classmethod
    def owner_property(cls) -> str:
        """Return the name of the property with the id of the gate or config."""
        return next(name for name, p in cls.properties.items() if p.options.in_path)

    def reserved_inputs(
        self, inputs: Mapping[str, Any], resource_name: str, opts: ResourceOptions | None
    ) -> dict[str, Any]:
        """Add the resources that the id of the gate or config comes from, if they declare rules."""
        reserved = super().reserved_inputs(inputs, resource_name, opts)
        if isinstance(owner := inputs.get(self.owner_property()), Output):
            reserved[DECLARED_BY] = Output.from_input(_find_declaring_resources(owner))
        return reserved

    @classmethod
    def claim(cls, values: Mapping[str, Json]) -> Claim | None:
        owner = values.get(cls.owner_property())
        return (
            Claim(f"the rules of {cls.declaration.endpoint.collection}/{owner}", is_exclusive=False)
            if isinstance(owner, str)
            else None
        )


async def _find_declaring_resources(owner: Output[Any]) -> list[str] | None:
    configs = [resource for resource in await owner.resources() if isinstance(resource, ConfigResource)]
    declaring = [config for config in configs if "rules" in getattr(config, "declared", ())]
    return sorted(f"{type(config).__name__} '{config._name}'" for config in declaring) or None


def _base_id(rule: Mapping[str, Json]) -> str:
    return str(rule.get("baseID") or str(rule.get("id") or "").partition(":")[0])


def rule_endpoint(collection: str, owner_wire: str) -> Endpoint:
    """Return the endpoint of rules below a collection: a rule is identified by its owner and its base id."""
    return Endpoint(collection, key=(owner_wire, "baseID"), lists="none")
