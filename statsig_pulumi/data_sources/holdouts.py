"""Data sources of holdouts and their results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source, data_source_by_id
from .gates import GatePulseOptions
from .query import build_query
from .records.holdouts import HoldoutRecord
from .records.overrides import HoldoutOverridesRecord
from .records.results import HoldoutPulseRecord

HOLDOUTS = Endpoint("holdouts")


class HoldoutFilters(ReadOptions, total=False):
    """Filters of ``list_holdouts``. A holdout matches a filter with several values if it matches any of them."""

    tags: str | Sequence[str]
    creator_name: str
    creator_id: str


@data_source
def list_holdouts(reader: Reader, **filters: Unpack[HoldoutFilters]) -> list[HoldoutRecord]:
    """Return the holdouts that match all filters.

    Raises TypeError if a filter is unknown.

    Console API: ``GET /holdouts``.
    """
    return reader.list_records(
        HoldoutRecord, HOLDOUTS.collection, query=build_query(reader.data_source, HoldoutFilters, filters)
    )


@overload
def get_holdout(holdout_id: str, **options: Unpack[ReadOptions]) -> HoldoutRecord: ...
@overload
def get_holdout(holdout_id: Output[str], **options: Unpack[ReadOptions]) -> Output[HoldoutRecord]: ...
@data_source_by_id
def get_holdout(reader: Reader, holdout_id: str) -> HoldoutRecord:
    """Return a holdout.

    Raises GoneError if the holdout does not exist.

    Console API: ``GET /holdouts/{id}``.
    """
    return reader.get_record(HoldoutRecord, HOLDOUTS.path(holdout_id), _title(holdout_id))


@overload
def get_holdout_pulse_results(holdout_id: str, **options: Unpack[GatePulseOptions]) -> HoldoutPulseRecord: ...
@overload
def get_holdout_pulse_results(
    holdout_id: Output[str], **options: Unpack[GatePulseOptions]
) -> Output[HoldoutPulseRecord]: ...
@data_source_by_id
def get_holdout_pulse_results(
    reader: Reader, holdout_id: str, **options: Unpack[GatePulseOptions]
) -> HoldoutPulseRecord:
    """Return the Pulse results of a holdout: its monitoring metrics, for the units held out and all others.

    Options: ``cuped`` applies CUPED variance reduction; ``confidence`` is the confidence level of the intervals, in
    percent. Raises GoneError if the holdout does not exist.

    Console API: ``GET /holdouts/{id}/pulse_results``.
    """
    query = build_query(reader.data_source, GatePulseOptions, options)
    path = HOLDOUTS.path(holdout_id, "pulse_results")
    return reader.get_record(HoldoutPulseRecord, path, _title(holdout_id), query)


@overload
def get_holdout_overrides(holdout_id: str, **options: Unpack[ReadOptions]) -> HoldoutOverridesRecord: ...
@overload
def get_holdout_overrides(
    holdout_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[HoldoutOverridesRecord]: ...
@data_source_by_id
def get_holdout_overrides(reader: Reader, holdout_id: str) -> HoldoutOverridesRecord:
    """Return the overrides of a holdout.

    Raises GoneError if the holdout does not exist.

    Console API: ``GET /holdouts/{id}/overrides``.
    """
    return reader.get_record(HoldoutOverridesRecord, HOLDOUTS.path(holdout_id, "overrides"), _title(holdout_id))


def _title(holdout_id: str) -> str:
    return f"holdout '{holdout_id}'"
