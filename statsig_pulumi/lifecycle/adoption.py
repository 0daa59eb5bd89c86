"""Take over objects that exist already: those to be imported, and those in the way of a create."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from ..errors import ApiError, GoneError, ImportMismatchError, InvalidInputsError, Problem, TakenError
from ..json_values import Json, fingerprint, has_unknown
from ..schema import codec, state
from ..schema.details import get_details
from ..schema.state import IMPORT, SECRET
from ..settings import OnExisting, Policy
from .resource_client import Live
from .run_context import RunContext
from .update import Changing

MOST_SHOWN: Final = 8
MOST_LETTERS: Final = 60


class Adopting(Changing):
    """What of the life of an entity is about objects that somebody else has made."""

    policy: Policy
    run: RunContext

    def _adopted(self, inputs: Mapping[str, Json]) -> Live:
        """The live object to be imported, if the program may have it; raises what a preview has to show."""
        id_ = str(inputs[IMPORT])
        live: Live | None = self.resource_client.read(id_)
        if live is None:
            raise GoneError(
                f"{self.declaration.kind} '{id_}' does not exist in this Statsig project, so it cannot be imported"
            )
        differing = self._differing(inputs, live)
        if differing and self.policy.import_mismatch == "fail":
            raise ImportMismatchError(
                f"{self.declaration.kind} '{id_}' cannot be imported, it differs from the program in"
                f" {self._told(inputs, live, differing)}: change the program to match, leave these properties out, or"
                " let the import change the object: `pulumi config set statsig:importMismatch adopt`"
            )
        self._refuse_to_bring(inputs, live, differing)
        return live

    def _taken_over(self, inputs: Mapping[str, Json], live: Live) -> Live:
        """The object as the program declares it, which is this resource's from now on."""
        key = self.resource_client.key_of(live)
        self.run.adopted.add((self.declaration.kind, key))
        if differing := self._differing(inputs, live):
            return self._brought(key, {name: inputs[name] for name in differing}, {}, inputs, live)
        return live

    def _in_the_way(self, inputs: Mapping[str, Json], live: Live, error: ApiError) -> Live:
        """The object that has the name of a new one, taken over if that is allowed."""
        differing = self._differing(inputs, live)
        title, id_ = self.declaration.title(inputs), self.resource_client.key_of(live)
        if self.run.was_interrupted(self._mark(inputs)) and all(map(self.is_action, differing)):
            self.reporter.say(
                "warning", f"{title}: an interrupted run has made it already; it was found as it was sent"
            )
        elif (on_existing := self._on_existing(inputs)) == "fail" or (differing and on_existing != "adopt"):
            raise self._taken(inputs, live, differing, error)
        else:
            self._refuse_to_bring(inputs, live, differing)
            told = f", and is changed in {self._told(inputs, live, differing)}" if differing else ""
            self.reporter.say("warning", f"{title} existed already: id '{id_}' is taken over{told}")
        return self._taken_over(inputs, live)

    def _problems_of_adoption(self, inputs: Mapping[str, Json], *, new: bool) -> Iterator[Problem]:
        """What a preview has to say of an object that is to be taken over."""
        if not new or has_unknown(dict(inputs)):
            return
        try:
            if isinstance(inputs.get(IMPORT), str):
                live, how = self._adopted(inputs), "is imported"
            elif self._on_existing(inputs) != "fail" and (found := self._found_in_the_way(inputs)):
                live, how = found, "exists already, and is taken over"
            else:
                return
        except (GoneError, ImportMismatchError, InvalidInputsError, TakenError) as error:
            yield Problem("", str(error))
            return
        if differing := self._differing(inputs, live):
            title = self.declaration.title(inputs)
            self.reporter.say("info", f"{title} {how}, and changed in {self._told(inputs, live, differing)}")

    def _found_in_the_way(self, inputs: Mapping[str, Json]) -> Live | None:
        """The object that a create would meet and take over; none where it is this program's own."""
        live = self.resource_client.met(inputs)
        if live is None or self.run.is_held(self.declaration.kind, self.resource_client.key_of(live)):
            return None
        differing = self._differing(inputs, live)
        if differing and self._on_existing(inputs) != "adopt":
            raise self._taken(inputs, live, differing)
        self._refuse_to_bring(inputs, live, differing)
        return live

    def _differing(self, inputs: Mapping[str, Json], live: Live) -> list[str]:
        """What would have to be changed of an object that is taken over."""
        return state.find_differences(self.declaration, inputs, live)

    def _on_existing(self, inputs: Mapping[str, Json]) -> OnExisting:
        """What becomes of a new resource whose object exists already."""
        return self.policy.on_existing

    def _taken(
        self, inputs: Mapping[str, Json], there: Live, differing: list[str], error: ApiError | None = None
    ) -> TakenError:
        id_, maker = self.resource_client.key_of(there), there.get("creatorName")
        differs = f"; it differs from the program in {self._told(inputs, there, differing)}" if differing else ""
        return TakenError(
            f"{self.declaration.title(inputs)} exists already in Statsig: id '{id_}'"
            f"{f', made by {maker}' if maker else ''}{differs}; it was not touched"
            f"{f' ({error.words})' if error else ''};"
            f' to manage it here, import it: opts=pulumi.ResourceOptions(import_="{id_}")'
        )

    def _refuse_to_bring(self, inputs: Mapping[str, Json], live: Live, differing: list[str]) -> None:
        """Some differences only a new object could take."""
        properties = self.declaration.properties
        if fixed := [name for name in differing if properties[name].options.replace_on_changes]:
            raise ImportMismatchError(
                f"{self.declaration.title(inputs)} cannot be taken over, for what differs is fixed for its life:"
                f" {self._told(inputs, live, fixed)}"
            )
        self._refuse_change(codec.decode(properties, live), inputs, differing)

    def _told(self, inputs: Mapping[str, Json], live: Live, differing: list[str]) -> str:
        """The differences, as ``place: live => declared``."""
        decoded = codec.decode(self.declaration.properties, self.declaration.suppress_drift(live, inputs))
        secret = inputs.get(SECRET) or ()
        told: list[str] = []
        for name in differing:
            p = self.declaration.properties[name]
            if name in secret or p.options.secret:
                told.append(f"{name} (secret)")
                continue
            details = get_details(p, decoded.get(name), inputs[name], name)
            told += [f"{each.place}: {_short(each.old)} => {_short(each.new)}" for each in details]
        more = len(told) - MOST_SHOWN
        return ", ".join(told[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")

    def _mark(self, inputs: Mapping[str, Json]) -> str:
        """The same text for the same create in the same Statsig project."""
        words = f"{self.client.project_mark} {self.declaration.kind} {fingerprint(dict(inputs))}"
        return hashlib.sha256(words.encode()).hexdigest()


def _short(value: Json) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}..."
