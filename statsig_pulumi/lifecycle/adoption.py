"""Import of objects, and what happens when the object of a create already exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..errors import ApiError, GoneError, ImportMismatchError, InvalidInputsError, Problem, TakenError
from ..json_values import Json, has_unknown
from ..schema import state
from ..schema.details import get_details
from ..schema.live_object import LiveObject
from ..schema.state import IMPORT, SECRET
from ..schema.wording import represent
from ..settings import OnExisting
from .update import Updater

CLOCK_STEP_S: Final = 2.0
"""The Date of a response is rounded to whole seconds."""
CREATED_BY_A_KEY: Final = "CONSOLE API"
"""The creator that the API reports for objects that a key created."""
MAX_DIFFERENCES: Final = 8
"""So many differences are listed in a message."""


class Adoption:
    """Makes objects that exist already the objects of resources: by import, or if a create conflicts with one."""

    def __init__(self, updater: Updater) -> None:
        self.declaration, self.resource_client, self.updater = updater.declaration, updater.resource_client, updater
        self.context, self.policy, self.reporter = updater.context, updater.context.policy, updater.reporter

    # -- what a behaviour may override

    def get(self, id_: str, inputs: Mapping[str, Json]) -> LiveObject:
        """Return the live object to import; raises GoneError if there is none."""
        live = self.resource_client.get_by_id(id_)
        if live is None:
            raise GoneError(
                f"{self.declaration.kind} '{id_}' does not exist in this Statsig project, so it cannot be imported"
            )
        return live

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the object that a create with these inputs conflicts with; asked in a preview."""
        return self.resource_client.find_by_identity(inputs)

    def on_existing(self, inputs: Mapping[str, Json]) -> OnExisting:
        """Return what happens to a new resource whose object exists already."""
        return self.policy.on_existing

    def differences(self, inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
        """Return the declared properties that adopting the object would change."""
        return state.find_differences(self.declaration, inputs, live)

    # -- import

    def live_to_import(self, inputs: Mapping[str, Json]) -> LiveObject:
        """Return the live object to import; raises GoneError or ImportMismatchError, which a preview shows too."""
        id_ = str(inputs[IMPORT])
        live = self.get(id_, inputs)
        if exclusion := self.declaration.cls.explain_exclusion(live):
            raise ImportMismatchError(f"{self.declaration.kind} '{id_}' cannot be imported: {exclusion}")
        differing = self.differences(inputs, live)
        if differing and self.policy.import_mismatch == "fail":
            raise ImportMismatchError(
                f"{self.declaration.kind} '{id_}' cannot be imported: the program differs from it in"
                f" {self._describe(inputs, live, differing)}. Change the program to match, omit these properties,"
                " or let the import change the object: `pulumi config set statsig:importMismatch adopt`"
            )
        self._validate(inputs, live, differing)
        return live

    def adopt(self, inputs: Mapping[str, Json], live: LiveObject) -> LiveObject:
        """Bring the object to its declaration, and return it; from now on it is this resource's."""
        key = self.resource_client.key_of(live)
        self.context.hold(self.declaration.kind, key)
        if differing := self.differences(inputs, live):
            return self.updater.apply(key, {name: inputs[name] for name in differing}, {}, inputs, live)
        return live

    # -- creates that conflict

    def resolve_conflict(
        self, inputs: Mapping[str, Json], live: LiveObject, resource: str, error: ApiError | None = None
    ) -> LiveObject:
        """Adopt the object that a create conflicts with, if that is allowed; raises TakenError otherwise.

        ``resource`` is the URN of the resource, or its name.
        """
        differing = self.differences(inputs, live)
        title, id_ = self.declaration.title(inputs), self.resource_client.id_of(live)
        is_unfinished = all(map(self.updater.is_set_after_create, differing))
        if is_unfinished and self._was_interrupted(inputs, live, resource):
            self.reporter.say("warning", f"{title} was created by an interrupted run; the object is adopted")
        elif (on_existing := self.on_existing(inputs)) == "fail" or (differing and on_existing != "adopt"):
            raise self._taken(inputs, live, differing, error)
        else:
            self._validate(inputs, live, differing)
            changes = f"; it changes in {self._describe(inputs, live, differing)}" if differing else ""
            self.reporter.say("warning", f"{title} exists already: id '{id_}' is adopted{changes}")
        return self.adopt(inputs, live)

    def problems(self, inputs: Mapping[str, Json], *, new: bool) -> Iterator[Problem]:
        """Yield the problems of an import or an adoption, for a preview; report what it will change."""
        if not new or self.policy.offline_preview or has_unknown(dict(inputs)):
            return
        try:
            if isinstance(inputs.get(IMPORT), str):
                live, event = self.live_to_import(inputs), "is imported"
            elif self.on_existing(inputs) != "fail" and (existing := self._adoptable(inputs)):
                live, event = existing, "exists already and is adopted"
            else:
                return
        except (GoneError, ImportMismatchError, InvalidInputsError, TakenError) as error:
            import_id = getattr(error, "import_id", None)
            yield Problem("", error.summary if import_id else str(error), import_id)
            return
        differing = self.differences(inputs, live)
        changes = f"it changes in {self._describe(inputs, live, differing)}" if differing else "nothing changes in it"
        self.reporter.say("info", f"{self.declaration.title(inputs)} {event}; {changes}")

    def fingerprint(self, inputs: Mapping[str, Json]) -> str:
        """Return equal texts for equal creates of a stack in the same Statsig project."""
        return self.context.fingerprint(self.declaration.kind, [self.context.stack.name, dict(inputs)])

    # -- steps

    def _was_interrupted(self, inputs: Mapping[str, Json], live: LiveObject, resource: str) -> bool:
        """Return whether an interrupted run of the stack was creating the object, and not somebody else after it."""
        if not is_created_by_a_key(inputs, live):
            return False
        sent_s = self.context.interrupted_at_s(self.fingerprint(inputs))
        if sent_s is not None:
            created_ms = live.get("createdTime")
            return not isinstance(created_ms, (int, float)) or created_ms / 1000 >= sent_s - CLOCK_STEP_S
        return bool(resource and self.context.stack.is_create_pending(self.declaration.kind, resource))

    def _adoptable(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the object that a create would adopt; None if it is an object of this program."""
        live = self.find(inputs)
        if live is None or self.context.is_owned(self.declaration.kind, self.resource_client.key_of(live)):
            return None
        differing = self.differences(inputs, live)
        if differing and self.on_existing(inputs) != "adopt":
            raise self._taken(inputs, live, differing)
        self._validate(inputs, live, differing)
        return live

    def _taken(
        self, inputs: Mapping[str, Json], live: LiveObject, differing: list[str], error: ApiError | None = None
    ) -> TakenError:
        id_, creator = self.resource_client.id_of(live), live.get("creatorName")
        differs = f"; the program differs from it in {self._describe(inputs, live, differing)}" if differing else ""
        path = self.resource_client.path(self.resource_client.key_of(live))
        unarchive = f"; to unarchive it, run `statsig-pulumi api PUT {path}/unarchive`" if live.is_archived else ""
        owners = self.context.find_owners(self.declaration.kind, id_) if error else []
        return TakenError(
            f"{self.declaration.title(inputs)} exists already in Statsig"
            f"{' and is archived' if live.is_archived else ''}:"
            f" id '{id_}'{f', created by {creator}' if creator else ''}{differs}; it was not changed"
            f"{f' ({error.summary})' if error else ''}{unarchive}",
            import_id=id_,
            owner=next(iter(owners), None),
        )

    def _validate(self, inputs: Mapping[str, Json], live: LiveObject, differing: list[str]) -> None:
        """Raise an error for differences that only a new object can take."""
        properties = self.declaration.properties
        if fixed := [name for name in differing if properties[name].options.replace_on_changes]:
            raise ImportMismatchError(
                f"{self.declaration.title(inputs)} cannot be adopted: Statsig cannot change"
                f" {self._describe(inputs, live, fixed)}"
            )
        self.updater.validate_change(live.decoded, inputs, differing)

    def _describe(self, inputs: Mapping[str, Json], live: LiveObject, differing: list[str]) -> str:
        """Return the differences as ``place: live => declared``, without secret values."""
        observed = self.declaration.observed(live, inputs)
        secret = inputs.get(SECRET) or ()
        described: list[str] = []
        for name in differing:
            p = self.declaration.properties[name]
            if name in secret or p.options.secret:
                described.append(f"{name} (secret)")
                continue
            details = get_details(p, observed.get(name), inputs[name], name)
            described += [f"{each.place}: {represent(each.old)} => {represent(each.new)}" for each in details]
        more = len(described) - MAX_DIFFERENCES
        return ", ".join(described[:MAX_DIFFERENCES]) + (f" and {more} more" if more > 0 else "")


def is_created_by_a_key(inputs: Mapping[str, Json], live: LiveObject) -> bool:
    """Return whether no person created an object, as far as the API shows its creator. Inputs may declare one."""
    if "creator_id" in inputs or "creator_email" in inputs:
        return True
    return str(live.get("creatorName") or CREATED_BY_A_KEY).upper() == CREATED_BY_A_KEY
