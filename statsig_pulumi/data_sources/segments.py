"""Data sources of segments."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.segments import SegmentRecord

SEGMENTS = Endpoint("segments")


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


@data_source_of_all
def list_segments(reader: Reader) -> list[SegmentRecord]:
    """Return all segments of the project.

    Console API: ``GET /segments``.
    """
    return reader.list_records(SegmentRecord, SEGMENTS.collection)
