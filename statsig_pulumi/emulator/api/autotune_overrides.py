"""Overrides of an autotune, which assign units to a variant: `/autotunes/{id}/overrides`."""

from __future__ import annotations

from typing import Final

from .autotunes import AUTOTUNES, OVERRIDES, variant_names
from .group_overrides import GroupOverrides
from .routes import Routes

routes: Final[Routes] = GroupOverrides(
    kind=AUTOTUNES, name=OVERRIDES, title="Autotune", group_names=variant_names, quirk="api_2026_10"
).routes()
