"""Bring a live object to what a program declares, by the fewest requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import InvalidInputsError, StatsigError
from ..json_values import Json
from ..schema import codec, state
from ..schema.actions import Action, Step
from ..schema.declaration import Declaration
from ..schema.diff import is_same
from ..schema.matching import collect_undeclared, drop_actions, keep_live_values
from .reporter import Reporter
from .resource_client import Live, ResourceClient

if TYPE_CHECKING:
    from ..api.client import Client


class Changing:
    """The changes of the objects of one kind."""

    declaration: Declaration
    client: Client
    resource_client: ResourceClient
    reporter: Reporter

    def is_action(self, name: str) -> bool:
        """Whether a property is set by endpoints of its own alone."""
        return name in self._actions and not self._actions[name].in_body

    def _brought(
        self, key: str, changed: Mapping[str, Json], olds: Mapping[str, Json], news: Mapping[str, Json], live: Live
    ) -> Live:
        """The object after all that changed: switches that go first, its body, the other switches."""
        actions = {name: action for name, action in self._actions.items() if name in news}
        held = [name for name, s in actions.items() if name not in changed and s.read_fn(live) in (None, news[name])]
        moved = [name for name in actions if name in changed]
        live = self._moved(key, news, live, moved, first=True)
        for name in changed:
            if (verb := self.declaration.properties[name].options.calls) and olds.get(name) is not None:
                live = self.resource_client.changed("PUT", key, verb)
        if body := self._body_of_update(changed, olds, news, live):
            live = self.resource_client.updated(key, changed, body)
            key = self.resource_client.key_of(live)
        live = self._moved(key, news, live, moved)
        # What was done so far may have moved another switch: launching an archived gate takes it out of the archive.
        return self._moved(key, news, live, [name for name in held if actions[name].read_fn(live) is not None])

    def _moved(
        self, key: str, inputs: Mapping[str, Json], live: Live, names: Iterable[str], *, first: bool = False
    ) -> Live:
        """The object after these switches are where the inputs want them; ``first`` takes the steps that go first."""
        for name in names:
            action, taken = self._actions[name], list[Step]()
            while not first or action.is_first_fn(live, inputs):
                step = action.next_step_fn(live, inputs)
                if step is None or step in taken:
                    break
                taken.append(step)
                live = self.resource_client.changed(step.method, key, step.path, body=step.body)
        return live

    def _body_of_update(
        self, changed: Mapping[str, Json], olds: Mapping[str, Json], news: Mapping[str, Json], live: Live
    ) -> dict[str, Json]:
        """What is sent: the changed values, lists of parts with what their live items hold besides."""
        properties = self.declaration.properties
        decoded = codec.decode(properties, live)
        said = {
            name: keep_live_values(properties[name], value, olds.get(name), decoded.get(name))
            for name, value in changed.items()
            if properties[name].sent and not self._is_moved_only(name, value, decoded.get(name))
        }
        if not said:
            return {}
        for name, p in properties.items():  # of one form of a value alone, the API makes the other one anew
            said |= {
                n: news[n]
                for n in (name, p.options.alternative)
                if p.options.alternative and n in news and said.keys() & {name, p.options.alternative}
            }
        beside = {n: decoded[n] for n, p in properties.items() if p.options.always_sent and decoded.get(n) is not None}
        if self.declaration.endpoint.is_full_update(changed):
            held = {n: value for n, value in decoded.items() if live.get(properties[n].wire) is not None}
            beside |= collect_undeclared(properties, said, held)
            # The live object does not tell these.
            beside |= {n: news[n] for n, p in properties.items() if p.options.write_only and n in news}
        return codec.encode(properties, beside | said)

    def _is_moved_only(self, name: str, value: Json, live: Json) -> bool:
        """Whether parts differ in nothing but what has endpoints of its own."""
        p = self.declaration.properties[name]
        return p.options.action is None and p.action is not None and is_same(p, live, drop_actions(p, value))

    def _insisted(self, inputs: Mapping[str, Json], live: Live) -> Live:
        """The new object without what a project's or a team's defaults added to what the program declares."""
        properties = self.declaration.properties
        differing = [n for n in self._held_otherwise(inputs, live) if not properties[n].options.replace_on_changes]
        otherwise = {name: inputs[name] for name in differing}
        with suppress(StatsigError):  # what still differs then is told
            if body := self._body_of_update(otherwise, {}, inputs, live):
                return self.resource_client.updated(self.resource_client.key_of(live), otherwise, body)
        return live

    def _refuse_change(self, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]) -> None:
        if found := list(self.declaration.cls.validate_change(olds, news, tuple(changed))):
            raise InvalidInputsError(self.declaration.title(news), found)

    def _say_what_differs(self, inputs: Mapping[str, Json], live: Live) -> None:
        if differing := self._held_otherwise(inputs, live):
            title = self.declaration.title(inputs)
            self.reporter.say("warning", f"{title}: Statsig accepted {', '.join(differing)} but holds another value")

    def _held_otherwise(self, inputs: Mapping[str, Json], live: Live) -> list[str]:
        """Declared properties that the API has just returned with another value."""
        returned = {n for n, p in self.declaration.inputs.items() if p.options.action or p.wire in live}
        return [name for name in state.find_differences(self.declaration, inputs, live) if name in returned]

    @property
    def _actions(self) -> dict[str, Action]:
        found = {name: p.action for name, p in self.declaration.inputs.items() if p.action}
        return dict(sorted(found.items(), key=lambda item: item[1].affected_by_others))
