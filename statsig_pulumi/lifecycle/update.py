"""Bring a live object to what a program declares, by the fewest requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import InvalidInputsError, StatsigError
from ..json_values import Json
from ..schema import codec, state
from ..schema.actions import Step, Switch
from ..schema.declaration import Declaration
from ..schema.diff import same
from ..schema.matching import carried_over, kept, without_switches
from ..schema.state import Values
from .reporter import Reporter
from .resource_client import Live, Objects

if TYPE_CHECKING:
    from ..api.client import Client


class Changing:
    """The changes of the objects of one kind."""

    declaration: Declaration
    client: Client
    objects: Objects
    reporter: Reporter

    def is_switch(self, name: str) -> bool:
        """Whether a property is set by endpoints of its own alone."""
        return name in self._switches and not self._switches[name].in_body

    def _brought(
        self, key: str, changed: Mapping[str, Json], olds: Mapping[str, Json], news: Mapping[str, Json], live: Live
    ) -> Live:
        """The object after all that changed: switches that go first, its body, the other switches."""
        switches = {name: switch for name, switch in self._switches.items() if name in news}
        held = [name for name, s in switches.items() if name not in changed and s.reads(live) in (None, news[name])]
        moved = [name for name in switches if name in changed]
        live = self._moved(key, news, live, moved, first=True)
        for name in changed:
            if (verb := self.declaration.properties[name].facts.calls) and olds.get(name) is not None:
                live = self.objects.changed("PUT", key, verb)
        if body := self._body_of_update(changed, olds, news, live):
            live = self.objects.updated(key, changed, body)
            key = self.objects.key_of(live)
        live = self._moved(key, news, live, moved)
        # What was done so far may have moved another switch: launching an archived gate takes it out of the archive.
        return self._moved(key, news, live, [name for name in held if switches[name].reads(live) is not None])

    def _moved(
        self, key: str, inputs: Mapping[str, Json], live: Live, names: Iterable[str], *, first: bool = False
    ) -> Live:
        """The object after these switches are where the inputs want them; ``first`` takes the steps that go first."""
        for name in names:
            switch, taken = self._switches[name], list[Step]()
            while not first or switch.goes_first(live, inputs):
                step = switch.step(live, inputs)
                if step is None or step in taken:
                    break
                taken.append(step)
                live = self.objects.changed(step.method, key, step.verb, body=step.body)
        return live

    def _body_of_update(
        self, changed: Mapping[str, Json], olds: Mapping[str, Json], news: Mapping[str, Json], live: Live
    ) -> Values:
        """What is sent: the changed values, lists of parts with what their live items hold besides."""
        properties = self.declaration.properties
        decoded = codec.decode(properties, live)
        said = {
            name: carried_over(properties[name], value, olds.get(name), decoded.get(name))
            for name, value in changed.items()
            if properties[name].sent and not self._is_moved_only(name, value, decoded.get(name))
        }
        if not said:
            return {}
        for name, p in properties.items():  # of one form of a value alone, the API makes the other one anew
            said |= {
                n: news[n]
                for n in (name, p.facts.twin)
                if p.facts.twin and n in news and said.keys() & {name, p.facts.twin}
            }
        beside = {n: decoded[n] for n, p in properties.items() if p.facts.always_sent and decoded.get(n) is not None}
        if self.declaration.endpoint.takes_whole(changed):
            held = {n: value for n, value in decoded.items() if live.get(properties[n].wire) is not None}
            beside |= kept(properties, said, held)
            # The live object does not tell these.
            beside |= {n: news[n] for n, p in properties.items() if p.facts.write_only and n in news}
        return codec.encode(properties, beside | said)

    def _is_moved_only(self, name: str, value: Json, live: Json) -> bool:
        """Whether parts differ in nothing but what has endpoints of its own."""
        p = self.declaration.properties[name]
        return p.facts.switch is None and p.switch is not None and same(p, live, without_switches(p, value))

    def _insisted(self, inputs: Mapping[str, Json], live: Live) -> Live:
        """The new object without what a project's or a team's defaults added to what the program declares."""
        properties = self.declaration.properties
        differing = [n for n in self._held_otherwise(inputs, live) if not properties[n].facts.replace_on_changes]
        otherwise = {name: inputs[name] for name in differing}
        with suppress(StatsigError):  # what still differs then is told
            if body := self._body_of_update(otherwise, {}, inputs, live):
                return self.objects.updated(self.objects.key_of(live), otherwise, body)
        return live

    def _refuse_change(self, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]) -> None:
        if found := list(self.declaration.cls.problems_of_change(olds, news, tuple(changed))):
            raise InvalidInputsError(self.declaration.title(news), found)

    def _say_what_differs(self, inputs: Mapping[str, Json], live: Live) -> None:
        if differing := self._held_otherwise(inputs, live):
            title = self.declaration.title(inputs)
            self.reporter.say("warning", f"{title}: Statsig accepted {', '.join(differing)} but holds another value")

    def _held_otherwise(self, inputs: Mapping[str, Json], live: Live) -> list[str]:
        """Declared properties that the API has just returned with another value."""
        returned = {n for n, p in self.declaration.inputs.items() if p.facts.switch or p.wire in live}
        return [name for name in state.differences(self.declaration, inputs, live) if name in returned]

    @property
    def _switches(self) -> dict[str, Switch]:
        found = {name: p.switch for name, p in self.declaration.inputs.items() if p.switch}
        return dict(sorted(found.items(), key=lambda item: item[1].undone_by_others))
