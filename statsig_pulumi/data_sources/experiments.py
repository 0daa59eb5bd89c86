"""Look-ups of experiments, their overrides and results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, overload

from pulumi import Output

from ..errors import GoneError, UnreachableError
from ..schema.declaration import Endpoint
from .call import Api, lookup, lookup_by_id
from .query import Day, query_of
from .records.experiments import ExperimentRecord
from .records.overrides import ExperimentOverridesRecord
from .records.results import CumulativeExposuresRecord, ExperimentPulseRecord, PulseLoadRecord

EXPERIMENTS = Endpoint("experiments")
Text = str | Output[str]
ExperimentStatus = Literal[
    "active", "setup", "decision_made", "abandoned", "archived", "experiment_stopped", "assignment_stopped"
]


class ExperimentFilters(TypedDict, total=False):
    """What experiments can be listed by; several values are those that fit any of them."""

    tags: str | Sequence[str]
    status: ExperimentStatus | Sequence[ExperimentStatus]
    team_id: str
    layer_id: str
    id_type: str
    target_app_id: str
    creator_name: str
    creator_id: str
    created_start_date: Day
    created_end_date: Day
    stale: bool


class ExperimentPulseOptions(TypedDict, total=False):
    """How the results of an experiment are computed; what is not said is as in the API."""

    cuped: bool
    confidence: float
    apply_bonferroni_per_variant: bool
    apply_bonferroni_per_metric: bool
    bonferroni_primary_metric_weight: float
    apply_benjamini_hochberg_per_metric: bool
    apply_benjamini_hochberg_per_variant: bool
    date: Day


@lookup
def list_experiments(api: Api, **filters: Unpack[ExperimentFilters]) -> list[ExperimentRecord]:
    """The experiments that fit all filters.

    Console API: ``GET /experiments``.
    """
    return api.every(ExperimentRecord, EXPERIMENTS.collection, query=query_of(api.asker, ExperimentFilters, filters))


@overload
def get_experiment_overrides(experiment_id: str) -> ExperimentOverridesRecord: ...
@overload
def get_experiment_overrides(experiment_id: Output[str]) -> Output[ExperimentOverridesRecord]: ...
@lookup_by_id
def get_experiment_overrides(api: Api, experiment_id: str) -> ExperimentOverridesRecord:
    """Who is put into which group of an experiment; a GoneError where there is no such experiment.

    Console API: ``GET /experiments/{id}/overrides``.
    """
    path = EXPERIMENTS.path(experiment_id, "overrides")
    return api.one(ExperimentOverridesRecord, path, _experiment(experiment_id))


@overload
def get_experiment_pulse_results(
    experiment_id: str, control: str, test: str, **options: Unpack[ExperimentPulseOptions]
) -> ExperimentPulseRecord: ...
@overload
def get_experiment_pulse_results(
    experiment_id: Output[str], control: Text, test: Text, **options: Unpack[ExperimentPulseOptions]
) -> Output[ExperimentPulseRecord]: ...
@overload
def get_experiment_pulse_results(
    experiment_id: str, control: Output[str], test: Text, **options: Unpack[ExperimentPulseOptions]
) -> Output[ExperimentPulseRecord]: ...
@overload
def get_experiment_pulse_results(
    experiment_id: str, control: str, test: Output[str], **options: Unpack[ExperimentPulseOptions]
) -> Output[ExperimentPulseRecord]: ...
@lookup_by_id
def get_experiment_pulse_results(
    api: Api, experiment_id: str, control: str, test: str, **options: Unpack[ExperimentPulseOptions]
) -> ExperimentPulseRecord:
    """What Pulse found for two groups, by their names or ids; a GoneError where there is no such experiment or group.

    ``cuped`` reduces the variance by what was known before; ``confidence`` is that of the intervals, in percent;
    ``date`` is the day of the results, the latest where it is not said. The others correct for many comparisons.

    Console API: ``GET /experiments/{id}`` and ``GET /experiments/{id}/pulse_results``.
    """
    query = query_of(api.asker, ExperimentPulseOptions, options)
    experiment = api.one(ExperimentRecord, EXPERIMENTS.path(experiment_id), _experiment(experiment_id))
    groups = {"control": _group_id(experiment, control), "test": _group_id(experiment, test)}
    path = EXPERIMENTS.path(experiment_id, "pulse_results")
    return api.one(ExperimentPulseRecord, path, f"result of {_experiment(experiment_id)}", {**groups, **query})


@overload
def list_experiment_pulse_loads(experiment_id: str) -> list[PulseLoadRecord]: ...
@overload
def list_experiment_pulse_loads(experiment_id: Output[str]) -> Output[list[PulseLoadRecord]]: ...
@lookup_by_id
def list_experiment_pulse_loads(api: Api, experiment_id: str) -> list[PulseLoadRecord]:
    """The loads of an experiment's results; a GoneError where there is no such experiment. Warehouse native.

    Console API: ``GET /experiments/{id}/pulse_load_history``.
    """
    return api.every(PulseLoadRecord, EXPERIMENTS.path(experiment_id, "pulse_load_history"), _experiment(experiment_id))


@overload
def get_cumulative_exposures(experiment_id: str) -> list[CumulativeExposuresRecord]: ...
@overload
def get_cumulative_exposures(experiment_id: Output[str]) -> Output[list[CumulativeExposuresRecord]]: ...
@lookup_by_id
def get_cumulative_exposures(api: Api, experiment_id: str) -> list[CumulativeExposuresRecord]:
    """How many units were exposed, group by group and day by day; a GoneError where there is no such experiment.

    Console API: ``GET /experiments/{id}/cumulative_exposures``.
    """
    path = EXPERIMENTS.path(experiment_id, "cumulative_exposures")
    data = api.data(path, _experiment(experiment_id))
    if not isinstance(data, list):
        raise UnreachableError("GET", f"/{path}", "the answer holds no list")
    return [CumulativeExposuresRecord.read(group) for group in data]


def _experiment(experiment_id: str) -> str:
    return f"experiment '{experiment_id}'"


def _group_id(experiment: ExperimentRecord, said: str) -> str:
    """The id of a group that is said by its id or its name."""
    groups = experiment.groups
    if any(group.id == said for group in groups):
        return said
    found = next((group.id for group in groups if group.name == said), None)
    if not found:
        names = ", ".join(f"'{group.name}'" for group in groups) or "no groups"
        raise GoneError(f"there is no group '{said}' in {_experiment(experiment.id)}, which has {names}")
    return found
