"""The life of any entity over plain JSON: check, diff, create, read, update, delete. It knows nothing of Pulumi.

Inputs are what the program declares. Outputs are what the API returned, with declared
properties as the program wrote them, and the list of those under ``__declared``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import GoneError, Problem, RejectedError, StatsigError, UnauthorizedError
from ..json_values import Json, plain
from ..schema import codec, state
from ..schema.declaration import Declaration
from ..schema.diff import Changes, find_changes
from ..schema.matching import drop_computed
from ..schema.state import DECLARED, IMPORT, RESOURCE, Inputs, Outputs
from ..schema.validation import find_problems
from ..settings import DEFAULTS, Policy
from .adoption import Adopting
from .reporter import Reporter
from .resource_client import Live, ResourceClient
from .run_context import Claim, RunContext

if TYPE_CHECKING:
    from ..api.client import Client

CLOCK_STEP_S = 2.0
"""The Date of an answer is told in whole seconds, and rounded."""
MADE_BY_A_KEY = "CONSOLE API"
TAKEN_WORDS = ("already", "in use", "duplicate", "exists")


@dataclass(frozen=True)
class Found:
    """A live object: its outputs, and the inputs a program would have written for it."""

    outputs: Outputs
    inputs: Inputs


class Lifecycle(Adopting):
    """The life of one kind of entity in one Statsig project."""

    def __init__(
        self,
        declaration: Declaration,
        client: Client,
        reporter: Reporter | None = None,
        policy: Policy = DEFAULTS,
        run: RunContext | None = None,
    ) -> None:
        self.declaration, self.client = declaration, client and client.on_behalf_of(declaration.kind)
        self.policy, self.run = policy, run or RunContext()
        self.resource_client: ResourceClient = declaration.cls.resource_client(declaration, self.client)
        self.reporter = reporter or Reporter()

    # -- what a preview runs

    def check(self, news: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        """The inputs in their one spelling, and everything wrong with them; ``new`` when there is no resource yet."""
        properties = self.declaration.properties
        inputs: Inputs = {}
        for name, value in news.items():
            if name in properties:
                inputs[name] = codec.normalize(properties[name], drop_computed(properties[name], value))
            elif name != RESOURCE:
                inputs[name] = value
        found = list(find_problems(self.declaration.cls, plain(dict(news))))
        found += self._conflicts(inputs, news.get(RESOURCE), new=new)
        found += self._problems_of_adoption(inputs, new=new and not found)
        return inputs, found

    def diff(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Changes:
        """What an update from these outputs to these inputs would change; raises for what cannot be."""
        return self._changes(olds, news)

    def drift(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Changes:
        """How these outputs differ from these inputs; refuses nothing, because nobody asks for a change."""
        return find_changes(self.declaration.properties, olds.get(DECLARED) or [], olds, news)

    def _changes(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Changes:
        """``diff``, without what only a preview asks the API."""
        found = self.drift(olds, news)
        if not found.replaces:
            self._refuse_change(olds, news, found.changed)
        return found

    def hold(self, resource: str, id_: str, olds: Mapping[str, Json]) -> None:
        """This resource of the program goes on having its object."""
        self.run.hold(self.declaration.kind, resource, self.resource_client.key(id_, olds))

    def deletes_before_replacing(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> bool:
        """Whether a replacement would collide with what it replaces: it has the same name or key."""
        keys = {"name", self.declaration.key_property}
        return any(name in news and news[name] == olds.get(name) for name in keys if name)

    # -- what an update runs

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        """Make the object, or adopt the one to be imported; its id and its outputs."""
        if isinstance(inputs.get(IMPORT), str):
            live = self._taken_over(inputs, self._adopted(inputs))
        else:
            live, is_new = self._posted(inputs)
            live = self._finished(inputs, self._insisted(inputs, live)) if is_new else live
        self._say_what_differs(inputs, live)
        return self.resource_client.key_of(live), state.build_outputs(self.declaration, inputs, live, {})

    def read(self, id_: str, olds: Mapping[str, Json]) -> Found | None:
        """The live object, or None where a resource's object is gone; a look-up of a missing one raises GoneError."""
        live = self._read_with_others(self.resource_client.key(id_, olds), olds)
        if live is not None:
            inputs = state.refresh_inputs(self.declaration, olds, live)
            return Found(state.build_outputs(self.declaration, inputs, live, olds), inputs)
        if DECLARED not in olds:
            raise GoneError(f"{self.declaration.kind} '{id_}' does not exist in this Statsig project")
        return None

    def update(self, id_: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Outputs:
        """Send what changed and nothing else; the new outputs."""
        properties = self.declaration.properties
        changed = {name: news[name] for name in self._changes(olds, news).changed}
        if all(properties[name].options.local and not properties[name].options.calls for name in changed):
            return state.rebuild_outputs(self.declaration, olds, news)
        key = self.resource_client.key(id_, olds)
        live = self.resource_client.read(key)
        if live is None:
            raise GoneError(
                f"{self.declaration.title(news, key)} is gone from Statsig, deleted outside of Pulumi:"
                " run `pulumi refresh`, then `pulumi up` makes it again"
            )
        self._refuse_change({**olds, **codec.decode(properties, live)}, news, changed)
        live = self._brought(key, changed, olds, news, live)
        self._say_what_differs(news, live)
        return state.build_outputs(self.declaration, news, live, olds)

    def delete(self, id_: str, olds: Mapping[str, Json]) -> None:
        """Delete the object; one that is gone already is what was asked for."""
        key = self.resource_client.key(id_, olds)
        if self._is_held(id_, olds):
            title = self.declaration.title(olds, key)
            self.reporter.say("warning", f"{title} is left in Statsig: another resource of this stack has it now")
            return
        if self._archives(olds):
            if str(olds.get("status")).lower() != "archived":
                self.resource_client.ended("PUT", key, "archive", body={})
            return
        try:
            self.resource_client.ended("DELETE", key)
        except (UnauthorizedError, RejectedError) as error:
            if error.status == 401:
                raise
            if not (referring := self.resource_client.referring(key)):
                if error.reason.startswith("Forbidden"):
                    raise
                raise StatsigError(f"{error.words}; {self.when_delete_is_refused(olds)}") from None
            raise StatsigError(
                f"{error.words}; it is referred to by {', '.join(referring)}: change these first, then delete it"
            ) from None

    def when_delete_is_refused(self, olds: Mapping[str, Json]) -> str:
        """The next step, where nothing is known to refer to the object."""
        return (
            "if something referred to it that is gone by now, run it again; else the key may lack the right to delete"
        )

    # -- the steps of the above

    def _read_with_others(self, key: str, olds: Mapping[str, Json]) -> Live | None:
        """The live object, from a list where this run reads many; one that differs from the state is read by itself."""
        before = state.restore_inputs(self.declaration, olds)
        listing = self.run.listing(self.resource_client)
        return listing.read(key, lambda live: not state.find_differences(self.declaration, before, live))

    def _posted(self, inputs: Mapping[str, Json]) -> tuple[Live, bool]:
        """The object, and whether it is new: one POST, and no second object when its answer is lost."""
        started_s = time.monotonic()

        def applied() -> Live | None:
            there = self.resource_client.find(inputs)
            if there is None or not self._is_made_by(inputs, there, time.monotonic() - started_s):
                return None
            title = self.declaration.title(inputs)
            self.reporter.say("warning", f"{title}: the answer to its create was lost; it was found as it was sent")
            return there

        self.run.note_create(self._mark(inputs))
        try:
            made = self.resource_client.made(inputs, self._body_of_create(inputs), applied)
        except RejectedError as error:
            if error.status != 409 and not any(word in error.reason.lower() for word in TAKEN_WORDS):
                raise
            if (there := self.resource_client.find(inputs)) is None:
                raise
            return self._in_the_way(inputs, there, error), False
        if made is None:
            raise GoneError(f"{self.declaration.title(inputs)} was created, but Statsig does not list it")
        return made, True

    def _is_made_by(self, inputs: Mapping[str, Json], there: Live, within_s: float) -> bool:
        """Whether an object of the name is the one that was posted: made since, or by a key and just as it was sent."""
        made_ms = there.get("createdTime")
        if (
            isinstance(made_ms, (int, float))
            and self.client.server_time_s() - made_ms / 1000 <= within_s + CLOCK_STEP_S
        ):
            return True
        by_a_key = (there.get("creatorName") or MADE_BY_A_KEY) == MADE_BY_A_KEY
        differing = state.find_differences(self.declaration, inputs, there)
        return by_a_key and all(self.is_action(name) for name in differing)

    def _body_of_create(self, inputs: Mapping[str, Json]) -> dict[str, Json]:
        """What is posted: the declared values, and what the API wants besides."""
        return codec.encode_create(self.declaration.properties, inputs)

    def _finished(self, inputs: Mapping[str, Json], live: Live) -> Live:
        """The new object with its switches moved; where that fails it is undone, for a create is all or nothing."""
        key, title = self.resource_client.key_of(live), self.declaration.title(inputs)
        try:
            # What is off and not told is as it was made.
            off = {n for n, action in self._actions.items() if inputs.get(n) is False and action.read_fn(live) is None}
            return self._moved(key, inputs, live, [n for n in self._actions if n in inputs and n not in off])
        except StatsigError as error:
            try:
                self.resource_client.ended("DELETE", key)
            except StatsigError:
                # It cannot be undone: the outputs say what is missing, so that the next update finishes it.
                self.reporter.say("error", f"{title} was created, but not finished: {error.words}; `pulumi up` does it")
                return live
            raise StatsigError(
                f"{title} was not created: {error.words}; what was made of it is deleted again"
            ) from None

    def _conflicts(self, inputs: Mapping[str, Json], resource: str | None, *, new: bool) -> Iterator[Problem]:
        """Other resources of this program that manage the same."""
        if new and resource is not None:
            self.run.release(self.declaration.kind, resource)
        kind, named = self.declaration.kind, (resource or "").rpartition("::")[2]
        title = f"{kind} resource '{named}'" if named else self.declaration.title(inputs)
        for claim in self._claims(inputs):
            if (other := self.run.claimed(claim, resource, title)) is not None:
                yield Problem("", f"{claim.what} would be managed by {other} too: declare it in one of the two")
                return

    def _claims(self, inputs: Mapping[str, Json]) -> Iterator[Claim]:
        """The object itself, and what it claims besides."""
        imported = inputs.get(IMPORT)
        if (key := imported if isinstance(imported, str) else self.resource_client.identity(inputs)) is not None:
            yield Claim(f"{self.declaration.kind} '{key}'")
        if (claim := self.declaration.cls.claim(inputs)) is not None:
            yield claim

    def _is_held(self, id_: str, olds: Mapping[str, Json]) -> bool:
        return self.run.is_held(self.declaration.kind, self.resource_client.key(id_, olds))

    def _archives(self, olds: Mapping[str, Json]) -> bool:
        asked = olds.get("archive_on_delete")
        can = "archive_on_delete" in self.declaration.properties
        return can and bool(self.policy.archive_on_delete if asked is None else asked)
