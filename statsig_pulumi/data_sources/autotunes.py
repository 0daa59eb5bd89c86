"""Data sources of autotunes, and of the reviews of their changes."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.autotunes import AutotuneRecord, ReviewRecord
from .records.overrides import AutotuneOverridesRecord

AUTOTUNES = Endpoint("autotunes")
Text = str | Output[str]


@data_source_of_all
def list_autotunes(reader: Reader) -> list[AutotuneRecord]:
    """Return all autotunes of the project.

    Console API: ``GET /autotunes``.
    """
    return reader.list_records(AutotuneRecord, AUTOTUNES.collection)


@overload
def get_autotune(autotune_id: str, **options: Unpack[ReadOptions]) -> AutotuneRecord: ...
@overload
def get_autotune(autotune_id: Output[str], **options: Unpack[ReadOptions]) -> Output[AutotuneRecord]: ...
@data_source_by_id
def get_autotune(reader: Reader, autotune_id: str) -> AutotuneRecord:
    """Return the autotune with this id.

    Raises GoneError if the autotune does not exist.

    Console API: ``GET /autotunes/{id}``.
    """
    return reader.get_record(AutotuneRecord, AUTOTUNES.path(autotune_id), _title(autotune_id))


@overload
def get_autotune_overrides(autotune_id: str, **options: Unpack[ReadOptions]) -> AutotuneOverridesRecord: ...
@overload
def get_autotune_overrides(
    autotune_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[AutotuneOverridesRecord]: ...
@data_source_by_id
def get_autotune_overrides(reader: Reader, autotune_id: str) -> AutotuneOverridesRecord:
    """Return the overrides of an autotune.

    Raises GoneError if the autotune does not exist, or if the API is older than this endpoint.

    Console API: ``GET /autotunes/{id}/overrides``, since 2026-10.
    """
    path = AUTOTUNES.path(autotune_id, "overrides")
    return reader.get_record(AutotuneOverridesRecord, path, _title(autotune_id))


@overload
def list_autotune_reviews(autotune_id: str, **options: Unpack[ReadOptions]) -> list[ReviewRecord]: ...
@overload
def list_autotune_reviews(autotune_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[ReviewRecord]]: ...
@data_source_by_id
def list_autotune_reviews(reader: Reader, autotune_id: str) -> list[ReviewRecord]:
    """Return the reviews of changes of an autotune, the newest first and without their content.

    Raises GoneError if the autotune does not exist, or if the API is older than this endpoint.

    Console API: ``GET /autotunes/{id}/reviews``, since 2026-10.
    """
    return reader.list_records(ReviewRecord, AUTOTUNES.path(autotune_id, "reviews"), _title(autotune_id))


@overload
def get_autotune_review(autotune_id: str, review_id: str, **options: Unpack[ReadOptions]) -> ReviewRecord: ...
@overload
def get_autotune_review(
    autotune_id: Output[str], review_id: Text, **options: Unpack[ReadOptions]
) -> Output[ReviewRecord]: ...
@overload
def get_autotune_review(
    autotune_id: str, review_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[ReviewRecord]: ...
@data_source_by_id
def get_autotune_review(reader: Reader, autotune_id: str, review_id: str) -> ReviewRecord:
    """Return one review of a change of an autotune, with the values before and after the change.

    Raises GoneError if the autotune or the review does not exist, or if the API is older than this endpoint.

    Console API: ``GET /autotunes/{id}/reviews/{reviewID}``, since 2026-10.
    """
    path = Endpoint(AUTOTUNES.path(autotune_id, "reviews")).path(review_id)
    return reader.get_record(ReviewRecord, path, f"review '{review_id}' of {_title(autotune_id)}")


def _title(autotune_id: str) -> str:
    return f"autotune '{autotune_id}'"
