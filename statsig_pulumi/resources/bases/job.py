"""Base of resources that run something once."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ...lifecycle.job import Job
from ...schema.options import computed, optional
from ...schema.properties import ListProp, Prop
from .entity import Entity


class JobResource(Entity):
    """Base of resources that run something once."""

    lifecycle = Job

    triggers: ListProp[Any] = optional(local=True, replace_on_changes=True)
    """Any values; a change of one runs it again."""
    wait_minutes: Prop[Annotated[float, Field(gt=0)]] = optional(local=True)
    """Wait until the run is finished, at most this long; a run that fails is an error, one that takes longer
    a warning, and the next ``up`` waits again. Without it nothing is waited for."""
    is_finished: Prop[bool] = computed()
    """The run had finished when it was last looked at."""
