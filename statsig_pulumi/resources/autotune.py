"""Autotunes (Console API: ``/autotunes``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from ..errors import Problem, StatsigError
from ..json_values import Json
from ..lifecycle.deletion import Deletion
from ..lifecycle.update import Updater
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop, SparseProp
from ..schema.sentences import Sentence
from ..schema.wording import describe_value
from .bases.entity import Entity
from .types.autotune import (
    IS_STARTED,
    RESET,
    SCHEDULED_START,
    WINNER,
    AttributionWindow,
    AutotuneVariant,
    ExplorationWindow,
    Rate,
    find_autotune_problems,
    find_change_problems,
    get_hours,
    to_milliseconds,
)
from .types.shared import NonEmptyStr, find_duplicates


class AutotuneUpdater(Updater):
    """Updates of autotunes. The start locks properties."""

    def change_problems(
        self, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
    ) -> Iterable[Problem]:
        return find_change_problems(olds, news, changed)


class AutotuneDeletion(Deletion):
    """Deletes autotunes. A started autotune is deleted only if the program allows it."""

    def validate(self, key: str, outputs: Mapping[str, Json]) -> None:
        live = None if outputs.get("delete_while_started") else self.resource_client.get(key)
        if live is not None and live.get("isStarted") and not live.get("winner"):
            raise StatsigError(
                f"{self.declaration.title(outputs, key)} is started and was not deleted. Declare a winner or"
                " delete_while_started=True, run `pulumi up`, and then delete it"
            )


class AutotuneFields(Fields):
    """Fields of autotunes."""

    name: Prop[NonEmptyStr] = required(replace_on_changes=True)
    """Name. Statsig derives the id from it, and cannot change it."""
    description: Prop[str] = optional()
    """Description."""
    id_type: Prop[str] = optional(default="userID", replace_on_changes=True)
    """The unit type that gets a variant, such as ``userID``."""
    variants: ListProp[AutotuneVariant] = required()
    """Variants, at least two. While the autotune is not started, everyone gets the first one."""
    success_event: Prop[NonEmptyStr] = required()
    """Name of the event that a variant is to produce."""
    success_event_value: Prop[str] = optional()
    """Value that the event must have to count."""
    exploration_window_rate: SparseProp[Rate] = optional()
    """Share of the units that explore in the exploration window, 0.001 to 1."""
    longterm_exploration_allocation: SparseProp[Rate] = optional()
    """Share of the units that explore after the exploration window, 0.001 to 1."""
    metadata_field: Prop[str] = optional()
    """Field of the event's metadata that is optimised."""
    higher_is_better: SparseProp[bool] = optional()
    """Whether a higher value is better."""
    is_contextual: SparseProp[bool] = optional()
    """Whether the variant is chosen by features of the unit."""
    metric_source_id: Prop[str] = optional(refers_to="MetricSource.name")
    """Warehouse native: the metric source with the success event."""
    linked_experiment_name: Prop[str] = optional(refers_to="Experiment.id")
    """The experiment that the autotune belongs to."""
    goal_rich_text: Prop[str] = optional()
    """The goal, as rich text."""
    value_column: Prop[str] = optional()
    """Warehouse native: column with the value that is optimised."""
    feature_list: ListProp[str] = optional()
    """Contextual: names of the features."""
    tags: ListProp[str] = computed()
    """Names of tags."""
    target_apps: ListProp[str] = computed(refers_to="TargetApp.name")
    """Names of target apps."""
    holdout_ids: ListProp[str] = computed()
    """Ids of the holdouts that apply to the autotune."""
    team: SparseProp[str] = computed()
    """Name of the owning team."""
    team_id: SparseProp[str] = computed()
    """Statsig's id of the owning team."""
    version: SparseProp[int] = computed()
    """Version number. It grows with every change."""
    created_time: Prop[int] = computed()
    """Creation time, in milliseconds since 1970."""
    creator_id: SparseProp[str] = computed()
    """Statsig's id of the creator."""
    creator_name: SparseProp[str] = computed()
    """The creator's name. ``CONSOLE API`` for objects created with an API key."""
    creator_email: SparseProp[str] = computed()
    """The creator's email address."""
    last_modified_time: SparseProp[int] = computed()
    """Time of the last change, in milliseconds since 1970."""
    last_modifier_id: SparseProp[str] = computed()
    """Statsig's id of the user who made the last change."""
    last_modifier_name: SparseProp[str] = computed()
    """Name of the user who made the last change."""
    last_modifier_email: SparseProp[str] = computed()
    """Email address of the user who made the last change."""


class Autotune(Entity, AutotuneFields, endpoint=Endpoint("autotunes")):
    """An autotune: variants among which Statsig finds the one that produces most success events.

    Created with ``POST /autotunes`` and updated with ``PATCH /autotunes/{id}``. To start, reset or decide it, the
    provider sends ``PUT /autotunes/{id}/start``, ``reset`` or ``make_decision``, in the order that the declaration
    requires. The resource's id is the autotune's id.

    Example::

        import statsig_pulumi as statsig

        statsig.Autotune(
            "button-color",
            name="button_color",
            description="The color of the buy button",
            id_type="userID",
            variants=[
                statsig.AutotuneVariant(name="Green", json={"color": "green"}),
                statsig.AutotuneVariant(name="Blue", json={"color": "blue"}),
            ],
            success_event="purchase",
            exploration_window="24",
            attribution_window="1",
            winner_threshold="95%",
            is_started=True,
            delete_while_started=True,
        )
    """

    category = "Experiments"
    updater = AutotuneUpdater
    deletion = AutotuneDeletion
    loss = "code that reads it gets the default in the code, and its results are lost"

    autotune_id: Prop[str] = computed(wire="id")
    """The autotune's id, which code refers to. Statsig derives it from the name."""
    exploration_window: Prop[ExplorationWindow] = required(compare_fn=get_hours)
    """Hours at the beginning in which all variants get the same share: 1, 24, 48, 168 or 336. ``24``, ``24hr`` and
    ``24hrs`` are the same."""
    attribution_window: Prop[AttributionWindow] = required(compare_fn=get_hours, sent_with=("attribution_window_unit",))
    """Time between an exposure and the success event: 1, 2, 4 or 24 hours, or ``attribution_window_unit``."""
    attribution_window_unit: Prop[Literal["min", "hour", "day"]] = optional(sent_with=("attribution_window",))
    """Unit of ``attribution_window``."""
    winner_threshold: Prop[Literal["80%", "90%", "95%", "98%", "99%"]] = required()
    """Probability from which Statsig makes a variant the winner."""
    optimization_parameter: Prop[Literal["occurrence", "value"]] = optional()
    """Whether the number of events or their value is optimised."""
    # Properties with an action are applied in the order of declaration.
    is_started: Prop[bool] = optional(default=False, action=IS_STARTED)
    """Whether the autotune is started. The API cannot stop it; use ``reset_trigger`` to start over."""
    scheduled_start: Prop[str] = optional(write_only=True, action=SCHEDULED_START, compare_fn=to_milliseconds)
    """Time of the start, with its zone, such as ``2026-11-30T09:00:00Z``. The API does not return it. It needs version
    2026-10 of the Console API."""
    reset_trigger: Prop[str] = optional(action=RESET)
    """Any text. Changing it after it is first set resets the autotune and deletes its results, before any other
    change."""
    winner: Prop[NonEmptyStr] = optional(action=WINNER)
    """Name of the variant that everyone gets from now on. An autotune that is not started is started first."""
    decision_reason: Prop[NonEmptyStr] = optional(local=True)
    """Reason for the winner. Sent with the decision; by default ``Declared in code``."""
    remove_targeting: Prop[bool] = optional(local=True)
    """Whether the decision also removes the targeting."""
    delete_while_started: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` may delete the autotune while it is started. By default, that is an error."""

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
        triggers = before.get("reset_trigger"), after.get("reset_trigger")
        if None not in triggers and triggers[0] != triggers[1]:
            yield Sentence("reset: its results are deleted", "high", "reset", ("reset_trigger",))
        if after.get("is_started") is True and before.get("is_started") is not True:
            yield Sentence("starts: its units get variants", "medium", "start", ("is_started",))
        winner = after.get("winner")
        if isinstance(winner, str) and winner != before.get("winner"):
            text = f"decided: everyone gets variant {describe_value(winner)}"
            yield Sentence(text, "high", "decide", ("winner", "decision_reason"))

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from find_duplicates(values, "variants")
        yield from find_autotune_problems(values)
