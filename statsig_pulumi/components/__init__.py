"""Components: several resources that belong together, with the checks that the whole needs."""

from .gated_experiment import GatedExperiment
from .kill_switch import KillSwitch
from .staged_rollout import StagedRollout

__all__ = ["GatedExperiment", "KillSwitch", "StagedRollout"]
