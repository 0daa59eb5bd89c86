"""Overrides of a holdout, the ids that it holds out or not: `/holdouts/{id}/overrides`."""

from __future__ import annotations

from typing import Final

from .gate_overrides import UnitOverrides
from .holdouts import HOLDOUTS

routes: Final = UnitOverrides(HOLDOUTS, "holdout_overrides", "Holdout", 200).routes()
