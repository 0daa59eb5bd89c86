"""Tags (Console API: ``/tags``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from ..json_values import Json
from ..lifecycle.adoption import Adoption
from ..lifecycle.crud import Lifecycle
from ..lifecycle.deletion import Deletion
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import Prop
from ..settings import OnExisting
from .bases.entity import Entity

CORE_TAG: Final = "★ Core"
"""The tag that every project has."""


class TagAdoption(Adoption):
    """Adoption of tags. The core tag always exists, so a create adopts it."""

    def on_existing(self, inputs: Mapping[str, Json]) -> OnExisting:
        return "adopt" if inputs.get("name") == CORE_TAG else super().on_existing(inputs)


class TagLifecycle(Lifecycle):
    """Behaviour of tags. The core tag is adopted."""

    def make_adoption(self) -> Adoption:
        return TagAdoption(self.updater)


class TagDeletion(Deletion):
    """Deletes tags. The core tag is kept."""

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        if outputs.get("name") == CORE_TAG:
            title = self.declaration.title(outputs, id_)
            self.reporter.say("info", f"{title} is kept in Statsig: every project has it")
        else:
            super().delete(id_, outputs)


class Tag(Entity, endpoint=Endpoint("tags")):
    """A label for gates, configs, experiments and metrics.

    Created with ``POST /tags`` and updated with ``PATCH /tags/{id}``. Every project has the tag ``★ Core``; a resource
    that declares it adopts the existing tag, and ``pulumi destroy`` keeps it.

    Example::

        import statsig_pulumi as statsig

        payments = statsig.Tag(
            "payments", name="payments", description="Everything about paying"
        )

        statsig.Gate("new-checkout", name="new_checkout", tags=[payments.name])
    """

    category = "Project and access"
    import_id = "Statsig's id of the tag, such as the output `tag_id` of `list_tags()`"
    lifecycle = TagLifecycle
    deletion = TagDeletion
    terraform_type = "tag"

    name: Prop[Annotated[str, Field(min_length=1, max_length=100)]] = required()
    """Name, 1 to 100 characters. Gates, configs and experiments refer to a tag by its name."""
    description: Prop[Annotated[str, Field(max_length=1000)]] = optional(create_default="")
    """Description, up to 1,000 characters."""
    is_core: Prop[bool] = optional(always_sent=True, default=False)
    """Whether metrics with this tag are core metrics."""
    tag_id: Prop[str] = computed(wire="id")
    """Statsig's id of the tag."""
