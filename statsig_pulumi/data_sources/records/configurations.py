"""Records of gates and dynamic configs."""

from __future__ import annotations

from ...resources.dynamic_config import DynamicConfigFields
from ...resources.gate import GateFields
from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class GateRecord(Record, GateFields):
    """A feature gate, in its current version or an earlier one."""

    id: Prop[str] = computed()
    """The gate's id, which code refers to."""
    status: Prop[str] = computed()
    """The gate's status: ``In Progress``, ``Launched``, ``Disabled`` or ``Archived``."""
    type: Prop[str] = computed()
    """The gate's type: ``TEMPORARY``, ``PERMANENT``, ``STALE`` or ``TEMPLATE``."""


class DynamicConfigRecord(Record, DynamicConfigFields):
    """A dynamic config, in its current version or an earlier one."""

    id: Prop[str] = computed()
    """The config's id, which code refers to."""
    status: Prop[str | None] = computed()
    """The config's status: ``Enabled``, ``Disabled`` or ``Archived``."""
