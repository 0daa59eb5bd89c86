"""Base of resources that run a job once, when they are created."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ...lifecycle.job import Job
from ...schema.options import computed, optional
from ...schema.properties import ListProp, Prop
from .entity import Entity


class TriggeredResource(Entity):
    """Base of resources that start something once, when they are created."""

    lifecycle = Job

    triggers: ListProp[Any] = optional(local=True, replace_on_changes=True)
    """Any values. Changing one of them starts a new run."""


class JobResource(TriggeredResource):
    """Base of resources that run a job once, when they are created, and can wait for it."""

    wait_minutes: Prop[Annotated[float, Field(gt=0)]] = optional(local=True)
    """Maximum time to wait until the run finishes, in minutes. A failed run is an error. A run that takes longer causes
    a warning, and the next ``up`` waits again. If omitted, the provider does not wait."""
    is_finished: Prop[bool] = computed()
    """Whether the run had finished when its status was last read."""
