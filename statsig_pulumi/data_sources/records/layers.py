"""Records of layers."""

from __future__ import annotations

from ...resources.layer import LayerFields
from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class LayerRecord(Record, LayerFields):
    """A layer, also an implicit one."""

    id: Prop[str] = computed()
    """The layer's id, to which experiments refer."""
