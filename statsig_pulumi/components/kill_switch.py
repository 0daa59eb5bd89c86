"""A gate that switches a feature off in an emergency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pulumi import ComponentResource, Input, Output, ResourceOptions

from ..resources.gate import Gate
from ..resources.types.conditions import Condition
from ..resources.types.rules import Rule
from ..resources.types.shared import MetricReference

TYPE: Final = "statsig:components:KillSwitch"


class KillSwitch(ComponentResource):
    """A permanent gate that everyone passes until somebody disables it, and the team that owns it.

    Whether the gate is enabled is not managed, unless ``is_on`` is set. So a gate that is disabled in the console, or
    with ``statsig-pulumi api PUT gates/<id>/disable``, stays disabled when the program is applied again.
    """

    gate: Gate
    """The gate. Code runs the feature for users that pass."""
    gate_id: Output[str]
    """The id of the gate, which code refers to."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: Input[str],
        owner: Input[str],
        description: Input[str],
        is_on: Input[bool] | None = None,
        monitoring_metrics: Sequence[MetricReference] | None = None,
        tags: Sequence[Input[str]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Declare a kill switch.

        ``name`` is that of the gate. ``owner`` is the name of the team that decides, or the Team itself.
        ``description`` says what is off without the gate, and whom to inform. ``is_on`` manages whether the gate is
        enabled: then the next ``pulumi up`` reverts what somebody has switched in the console.
        """
        super().__init__(TYPE, resource_name, {}, opts)
        optional = {"is_enabled": is_on, "monitoring_metrics": monitoring_metrics, "tags": tags}
        self.gate = Gate(
            resource_name,
            name=name,
            type="PERMANENT",
            description=description,
            team=owner,
            rules=[Rule(name="On", pass_percentage=100, conditions=[Condition(type="public")])],
            opts=ResourceOptions(parent=self),
            **{key: value for key, value in optional.items() if value is not None},  # type: ignore[arg-type]
        )
        self.gate_id = self.gate.id
        self.register_outputs({"gate_id": self.gate_id})
