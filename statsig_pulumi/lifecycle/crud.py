"""The default behaviour of a resource over plain JSON: check, diff, create, read, update, delete.

Inputs are what the program declares. Outputs are what the API returned, with the declared properties as the
program wrote them, and the list of those under ``__declared``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from ..errors import (
    GoneError,
    InvalidInputsError,
    Problem,
    StatsigError,
    UnfinishedCreateError,
)
from ..json_values import Json, normalize_json
from ..schema import codec, state
from ..schema.declaration import Declaration
from ..schema.diff import Changes, find_changes
from ..schema.live_object import LiveObject
from ..schema.matching import drop_computed
from ..schema.places import hide_keys
from ..schema.state import (
    DECLARED,
    DIFFERING,
    DRIFTED,
    FOR_CHECK,
    IMPORT,
    RESOURCE,
    SECRET,
    SECRET_PLACES,
    STACK,
    WITHOUT_VALUE,
    Inputs,
    Outputs,
)
from ..schema.validation import find_problems
from .adoption import Adoption
from .call import NO_CALL, Call
from .concurrent_edits import ConcurrentEdits
from .creation import Creation
from .deletion import Deletion
from .ownership import Ownership
from .preview import Preview
from .release import Releases
from .reporter import RedactingReporter
from .resource_client import ResourceClient
from .restart import restart_if_changed
from .reviews import Reviews
from .run_context import RunContext
from .secrets_below import SecretsBelow
from .update import Updater

NO_VALUE: Final = "has no value: the resource that it comes from failed in this run, or is not part of it"
"""The reason why a resource is not updated, such as with ``--continue-on-error`` or ``--target``."""


@dataclass(frozen=True)
class LiveState:
    """The outputs of a live object, and the inputs that a program would have written for it."""

    outputs: Outputs
    inputs: Inputs


class Lifecycle:
    """The behaviour of one resource type in one Statsig project; plain create, read, update, delete needs no other.

    A behaviour that differs is a subclass, which overrides public methods only. Nothing of it imports Pulumi.
    """

    keeps_on_delete: ClassVar[bool] = False
    """Whether a delete leaves the object in Statsig as it is."""

    def __init__(self, declaration: Declaration, context: RunContext, call: Call = NO_CALL) -> None:
        self.declaration, self.context, self.policy, self.call = declaration, context, context.policy, call
        reporter = context.reporter.for_resource(call.resource if call.resource.startswith("urn:") else "")
        self.client = context.client.on_behalf_of(declaration.kind, reporter.show, call.deadline)
        secret = {name for each in call.values for name in each.get(SECRET) or ()}
        self.client.hide(*declaration.find_hidden_words(*call.values, names=secret))
        self.reporter = RedactingReporter(reporter, self.client.redact)
        self.resource_client: ResourceClient = declaration.cls.resource_client(declaration, self.client)
        self.updater: Updater = declaration.cls.updater(declaration, self.resource_client, context, self.reporter)
        self.deletion: Deletion = declaration.cls.deletion(declaration, self.resource_client, context, self.reporter)
        self.adoption = self.make_adoption()
        self.creation: Creation = declaration.cls.creation(self.updater, self.adoption, self.deletion, call.resource)
        self.preview = Preview(self.updater, self.deletion, self.keeps_on_delete)
        self.ownership = Ownership(declaration, self.resource_client, context)
        self.secrets_below = SecretsBelow(declaration, self.resource_client, context)
        self.concurrent_edits = ConcurrentEdits(declaration, self.policy, self.reporter)
        self.releases = Releases(declaration, self.policy, self.updater)
        self.reviews = Reviews(declaration, self.updater)

    def make_adoption(self) -> Adoption:
        """Return the collaborator that imports and adopts; a behaviour with rules of its own overrides this."""
        return Adoption(self.updater)

    # -- preview

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        """Return the normalized inputs, and all their problems; ``new`` if there is no resource yet."""
        properties = self.declaration.properties
        normalized: Inputs = {}
        for name, value in inputs.items():
            if name in properties:
                normalized[name] = codec.normalize(properties[name], drop_computed(properties[name], value))
            elif name not in FOR_CHECK:
                normalized[name] = value
        self.context.stack.name = str(inputs.get(STACK) or self.context.stack.name)
        if (resource := inputs.get(RESOURCE)) is not None:
            self.context.program_inputs.note(self.resource_client, resource, normalized)
        if without_value := inputs.get(WITHOUT_VALUE):
            return normalized, [Problem(name, NO_VALUE) for name in without_value]
        found = list(find_problems(self.declaration.cls, normalize_json(dict(inputs))))
        found += self.ownership.problems(normalized, inputs.get(RESOURCE), new=new)
        found += self.adoption.problems(normalized, new=new and not found)
        if new and not found and IMPORT not in normalized and not self.policy.offline_preview:
            self.preview.warn_about_missing(normalized)
        return normalized, found

    def redact(self, problems: Iterable[Problem], inputs: Mapping[str, Json]) -> list[Problem]:
        """Return the problems of these inputs without secret values, and without the keys of secret JSON objects."""
        properties, secret_places = self.declaration.properties, inputs.get(SECRET_PLACES) or ()
        return [
            replace(
                problem,
                place=hide_keys(properties, problem.place, secret_places),
                reason=self.client.redact(problem.reason),
            )
            for problem in problems
        ]

    def diff(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        """Return what an update would change; raises InvalidInputsError for what no update can reach.

        What somebody changed in Statsig, and no update can change back, is a warning: a preview shows the drift.
        An override may ask the API about the change: a preview calls this, an update does not.
        """
        found, wanted = self._find_changes(outputs, inputs)
        if not found.replaces:
            self.preview.validate_change(outputs, inputs, wanted, found.changed)
        if found.replaces and self.deletes_before_replacing(outputs, inputs) and self.deletion.is_archived(outputs):
            reason = (
                "needs a new object, but archive_on_delete keeps the old one with its name: change the name too, or"
                " first run `pulumi up` with archive_on_delete=False"
            )
            raise InvalidInputsError(self.declaration.title(inputs), [Problem(found.replaces[0], reason)])
        return found

    def drift(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        """Return how outputs differ from inputs; it raises nothing, because a refresh asks for no change."""
        return find_changes(self.declaration.properties, outputs.get(DECLARED) or [], outputs, inputs)

    def deletes_before_replacing(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> bool:
        """Return whether a replacement conflicts with the object that it replaces: same name or same key."""
        endpoint = self.declaration.endpoint
        if endpoint.is_composite and (key := self.resource_client.identity(inputs)):
            return key == self.declaration.join_id(outputs)
        if endpoint.key_form and (key := endpoint.make_key(inputs)):
            return key == endpoint.make_key(outputs)
        names = {"name", self.declaration.key_property}
        return any(name in inputs and inputs[name] == outputs.get(name) for name in names if name)

    # -- update

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        """Create the object, or adopt the one to import; return its id and outputs.

        Raises UnfinishedCreateError if the object was created, but a later request failed. The object is kept, because
        it may be in use by now.
        """
        pending: Sequence[str] = ()
        failure: StatsigError | None = None
        created: LiveObject | None = None
        if isinstance(inputs.get(IMPORT), str):
            live = self.adoption.adopt(inputs, self.adoption.live_to_import(inputs))
        else:
            live, is_new = self.creation.post(inputs)
            if is_new:
                created = live
                live, pending, failure = self._complete(inputs, self.updater.correct_defaults(inputs, live))
        sent = inputs.keys() - set(pending)
        review = self.reviews.note_held_after_create(self.declaration.title(inputs), inputs, sent, created, live)
        unheld = sent - set(review["names"] if review else ())
        outputs = self.reviews.apply_note(self.build_outputs(inputs, inputs, live, {}, unheld), inputs, review)
        id_, outputs = self.resource_client.id_of(live), state.restore_pending(outputs, live, pending)
        if failure is not None:  # an engine that is interrupted may not store it, so the journal keeps the create
            missing = ", ".join(pending) or "its last step"
            title = self.declaration.title(inputs)
            raise UnfinishedCreateError(f"{title} was created without {missing}: {failure.summary}", id_, outputs)
        # A create that the engine has not stored is in its state as pending, which is enough if the name is unique.
        self._note_stored(id_ if not self.resource_client.has_unique_names else "")
        return id_, outputs

    def refresh(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        """Return what ``read`` does; an object that an earlier command has just written is read until the API shows it.

        Otherwise the engine would drop it from the state.
        """
        found = self.client.read_until(
            lambda: self.read(id_, outputs),
            lambda live: live is not None or not self.context.stack.is_just_written(self.call.resource),
        )
        if found is None:
            self.context.note_dropped(self.call.resource, outputs)
        return found

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        """Return the live object; None if it no longer exists. ``get`` of a missing object raises GoneError."""
        before = state.restore_inputs(self.declaration, outputs)
        live = self._get_with_others(id_, outputs, before)
        if live is not None:
            held, review = self.reviews.restore_held(outputs, before, live)
            inputs = state.refresh_inputs(self.declaration, before, live) | held
            refreshed = state.build_outputs(self.declaration, inputs, live, outputs)
            refreshed = self.reviews.apply_note(refreshed, inputs, review)
            if drifted := state.find_drifted(self.declaration, outputs, before, inputs):
                refreshed[DRIFTED] = drifted
            return LiveState(refreshed, inputs)
        if DECLARED not in outputs:
            raise GoneError(f"{self.declaration.kind} '{id_}' does not exist in this Statsig project")
        return None

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        """Send what changed and nothing else; return the new outputs.

        If the object changes while a request waits or is repeated, the update starts again from the object as it is.
        """
        return restart_if_changed(lambda: self._update(id_, outputs, inputs))

    def _update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        properties = self.declaration.properties
        found, wanted = self._find_changes(outputs, inputs)
        if all(properties[name].options.local and not properties[name].is_trigger for name in found.changed):
            if not found.replaces:
                self.updater.validate_change(outputs, wanted, found.changed)
            return state.rebuild_outputs(self.declaration, outputs, inputs)
        key, title = self.resource_client.current_key(id_, outputs), self.declaration.title(inputs, id_)
        live = self._get_current(key, outputs)
        if live is None and (live := self._find_renamed(key, outputs, inputs, found.changed)) is not None:
            key = self.resource_client.key_of(live)
        before = live
        if live is None:
            raise GoneError(
                f"{title} no longer exists: it was deleted outside of Pulumi."
                " Run `pulumi refresh`, then `pulumi up` to create it again"
            )
        wanted = self.concurrent_edits.resolve(title, outputs, wanted, found.changed, live)
        sent = self.reviews.select_unsent(title, outputs, wanted, found, live)
        self.updater.validate_change({**outputs, **live.decoded}, wanted, self.updater.unreached(sent, wanted, live))
        if sent:
            live = self.updater.apply(key, {name: wanted[name] for name in sent}, outputs, wanted, live)
        review = self.reviews.note_held(title, wanted, sent, before, live)
        unheld = set(sent) - set(review["names"] if review else ())
        self._note_stored(id_)
        review = review or self.reviews.keep_note(outputs, inputs, live)
        return self.reviews.apply_note(self.build_outputs(inputs, wanted, live, outputs, unheld), inputs, review)

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Delete or archive the object; an object that no longer exists is no error."""
        self.deletion.delete(id_, outputs)

    # -- what behaviours build on

    def build_outputs(
        self,
        inputs: Mapping[str, Json],
        wanted: Mapping[str, Json],
        live: LiveObject,
        olds: Mapping[str, Json],
        sent: Collection[str],
    ) -> Outputs:
        """Return the outputs after a write, and report what Statsig holds with another value than was sent.

        ``wanted`` are the inputs as they were sent: with what others added, and what is reset.
        """
        differing = self.updater.warn_about_differences(wanted, live, sent)
        notes = {
            name: value for name, value in (olds.get(DIFFERING) or {}).items() if name in inputs and name not in sent
        }
        outputs = state.build_outputs(self.declaration, inputs, live, olds)
        return state.note_differing(self.declaration, outputs, live, differing, notes)

    # -- steps

    def _find_changes(
        self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]
    ) -> tuple[Changes, Mapping[str, Json]]:
        """Return what an update would change, and the inputs with the defaults of what is no longer declared."""
        wanted, resets = self.releases.reset(outputs, inputs)
        found = self.drift(outputs, wanted)
        found = replace(found, released=tuple(sorted({*found.released, *resets})), resets=resets)
        return self.reviews.add_held(outputs, inputs, found), wanted

    def _get_with_others(self, id_: str, outputs: Mapping[str, Json], before: Inputs) -> LiveObject | None:
        """Return the live object, from a list if this run reads many; one that differs from the state is read."""
        if self.declaration.endpoint.state_id and self.declaration.join_id(outputs) is None:
            return self.resource_client.get_by_id(id_)
        key = self.resource_client.key(id_, outputs)
        cache = self.context.list_cache(self.resource_client)
        return cache.get(
            key,
            lambda live: not state.find_differences(self.declaration, before, live),
            lambda key: self._get_current(key, outputs),
        )

    def _get_current(self, key: str, outputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the live object. One that is older than the state is read again: an earlier run has changed it."""
        return self.client.read_until(
            lambda: self.resource_client.get(key), lambda live: live is None or not state.is_older(live, outputs)
        )

    def _find_renamed(
        self, key: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json], changed: Sequence[str]
    ) -> LiveObject | None:
        """Return the object under its new key, if an interrupted run has renamed it; otherwise None."""
        new_key = self.resource_client.key_after(inputs, changed)
        live = self.resource_client.get(new_key) if new_key not in (None, key) else None
        if live is None:
            return None
        before = state.restore_inputs(self.declaration, outputs)
        is_same = set(state.find_differences(self.declaration, before, live)) <= set(changed)
        return live if is_same else None

    def _note_stored(self, id_: str) -> None:
        """Note that the engine is about to store the effect of all that this call carried out, if it still waits.

        With an id, the state is read when the run ends: whether it has the effect.
        """
        if not self.call.is_awaited_fn():
            return
        for fingerprint in self.updater.carried_out:
            self.context.note_stored(fingerprint, self.call.resource if id_ else "", id_)

    def _complete(
        self, inputs: Mapping[str, Json], live: LiveObject
    ) -> tuple[LiveObject, Sequence[str], StatsigError | None]:
        """Send what a create does not accept; return the object, and after a failure what is pending, and the error."""
        live, error = self.updater.complete(inputs, live)
        if error is None:
            return live, (), None
        names = [name for name in inputs if name in self.declaration.inputs and self.updater.is_set_after_create(name)]
        return live, self.updater.unreached(names, inputs, live), error
