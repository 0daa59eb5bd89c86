"""Alerts (Console API: ``/alerts``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ..api.settling import is_found
from ..errors import GoneError, Problem, StatsigError
from ..json_values import Json
from ..lifecycle.creation import Creation
from ..lifecycle.crud import Lifecycle
from ..lifecycle.resource_client import ResourceClient
from ..lifecycle.update import Updater
from ..schema.actions import Action, Step
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, MapProp, NestedType, Prop, SparseProp
from ..schema.state import IMPORT, Outputs
from .bases.entity import Entity
from .types.shared import NonEmptyStr, Owner, get_items, is_api_key

MAX_MS: Final = 2_592_000_000
AlertName = Annotated[str, Field(min_length=4, max_length=100)]
Window = Annotated[int, Field(ge=60_000, le=MAX_MS)]
Delay = Annotated[int, Field(ge=0, le=MAX_MS)]
INCOMPLETE: Final = "setup_incomplete"


class AlertGroupBy(NestedType):
    """A column by whose values an alert is evaluated separately."""

    column: Prop[NonEmptyStr] = required()
    """Name of the column."""
    key: Prop[NonEmptyStr] = required()
    """Key by which the definition of the metrics refers to it."""


class AlertSubscriber(NestedType):
    """A receiver of an alert's notifications."""

    identity = ("type", "id")

    type: Prop[Literal["user", "slackChannel", "pagerDutyOncall", "pagerDutyService"]] = required()
    """Type of the receiver."""
    id: Prop[NonEmptyStr] = required()
    """Id of the user, the Slack channel or the PagerDuty service."""


class MutedGroup(NestedType):
    """A group of an alert that is muted."""

    key: Prop[str] = computed()
    """Key of the column."""
    value: Prop[str] = computed()
    """Value of the column."""


class MuteSchedule(NestedType):
    """A time in which an alert, or a group of it, is muted."""

    start: Prop[int] = computed()
    """Start, in seconds since 1970."""
    end: Prop[int] = computed()
    """End, in seconds since 1970. 0 if it has no end."""
    group_bys: ListProp[MutedGroup] = computed()
    """The groups that are muted; empty for the whole alert."""


class AlertClient(ResourceClient):
    """The requests of alerts. Names may repeat. A team is written by its id, and read by its name."""

    def identity(self, inputs: Mapping[str, Json]) -> str | None:
        return None

    has_unique_names = False

    def list_same(self, inputs: Mapping[str, Json]) -> list[LiveObject]:
        return [live for live in self.list_all() if live.get("name") == inputs.get("name")]

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the alert with this name; raises StatsigError if there are several."""
        ids = [id_ for id_ in map(self.key_of, self.list_same(inputs)) if id_ not in self.known_ids]
        if len(ids) > 1:
            raise StatsigError(
                f"Alert '{inputs.get('name')}' may have been created: there are several alerts of this name, with the"
                f" ids {', '.join(ids)}; import the right one, and delete those that you do not need"
            )
        return self.get(ids[0]) if ids else None

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        return super().create(inputs, self._with_team_id(body), find_created)

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        return super().update(key, changed, self._with_team_id(body), live)

    def _with_team_id(self, body: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a body with the id of the team in place of its name."""
        if "team" not in body:
            return body
        rest, name = {wire: value for wire, value in body.items() if wire != "team"}, body["team"]
        if name is None:
            return rest | {"teamID": None}
        team = self.client.read_until(lambda: self._find_team(name), is_found)  # it may be new
        if team is None:
            raise GoneError(f"there is no team '{name}' in this Statsig project")
        return rest | {"teamID": team.get("id")}

    def _find_team(self, name: Json) -> Mapping[str, Json] | None:
        return next((team for team in self.client.pages("users/teams") if team.get("name") == name), None)


class AlertUpdater(Updater):
    """Updates of alerts. A new alert shows values that nobody has set, and is complete once they are set."""

    def without_presets(self, live: LiveObject) -> LiveObject:
        properties = [self.declaration.properties[name] for name in self.declaration.update_only]
        return live.with_values({p.wire: [] if p.many else "" for p in properties})


class AlertCreation(Creation):
    """Creates alerts. Names may repeat, so a lost create is found by its incomplete status."""

    def is_own(self, inputs: Mapping[str, Json], live: LiveObject, within_s: float) -> bool:
        """Return whether an alert of the name is the one that was posted: a new one is not complete."""
        is_new = live.get("status") in (None, INCOMPLETE)
        is_owned = self.context.is_owned(self.declaration.kind, self.resource_client.key_of(live))
        return is_new and not is_owned and super().is_own(inputs, live, within_s)


class AlertLifecycle(Lifecycle):
    """Behaviour of alerts. One without metrics is reported: it alerts nobody."""

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        if not inputs.get("metrics") and IMPORT not in inputs:
            title = self.declaration.title(inputs)
            self.reporter.say("info", f"{title} has no metrics, so it alerts nobody: declare metrics")
        return super().create(inputs)


def _is_muted(live: Mapping[str, Json]) -> bool | None:
    """Return whether the whole alert is muted without an end; None if the response does not show it."""
    schedules = live.get("activeMuteSchedules")
    if not isinstance(schedules, list):
        return None
    return any(not each.get("end") and not each.get("groupBys") for each in schedules)


def _next_mute(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    if _is_muted(live) == declared["is_muted"]:
        return None
    return Step("mute", {"indefinite": True}, "POST") if declared["is_muted"] else Step("unmute", {}, "POST")


def _to_texts(metrics: Json) -> Json:
    return [item if isinstance(item, str) else json.dumps(item, sort_keys=True) for item in metrics]


class AlertFields(Fields):
    """Fields of alerts."""

    name: Prop[AlertName] = required()
    """Name, 4 to 100 characters. Several alerts may have one name."""
    message: Prop[NonEmptyStr] = optional()
    """Text of the notifications. The API cannot remove it; that is possible in the Statsig console."""
    formula: Prop[str | None] = optional()
    """Formula that combines the metrics."""
    alert_threshold: Prop[float] = required(update_only=True)
    """Value from which the alert is raised."""
    warning_threshold: Prop[float | None] = optional(update_only=True)
    """Value from which the alert warns."""
    window_ms: Prop[Window] = required(update_only=True)
    """Window in which the metrics are evaluated, in milliseconds: 60,000 to 2,592,000,000, which is 30 days."""
    evaluation_delay_ms: SparseProp[Delay] = optional(update_only=True, default=0, from_wire=lambda value: value or 0)
    """Time by which the evaluation is delayed, in milliseconds. 0 for no delay."""
    renotification_window_ms: SparseProp[float] = optional(update_only=True)
    """Time after which a notification is repeated, in milliseconds. The API cannot remove it."""
    renotification_message: SparseProp[NonEmptyStr] = optional(update_only=True)
    """Text of repeated notifications. The API cannot remove it."""
    team: Prop[NonEmptyStr | None] = optional(conflicts_with=("team_id",), refers_to="Team.name")
    """Name of the owning team. Set either ``team`` or ``team_id``."""
    tags: ListProp[str] = optional(unordered=True, update_only=True, refers_to="Tag.name")
    """Names of tags."""
    subscribers: ListProp[AlertSubscriber] = optional(unordered=True, update_only=True)
    """Receivers of the notifications. Members who follow the alert by themselves are not among them."""
    creator_id: SparseProp[str] = computed()
    """Statsig's id of the creator."""
    company_id: SparseProp[str] = computed()
    """Statsig's id of the company."""
    alert_type: SparseProp[str] = computed()
    """Type: ``threshold``, ``change`` or ``pct_change``."""
    status: SparseProp[str] = computed()
    """Status: ``alert``, ``warn``, ``stable`` or ``setup_incomplete``."""
    last_triggered_time: SparseProp[float] = computed()
    """Time at which the alert was last triggered."""
    active_mute_schedules: ListProp[MuteSchedule] = computed()
    """Times in which the alert, or a group of it, is muted."""


class Alert(Entity, AlertFields, endpoint=Endpoint("alerts", lists="partial")):
    """An alert on metrics that Statsig evaluates all the time. It needs version 2026-10 of the Console API.

    Created with ``POST /alerts`` and ``PATCH /alerts/{id}``, because the first takes no threshold. Until the second,
    Statsig reports it as ``setup_incomplete``, and it alerts nobody. The resource's id is Statsig's id of the alert.

    Example::

        import statsig_pulumi as statsig

        statsig.Alert(
            "slow-checkout",
            name="Slow checkout",
            metrics=[{"event": "checkout_latency"}],
            condition="greater",
            warning_threshold=800,
            alert_threshold=1200,
            window_ms=60 * 60 * 1000,
            message="The checkout is slow",
            priority="P2",
        )
    """

    category = "Metrics and alerts"
    import_id = "Statsig's id of the alert, such as the output `alert_id` of `list_alerts()`"
    lifecycle = AlertLifecycle
    creation = AlertCreation
    updater = AlertUpdater
    resource_client = AlertClient

    alert_id: Prop[str] = computed(wire="id")
    """Statsig's id of the alert."""
    metrics: ListProp[Any] = optional(wire="definitionMetricsJson", write_only=True, to_wire=_to_texts)
    """Definitions of the metrics, each an object or a JSON text. Without any, the alert alerts nobody. Their
    form is not documented: copy it from an alert that was made in the console. The API does not return them."""
    group_bys: ListProp[AlertGroupBy] = optional(write_only=True)
    """Columns by whose values the alert is evaluated separately. The API does not return them."""
    condition: Prop[Literal["greater", "greater_or_equal", "less", "less_or_equal", "equal", "not_equal"]] = required(
        update_only=True
    )
    """How a value is compared with the thresholds."""
    priority: Prop[Literal["P1", "P2", "P3", "P4"]] = optional(update_only=True)
    """Priority, from ``P1``, the highest, to ``P4``."""
    renotification_conditions: ListProp[Literal["raise", "warn", "no-data"]] = optional(
        unordered=True, update_only=True, to_wire=lambda conditions: conditions or None
    )
    """States in which a notification is repeated."""
    team_id: Prop[NonEmptyStr | None] = optional(
        conflicts_with=("team",), exported=False, write_only=True, refers_to="Team.team_id"
    )
    """Id of the owning team. Set either ``team`` or ``team_id``. The API does not return it."""
    owner: Prop[Owner | None] = optional(update_only=True, default=is_api_key)
    """The owner, by id or email address."""
    # After the properties that an update sets: muting changes none of them.
    is_muted: Prop[bool] = optional(default=False, action=Action(read_fn=_is_muted, next_step_fn=_next_mute))
    """Whether the whole alert is muted without an end. Mutes of a time or of a group are not changed."""
    evaluated_metrics: MapProp[Any] = computed(wire="metrics")
    """The metrics, in the form that the API returns."""
    metric_group_bys: MapProp[Any] = computed()
    """The columns of ``group_bys``, in the form that the API returns."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if "team" in values and "team_id" in values:
            yield Problem("team_id", "conflicts with team: set only one of them")
        for index, item in enumerate(get_items(values, "metrics")):
            if isinstance(item, str) and not _is_json(item):
                yield Problem(f"metrics[{index}]", "must be an object, or a JSON text")
        if values.get("metrics") == []:
            yield Problem("metrics", "must have at least one item")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
