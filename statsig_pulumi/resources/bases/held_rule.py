"""A new rule that a review holds: it is in the state, with an id of its own, until Statsig has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...errors import StatsigError
from ...json_values import Json
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.reviews import describe_review
from ...schema import state
from ...schema.state import REVIEW, Outputs

HELD: Final = "held:"
"""What the base id of a rule in the state begins with as long as Statsig has no rule."""


class HeldRuleError(StatsigError):
    """Raised if a rule was not created because of a review. The lifecycle of rules catches it.

    Attributes: ``review``, the id of the review; empty if the API does not show it.
    """

    def __init__(self, review: str) -> None:
        super().__init__("a review holds the new rule")
        self.review = review


def is_held(outputs: Mapping[str, Json]) -> bool:
    """Return whether Statsig had no such rule yet when these outputs were written."""
    return str(outputs.get("base_id") or "").startswith(HELD)


def build_held_outputs(
    client: ResourceClient, inputs: Mapping[str, Json], review: str, olds: Mapping[str, Json]
) -> tuple[str, Outputs]:
    """Return the id and the outputs of a rule that awaits a review."""
    declaration = client.declaration
    owner = str(declaration.cls.owner_property())
    live = client.live({declaration.properties[owner].wire: inputs[owner], "baseID": f"{HELD}{inputs.get('name')}"})
    outputs = state.build_outputs(declaration, inputs, live, olds)
    id_ = client.id_of(live)
    note = {
        "id": review,
        "names": state.list_declared(declaration, inputs),
        "link": declaration.console_link(id_, live),
    }
    return id_, outputs | {REVIEW: note}


def describe_held(title: str, outputs: Mapping[str, Json]) -> str:
    """Return what to do about a rule that awaits a review."""
    return (
        f"{title} is not created yet: it awaits {describe_review(outputs[REVIEW])}; commit or reject the review, then"
        " run `pulumi up` again"
    )
