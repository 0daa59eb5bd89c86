"""An experiment with the gate that chooses its users, and the metrics that decide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from pulumi import ComponentResource, Input, Output, ResourceOptions

from ..errors import InvalidInputsError, Problem
from ..program import refuse
from ..resources.experiment import Experiment
from ..resources.gate import Gate
from ..resources.metric import Metric
from ..resources.types.conditions import Condition
from ..resources.types.experiment import ExperimentMetric, Group
from ..resources.types.experiment_status import Status
from ..resources.types.metric import MetricEvent
from ..resources.types.rules import Rule

TYPE: Final = "statsig:components:GatedExperiment"
Direction: TypeAlias = Literal["increase", "decrease"]


class GatedExperiment(ComponentResource):
    """An experiment, its targeting gate, and metrics that count events.

    The metrics are those of a cloud project. In a warehouse-native project, pass metrics of the warehouse as
    ``primary_metrics`` and ``secondary_metrics``.
    """

    experiment: Experiment
    """The experiment."""
    gate: Gate | None
    """The gate whose users take part; None if everyone takes part."""
    metrics: dict[str, Metric]
    """The metric of each event."""
    experiment_id: Output[str]
    """The id of the experiment, which code refers to."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: str,
        hypothesis: Input[str],
        groups: Sequence[Group],
        control_group: Input[str],
        audience: Sequence[Condition] = (),
        primary_events: Mapping[str, Direction] | None = None,
        secondary_events: Mapping[str, Direction] | None = None,
        primary_metrics: Sequence[ExperimentMetric] = (),
        secondary_metrics: Sequence[ExperimentMetric] = (),
        status: Input[Status] = "setup",
        launched_group: Input[str] | None = None,
        decision_reason: Input[str] | None = None,
        allocation: Input[float] | None = None,
        duration: Input[int] | None = None,
        description: Input[str] | None = None,
        id_type: Input[str] = "userID",
        team: Input[str] | None = None,
        tags: Sequence[Input[str]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Declare an experiment; InvalidInputsError if nothing measures it.

        ``name`` is that of the experiment; the gate is ``<name>_audience``, and a metric is ``<name> <event>``.
        ``audience`` are the conditions that participants meet; without, everyone takes part. ``primary_events`` and
        ``secondary_events`` are events to count, and the direction that is expected. ``primary_metrics`` and
        ``secondary_metrics`` are metrics that exist. The other arguments are those of Experiment.
        """
        super().__init__(TYPE, resource_name, {}, opts)
        primary: Mapping[str, Direction] = primary_events or {}
        secondary: Mapping[str, Direction] = secondary_events or {}
        problems = list(_find_problems(primary, secondary, primary_metrics))
        refuse(f"GatedExperiment '{resource_name}'", problems, InvalidInputsError)
        self._child = ResourceOptions(parent=self)
        shared = {"team": team, "tags": tags}
        self._shared = {key: value for key, value in shared.items() if value is not None}
        self._name, self._resource_name, self._id_type = name, resource_name, id_type
        self.gate = self._make_gate(audience) if audience else None
        self.metrics = {event: self._make_metric(event, way) for event, way in [*primary.items(), *secondary.items()]}
        optional = {
            "targeting_gate_id": self.gate.id if self.gate else None,
            "launched_group": launched_group,
            "decision_reason": decision_reason,
            "allocation": allocation,
            "duration": duration,
            "description": description,
        }
        self.experiment = Experiment(
            resource_name,
            name=name,
            hypothesis=hypothesis,
            id_type=id_type,
            groups=groups,
            control_group=control_group,
            status=status,
            primary_metrics=[*self._reference(primary), *primary_metrics],
            secondary_metrics=[*self._reference(secondary), *secondary_metrics],
            opts=self._child,
            **{key: value for key, value in optional.items() if value is not None},  # type: ignore[arg-type]
            **self._shared,  # type: ignore[arg-type]
        )
        self.experiment_id = self.experiment.id
        self.register_outputs({"experiment_id": self.experiment_id})

    def _make_gate(self, audience: Sequence[Condition]) -> Gate:
        return Gate(
            f"{self._resource_name}-audience",
            name=f"{self._name}_audience",
            description=f"Who takes part in the experiment {self._name}",
            type="TEMPORARY",
            id_type=self._id_type,
            rules=[Rule(name="Participants", pass_percentage=100, conditions=list(audience))],
            opts=self._child,
            **self._shared,  # type: ignore[arg-type]
        )

    def _make_metric(self, event: str, direction: Direction) -> Metric:
        return Metric(
            f"{self._resource_name}-{event}",
            name=f"{self._name} {event}",
            type="event_count_custom",
            directionality=direction,
            unit_types=[self._id_type],
            metric_events=[MetricEvent(name=event, type="count")],
            opts=self._child,
            **self._shared,  # type: ignore[arg-type]
        )

    def _reference(self, events: Mapping[str, Direction]) -> Iterator[ExperimentMetric]:
        for event, direction in events.items():
            metric = self.metrics[event]
            yield ExperimentMetric(name=metric.name, type=metric.type, direction=direction)


def _find_problems(
    primary: Mapping[str, Direction], secondary: Mapping[str, Direction], primary_metrics: Sequence[ExperimentMetric]
) -> Iterator[Problem]:
    if not primary and not primary_metrics:
        yield Problem("primary_events", "is required, or primary_metrics: nothing would decide the experiment")
    for event in sorted(primary.keys() & secondary.keys()):
        yield Problem(f"secondary_events[{event!r}]", "is an event of primary_events too: count it once")
