"""Target apps (Console API: ``/target_app``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import Prop
from .bases.entity import Entity


class TargetApp(Entity, endpoint=Endpoint("target_app")):
    """An app that gates, configs and experiments are meant for, and that keys can be limited to.

    Updates are partial (``PATCH /target_app/{id}``). Which objects it is for is declared on these, by ``target_apps``.
    """

    name: Prop[Annotated[str, Field(min_length=1)]] = required()
    """Name; gates, configs and experiments refer to a target app by it."""
    description: Prop[str] = optional(create_default="", write_only=True)
    """What the app is; the API does not return it."""
    target_app_id: Prop[str] = computed(wire="id")
    """Statsig's id of the target app."""
