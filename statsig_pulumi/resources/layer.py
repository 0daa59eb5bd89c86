"""Layers (Console API: ``/layers``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ..errors import InvalidInputsError, Problem, RejectedError, StatsigError
from ..json_values import UNKNOWN, Json, has_unknown
from ..lifecycle.crud import Lifecycle
from ..lifecycle.update import Updater
from ..schema.declaration import Endpoint
from ..schema.diff import Changes
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, MapProp, NestedType, Prop, SparseProp
from ..schema.sentences import Sentence
from ..schema.state import find_redeclared
from ..schema.validation import get_known
from .bases.config import TEAM_REQUIRED_BY, ConfigFields, keep_name
from .bases.entity import Entity
from .types.json5 import find_schema_violations, load_schema, parse_or_keep
from .types.shared import NonEmptyStr, find_duplicates, get_items, iterate_objects

LayerName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\- ]*$")]
PARAMETERS: Final = "parameters"
OBJECT: Final = "object"


class LayerParameter(NestedType):
    """A parameter of a layer: code reads it from the layer, and experiments in the layer set its value."""

    identity = ("name",)

    name: Prop[NonEmptyStr] = required()
    """Name."""
    type: Prop[Literal["string", "number", "boolean", "object", "array"]] = required()
    """Type of the value."""
    default_value: Prop[Any] = required(typed_by="type")
    """Value for units that no experiment assigns to a group. It must have the parameter's type."""
    description: Prop[str] = optional()
    """Description. Needs version 2026-03 of the Console API."""
    schema: Prop[str | None] = optional(compare_fn=parse_or_keep, language="json")
    """JSON Schema (Draft 2020-12) as JSON text, for a parameter of type ``object``. The default must match it. A change
    to another type removes it. Needs version 2026-10 of the Console API."""

    @classmethod
    def find_excluded(cls, values: Mapping[str, Json]) -> Collection[str]:
        return () if values.get("type") in (OBJECT, UNKNOWN) else ("schema",)

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        type_, value = values.get("type"), get_known(values, "default_value")
        if not isinstance(type_, str):
            return
        if type_ != OBJECT and get_known(values, "schema") is not None:
            yield Problem("schema", f"must be omitted for a parameter of type '{type_}': only objects have schemas")
        elif isinstance(value, dict):
            validator, problems = load_schema(values, "schema", "")
            yield from problems
            if validator is not None:
                yield from find_schema_violations(validator, value, "default_value", "schema")


class HoldoutParameterValues(NestedType):
    """The defaults that a holdout gives the units it holds out of a layer."""

    holdout_id: Prop[str] = computed()
    """Id of the holdout."""
    parameters: MapProp[Any] = computed()
    """The defaults, by the name of the parameter."""
    exclude_new_params: Prop[bool] = computed()
    """Whether new parameters keep the default of the layer."""


class TargetingGateParameterValues(NestedType):
    """The defaults for the units that fail the targeting gate of an experiment in a layer."""

    targeting_gate_name: Prop[str] = computed()
    """Name of the gate."""
    parameters: MapProp[Any] = computed()
    """The defaults, by the name of the parameter."""


class LayerUpdater(Updater):
    """Updates of layers. Statsig does not remove parameters that experiments use."""

    def apply(
        self,
        key: str,
        changed: Mapping[str, Json],
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        live: LiveObject,
    ) -> LiveObject:
        try:
            return super().apply(key, changed, outputs, inputs, live)
        except RejectedError as error:
            with suppress(StatsigError):  # the refusal is the error to report
                error.next_step = self.explain_refusal(key, live.decoded, changed) or error.next_step
            raise

    def explain_refusal(self, key: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> str:
        """Return why Statsig refuses these parameters, and what to do; empty if no experiment uses a removed one."""
        declared = news.get(PARAMETERS)
        kept = [each.get("name") if isinstance(each, dict) else each for each in get_items(news, PARAMETERS)]
        if not isinstance(declared, list) or has_unknown(kept):
            return ""
        removed = {each["name"] for _, each in iterate_objects(olds, PARAMETERS)} - set(kept)
        users = self._find_users(key, removed) if removed else {}
        if not users:
            return ""
        uses = "; ".join(f"experiment '{id_}' uses {', '.join(names)}" for id_, names in users.items())
        owners = [urn for id_ in users for urn in self.context.find_owners("Experiment", id_)]
        targets = " ".join(f"--target '{urn}'" for urn in owners) or "--target with its URN"
        return (
            f"{uses}. A layer is updated before its experiments: if the program no longer uses the parameters, first"
            f" run `pulumi up {targets}`, then `pulumi up`"
        )

    def _find_users(self, key: str, names: set[str]) -> dict[str, list[str]]:
        """Return the parameters of these that each experiment of the layer uses, by the id of the experiment."""
        users: dict[str, list[str]] = {}
        path = self.resource_client.path(key, "experiments")
        for experiment in self.resource_client.client.pages(path):
            groups = self.resource_client.objects_in(path, experiment, "groups")
            values = [group.get("parameterValues") or {} for group in groups]
            if used := names & set[str]().union(*values):
                users[str(experiment.get("id"))] = sorted(used)
        return users


class LayerLifecycle(Lifecycle):
    """Behaviour of layers. A preview refuses to remove a parameter that an experiment uses.

    The engine updates a layer before the experiments that refer to it, and Statsig does not remove a parameter in use.
    So one run cannot remove both: no request for the layer, before the experiment is updated, can succeed.
    """

    def diff(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        found = super().diff(outputs, inputs)
        updater = self.updater
        if PARAMETERS not in found.changed or found.replaces or not isinstance(updater, LayerUpdater):
            return found
        reason = ""
        if not self.policy.offline_preview:
            with suppress(StatsigError):  # if the experiments cannot be read, the update will show it
                reason = updater.explain_refusal(self.resource_client.key("", outputs), outputs, inputs)
        problem, title = Problem(PARAMETERS, f"Statsig refuses the change: {reason}"), self.declaration.title(inputs)
        if reason and PARAMETERS in find_redeclared(outputs, inputs):
            self.reporter.say("warning", f"{title} was changed in Statsig, and an update will fail: {problem}")
        elif reason:
            raise InvalidInputsError(title, [problem])
        return found


class LayerFields(ConfigFields):
    """Fields of layers."""

    name: SparseProp[LayerName] = required(replace_on_changes=True)
    """Name: 3 to 100 letters, digits, spaces, ``_`` and ``-``. Statsig derives the id from it."""
    id_type: Prop[NonEmptyStr] = required(replace_on_changes=True, refers_to="UnitIDType.name")
    """The unit type of the experiments in the layer, such as ``userID``."""
    parameters: ListProp[LayerParameter] = optional(update_only=True)
    """Parameters. One that an experiment in the layer uses cannot be removed."""
    target_apps: ListProp[str] = optional(unordered=True, refers_to="TargetApp.name")
    """Names of target apps."""
    team: Prop[str | None] = optional(create_only=True, refers_to="Team.name", required_by=TEAM_REQUIRED_BY)
    """Name of the owning team."""
    team_id: Prop[str | None] = computed()
    """Id of the owning team."""
    tags: ListProp[str] = computed()
    """Names of tags. They can be set in the console only."""
    creator_id: SparseProp[str] = computed()
    """Statsig's id of the creator."""
    creator_email: SparseProp[str] = computed()
    """The creator's email address."""
    is_implicit_layer: Prop[bool] = computed()
    """Whether Statsig made the layer for an experiment without a layer."""
    holdout_parameter_values: ListProp[HoldoutParameterValues] = computed(wire="holdout_parameter_values")
    """The defaults of holdouts that apply to the layer, if the API returns them."""
    targeting_gate_parameter_values: ListProp[TargetingGateParameterValues] = computed(
        wire="targeting_gate_parameter_values"
    )
    """The defaults for units that fail a targeting gate, if the API returns them."""


class Layer(Entity, LayerFields, endpoint=Endpoint("layers", reference_paths=("experiments",))):
    """A layer: experiments in it share its units, so that each unit takes part in one of them at most.

    Created with ``POST /layers``, which takes no parameters; ``PATCH /layers/{id}`` sets them right after it, and
    updates the layer. The API cannot change the team: a change is refused at the preview. The same holds for removing a
    parameter that an experiment uses: update the experiment first. Statsig does not delete a layer that has
    experiments. The implicit layers of experiments without a layer cannot be managed.

    Example::

        import statsig_pulumi as statsig

        feed = statsig.Layer(
            "feed",
            name="Homepage feed",
            description="Everything that changes the feed of the homepage",
            id_type="userID",
            parameters=[
                statsig.LayerParameter(name="ranking", type="string", default_value="recent"),
                statsig.LayerParameter(name="page_size", type="number", default_value=20),
            ],
        )
        statsig.Experiment(
            "ranking",
            name="feed_ranking",
            layer_id=feed.id,
            allocation=50,
            groups=[
                statsig.Group(name="Recent", size=50, parameter_values={"ranking": "recent"}),
                statsig.Group(name="Friends", size=50, parameter_values={"ranking": "friends"}),
            ],
        )
    """

    category = "Experiments"
    lifecycle = LayerLifecycle
    updater = LayerUpdater
    loss = "code that reads it gets the defaults in the code"
    has_console_page = True

    layer_id: Prop[str] = computed(wire="id")
    """The layer's id, to which experiments refer."""

    @classmethod
    def explain_exclusion(cls, live: LiveObject) -> str:
        return "Statsig made it for an experiment without a layer" if live.get("isImplicitLayer") else ""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Keep the name if the API does not return it."""
        return keep_name(live, declared)

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterable[Problem]:
        return find_duplicates(values, "parameters")

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
        types = {each.get("name"): each.get("type") for _, each in iterate_objects(after, PARAMETERS)}
        for _, each in iterate_objects(before, PARAMETERS):
            if each.get("type") == OBJECT and types.get(each.get("name"), OBJECT) not in (OBJECT, UNKNOWN):
                text = f'parameter "{each["name"]}" is no longer an object: its schema, if it has one, is removed'
                yield Sentence(text, "medium")
