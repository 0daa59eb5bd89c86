"""What Statsig records about an object by itself: who made it, who changed it last, its version."""

from __future__ import annotations

from .entity import Entity
from .facts import computed
from .properties import ListProp, Prop


class Audited(Entity):
    """Base of entities whose objects carry creator, modifier and version (Console API, read schemas)."""

    created_time: Prop[int] = computed()
    """When the object was made, in milliseconds since 1970."""
    creator_name: Prop[str] = computed()
    """Who made it; ``CONSOLE API`` for what a key made."""
    last_modified_time: Prop[int] = computed()
    """When it was changed last, in milliseconds since 1970."""
    last_modifier_id: Prop[str] = computed()
    """Statsig's id of who changed it last."""
    last_modifier_name: Prop[str] = computed()
    """Who changed it last."""
    last_modifier_email: Prop[str] = computed()
    """The e-mail address of who changed it last."""
    version: Prop[int] = computed()
    """Number of the object's version, which grows with every change."""
    permalink: Prop[str] = computed()
    """The object's page in the console, where the API tells it."""
    holdout_ids: ListProp[str] = computed(from_wire=lambda value: list(dict.fromkeys(value or [])))
    """Holdouts that apply to it."""
