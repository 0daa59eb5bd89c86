"""Bring a live object to its declaration in the fewest requests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from ..errors import ChangedMeanwhileError, InvalidInputsError, Problem, RejectedError, StatsigError
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
from .run_context import RunContext

CREATE_ONLY: Final = (
    "the API can set it only when it creates the object: change it in the Statsig console, then run `pulumi refresh`;"
    " or declare the value that Statsig has; or make a new object with `pulumi up --replace`"
)


class Updater:
    """Computes the requests that lead from a live object to its declaration, and sends them one by one.

    After each response, the next request is computed from the live object as it is then. After a response that
    is not a plain success (lost, 5xx, 4xx), the object is read: if the request turns out to be applied, the
    update goes on; otherwise the error is raised. Nothing is concluded from what was sent.
    """

    def __init__(
        self, declaration: Declaration, resource_client: ResourceClient, context: RunContext, reporter: Reporter
    ) -> None:
        self.declaration, self.resource_client = declaration, resource_client
        self.context, self.reporter = context, reporter
        self.actions = declaration.actions
        self.carried_out: list[str] = []
        """The fingerprints of the requests that must not be repeated, and that this call carried out."""

    def note_request(self, fingerprint: str) -> None:
        """Note in the journal a request that must not be repeated, until the engine stores its effect."""
        self.context.note_request(fingerprint)
        self.carried_out.append(fingerprint)

    def trigger_mark(self, key: str, name: str) -> str:
        """Return what the fingerprints of all values of a trigger of one object begin with."""
        return self.context.fingerprint(self.declaration.kind, [key, name])

    def prepare_trigger(self, name: str, live: LiveObject, inputs: Mapping[str, Json]) -> None:
        """Note what a later run needs if this one ends while the request of a trigger is on its way."""

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
        actions = {name: action for name, action in self.actions.items() if name in inputs}
        triggers = [n for n in changed if properties[n].is_trigger and outputs.get(n) is not None]
        # Actions that are in their declared state now may be affected by the requests of the others. A trigger
        # affects all: if an earlier run has carried it out, the live object shows the state after it.
        stable = [
            n for n, a in actions.items() if n not in changed and (triggers or a.read_fn(live) in (None, inputs[n]))
        ]
        run = _Run(self, key, inputs, live)
        for name in actions:
            if name in changed:
                run.reach(name, is_first=True)
        for name in inputs.keys() & properties.keys() - set(triggers):
            if properties[name].is_trigger:
                run.keep_trigger(name)
        for name in triggers:
            run.trigger(name)
        run.send_body(changed, outputs)
        for name in actions:
            if name in changed:
                run.reach(name)
        for name in stable:
            if actions[name].read_fn(run.live) is not None:
                run.reach(name)
        return run.live

    def without_presets(self, live: LiveObject) -> LiveObject:
        """Return a new object without the values that the API shows before somebody sets them: they are always sent."""
        return live

    def complete(self, inputs: Mapping[str, Json], live: LiveObject) -> tuple[LiveObject, StatsigError | None]:
        """Send what a create does not accept; return the new object, and the error that ended it.

        These are the properties that need an update, and those that have actions.
        """
        changed = {name: inputs[name] for name in self.declaration.update_only if name in inputs}
        # A property that is False and not returned is as it was created.
        off = {name for name, a in self.actions.items() if inputs.get(name) is False and a.read_fn(live) is None}
        run = _Run(self, self.resource_client.key_of(live), inputs, live)
        run.live = self.without_presets(live)
        try:
            run.send_body(changed, {})
            for name in self.actions:
                if name in inputs and name not in off:
                    run.reach(name)
        except StatsigError as error:
            return run.live, error
        return run.live, None

    def unreached(self, names: Iterable[str], inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
        """Return those of the declared properties whose value the live object does not show."""
        differing, properties = state.find_differences(self.declaration, inputs, live), self.declaration.properties
        return [n for n in names if n in differing or properties[n].is_trigger or not properties[n].readable]

    def correct_defaults(self, inputs: Mapping[str, Json], live: LiveObject) -> LiveObject:
        """Return the new object after declared values replaced what defaults of the project or team added to them."""
        properties = self.declaration.properties
        changed = {
            name: inputs[name]
            for name in self.held_differently(inputs, live)
            if properties[name].can_be_updated and not properties[name].options.update_only
        }
        run = _Run(self, self.resource_client.key_of(live), inputs, live)
        with suppress(StatsigError):  # a difference that remains is reported
            run.send_body(changed, {})
        return run.live

    def validate_change(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json], changed: Iterable[str]) -> None:
        """Raise InvalidInputsError if an object with these outputs cannot become what the inputs declare."""
        if problems := list(self.change_problems(outputs, inputs, tuple(changed))):
            raise InvalidInputsError(self.declaration.title(inputs), problems)

    def change_problems(
        self, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
    ) -> Iterable[Problem]:
        """Return why an object with the values ``olds`` cannot become what ``news`` declares.

        ``changed`` are the names of the properties that differ. By default, it cannot if the API sets one of them
        only when it creates the object. An override adds to that.
        """
        return [Problem(n, CREATE_ONLY) for n in changed if self.declaration.properties[n].options.create_only]

    def warn_about_differences(self, inputs: Mapping[str, Json], live: LiveObject, sent: Container[str]) -> list[str]:
        """Report and return the sent properties that Statsig accepted and holds with another value."""
        if differing := [name for name in self.held_differently(inputs, live) if name in sent]:
            title = self.declaration.title(inputs)
            self.reporter.say("warning", f"{title}: Statsig accepted {', '.join(differing)} but holds another value")
        return differing

    def held_differently(self, inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
        """Return the declared properties that the response holds with another value."""
        properties, differing = self.declaration.inputs, state.find_differences(self.declaration, inputs, live)
        return [n for n in differing if properties[n].options.action or properties[n].wire in live]

    def request_body(
        self,
        changed: Mapping[str, Json],
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        live: LiveObject,
    ) -> Inputs:
        """Return the body of an update: the changed values, and what the API would reset if it was omitted."""
        properties = self.declaration.properties
        decoded, suppressed = live.decoded, self.declaration.cls.suppress_drift(live, inputs)
        body = {
            name: keep_live_values(properties[name], value, outputs.get(name), decoded.get(name))
            for name, value in changed.items()
            if properties[name].sent
            and not (name not in suppressed and self._is_reached(name, value, decoded.get(name)))
        }
        if not body:
            return {}
        for name, p in properties.items():
            alternative = p.options.alternative
            if alternative and body.keys() & {name, alternative}:
                # From one form of a value alone the API derives the other one anew.
                body |= {n: inputs[n] for n in (name, alternative) if n in inputs}
        extra = {n: decoded[n] for n, p in properties.items() if p.options.always_sent and decoded.get(n) is not None}
        with_others = {other for name in body for other in properties[name].options.sent_with} - body.keys()
        extra |= {n: v for n in sorted(with_others) if (v := inputs.get(n, decoded.get(n))) is not None}
        if self.declaration.endpoint.is_full_update(changed):
            held = {n: value for n, value in decoded.items() if live.get(properties[n].wire) is not None}
            extra |= collect_undeclared(properties, body, held)
            # The response never holds these.
            extra |= {n: inputs[n] for n, p in properties.items() if p.options.write_only and n in inputs}
        return codec.encode(properties, extra | body)

    def _is_reached(self, name: str, value: Json, live: Json) -> bool:
        """Return whether the live object has a value, or differs in nothing but nested values that actions set."""
        p = self.declaration.properties[name]
        if p.options.action is None and p.action is not None:
            value = drop_actions(p, value)
        return p.readable and is_same(p, live, value)


class _Run:
    """One update on its way: the live object after the requests so far."""

    def __init__(self, updater: Updater, key: str, inputs: Mapping[str, Json], live: LiveObject) -> None:
        self.updater, self.client, self.properties = updater, updater.resource_client, updater.declaration.properties
        self.key, self.inputs, self.live, self.first = key, inputs, live, live
        self.received = live
        """The live object as the API returned it last."""
        self.sent_unseen: dict[str, list[Step]] = {}
        """The steps of actions whose value no response shows: only they tell that the value is set."""

    def reach(self, name: str, *, is_first: bool = False) -> None:
        """Send the steps of an action until its declared value is reached; with ``is_first`` those that come first."""
        action = self.updater.actions[name]
        sent = self.sent_unseen.setdefault(name, []) if action.read_fn(self.live) is None else list[Step]()
        while not is_first or action.is_first_fn(self.live, self.inputs):
            step = action.next_step_fn(self.live, self.inputs)
            if step is None or step in sent:
                return
            sent.append(step)
            self._call(step, partial(self._is_past, action, step), partial(self._is_past_or_unseen, action, step))

    def _is_past_or_unseen(self, action: Action, step: Step, live: LiveObject) -> bool:
        """Return whether the step is past, or the live object does not show the property at all."""
        return action.read_fn(live) is None or self._is_past(action, step, live)

    def _is_past(self, action: Action, step: Step, live: LiveObject) -> bool:
        """Return whether a live object needs another step than this one, or none."""
        return action.next_step_fn(live, self.inputs) != step

    def trigger(self, name: str) -> None:
        """Send the request of a trigger, unless the live object or the journal shows that it was carried out."""
        action, context = self.properties[name].action, self.updater.context
        step = action.next_step_fn(self.live, self.inputs) if action else None
        if not action or not step:
            return
        fingerprint = self.updater.trigger_mark(self.key, name) + context.fingerprint("", self.inputs[name])
        if action.read_fn(self.live) or context.interrupted_at_s(fingerprint) is not None:
            title = self.updater.declaration.title(self.inputs, self.key)
            self.updater.reporter.say("info", f"{title}: {name} is carried out already")
        else:
            self.updater.prepare_trigger(name, self.live, self.inputs)
            self._call(step, lambda live: bool(action.read_fn(live)), lambda live: action.read_fn(live) is not False)
        # Recorded after it: until here, the live object shows whether it was carried out.
        self.updater.note_request(fingerprint)

    def keep_trigger(self, name: str) -> None:
        """Note that a trigger keeps its value: one that an interrupted run carried out instead is carried out again."""
        for fingerprint in self.updater.context.interrupted_with(self.updater.trigger_mark(self.key, name)):
            self.updater.note_request(fingerprint)

    def send_body(self, changed: Mapping[str, Json], outputs: Mapping[str, Json]) -> None:
        """Send the changed values of the body; after a failure that applied some of them, send the others."""
        left = {name: value for name, value in changed.items() if self.properties[name].sent}
        while body := self.updater.request_body(left, outputs, self.inputs, self.live):
            before = self.updater.unreached(left, self.inputs, self.live)
            if self._send(
                partial(self.client.update, self.key, left, body, self.live),
                partial(self._holds_more, before),
                partial(self._holds_other, before, self.live),
            ):
                return
            left = {name: left[name] for name in self.updater.unreached(left, self.inputs, self.live)}

    def _call(
        self, step: Step, is_applied_fn: Callable[[LiveObject], bool], is_shown_fn: Callable[[LiveObject], bool]
    ) -> None:
        send = partial(self.client.call, step.method, self.key, step.path, body=step.body)
        self._send(send, is_applied_fn, is_shown_fn)

    def _send(
        self,
        send_fn: Callable[[], LiveObject],
        is_applied_fn: Callable[[LiveObject], bool],
        is_shown_fn: Callable[[LiveObject], bool],
    ) -> bool:
        """Send a request and return True; return False if it failed and the live object shows an effect.

        It is not repeated if the live object has changed since: that raises ChangedMeanwhileError. After a success
        whose response does not hold the object, ``is_shown_fn`` returns whether a read is not older than that.
        """
        self.client.is_shown_fn = is_shown_fn
        try:
            with self.client.client.guarded(partial(self._raise_if_changed, is_applied_fn)):
                live, is_success = self.updater.declaration.keep_secret_outputs(self.live, send_fn()), True
        except StatsigError as error:
            found, is_success = self._read(), False
            if found is None or not is_applied_fn(found):
                if isinstance(error, RejectedError) and found == self.first:
                    error.next_step = f"nothing was changed; {error.next_step}"
                raise
            live = found
        self.live = self.received = live
        self.key = self.client.key_of(self.live)
        return is_success

    def _raise_if_changed(self, is_applied_fn: Callable[[LiveObject], bool]) -> None:
        """Read the object until it is as received last, or has the effect of the request; raise if it is not the first.

        Anything else may be older than the response that was received last.
        """
        before = self.received.decoded
        names = self.updater.declaration.inputs.keys() & before.keys()

        def is_unchanged(live: LiveObject | None) -> bool:
            return live is not None and all(live.decoded[name] == before[name] for name in names)

        def is_clear(live: LiveObject | None) -> bool:
            return is_unchanged(live) or (live is not None and is_applied_fn(live))

        if not is_unchanged(self.client.client.read_until(lambda: self.client.get(self.key), is_clear)):
            title = self.updater.declaration.title(self.inputs, self.key)
            raise ChangedMeanwhileError(f"{title} was changed while a request waited or was repeated")

    def _read(self) -> LiveObject | None:
        with suppress(StatsigError):  # the failure of the request is the one to report
            return self.client.get(self.key)
        return None

    def _holds_other(self, names: Collection[str], before: LiveObject, live: LiveObject) -> bool:
        """Return whether the live object holds another value than before of a property, if it returns any of them."""
        returned = [name for name in self.updater.held_differently(self.inputs, live) if name in names]
        return not returned or any(live.decoded[name] != before.decoded[name] for name in returned)

    def _holds_more(self, before: Collection[str], live: LiveObject) -> bool:
        """Return whether the live object holds declared values that it did not hold before."""
        return len(self.updater.unreached(before, self.inputs, live)) < len(before)
