"""Overrides of an experiment, which assign units to a group: `/experiments/{id}/overrides`."""

from __future__ import annotations

from typing import Final

from ..model import experiment_groups
from .experiments import EXPERIMENTS
from .group_overrides import GroupOverrides
from .routes import Routes

routes: Final[Routes] = GroupOverrides(
    kind=EXPERIMENTS,
    name="experiment_overrides",
    title="Experiment",
    group_names=experiment_groups.group_names,
    deletes_by_body=True,
).routes()
