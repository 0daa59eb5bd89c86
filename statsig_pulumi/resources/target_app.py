"""Target apps (Console API: ``/target_app``)."""

from __future__ import annotations

from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import Prop
from .bases.entity import Entity
from .types.shared import NonEmptyStr


class TargetApp(Entity, endpoint=Endpoint("target_app")):
    """An app that gates, configs and experiments target. API keys can be restricted to target apps.

    Created with ``POST /target_app`` and updated with ``PATCH /target_app/{id}``, which changes only the properties in
    the request. To assign objects to the app, set their ``target_apps``. An app that other objects name is not deleted.

    Example::

        import statsig_pulumi as statsig

        web = statsig.TargetApp("web", name="Web", description="The web shop")

        statsig.Gate("new-checkout", name="new_checkout", target_apps=[web.name])
    """

    category = "Project and access"
    import_id = "Statsig's id of the target app, such as in `list_target_apps()`"
    used_by = ("Gate", "DynamicConfig", "Experiment", "Layer", "Segment", "Holdout", "Autotune", "Team", "Key")

    name: Prop[NonEmptyStr] = required()
    """Name. Gates, configs and experiments refer to a target app by its name."""
    description: Prop[str] = optional(create_default="", write_only=True)
    """Description. The API does not return it."""
    delete_while_used: Prop[bool] = optional(local=True)
    """Whether the app may be deleted while gates, dynamic configs, experiments, layers, segments, holdouts, autotunes,
    teams or keys name it."""
    target_app_id: Prop[str] = computed(wire="id")
    """Statsig's id of the target app."""
