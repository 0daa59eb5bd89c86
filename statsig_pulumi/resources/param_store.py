"""Param stores (Console API: ``/param_stores``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from ..errors import Problem
from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, NestedType, Prop, SparseProp
from ..schema.sentences import Sentence
from ..schema.validation import get_known
from .bases.entity import Entity
from .types.shared import NonEmptyStr, find_duplicates, get_items, iterate_objects


class ParamStoreParameter(NestedType):
    """A parameter of a param store: a value, or the place that its value comes from."""

    identity = ("name",)

    name: Prop[NonEmptyStr] = required()
    """Name by which code reads the parameter."""
    ref_type: Prop[Literal["static", "gate", "layer", "dynamic_config", "experiment"]] = required(
        wire="ref_type",
        forms={
            "static": ("value",),
            "gate": ("gate_id", "pass_value", "fail_value"),
            "layer": ("layer_id", "param_name"),
            "dynamic_config": ("dynamic_config_id", "param_name"),
            "experiment": ("experiment_id", "param_name"),
        },
    )
    """Where the value comes from. ``static`` needs ``value``; ``gate`` needs ``gate_id``, ``pass_value`` and
    ``fail_value``; ``layer``, ``dynamic_config`` and ``experiment`` need the id of theirs, and ``param_name``."""
    type: Prop[Literal["string", "number", "boolean", "object", "array"]] = required(wire="param_type")
    """Type of the value."""
    value: Prop[Any] = optional(typed_by="type")
    """The value of a static parameter. It must have the parameter's type."""
    gate_id: Prop[NonEmptyStr] = optional(wire="gate_name", refers_to="Gate.id")
    """Id of the gate."""
    pass_value: Prop[Any] = optional(wire="pass_value", typed_by="type")
    """The value for units that pass the gate. It must have the parameter's type."""
    fail_value: Prop[Any] = optional(wire="fail_value", typed_by="type")
    """The value for units that fail the gate. It must have the parameter's type."""
    layer_id: Prop[NonEmptyStr] = optional(wire="layer_name", refers_to="Layer.id")
    """Id of the layer."""
    dynamic_config_id: Prop[NonEmptyStr] = optional(wire="config_name", refers_to="DynamicConfig.id")
    """Id of the dynamic config."""
    experiment_id: Prop[NonEmptyStr] = optional(wire="experiment_name", refers_to="Experiment.id")
    """Id of the experiment."""
    param_name: Prop[NonEmptyStr] = optional(wire="param_name")
    """Name of the parameter of the layer or the experiment, or the key in the value of the dynamic config."""


class ParamStoreFields(Fields):
    """Fields of param stores."""

    name: Prop[NonEmptyStr] = required(replace_on_changes=True)
    """Name, by which code reads the store."""
    display_name: Prop[NonEmptyStr] = required(create_only=True)
    """Name in the console."""
    description: Prop[str] = optional(create_default="")
    """Description."""
    parameters: ListProp[ParamStoreParameter] = optional(update_only=True)
    """Parameters, in the order of the console. An update replaces all of them."""
    team: Prop[str | None] = optional(create_only=True, refers_to="Team.name")
    """Name of the owning team."""
    team_id: SparseProp[str | None] = computed()
    """Id of the owning team."""
    creator_id: SparseProp[str] = computed()
    """Statsig's id of the creator."""
    last_modifier_id: SparseProp[str] = computed()
    """Statsig's id of the last editor."""


class ParamStore(
    Entity,
    ParamStoreFields,
    endpoint=Endpoint("param_stores", key="name", update="merge", missing_statuses=(400, 404)),
):
    """A param store: parameters that code reads by name, from values, gates, layers, configs or experiments.

    Created with ``POST /param_stores``, which takes no parameters. ``POST /param_stores/{name}`` sets them right after
    it, and updates them and the description. The API cannot change the rest. It is not documented whether the API
    accepts references to objects that do not exist, or keeps the order of parameters. So references to objects of the
    program are created first, and another order is drift. A delete needs version 2026-10 of the Console API. On older
    ones, ``pulumi destroy`` leaves the store in Statsig, with a warning.

    Example::

        import statsig_pulumi as statsig

        wide = statsig.Gate("wide-screens", name="wide_screens")

        statsig.ParamStore(
            "checkout",
            name="checkout",
            display_name="Checkout",
            description="What the checkout of the apps shows",
            parameters=[
                statsig.ParamStoreParameter(
                    name="title", ref_type="static", type="string", value="Pay"
                ),
                statsig.ParamStoreParameter(
                    name="columns",
                    ref_type="gate",
                    type="number",
                    gate_id=wide.id,
                    pass_value=2,
                    fail_value=1,
                ),
            ],
        )
    """

    category = "Feature flags"
    loss = "code that reads it gets the defaults in the code"

    param_store_id: Prop[str] = computed(wire="id")
    """Statsig's id of the store."""
    tags: ListProp[str] = optional(unordered=True, create_only=True, write_only=True, refers_to="Tag.name")
    """Names of tags. The API does not return them."""
    target_app_ids: ListProp[str] = optional(
        unordered=True, create_only=True, write_only=True, refers_to="TargetApp.target_app_id"
    )
    """Ids of target apps. The API does not return them."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterable[Problem]:
        return find_duplicates(values, "parameters")

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
        """Yield each parameter that is removed or gets another type: code that reads it gets its own default."""
        olds, news = _types_by_name(before), _types_by_name(after)
        if len(news) < len(get_items(after, "parameters")) or not isinstance(after.get("parameters"), list):
            return  # some names are not known yet
        for name, type_ in olds.items():
            if name not in news:
                yield Sentence(f"without parameter '{name}': code that reads it gets the default in the code", "high")
            elif news[name] not in (None, type_):
                text = f"parameter '{name}' becomes a value of type {news[name]}: code that reads another type fails"
                yield Sentence(text, "high")


def _types_by_name(values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the type of each parameter whose name is known; None for a type that is not."""
    found = ((get_known(each, "name"), get_known(each, "type")) for _, each in iterate_objects(values, "parameters"))
    return {name: type_ for name, type_ in found if isinstance(name, str)}
