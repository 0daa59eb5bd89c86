"""Records of segments."""

from __future__ import annotations

from ...resources.segment import SegmentFields
from ...schema.options import computed
from ...schema.properties import Prop, SparseProp
from .record import Record


class SegmentRecord(Record, SegmentFields):
    """A segment: a named set of units."""

    id: Prop[str] = computed()
    """The segment's id, which rules refer to."""


class IDListMetadataRecord(Record):
    """The version of a segment's list of ids."""

    current_version: SparseProp[int] = computed()
    """Number of the version. It grows with every change."""
    is_updating: SparseProp[bool] = computed()
    """Whether Statsig is updating the list. It accepts no other change meanwhile."""
