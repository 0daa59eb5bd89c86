"""The life of any entity over plain JSON: check, diff, create, read, update, delete. It knows nothing of Pulumi.

Inputs are what the program declares. Outputs are what the API returned, with declared
properties as the program wrote them, and the list of those under ``__declared``.
An entity that the API treats irregularly overrides one method in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from . import wire
from .checking import problems
from .client import Client
from .declaration import Declaration
from .diff import Changes, changes, same
from .errors import (
    ApiError,
    GoneError,
    ImportMismatchError,
    NotFoundError,
    Problem,
    RejectedError,
    ServerError,
    StatsigError,
    TakenError,
    UnauthorizedError,
    UnreachableError,
)
from .properties import Property
from .shape import carried_over, declared_only, in_shape, with_computed
from .values import NONE, Json

DECLARED: Final = "__declared"
"""The output that lists the properties the program declares; reading needs it, and gets outputs only."""
IMPORT: Final = "__import"
"""The input that holds the id of the object to adopt instead of creating one."""
CREATE_ATTEMPTS: Final = 4

Values = dict[str, Json]
Severity = Literal["debug", "info", "warning", "error"]


class Reporter:
    """Where a lifecycle says what a person should see; this one says nothing."""

    def say(self, severity: Severity, message: str) -> None:
        """One sentence."""


@dataclass(frozen=True)
class Found:
    """A live object: its outputs, and the inputs a program would have written for it."""

    outputs: Values
    inputs: Values


class Lifecycle:
    """The life of one kind of entity in one Statsig project."""

    def __init__(
        self,
        declaration: Declaration,
        client: Client,
        reporter: Reporter | None = None,
        *,
        archive_on_delete: bool = False,
    ) -> None:
        self.declaration, self.client = declaration, client
        self.reporter = reporter or Reporter()
        self.archive_on_delete = archive_on_delete

    # -- what a preview runs

    def check(self, news: Mapping[str, Json], *, new: bool) -> tuple[Values, list[Problem]]:
        """The inputs in their one spelling, and everything wrong with them; ``new`` when there is no resource yet."""
        properties = self.declaration.properties
        inputs = {
            name: wire.normal(properties[name], value) if name in properties else value for name, value in news.items()
        }
        found = list(problems(self.declaration.cls, inputs))
        if new and not found and isinstance(inputs.get(IMPORT), str):
            try:
                self._adopted(inputs)
            except (GoneError, ImportMismatchError) as error:
                found.append(Problem("", str(error)))
        return inputs, found

    def diff(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Changes:
        """What an update from these outputs to these inputs would change."""
        return changes(self.declaration.properties, olds.get(DECLARED) or [], olds, news)

    def deletes_before_replacing(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> bool:
        """Whether a replacement would collide with what it replaces: it has the same name or key."""
        keys = {"name", self.declaration.key_property}
        return any(name in news and news[name] == olds.get(name) for name in keys if name)

    # -- what an update runs

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Values]:
        """Make the object, or adopt the one to be imported; its id and its outputs."""
        if isinstance(inputs.get(IMPORT), str):
            live = self._adopted(inputs)
        else:
            live = self._finished(inputs, self._post(inputs))
        self._say_what_differs(inputs, live)
        return self._key_of(live), self._outputs(inputs, live)

    def read(self, id_: str, olds: Mapping[str, Json]) -> Found | None:
        """The live object, or None where a resource's object is gone; a look-up of a missing one raises GoneError."""
        live = self._live(self.key(id_, olds))
        if live is None:
            if DECLARED not in olds:
                raise GoneError(f"there is no {self.declaration.kind} with the id '{id_}' in this Statsig project")
            return None
        inputs = self._inputs_of(olds, live)
        return Found(self._outputs(inputs, live), inputs)

    def update(self, id_: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Values:
        """Send what changed and nothing else; the new outputs."""
        key, properties = self.key(id_, olds), self.declaration.properties
        changed = {name: news[name] for name in self.diff(olds, news).changed}
        if all(properties[name].facts.local for name in changed):
            return dict(olds) | {name: news.get(name) for name in changed} | {DECLARED: self._declared(news)}
        live = self._live(key)
        if live is None:
            raise GoneError(
                f"{self.declaration.title(news, key)} is gone from Statsig, deleted outside of Pulumi:"
                " run `pulumi refresh`, then `pulumi up` makes it again"
            )
        switches = self._switches({name: value for name, value in changed.items() if properties[name].facts.switch})
        live = self._switched(key, news, live, {name: on for name, on in switches.items() if not on})
        body = self.body_of_update(changed, olds, live)
        if body:
            live = self._after(key, self.client.change(self.declaration.endpoint.update, self._path(key), body))
        live = self._switched(self._key_of(live), news, live, {name: on for name, on in switches.items() if on})
        self._say_what_differs(news, live)
        return self._outputs(news, live)

    def delete(self, id_: str, olds: Mapping[str, Json]) -> None:
        """Delete the object; one that is gone already is what was asked for."""
        path = self._path(self.key(id_, olds))
        if self._archives(olds):
            self._forgiving_404("PUT", f"{path}/archive", {})
            return
        try:
            self._forgiving_404("DELETE", path)
        except (UnauthorizedError, RejectedError) as error:
            raise StatsigError(f"{error}{self._referring(path)}") from None

    # -- what irregular entities override

    def settle(self, live: Mapping[str, Json], declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """The live object without what the server moves by itself, so that it does not look like drift."""
        return live

    def body_of_create(self, inputs: Mapping[str, Json]) -> Values:
        """What is posted: the declared values, and what the API wants besides."""
        wanted = {n: p.facts.on_create for n, p in self.declaration.properties.items() if p.facts.on_create is not None}
        body = wire.encode(self.declaration.properties, wanted | dict(inputs))
        return {name: value for name, value in body.items() if value is not None}

    def body_of_update(self, changed: Mapping[str, Json], olds: Mapping[str, Json], live: Mapping[str, Json]) -> Values:
        """What is patched: the changed values, lists of parts with what their live items hold besides."""
        properties = self.declaration.properties
        decoded = wire.decode(properties, live)
        carried = {n: carried_over(properties[n], value, olds.get(n), decoded.get(n)) for n, value in changed.items()}
        return wire.encode(properties, carried)

    def key(self, id_: str, olds: Mapping[str, Json]) -> str:
        """What identifies the object in paths; a renamed object has another than when it was made."""
        name = self.declaration.key_property
        return str(olds.get(name) or id_) if name else id_

    def find(self, inputs: Mapping[str, Json]) -> Mapping[str, Json] | None:
        """The live object that would be in the way of a new one with these inputs."""
        name, key = inputs.get("name"), self.declaration.key_property
        guess = inputs.get(key) if key and key != "name" else None
        if guess is None and self.declaration.endpoint.key == "id":
            guess = str(name).lower().replace(" ", "_")
        live = self._live(str(guess)) if guess else None
        if live is not None and (live.get("name") in (None, name) or live.get(self.declaration.endpoint.key) == guess):
            return live
        for item in self.client.pages(self.declaration.endpoint.collection):
            if item.get("name") == name:
                found = str(item.get(self.declaration.endpoint.key) or name)
                return item if self.declaration.endpoint.lists_whole_objects else self._live(found) or item
        return None

    # -- the steps of the above

    def _post(self, inputs: Mapping[str, Json]) -> Mapping[str, Json]:
        """One POST; after an unclear answer it is looked whether it was applied before it is sent again."""
        endpoint, body = self.declaration.endpoint, self.body_of_create(inputs)
        for attempt in range(1, CREATE_ATTEMPTS + 1):
            try:
                made = self.client.create(endpoint.collection, body)
                return self._made(inputs, made)
            except RejectedError as error:
                if (there := self._in_the_way(error, inputs)) is None:
                    raise
                if attempt > 1 and not self._differences(inputs, there):
                    return there  # an earlier attempt was applied after all
                raise self._taken(error, inputs, there) from None
            except (ServerError, UnreachableError):
                if (there := self.find(inputs)) is not None and not self._differences(inputs, there):
                    return there
                if attempt == CREATE_ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _finished(self, inputs: Mapping[str, Json], live: Mapping[str, Json]) -> Mapping[str, Json]:
        """The new object with its switches moved; where that fails it is undone, for a create is all or nothing."""
        key = self._key_of(live)
        try:
            return self._switched(key, inputs, live, self._switches(inputs, live))
        except StatsigError as error:
            title = self.declaration.title(inputs, key)
            try:
                self._forgiving_404("DELETE", self._path(key))
            except StatsigError:
                # It cannot be undone: the outputs say what is missing, so that the next update finishes it.
                self.reporter.say(
                    "error", f"{title} was created, but not finished: {error}; `pulumi up` goes on with it"
                )
                return live
            raise StatsigError(f"{title} was not created: {error}; what was made of it is deleted again") from None

    def _made(self, inputs: Mapping[str, Json], made: Json) -> Mapping[str, Json]:
        if isinstance(made, dict) and made.get(self.declaration.endpoint.key):
            return made
        found = self.find(inputs)
        if found is None:
            raise GoneError(f"{self.declaration.title(inputs)} was created, but Statsig does not list it")
        return found

    def _in_the_way(self, error: ApiError, inputs: Mapping[str, Json]) -> Mapping[str, Json] | None:
        words = error.reason.lower()
        if error.status == 409 or any(word in words for word in ("already", "in use", "duplicate", "exists")):
            return self.find(inputs)
        return None

    def _taken(self, error: ApiError, inputs: Mapping[str, Json], there: Mapping[str, Json]) -> TakenError:
        id_ = self._key_of(there)
        maker = there.get("creatorName")
        return TakenError(
            f"{self.declaration.title(inputs)} exists already in Statsig: id '{id_}'"
            f"{f', made by {maker}' if maker else ''}; it was not touched ({error});"
            f' to manage it here, import it: opts=pulumi.ResourceOptions(import_="{id_}")'
        )

    def _adopted(self, inputs: Mapping[str, Json]) -> Mapping[str, Json]:
        """The live object to be imported, if it is as the program declares."""
        id_ = str(inputs[IMPORT])
        live = self._live(id_)
        if live is None:
            raise GoneError(f"there is no {self.declaration.kind} with the id '{id_}' to import")
        if differing := self._differences(inputs, live):
            raise ImportMismatchError(
                f"{self.declaration.kind} '{id_}' cannot be imported, it differs from the program in"
                f" {', '.join(differing)}: change the program to match, or leave these properties out"
            )
        return live

    def _live(self, key: str) -> Mapping[str, Json] | None:
        endpoint = self.declaration.endpoint
        try:
            live = self.client.get(endpoint.path(key))
        except NotFoundError:
            return None
        except RejectedError as error:
            if error.status not in endpoint.missing_statuses:
                raise
            listed = (item for item in self.client.pages(endpoint.collection) if item.get(endpoint.key) == key)
            if next(listed, None) is not None:
                raise
            return None
        if not isinstance(live, dict):
            raise UnreachableError("GET", f"/{endpoint.path(key)}", "the answer holds no object")
        return live

    def _after(self, key: str, answer: Json) -> Mapping[str, Json]:
        """The object after a change: as answered, or read again where the answer is a message only."""
        if isinstance(answer, dict) and answer.get(self.declaration.endpoint.key):
            return answer
        live = self._live(key)
        if live is None:
            raise GoneError(f"{self.declaration.kind} '{key}' was changed, but Statsig no longer has it")
        return live

    def _switches(self, values: Mapping[str, Json], live: Mapping[str, Json] | None = None) -> dict[str, bool]:
        """The switches among the values that are to be moved: all, or those that ``live`` has otherwise."""
        return {
            name: bool(values[name])
            for name, p in self.declaration.inputs.items()
            if p.facts.switch and name in values and (live is None or p.facts.switch.reads(live) != values[name])
        }

    def _switched(
        self, key: str, inputs: Mapping[str, Json], live: Mapping[str, Json], moves: Mapping[str, bool]
    ) -> Mapping[str, Json]:
        for name, on in moves.items():
            switch = self.declaration.properties[name].facts.switch
            assert switch is not None
            verb = switch.on if on else switch.off(inputs)
            body = None if switch.body is None else {w: inputs[n] for n, w in switch.body.items() if on and n in inputs}
            live = self._after(key, self.client.change("PUT", f"{self._path(key)}/{verb}", body))
        return live

    def _archives(self, olds: Mapping[str, Json]) -> bool:
        asked = olds.get("archive_on_delete")
        return "archive_on_delete" in self.declaration.properties and (
            self.archive_on_delete if asked is None else asked
        )

    def _forgiving_404(self, method: str, path: str, body: Json = None) -> None:
        with suppress(NotFoundError):
            self.client.change(method, path, body)

    def _referring(self, path: str) -> str:
        """What refers to an object whose delete was refused."""
        names: list[str] = []
        for references in self.declaration.endpoint.references:
            try:
                found = self.client.pages(f"{path}/{references}")
                names += [f"{references.removesuffix('_references')} '{item.get('id')}'" for item in found]
            except StatsigError:
                continue  # the refusal itself is what the user has to see
        return f"; it is referred to by {', '.join(names)}: change these first" if names else ""

    def _path(self, key: str) -> str:
        return self.declaration.endpoint.path(key)

    def _key_of(self, live: Mapping[str, Json]) -> str:
        return str(live[self.declaration.endpoint.key])

    def _declared(self, inputs: Mapping[str, Json]) -> list[str]:
        return sorted(name for name in inputs if name in self.declaration.inputs)

    def _decoded(self, inputs: Mapping[str, Json], live: Mapping[str, Json]) -> Values:
        return wire.decode(self.declaration.properties, self.settle(live, inputs))

    def _differences(self, inputs: Mapping[str, Json], live: Mapping[str, Json]) -> list[str]:
        """Declared properties that the live object has otherwise."""
        decoded = self._decoded(inputs, live)
        return [
            name
            for name, p in self.declaration.inputs.items()
            if name in inputs and p.readable and name in decoded and not same(p, decoded[name], inputs[name])
        ]

    def _say_what_differs(self, inputs: Mapping[str, Json], live: Mapping[str, Json]) -> None:
        returned = {n for n, p in self.declaration.inputs.items() if p.facts.switch or p.wire in live}
        if differing := [name for name in self._differences(inputs, live) if name in returned]:
            title = self.declaration.title(inputs, self._key_of(live))
            self.reporter.say("warning", f"{title}: Statsig accepted {', '.join(differing)} but holds another value")

    def _inputs_of(self, olds: Mapping[str, Json], live: Mapping[str, Json]) -> Values:
        """What the program would have to say for this to be the live object; only what it says now is looked at."""
        names = olds.get(DECLARED)
        properties = self.declaration.inputs
        before = {name: _declared_value(properties[name], olds) for name in names or () if name in properties}
        decoded = self._decoded(before, live)
        return {
            name: in_shape(properties[name], value, decoded[name]) if name in decoded else value
            for name, value in before.items()
        }

    def _outputs(self, inputs: Mapping[str, Json], live: Mapping[str, Json]) -> Values:
        decoded = wire.decode(self.declaration.properties, live)
        outputs: Values = {DECLARED: self._declared(inputs)}
        for name, p in self.declaration.properties.items():
            if name in inputs and p.settable and not p.facts.switch:
                outputs[name] = with_computed(p, inputs[name], decoded.get(name))
            elif not p.facts.if_declared and p.facts.twin not in inputs:
                outputs[name] = decoded.get(name)
        return {name: value for name, value in outputs.items() if value is not None}


def _declared_value(p: Property[Any], olds: Mapping[str, Json]) -> Json:
    value = olds.get(p.name)
    return (
        (NONE if p.nullable else {"list": [], "map": {}}.get(p.many, "")) if value is None else declared_only(p, value)
    )
