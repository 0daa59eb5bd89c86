"""A gate that is rolled out from environment to environment."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pulumi import ComponentResource, Input, Output, ResourceOptions

from ..errors import InvalidInputsError, Problem
from ..program import refuse
from ..resources.gate import Gate
from ..resources.types.conditions import Condition
from ..resources.types.rules import Rule

TYPE: Final = "statsig:components:StagedRollout"


class StagedRollout(ComponentResource):
    """A gate that passes a share of the users in each environment.

    The environments are stages, in their order: none may pass a larger share than the one before it. A change of a
    share changes one rule, which keeps its id and its results. Nobody passes in an environment that is no stage.
    """

    gate: Gate
    """The gate. It has a rule with the name of each environment."""
    gate_id: Output[str]
    """The id of the gate, which code refers to."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: Input[str],
        stages: Mapping[str, Input[float]],
        audience: Sequence[Condition] = (),
        first: Sequence[Rule] = (),
        description: Input[str] | None = None,
        team: Input[str] | None = None,
        tags: Sequence[Input[str]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Declare a rollout; InvalidInputsError if a stage is ahead of the one before it.

        ``name`` is that of the gate. ``stages`` are the percentages of users that pass, by the name of the environment,
        in the order of the rollout. ``audience`` are conditions that all users of the stages meet; everyone without.
        ``first`` are rules that go before the stages, such as one for employees.
        """
        super().__init__(TYPE, resource_name, {}, opts)
        refuse(f"StagedRollout '{resource_name}'", list(_find_problems(stages)), InvalidInputsError)
        conditions = list(audience) or [Condition(type="public")]
        rules = [
            Rule(name=environment, environments=[environment], pass_percentage=share, conditions=conditions)
            for environment, share in stages.items()
        ]
        optional = {"description": description, "team": team, "tags": tags}
        self.gate = Gate(
            resource_name,
            name=name,
            type="TEMPORARY",
            rules=[*first, *rules],
            opts=ResourceOptions(parent=self),
            **{key: value for key, value in optional.items() if value is not None},  # type: ignore[arg-type]
        )
        self.gate_id = self.gate.id
        self.register_outputs({"gate_id": self.gate_id})


def _find_problems(stages: Mapping[str, Input[float]]) -> Iterator[Problem]:
    if not stages:
        yield Problem("stages", "needs at least one environment")
    known = [(name, share) for name, share in stages.items() if isinstance(share, (int, float))]
    for (before, earlier), (name, later) in itertools.pairwise(known):
        if later > earlier:
            reason = f"passes {later:g} %, but {before}, the stage before it, passes {earlier:g} %"
            yield Problem(f"stages[{name!r}]", f"{reason}: raise {before} first")
