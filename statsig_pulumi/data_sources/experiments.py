"""Data sources of experiments, their overrides and results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack, overload

from pulumi import Output

from ..errors import GoneError, UnreachableError
from ..schema.declaration import Endpoint
from ..schema.shapes import map_items
from .call import Reader, ReadOptions, data_source, data_source_by_id
from .query import Day, build_query
from .records.experiments import ExperimentRecord
from .records.overrides import ExperimentOverridesRecord
from .records.results import (
    CumulativeExposuresRecord,
    ExperimentPulseRecord,
    PulseLoadDetailsRecord,
    PulseLoadRecord,
)

EXPERIMENTS = Endpoint("experiments")
Text = str | Output[str]
ExperimentStatus = Literal[
    "active", "setup", "decision_made", "abandoned", "archived", "experiment_stopped", "assignment_stopped"
]


class ExperimentFilters(ReadOptions, total=False):
    """Filters of ``list_experiments``. An experiment matches a filter with several values if it matches any of them."""

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


class ExperimentPulseOptions(ReadOptions, total=False):
    """Options of ``get_experiment_pulse_results``. Omitted ones have the API's defaults."""

    cuped: bool
    confidence: float
    apply_bonferroni_per_variant: bool
    apply_bonferroni_per_metric: bool
    bonferroni_primary_metric_weight: float
    apply_benjamini_hochberg_per_metric: bool
    apply_benjamini_hochberg_per_variant: bool
    date: Day


@data_source
def list_experiments(reader: Reader, **filters: Unpack[ExperimentFilters]) -> list[ExperimentRecord]:
    """Return the experiments that match all filters.

    Raises TypeError if a filter is unknown, and InvalidInputsError if a date is invalid.

    Console API: ``GET /experiments``.
    """
    return reader.list_records(
        ExperimentRecord, EXPERIMENTS.collection, query=build_query(reader.data_source, ExperimentFilters, filters)
    )


@overload
def get_experiment_overrides(experiment_id: str, **options: Unpack[ReadOptions]) -> ExperimentOverridesRecord: ...
@overload
def get_experiment_overrides(
    experiment_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[ExperimentOverridesRecord]: ...
@data_source_by_id
def get_experiment_overrides(reader: Reader, experiment_id: str) -> ExperimentOverridesRecord:
    """Return the overrides of an experiment.

    Raises GoneError if the experiment does not exist.

    Console API: ``GET /experiments/{id}/overrides``.
    """
    path = EXPERIMENTS.path(experiment_id, "overrides")
    return reader.get_record(ExperimentOverridesRecord, path, _title(experiment_id))


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
@data_source_by_id
def get_experiment_pulse_results(
    reader: Reader, experiment_id: str, control: str, test: str, **options: Unpack[ExperimentPulseOptions]
) -> ExperimentPulseRecord:
    """Return the Pulse results of two groups of an experiment, given by their names or ids.

    Options: ``cuped`` applies CUPED variance reduction; ``confidence`` is the confidence level of the intervals, in
    percent. ``date`` is the day of the results, by default the latest. The others are corrections for multiple
    comparisons. Raises GoneError if the experiment or a group does not exist, and InvalidInputsError if the date is
    invalid.

    Console API: ``GET /experiments/{id}`` and ``GET /experiments/{id}/pulse_results``.
    """
    query = build_query(reader.data_source, ExperimentPulseOptions, options)
    experiment = reader.get_record(ExperimentRecord, EXPERIMENTS.path(experiment_id), _title(experiment_id))
    groups = {"control": _group_id(experiment, control), "test": _group_id(experiment, test)}
    path = EXPERIMENTS.path(experiment_id, "pulse_results")
    return reader.get_record(ExperimentPulseRecord, path, f"result of {_title(experiment_id)}", {**groups, **query})


@overload
def list_experiment_pulse_loads(experiment_id: str, **options: Unpack[ReadOptions]) -> list[PulseLoadRecord]: ...
@overload
def list_experiment_pulse_loads(
    experiment_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[list[PulseLoadRecord]]: ...
@data_source_by_id
def list_experiment_pulse_loads(reader: Reader, experiment_id: str) -> list[PulseLoadRecord]:
    """Return the Pulse loads of an experiment. Warehouse-native projects only.

    Raises GoneError if the experiment does not exist.

    Console API: ``GET /experiments/{id}/pulse_load_history``.
    """
    return reader.list_records(
        PulseLoadRecord, EXPERIMENTS.path(experiment_id, "pulse_load_history"), _title(experiment_id)
    )


@overload
def get_cumulative_exposures(experiment_id: str, **options: Unpack[ReadOptions]) -> list[CumulativeExposuresRecord]: ...
@overload
def get_cumulative_exposures(
    experiment_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[list[CumulativeExposuresRecord]]: ...
@data_source_by_id
def get_cumulative_exposures(reader: Reader, experiment_id: str) -> list[CumulativeExposuresRecord]:
    """Return the cumulative number of exposed units of an experiment, by group and day.

    Raises GoneError if the experiment does not exist.

    Console API: ``GET /experiments/{id}/cumulative_exposures``.
    """
    path = EXPERIMENTS.path(experiment_id, "cumulative_exposures")
    data = reader.get_data(path, _title(experiment_id))
    if not isinstance(data, list):
        raise UnreachableError("GET", f"/{path}", "the response contains no list")
    return map_items(CumulativeExposuresRecord.read, data)


@overload
def get_experiment_pulse_load(
    experiment_id: str, dag_id: str, **options: Unpack[ReadOptions]
) -> PulseLoadDetailsRecord: ...
@overload
def get_experiment_pulse_load(
    experiment_id: Output[str], dag_id: Text, **options: Unpack[ReadOptions]
) -> Output[PulseLoadDetailsRecord]: ...
@overload
def get_experiment_pulse_load(
    experiment_id: str, dag_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[PulseLoadDetailsRecord]: ...
@data_source_by_id
def get_experiment_pulse_load(reader: Reader, experiment_id: str, dag_id: str) -> PulseLoadDetailsRecord:
    """Return the jobs of a load of an experiment's Pulse results, with their queries. Warehouse native.

    The id of the load is ``dag_id`` of ``list_experiment_pulse_loads`` or of a ``PulseLoad``. Raises GoneError if the
    experiment or the load does not exist.

    Console API: ``GET /experiments/{id}/pulse_load_history/{dagID}``.
    """
    path = EXPERIMENTS.path(experiment_id, "pulse_load_history", dag_id)
    return reader.get_record(PulseLoadDetailsRecord, path, f"load '{dag_id}' of {_title(experiment_id)}")


def _title(experiment_id: str) -> str:
    return f"experiment '{experiment_id}'"


def _group_id(experiment: ExperimentRecord, id_or_name: str) -> str:
    """Return the id of the group with this id or name; raise GoneError if there is none."""
    groups = experiment.groups
    if any(group.id == id_or_name for group in groups):
        return id_or_name
    group_id = next((group.id for group in groups if group.name == id_or_name), None)
    if not group_id:
        names = ", ".join(f"'{group.name}'" for group in groups) or "none"
        raise GoneError(f"there is no group '{id_or_name}' in {_title(experiment.id)}; its groups are {names}")
    return group_id
