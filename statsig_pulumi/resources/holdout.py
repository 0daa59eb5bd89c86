"""Holdouts (Console API: ``/holdouts``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Final

from pydantic import Field

from ..errors import InvalidInputsError, NotFoundError, Problem, RejectedError, StatsigError
from ..json_values import UNKNOWN, Json
from ..lifecycle.crud import Lifecycle, LiveState
from ..lifecycle.deletion import Deletion
from ..lifecycle.resource_client import ResourceClient
from ..lifecycle.update import Updater
from ..schema.declaration import REGISTRY, Declaration, Endpoint
from ..schema.diff import Changes
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop, SparseProp
from ..schema.sentences import Sentence
from ..schema.shapes import get_items
from ..schema.state import IMPORT, Inputs, Outputs
from .bases.config import TEAM_REQUIRED_BY, ConfigFields, keep_name
from .bases.entity import Entity
from .experiment import IMPLICIT_LAYER
from .types.shared import MetricReference, NonEmptyStr

HoldoutName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\- ]*$")]
GATE: Final = "targetingGateID"
INTERNAL_ID: Final = "targetingGateInternalID"
"""The key under which ``HoldoutClient`` puts the internal id of the targeting gate, which newer APIs return for it."""
LISTS: Final = ("gate_ids", "experiment_ids", "layer_ids")
REQUIRED: Final[Mapping[str, Json]] = {
    "isEnabled": True,
    "description": "",
    "passPercentage": 0,
    "gateIDs": [],
    "experimentIDs": [],
    "layerIDs": [],
    "isGlobal": False,
}
"""The fields that a full update requires, without the targeting gate, and their values in a new holdout."""


def _get_experiment(implicit_layer: str) -> str:
    """Return the id of the experiment of an implicit layer."""
    return implicit_layer.removeprefix(IMPLICIT_LAYER).removesuffix("_layer")


class HoldoutClient(ResourceClient):
    """The requests of holdouts.

    PATCH adds to the lists of what is held, so they are changed by POST of the full object. The targeting gate is
    written by its id; newer versions of the API return an internal id for it, which the state keeps.
    """

    known_gate: tuple[Json, Json] = (None, None)
    """The id of the targeting gate, and the internal id that the API returns for it."""

    def remember_gate(self, outputs: Mapping[str, Json]) -> None:
        """Note the targeting gate in the outputs of a resource."""
        self.known_gate = (outputs.get("targeting_gate_id"), outputs.get("targeting_gate_internal_id"))

    def live(self, response: Mapping[str, Json], method: str = "GET") -> LiveObject:
        gate, internal_id = self.known_gate
        if internal_id and response.get(GATE) == internal_id:
            response = {**response, GATE: gate, INTERNAL_ID: internal_id}
        return super().live(response, method)

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        method, gate = self.endpoint.get_update_method(changed), body.get(GATE)
        if method == "POST":
            held = {wire: default if live.get(wire) is None else live[wire] for wire, default in REQUIRED.items()}
            body = held | body
        if "targeting_gate_id" not in changed or GATE not in body:
            return self._keep_gate(method, key, body, live) if method == "POST" else self.call(method, key, body=body)
        updated = self._learn_gate(self.call(method, key, body=body | {GATE: gate or ""}), gate)
        if gate is None and updated.get(GATE):  # older versions of the API clear it by null alone
            return self.call("PATCH", key, body={GATE: None})
        return updated

    def _learn_gate(self, updated: LiveObject, gate: Json) -> LiveObject:
        """Return the object after the gate was set; note its internal id if the API returned that."""
        returned = updated.get(GATE)
        if not gate or returned in (None, "", gate):
            return updated
        try:
            self.client.get(Endpoint("gates").path(str(returned)))
        except NotFoundError:
            self.known_gate = (gate, returned)
            return self.live(updated.response)
        return updated  # it is another gate

    def _keep_gate(self, method: str, key: str, body: Mapping[str, Json], live: LiveObject) -> LiveObject:
        """Send a full update that keeps the targeting gate, and verify that it did.

        It takes the id of the gate. If that is not known, because the API returns an internal id, null keeps the gate.
        """
        gate = live.get(GATE) or None
        try:
            return self.call(method, key, body={**body, GATE: gate})
        except (NotFoundError, RejectedError):
            if gate is None or live.get(INTERNAL_ID):
                raise
        updated = self.call(method, key, body={**body, GATE: None})
        return updated if updated.get(GATE) == gate else self.call("PATCH", key, body={GATE: gate})


class HoldoutUpdater(Updater):
    """Updates of holdouts. What Statsig added to a global holdout is kept, unless the program removes it."""

    def request_body(
        self,
        changed: Mapping[str, Json],
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        live: LiveObject,
    ) -> Inputs:
        body = super().request_body(changed, outputs, inputs, live)
        for name in LISTS if live.get("isGlobal") else ():
            wire, known = self.declaration.properties[name].wire, outputs.get(name) or ()
            if wire in body:
                added = [each for each in live.decoded[name] or () if each not in known and each not in body[wire]]
                body[wire] = [*body[wire], *added]
        return body


class HoldoutLifecycle(Lifecycle):
    """Behaviour of holdouts. They hold objects of their own id type only."""

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        self._remember_gate(outputs)
        return super().read(id_, outputs)

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        self._remember_gate(outputs)
        return super().update(id_, outputs, inputs)

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        normalized, problems = super().check(inputs, new=new)
        if new and not problems and IMPORT not in normalized:
            problems += self._find_other_id_types({}, normalized, LISTS)
        return normalized, problems

    def diff(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        found = super().diff(outputs, inputs)
        changed = [name for name in LISTS if name in found.changed and not found.replaces]
        if problems := list(self._find_other_id_types(outputs, inputs, changed)):
            raise InvalidInputsError(self.declaration.title(inputs), problems)
        if found.replaces and not outputs.get("delete_while_enabled") and is_holding(outputs):
            reason = f"needs a new holdout, and the old one {HOLDING}"
            raise InvalidInputsError(self.declaration.title(inputs), [Problem(found.replaces[0], reason)])
        return found

    def _find_other_id_types(
        self, outputs: Mapping[str, Json], inputs: Mapping[str, Json], names: Iterable[str]
    ) -> Iterator[Problem]:
        """Yield a problem for each object that is to be held and has another id type than the holdout."""
        own = self._get_id_type(self.declaration, {**outputs, **inputs})
        for name in names if isinstance(own, str) else ():
            declaration = REGISTRY[self.declaration.properties[name].get_reference({}).partition(".")[0]]
            known = set(outputs.get(name) or ())
            for id_ in inputs.get(name) or ():
                other = self._find_id_type(declaration, id_) if isinstance(id_, str) and id_ not in known else own
                if other not in (own, None, UNKNOWN):
                    reason = f"'{id_}' has the id type '{other}', and the holdout '{own}': it holds objects of its type"
                    yield Problem(name, reason)

    def _find_id_type(self, declaration: Declaration, key: str) -> Json:
        """Return the id type of an object as the program declares it, else as it is in Statsig; None if unknown."""
        declared = self.context.program_inputs.find_inputs(declaration.kind, key)
        if declared is not None and "id_type" in declared:
            return declared["id_type"]
        live = None
        if not self.policy.offline_preview:
            client = declaration.cls.resource_client(declaration, self.client)
            with suppress(StatsigError):  # if it cannot be read, the API decides
                live = self.context.list_cache(client).get(key, lambda listed: True, client.get)
        if live is None:
            return None if declared is None else self._get_id_type(declaration, declared)
        return self._get_id_type(declaration, live.decoded)

    def _get_id_type(self, declaration: Declaration, values: Mapping[str, Json]) -> Json:
        """Return the id type in inputs or outputs, or that of new objects."""
        return values.get("id_type") or declaration.properties["id_type"].options.default

    def _remember_gate(self, outputs: Mapping[str, Json]) -> None:
        if isinstance(self.resource_client, HoldoutClient):
            self.resource_client.remember_gate(outputs)


class HoldoutDeletion(Deletion):
    """Deletes holdouts. One that holds units out is deleted only if the program allows it."""

    def validate(self, key: str, outputs: Mapping[str, Json]) -> None:
        live = None if outputs.get("delete_while_enabled") else self.resource_client.get(key)
        if live is not None and is_holding(live.decoded):
            raise StatsigError(f"{self.declaration.title(outputs, key)} was not deleted: it {HOLDING}")


HOLDING: Final = (
    "holds units out, who would see all features at once, and its results would be lost. First declare"
    " is_enabled=False, which keeps the results, or delete_while_enabled=True, and run `pulumi up`"
)


def is_holding(values: Mapping[str, Json]) -> bool:
    """Return whether a holdout holds units out of a feature."""
    has_features = values.get("is_global") or any(values.get(name) for name in LISTS)
    return bool(values.get("is_enabled") is not False and values.get("pass_percentage") and has_features)


class HoldoutFields(ConfigFields):
    """Fields of holdouts."""

    name: SparseProp[HoldoutName] = required(replace_on_changes=True)
    """Name: 3 to 100 letters, digits, spaces, ``_`` and ``-``. Statsig derives the id from it."""
    id_type: Prop[str] = optional(default="userID", replace_on_changes=True, refers_to="UnitIDType.name")
    """The unit type, such as ``userID``. A holdout applies to gates, experiments and layers of this type only."""
    is_enabled: Prop[bool] = optional(default=True, update_only=True)
    """Whether units are held out. A disabled holdout keeps its results."""
    pass_percentage: Prop[Annotated[float, Field(ge=0, le=10)]] = optional(default=0, update_only=True)
    """Share of units that are held out, from 0 to 10 percent."""
    gate_ids: ListProp[str] = optional(unordered=True, shared=True, update_only=True, refers_to="Gate.id")
    """Ids of the gates that the units are held out of."""
    experiment_ids: ListProp[str] = optional(unordered=True, shared=True, update_only=True, refers_to="Experiment.id")
    """Ids of the experiments that the units are held out of."""
    layer_ids: ListProp[str] = optional(unordered=True, shared=True, update_only=True, refers_to="Layer.id")
    """Ids of the layers that the units are held out of."""
    is_global: Prop[bool] = optional(default=False, update_only=True)
    """Whether Statsig adds each new gate, experiment and layer of the unit type. These additions are no drift."""
    targeting_gate_id: Prop[NonEmptyStr | None] = optional(
        update_only=True, refers_to="Gate.id", from_wire=lambda gate: gate or None
    )
    """Id of the gate that units must pass to be held out."""
    monitoring_metrics: ListProp[MetricReference] = optional(update_only=True, preset_by="Team.default_holdout_metrics")
    """Metrics to compare between the units that are held out and all others."""
    team: Prop[str | None] = computed()
    """Name of the owning team."""
    team_id: Prop[str | None] = optional(create_only=True, refers_to="Team.team_id", required_by=TEAM_REQUIRED_BY)
    """Id of the owning team."""
    tags: ListProp[str] = computed()
    """Names of tags. They can be set in the console only."""
    target_apps: ListProp[str] = computed(refers_to="TargetApp.name")
    """Names of target apps. They can be set in the console only."""
    creator_id: SparseProp[str] = computed()
    """Statsig's id of the creator."""
    creator_email: SparseProp[str] = computed()
    """The creator's email address."""


class Holdout(
    Entity,
    HoldoutFields,
    endpoint=Endpoint("holdouts", replace_for=LISTS),
):
    """A holdout: a share of units that see none of the features that it holds, to measure them all together.

    Created with ``POST /holdouts``, which takes the name, the description, the unit type and the team. An update right
    after it sends the rest. ``POST /holdouts/{id}`` changes what is held and sends everything else as it is live;
    ``PATCH /holdouts/{id}`` changes other properties. Additions of others in Statsig are kept. The API cannot change
    the team: a change is refused at the preview. A holdout that holds units out is not deleted.

    Example::

        import statsig_pulumi as statsig

        videos = statsig.Gate("videos", name="feed_videos")

        statsig.Holdout(
            "feed",
            name="Feed holdout",
            description="The effect of all changes of the feed together",
            pass_percentage=2,
            gate_ids=[videos.id],
            monitoring_metrics=[statsig.MetricReference(name="reading_time", type="sum")],
            delete_while_enabled=True,
        )
    """

    category = "Experiments"
    lifecycle = HoldoutLifecycle
    resource_client = HoldoutClient
    updater = HoldoutUpdater
    deletion = HoldoutDeletion
    loss = "its units see all features at once, and its results are lost"
    has_console_page = True

    delete_while_enabled: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` deletes the holdout while it holds units out."""
    holdout_id: Prop[str] = computed(wire="id")
    """The holdout's id."""
    targeting_gate_internal_id: SparseProp[str] = computed(wire=INTERNAL_ID)
    """Statsig's internal id of the targeting gate, if the API returns it instead of the gate's id."""

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
        was_holding, holds = is_holding(before), is_holding(after)
        if before and was_holding != holds:
            is_switched = (before.get("is_enabled") is False) != (after.get("is_enabled") is False)
            covers = ("is_enabled",) if is_switched else ()
            word = ("enabled" if holds else "disabled") if is_switched else "from now on"
            effect = "units are held out of the features" if holds else "no unit is held out: all see the features"
            yield Sentence(f"{word}: {effect}", "high", covers=covers)

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return each held object once, and experiments that the API returns as their implicit layers."""
        layers = get_items(response, "layerIDs")
        implicit = [each for each in layers if str(each).startswith(IMPLICIT_LAYER)]
        lists = {
            "gateIDs": get_items(response, "gateIDs"),
            "experimentIDs": [*get_items(response, "experimentIDs"), *map(_get_experiment, implicit)],
            "layerIDs": [each for each in layers if each not in implicit],
        }
        return {**response, **{wire: list(dict.fromkeys(ids)) for wire, ids in lists.items() if wire in response}}

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Keep what the API does not return, and ignore what Statsig adds to a global holdout."""
        values = keep_name(live, declared)
        if "team_id" in declared and "teamID" not in live:
            values["team_id"] = declared["team_id"]
        if live.get("isGlobal"):
            values |= {name: _without_added(declared[name], live.decoded[name]) for name in LISTS if name in declared}
        return values


def _without_added(declared: Json, live: Json) -> Json:
    """Return the live ids that are declared."""
    ids: Collection[Json] = declared if isinstance(declared, list) else ()
    return [each for each in live or () if each in ids]
