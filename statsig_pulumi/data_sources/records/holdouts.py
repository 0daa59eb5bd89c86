"""Records of holdouts."""

from __future__ import annotations

from collections.abc import Mapping

from ...json_values import Json
from ...resources.holdout import Holdout, HoldoutFields
from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class HoldoutRecord(Record, HoldoutFields):
    """A holdout. Newer versions of the API return an internal id as ``targeting_gate_id``."""

    id: Prop[str] = computed()
    """The holdout's id."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        return Holdout.from_response(response)
