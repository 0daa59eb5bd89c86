"""What the rules of gates and of dynamic configs share when each is a resource of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock
from typing import Any, ClassVar, Final

from pulumi import Output

from ...errors import GoneError, NoSuchEndpointError, Problem, TakenError
from ...json_values import Json
from ...lifecycle.crud import Lifecycle
from ...lifecycle.resource_client import Live, ResourceClient
from ...lifecycle.run_context import Claim
from ...schema.declaration import Endpoint
from ...schema.options import computed
from ...schema.properties import ListProp, Prop
from ...schema.state import DECLARED_BY
from ..types.rules import AutomatedRollout, RuleFields
from .config import ConfigResource
from .entity import Entity

KEY: Final = "__key"
"""Where a rule keeps what tells it apart: the id of what it belongs to, and its base id."""

Rules = list[dict[str, Json]]
_one_at_a_time = Lock()
"""Rules that are read and written back in whole would undo each other."""


class RuleClient(ResourceClient):
    """The rules of one gate or config: read in it, changed by endpoints of their own where the API has these."""

    verb: ClassVar[str] = "rules"
    """What stands before the id of a rule in its path."""

    def of(self, inputs: Mapping[str, Json]) -> str:
        """The id of the gate or config."""
        return str(inputs[self.owner_property])

    @property
    def owner_property(self) -> str:
        """Our name of the property that says what the rule belongs to."""
        return str(self.declaration.cls.owner_property())

    def identity(self, inputs: Mapping[str, Json]) -> str | None:
        said = [value for name in (self.owner_property, "name") if isinstance(value := inputs.get(name), str)]
        return "/".join(said) if len(said) == 2 else None

    def read(self, key: str) -> Live | None:
        owner = key.rpartition("/")[0]
        found = self._rules(owner) if owner else None
        return next((live for item in found or () if (live := self._told(owner, item))[KEY] == key), None)

    @property
    def is_listed_whole(self) -> bool:
        return True

    def listed(self) -> Iterator[Live]:
        """Every rule, as the lists of gates or configs have it."""
        for owner in self.client.pages(self.endpoint.collection):
            for rule in self.declaration.seen(owner).get("rules") or []:
                yield self._told(str(owner["id"]), rule)

    def find(self, inputs: Mapping[str, Json]) -> Live | None:
        owner = self.of(inputs)
        named = (item for item in self._rules(owner) or () if item.get("name") == inputs.get("name"))
        return next((self._told(owner, item) for item in named), None)

    def made(self, inputs: Mapping[str, Json], body: Json, applied: Callable[[], Live | None]) -> Live | None:
        owner = self.of(inputs)
        try:
            self.client.create(self.endpoint.path(owner, "rule"), body, applied)
        except NoSuchEndpointError:
            self._appended(inputs, body)
        return self.find(inputs)

    def updated(self, key: str, changed: Iterable[str], body: Json) -> Live:
        owner, _, rule = key.rpartition("/")
        try:
            self.client.change("PATCH", self.endpoint.path(owner, self.verb, rule), body)
        except NoSuchEndpointError:
            self._rewritten(
                owner, lambda rules: [self._merged(item, body) if _base_id(item) == rule else item for item in rules]
            )
        live = self.read(key)
        if live is None:
            raise GoneError(f"{self.declaration.kind} '{key}' was changed, but Statsig no longer has it")
        return live

    def ended(self, method: str, key: str, *more: str, body: Json = None) -> None:
        owner, _, rule = key.rpartition("/")
        if self.read(key) is None:
            return
        try:
            self.client.change("DELETE", self.endpoint.path(owner, self.verb, rule))
        except NoSuchEndpointError:
            self._rewritten(owner, lambda rules: [item for item in rules if _base_id(item) != rule])

    def _rules(self, owner: str) -> Rules | None:
        """The rules as they are, or None where there is no such gate or config."""
        parent = ResourceClient(self.declaration, self.client)
        live = parent.read(owner)
        return None if live is None else list(live.get("rules") or [])

    def _told(self, owner: str, rule: Mapping[str, Json]) -> Live:
        name = self.declaration.properties[self.owner_property].wire
        return {**rule, name: owner, KEY: f"{owner}/{_base_id(rule)}"}

    def _appended(self, inputs: Mapping[str, Json], body: Json) -> None:
        """For an API without the endpoint: a list of rules is taken whatever their names are."""
        owner = self.of(inputs)

        def more(rules: Rules) -> Rules:
            if there := next((item for item in rules if item.get("name") == inputs.get("name")), None):
                id_ = self._told(owner, there)[KEY]
                raise TakenError(
                    f"{self.declaration.title(inputs)} exists already in Statsig: id '{id_}'; it was not touched;"
                    f' to manage it here, import it: opts=pulumi.ResourceOptions(import_="{id_}")'
                )
            return [*rules, body]

        self._rewritten(owner, more)

    def _rewritten(self, owner: str, change: Callable[[Rules], Rules]) -> None:
        """For an API without the endpoint: all the rules, sent back with one changed."""
        with _one_at_a_time:
            self.client.change("PATCH", self.endpoint.path(owner), {"rules": change(self._rules(owner) or [])})

    def _merged(self, rule: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
        """A rule with a change of it."""
        return {**rule, **body}


class RuleLifecycle(Lifecycle):
    """A rule of something that another resource, or somebody else, manages."""

    def check(self, news: Mapping[str, Json], *, new: bool) -> tuple[dict[str, Json], list[Problem]]:
        inputs, found = super().check(news, new=new)
        if (owners := news.get(DECLARED_BY)) and not found:
            words = f"{', '.join(owners)} declares all its rules: declare this one there, or leave out rules there"
            found.append(Problem(self.declaration.cls.owner_property(), words))
        return inputs, found


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
        """Our name of the property that says what the rule belongs to."""
        return next(name for name, p in cls.properties.items() if p.options.in_path)

    @classmethod
    def told(cls, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """The resources that the owner's id comes from, where they declare their rules."""
        owner = inputs.get(cls.owner_property())
        return {DECLARED_BY: Output.from_input(_declaring(owner))} if isinstance(owner, Output) else {}

    @classmethod
    def claim(cls, values: Mapping[str, Json]) -> Claim | None:
        owner = values.get(cls.owner_property())
        return (
            Claim(f"the rules of {cls.declaration.endpoint.collection}/{owner}", False)
            if isinstance(owner, str)
            else None
        )


async def _declaring(owner: Output[Any]) -> list[str] | None:
    found = [
        r for r in await owner.resources() if isinstance(r, ConfigResource) and "rules" in getattr(r, "declared", ())
    ]
    return sorted(f"{type(resource).__name__} '{resource._name}'" for resource in found) or None


def _base_id(rule: Mapping[str, Json]) -> str:
    return str(rule.get("baseID") or str(rule.get("id") or "").partition(":")[0])


def rule_endpoint(collection: str) -> Endpoint:
    """Rules live in what they belong to."""
    return Endpoint(collection, key=KEY, has_list=False)
