"""Base of resources that manage one rule of a gate or dynamic config."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

from pulumi import Output, ResourceOptions

from ...errors import (
    ChangedMeanwhileError,
    NoSuchEndpointError,
    NotFoundError,
    Problem,
    RejectedError,
    StatsigError,
    UnreachableError,
)
from ...json_values import NONE, Json
from ...lifecycle.crud import Lifecycle, LiveState
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.restart import restart_if_changed
from ...lifecycle.reviews import describe_review, find_open_review
from ...lifecycle.run_context import Claim, Place
from ...lifecycle.update import Updater
from ...schema import state
from ...schema.declaration import Endpoint
from ...schema.live_object import LiveObject
from ...schema.options import computed, optional
from ...schema.properties import ListProp, Prop
from ...schema.state import DECLARED_BY, REVIEW, Inputs, Outputs
from ..types.rules import AutomatedRollout, RuleFields
from ..types.shared import NonEmptyStr
from .config import ConfigResource
from .entity import Entity
from .held_rule import HeldRuleError, build_held_outputs, describe_held, is_held
from .rule_order import PLACES, Rules, arrange_rules, find_circle, observe_place

RULE_NAMES: Final = "ruleNames"
"""The key of a live rule with the names of all rules beside it, in order. The API has no such field."""
OF_OWNER: Final = ("lastModifierName", "lastModifierEmail", "lastModifierID", "lastModifiedTime", "activeReview")
"""Fields of a gate or config that tell something about each of its rules."""


class RuleClient(ResourceClient):
    """The requests of rules. A rule is read with its gate or config, and changed by its own endpoints."""

    verb: ClassVar[str] = "rules"
    """The segment before the id of a rule in its path."""
    are_reviews_shown: ClassVar[bool] = True
    """Whether the API shows the review of the gate or config."""

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
        rules = self._live_rules(owner, self._get_owner(owner)) if owner else ()
        return next((live for live in rules if self.key_of(live) == key), None)

    @property
    def is_listed_whole(self) -> bool:
        return True

    def list_all(self) -> Iterator[LiveObject]:
        """Yield every rule in the list of gates or configs."""
        for owner in self.client.pages(self.endpoint.collection):
            if not owner.get("id"):
                raise UnreachableError("GET", f"/{self.endpoint.collection}", "an item of the list lacks its id")
            yield from self._live_rules(str(owner["id"]), owner)

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        owner = self.owner(inputs)
        rules = self._live_rules(owner, self._get_owner(owner))
        return next((live for live in rules if live.get("name") == inputs.get("name")), None)

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        owner, lock = self.owner(inputs), self.client.rewrite_lock
        try:
            with lock.exclusive() if self.client.respects_reviews else lock.shared():
                if review := self.find_review(owner):  # which a new rule would replace
                    raise HeldRuleError(review)
                self.client.create(self.owner_path(owner, "rule"), body, find_created)
                self.client.new_objects.note(self._new_rule_path(owner, inputs.get("name")))
        except NoSuchEndpointError:
            self.append(inputs, body, find_created)
        return self.find_new(inputs)

    def find_new(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the rule that was created, or None; raises HeldRuleError if a review holds it."""
        live = self.find(inputs)
        if live is None and self.client.respects_reviews:
            review = self.find_review(self.owner(inputs))
            if review or not self.are_reviews_shown:
                self.client.new_objects.forget(self._new_rule_path(self.owner(inputs), inputs.get("name")))
                raise HeldRuleError(review)
        return live or super().find_new(inputs)

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        owner, _, rule = key.rpartition("/")

        def merge(rules: Rules) -> Rules:
            return [self.merge(item, body) if _base_id(item) == rule else item for item in rules]

        try:
            with self.client.rewrite_lock.shared():
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
                with self.client.rewrite_lock.shared():
                    self.client.change("DELETE", self.owner_path(owner, self.verb, rule))
            except NoSuchEndpointError:
                self._send_full_list(owner, lambda rules: [item for item in rules if _base_id(item) != rule])

        self.end(lambda: restart_if_changed(send), lambda: self.get(key) is None)

    def append(self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]) -> None:
        """Create a rule by sending the full list, if the API has no endpoint for it; raises RejectedError.

        The API accepts a list with two rules of one name, so the name is checked here. After a lost response, the rule
        of that name may be the new one, which ``find_created`` returns.
        """
        owner, may_exist = self.owner(inputs), False

        def add(rules: Rules) -> Rules:
            nonlocal may_exist
            if any(item.get("name") == inputs.get("name") for item in rules):
                if may_exist and find_created() is not None:
                    return rules
                path = f"/{self.owner_path(owner)}"
                raise RejectedError("PATCH", path, 409, "a rule with this name already exists; nothing was sent")
            may_exist = True
            return [*rules, body]

        restart_if_changed(lambda: self._send_full_list(owner, add))

    def merge(self, rule: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
        """Return a rule with the changed fields of a request body."""
        return {**rule, **body}

    def arrange(self, owner: str, places_fn: Callable[[], Mapping[str, Place]]) -> list[str]:
        """Move the rules that are not in their declared place, with one request; return the names of all rules.

        The places are asked for after the read, so that they include each rule that this run has created.
        """
        arranged = restart_if_changed(
            lambda: self._send_full_list(owner, lambda rules: arrange_rules(rules, places_fn()))
        )
        return [str(rule.get("name")) for rule in arranged]

    def _get_owner(self, owner: str) -> Mapping[str, Json]:
        """Return the gate or config as the API does; empty if it does not exist."""
        try:
            response = self.client.get_object(self.owner_path(owner))
        except NotFoundError:
            return {}
        if (id_ := response.get("id")) is not None and str(id_).casefold() != owner.casefold():
            raise UnreachableError("GET", f"/{self.owner_path(owner)}", f"the response is about '{id_}'")
        return response

    def find_review(self, owner: str) -> str:
        """Return the id of the review in progress, if requests respect reviews; empty without one."""
        return find_open_review(self._get_owner(owner)) if self.client.respects_reviews else ""

    def _rules(self, owner: str) -> Rules:
        return self.objects_in(self.owner_path(owner), self._get_owner(owner), "rules")

    def _complete_rules(self, owner: str) -> Rules:
        """Return all rules, to send them back; raises StatsigError if the API does not show one that this run created.

        It would be lost.
        """
        new = set(self.client.new_objects.list_below(self._new_rule_path(owner)))

        def find_missing(rules: Rules) -> set[str]:
            return new - {str(rule.get("name")) for rule in rules}

        rules = self.client.read_until(lambda: self._rules(owner), lambda rules: not find_missing(rules))
        if missing := find_missing(rules):
            raise StatsigError(f"Statsig does not show the new rule '{min(missing)}' of '{owner}' yet")
        return rules

    def _new_rule_path(self, owner: str, *name: Json) -> str:
        return "/".join(map(str, (self.owner_path(owner, "rule"), *name)))

    def _live_rules(self, owner: str, response: Mapping[str, Json]) -> Iterator[LiveObject]:
        """Yield the rules of a gate or config, each with its id, and with what the API says of it alone."""
        rules = self.objects_in(self.owner_path(owner), response, "rules")
        name = self.declaration.properties[self.owner_property].wire
        shared = {key: response[key] for key in OF_OWNER if key in response}
        shared |= {name: owner, RULE_NAMES: [rule.get("name") for rule in rules]}
        for rule in rules:
            yield self.live({**rule, **shared, "baseID": _base_id(rule)})

    def _send_full_list(self, owner: str, change: Callable[[Rules], Rules]) -> Rules:
        """Send the full list back with a change, unless that changes nothing; return it.

        Raises ChangedMeanwhileError if others change the list while the request waits or is repeated.
        """
        with self.client.rewrite_lock.exclusive():
            rules = self._complete_rules(owner)

            def check() -> None:
                if self._rules(owner) != rules:
                    raise ChangedMeanwhileError(f"the rules of '{owner}' were changed while a request waited")

            if (changed := change(rules)) != rules:
                with self.client.guarded(check):
                    self.client.change("PATCH", self.owner_path(owner), {"rules": changed})
            return changed


class RuleUpdater(Updater):
    """Updates of rules. The place of a rule is set after its create."""

    def is_set_after_create(self, name: str) -> bool:
        return name in PLACES or super().is_set_after_create(name)


class RuleLifecycle(Lifecycle):
    """Behaviour of rules. A rule is rejected if the resource of its gate or config declares rules too.

    The API appends new rules. After a create, the rules of the owner are moved to the places that the program has
    declared so far. So of rules that are created in parallel, the last one finds all places and all rules.
    """

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        normalized, problems = super().check(inputs, new=new)
        problems += self._declare_place(normalized)
        if (owners := inputs.get(DECLARED_BY)) and not problems:
            reason = f"{', '.join(owners)} declares all its rules: declare this rule there, or omit rules there"
            problems.append(Problem(self.declaration.cls.owner_property(), reason))
        return normalized, problems

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        """Create the rule. One that a review holds is in the state, and the next update looks for it."""
        try:
            id_, outputs = super().create(inputs)
        except HeldRuleError as error:
            id_, outputs = build_held_outputs(self.resource_client, inputs, error.review, {})
            self.reporter.say("warning", describe_held(self.declaration.title(inputs), outputs))
            return id_, outputs
        return id_, self._arrange(inputs, outputs)

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        if not is_held(outputs):
            return super().read(id_, outputs)
        before = state.restore_inputs(self.declaration, outputs)
        if (live := self._rules().find(before)) is not None:
            return super().read(id_, {**outputs, "base_id": live["baseID"]})
        is_open = bool(self._rules().find_review(self._rules().owner(before)))
        return LiveState(dict(outputs), before) if is_open else None

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        if not is_held(outputs):
            updated = super().update(id_, outputs, inputs)
            is_moved = any(inputs.get(name) != outputs.get(name) for name in PLACES)
            return self._arrange(inputs, updated) if is_moved else updated
        if (live := self._rules().find(inputs)) is not None:
            return self._arrange(inputs, super().update(id_, {**outputs, "base_id": live["baseID"]}, inputs))
        review = self._rules().find_review(self._rules().owner(inputs))
        is_changed = bool(self.drift(outputs, inputs))
        if review or not (is_changed or outputs[REVIEW]["id"]):
            _, held = build_held_outputs(self.resource_client, inputs, review, outputs)
            self.reporter.say("warning", describe_held(self.declaration.title(inputs), held))
            return held
        return self.create(inputs)[1]

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        if is_held(outputs):
            inputs = state.restore_inputs(self.declaration, outputs)
            live = self._rules().find(inputs)
            if live is None:
                review = describe_review(outputs[REVIEW])
                title = self.declaration.title(outputs)
                self.reporter.say("warning", f"{title} is not in Statsig, but {review} may create it: reject it")
                return
            outputs = {**outputs, "base_id": live["baseID"]}
        super().delete(id_, outputs)

    def _rules(self) -> RuleClient:
        client = self.resource_client
        if not isinstance(client, RuleClient):
            raise TypeError(f"{type(client).__name__} has no rules")
        return client

    def _arrange(self, inputs: Mapping[str, Json], outputs: Outputs) -> Outputs:
        """Move the rules of the gate or config to their declared places; return the outputs.

        After a failure the outputs lack the place, so that the next update tries again.
        """
        client, list_ = self.resource_client, self._list(inputs)
        is_ordered = any(place.after or place.before for place in self.context.places(list_).values())
        if not isinstance(client, RuleClient) or not is_ordered:
            return outputs
        owner, title = client.owner(inputs), self.declaration.title(inputs)
        try:
            names = client.arrange(owner, lambda: self.context.places(list_))
        except StatsigError as error:
            self.reporter.say("warning", f"{title} is not in its place: {error.summary}; run `pulumi up` again")
            return {name: value for name, value in outputs.items() if name not in PLACES}
        for name in PLACES:
            if isinstance(other := inputs.get(name), str) and other not in (NONE, *names):
                self.reporter.say("info", f"{title} has no place yet: '{owner}' has no rule '{other}' to be {name}")
        return outputs

    def _list(self, inputs: Mapping[str, Json]) -> str:
        return f"{self.declaration.endpoint.collection}/{inputs.get(self.declaration.cls.owner_property())}"

    def _declare_place(self, inputs: Mapping[str, Json]) -> Iterator[Problem]:
        """Note the declared place; yield a problem if it and those of other rules form a circle."""
        name, list_ = inputs.get("name"), self._list(inputs)
        if not isinstance(name, str):
            return
        after, before = (v if isinstance(v := inputs.get(n), str) and v != NONE else None for n in PLACES)
        self.context.declare_place(list_, name, Place(after, before))
        if circle := find_circle(name, self.context.places(list_)):
            yield Problem(
                "after" if after else "before", f"the places of the rules form a circle: {' < '.join(reversed(circle))}"
            )


class RuleResource(Entity, RuleFields):
    """Base of resources that manage one rule of a gate or dynamic config."""

    lifecycle = RuleLifecycle
    resource_client = RuleClient
    updater = RuleUpdater
    has_console_page = True

    after: Prop[NonEmptyStr | None] = optional(local=True)
    """Name of a rule of the same gate or dynamic config that comes before this one, such as ``first.name``. The first
    matching rule decides. If omitted, a new rule is appended, in any order with others that are created with it."""
    before: Prop[NonEmptyStr | None] = optional(local=True)
    """Name of a rule of the same gate or dynamic config that comes after this one, such as ``catch_all.name``."""

    rule_id: Prop[str] = computed(wire="id")
    """Statsig's id of the rule. It changes with the pass percentage."""
    base_id: Prop[str] = computed(wire="baseID")
    """Statsig's permanent id of the rule."""
    pending_automated_rollouts: ListProp[AutomatedRollout] = computed()
    """Future steps of a scheduled rollout. Schedules can be set in the Statsig console only."""
    completed_automated_rollouts: ListProp[AutomatedRollout] = computed()
    """Completed steps of a scheduled rollout."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the declared places where the rule is in them, else its neighbours. The API returns no places."""
        names, own = live.get(RULE_NAMES) or [], live.get("name")
        return {name: observe_place(name, declared[name], names, own) for name in PLACES if name in declared}

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
            Claim(f"the list of rules of {cls.declaration.endpoint.collection}/{owner}", is_exclusive=False)
            if isinstance(owner, str)
            else None
        )


async def _find_declaring_resources(owner: Output[Any]) -> list[str] | None:
    configs = [resource for resource in await owner.resources() if isinstance(resource, ConfigResource)]
    declaring = [config for config in configs if config.declares("rules")]
    return sorted(f"{type(config).__name__} '{config._name}'" for config in declaring) or None


def _base_id(rule: Mapping[str, Json]) -> str:
    return str(rule.get("baseID") or str(rule.get("id") or "").partition(":")[0])


def rule_endpoint(collection: str, owner_wire: str) -> Endpoint:
    """Return the endpoint of rules below a collection: a rule is identified by its owner and its base id."""
    return Endpoint(collection, key=(owner_wire, "baseID"), lists="none")
