"""Data sources of segments."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.segments import IDListMetadataRecord, SegmentRecord

SEGMENTS = Endpoint("segments")
PAGE_IDS = 1_000


@overload
def get_segment(segment_id: str, **options: Unpack[ReadOptions]) -> SegmentRecord: ...
@overload
def get_segment(segment_id: Output[str], **options: Unpack[ReadOptions]) -> Output[SegmentRecord]: ...
@data_source_by_id
def get_segment(reader: Reader, segment_id: str) -> SegmentRecord:
    """Return the segment with this id.

    Raises GoneError if the segment does not exist.

    Console API: ``GET /segments/{id}``.
    """
    return reader.get_record(SegmentRecord, SEGMENTS.path(segment_id), f"segment '{segment_id}'")


@overload
def get_segment_id_list_metadata(segment_id: str, **options: Unpack[ReadOptions]) -> IDListMetadataRecord: ...
@overload
def get_segment_id_list_metadata(
    segment_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[IDListMetadataRecord]: ...
@data_source_by_id
def get_segment_id_list_metadata(reader: Reader, segment_id: str) -> IDListMetadataRecord:
    """Return the version of a segment's list of ids, and whether Statsig is updating it.

    Raises GoneError if the segment does not exist.

    Console API: ``GET /segments/{id}/idlist_metadata``.
    """
    return reader.get_record(
        IDListMetadataRecord, SEGMENTS.path(segment_id, "idlist_metadata"), f"segment '{segment_id}'"
    )


@overload
def list_segment_ids(segment_id: str, **options: Unpack[ReadOptions]) -> list[str]: ...
@overload
def list_segment_ids(segment_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[str]]: ...
@data_source_by_id
def list_segment_ids(reader: Reader, segment_id: str) -> list[str]:
    """Return the ids of a segment that is a list of ids.

    Raises GoneError if the segment does not exist.

    Console API: ``GET /segments/{id}/id_list``.
    """
    return reader.list_texts(SEGMENTS.path(segment_id, "id_list"), f"segment '{segment_id}'", "ids", limit=PAGE_IDS)


@data_source_of_all
def list_segments(reader: Reader) -> list[SegmentRecord]:
    """Return all segments of the project.

    Console API: ``GET /segments``.
    """
    return reader.list_records(SegmentRecord, SEGMENTS.collection)
