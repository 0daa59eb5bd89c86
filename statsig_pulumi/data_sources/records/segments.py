"""Records of segments."""

from __future__ import annotations

from ...resources.segment import SegmentFields
from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class SegmentRecord(Record, SegmentFields):
    """A segment: a named set of units."""

    id: Prop[str] = computed()
    """The segment's id, which rules refer to."""
