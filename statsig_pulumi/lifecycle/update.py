"""Bring a live object to its declaration in the fewest requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from ..errors import InvalidInputsError, RejectedError, ServerError, StatsigError, UnreachableError
from ..json_values import Json
from ..schema import codec, state
from ..schema.actions import Action, Step
from ..schema.declaration import Declaration
from ..schema.diff import is_same
from ..schema.live_object import LiveObject
from ..schema.matching import collect_undeclared, drop_actions, keep_live_values
from ..schema.state import Inputs
from .reporter import Reporter
from .resource_client import ResourceClient


@dataclass(frozen=True, repr=False)  # values may be secret
class _Request:
    """One request of an update, and the property or properties that it sets."""

    changed: Mapping[str, Json]
    step: Step | None = None
    """The call of an action or a trigger; None for an update of the body."""
    body: Inputs = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class _Plan:
    """What an update has to reach."""

    inputs: Mapping[str, Json]
    outputs: Mapping[str, Json] = field(default_factory=dict)
    """The outputs before the update."""
    changed: Mapping[str, Json] = field(default_factory=dict)
    """The declared values that the body sends."""
    triggers: Mapping[str, Action] = field(default_factory=dict)
    """The triggers whose declared value changed."""
    actions: tuple[str, ...] = ()
    """The properties whose actions have to reach their declared value, in this order."""


class Updater:
    """Computes the requests that lead from a live object to its declaration, and sends them one by one.

    After each response the next request is computed from the live object as it is then. After a response that
    is not a plain success (lost, 5xx, 4xx) the object is read: if the request turns out to be applied, the
    update goes on; otherwise the error is raised. Nothing is concluded from what was sent.
    """

    def __init__(self, declaration: Declaration, resource_client: ResourceClient, reporter: Reporter) -> None:
        self.declaration, self.resource_client, self.reporter = declaration, resource_client, reporter
        actions = {name: p.action for name, p in declaration.inputs.items() if p.action and not p.is_trigger}
        # Launching an archived gate also takes it out of the archive: what other actions affect comes last.
        self.actions: dict[str, Action] = dict(sorted(actions.items(), key=lambda item: item[1].affected_by_others))

    def is_set_after_create(self, name: str) -> bool:
        """Return whether the body of a create cannot set a property: it needs an action or an update."""
        by_action = name in self.actions and not self.actions[name].in_body
        return by_action or name in self.declaration.update_only

    def apply(
        self,
        key: str,
        changed: Mapping[str, Json],
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        live: LiveObject,
    ) -> LiveObject:
        """Send what changed, and return the live object after it; ``outputs`` are those before the update."""
        properties = self.declaration.properties
        declared = {name: action for name, action in self.actions.items() if name in inputs}
        # Actions that are in their declared state now may be affected by the requests of the others.
        stable = [n for n, a in declared.items() if n not in changed and a.read_fn(live) in (None, inputs[n])]
        changed_again = [name for name in changed if outputs.get(name) is not None]
        triggers = {n: action for n in changed_again if properties[n].is_trigger and (action := properties[n].action)}
        plan = _Plan(
            inputs,
            outputs,
            changed,
            triggers,
            (*(name for name in declared if name in changed), *stable),
        )
        return self._run(key, plan, live)

    def apply_actions(self, key: str, inputs: Mapping[str, Json], live: LiveObject, names: Iterable[str]) -> LiveObject:
        """Bring the actions of these properties to their declared value, and return the live object after it."""
        return self._run(key, _Plan(inputs, actions=tuple(names)), live)

    def apply_update_only(self, inputs: Mapping[str, Json], live: LiveObject) -> LiveObject:
        """Send the declared properties that a create does not accept, and return the live object after it."""
        changed = {name: inputs[name] for name in self.declaration.update_only if name in inputs}
        return self._run(self.resource_client.key_of(live), _Plan(inputs, changed=changed), live)

    def correct_defaults(self, inputs: Mapping[str, Json], live: LiveObject) -> LiveObject:
        """Return the new object after declared values replaced what defaults of the project or team added to them."""
        properties = self.declaration.properties
        changed = {
            name: inputs[name]
            for name in self.held_differently(inputs, live)
            if not (properties[name].options.replace_on_changes or properties[name].options.update_only)
        }
        with suppress(StatsigError):  # a difference that remains is reported
            if body := self.request_body(changed, {}, inputs, live):
                return self._send(self.resource_client.key_of(live), _Request(changed, None, body), live)
        return live

    def validate_change(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json], changed: Iterable[str]) -> None:
        """Raise InvalidInputsError if an object with these outputs cannot become what the inputs declare."""
        if problems := list(self.declaration.cls.validate_change(outputs, inputs, tuple(changed))):
            raise InvalidInputsError(self.declaration.title(inputs), problems)

    def warn_about_differences(self, inputs: Mapping[str, Json], live: LiveObject) -> None:
        """Report declared properties that Statsig accepted and holds with another value."""
        if differing := self.held_differently(inputs, live):
            title = self.declaration.title(inputs)
            self.reporter.say("warning", f"{title}: Statsig accepted {', '.join(differing)} but holds another value")

    def held_differently(self, inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
        """Return the declared properties that the response holds with another value."""
        returned = {n for n, p in self.declaration.inputs.items() if p.options.action or p.wire in live}
        return [name for name in state.find_differences(self.declaration, inputs, live) if name in returned]

    def request_body(
        self,
        changed: Mapping[str, Json],
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        live: LiveObject,
    ) -> Inputs:
        """Return the body of an update: the changed values, and what the API would reset if it was omitted."""
        properties = self.declaration.properties
        decoded = live.decoded
        body = {
            name: keep_live_values(properties[name], value, outputs.get(name), decoded.get(name))
            for name, value in changed.items()
            if properties[name].sent and not self._differs_in_actions_only(name, value, decoded.get(name))
        }
        if not body:
            return {}
        for name, p in properties.items():
            alternative = p.options.alternative
            if alternative and body.keys() & {name, alternative}:
                # From one form of a value alone the API derives the other one anew.
                body |= {n: inputs[n] for n in (name, alternative) if n in inputs}
        extra = {n: decoded[n] for n, p in properties.items() if p.options.always_sent and decoded.get(n) is not None}
        if self.declaration.endpoint.is_full_update(changed):
            held = {n: value for n, value in decoded.items() if live.get(properties[n].wire) is not None}
            extra |= collect_undeclared(properties, body, held)
            # The response never holds these.
            extra |= {n: inputs[n] for n, p in properties.items() if p.options.write_only and n in inputs}
        return codec.encode(properties, extra | body)

    # -- the loop

    def _run(self, key: str, plan: _Plan, live: LiveObject) -> LiveObject:
        sent: list[_Request] = []
        while (request := self._next(plan, live, sent)) is not None:
            try:
                live = self._send(key, request, live)
            except (RejectedError, ServerError, UnreachableError):
                live_now = self._read_after_failure(key)
                if live_now is None or not self._is_applied(plan, request, live_now, sent):
                    raise
                live = live_now
            sent.append(request)
            key = self.resource_client.key_of(live)
        return live

    def _next(self, plan: _Plan, live: LiveObject, sent: list[_Request]) -> _Request | None:
        return next((request for request in self._remaining(plan, live, sent) if request not in sent), None)

    def _remaining(self, plan: _Plan, live: LiveObject, sent: list[_Request]) -> Iterator[_Request]:
        """Yield the requests that remain, in their order; those after the first may change with its response."""
        for name in plan.actions:
            if self.actions[name].is_first_fn(live, plan.inputs) and name in plan.changed:
                yield from self._step(name, self.actions[name], plan, live)
        for name, trigger in plan.triggers.items():
            yield from self._step(name, trigger, plan, live)
        if not any(request.step is None for request in sent):
            body = self.request_body(plan.changed, plan.outputs, plan.inputs, live)
            if body:
                yield _Request(plan.changed, None, body)
        for name in plan.actions:
            if name in plan.changed or not plan.changed or self.actions[name].read_fn(live) is not None:
                yield from self._step(name, self.actions[name], plan, live)

    def _step(self, name: str, action: Action, plan: _Plan, live: LiveObject) -> Iterator[_Request]:
        step = action.next_step_fn(live, plan.inputs)
        if step is not None:
            yield _Request({name: plan.inputs[name]}, step)

    def _send(self, key: str, request: _Request, live: LiveObject) -> LiveObject:
        if (step := request.step) is not None:
            after = self.resource_client.call(step.method, key, step.path, body=step.body)
        else:
            after = self.resource_client.update(key, request.changed, request.body, live)
        return self.declaration.keep_secret_outputs(live, after)

    def _read_after_failure(self, key: str) -> LiveObject | None:
        with suppress(StatsigError):  # the failure of the request is the one to report
            return self.resource_client.get(key)
        return None

    def _is_applied(self, plan: _Plan, request: _Request, live: LiveObject, sent: list[_Request]) -> bool:
        """Return whether the live object shows that a failed request was applied."""
        if request.step is None:
            names = {name for name in request.changed if self.declaration.properties[name].sent}
            is_readable = all(self.declaration.properties[name].readable for name in names)
            return is_readable and not names & set(state.find_differences(self.declaration, plan.inputs, live))
        (name,) = request.changed
        if name in plan.triggers:
            return bool(plan.triggers[name].read_fn(live))
        return self._next(plan, live, sent) != request

    def _differs_in_actions_only(self, name: str, value: Json, live: Json) -> bool:
        """Return whether nested values differ in nothing but properties that actions set."""
        p = self.declaration.properties[name]
        return p.options.action is None and p.action is not None and is_same(p, live, drop_actions(p, value))
