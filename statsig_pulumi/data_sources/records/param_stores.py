"""Records of param stores."""

from __future__ import annotations

from ...resources.param_store import ParamStoreFields
from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class ParamStoreRecord(Record, ParamStoreFields):
    """A param store. The API returns neither its tags nor its target apps."""

    id: Prop[str] = computed()
    """Statsig's id of the store."""
