"""A shop tests a checkout on one page: its participants, its metrics and the rollout of the winner."""

from typing import Literal, Required, TypedDict

import pulumi

import statsig_pulumi as statsig

QA = ["qa-ana", "qa-ben", "qa-cy"]


class Stage(TypedDict, total=False):
    """What the experiment declares at one stage of its life."""

    status: Required[Literal["setup", "active", "decision_made"]]
    launched_group: str
    decision_reason: str


STAGES: dict[str, Stage] = {
    "setup": {"status": "setup"},
    "active": {"status": "active"},
    "decision_made": {
        "status": "decision_made",
        "launched_group": "One page",
        "decision_reason": "1.8 % more purchases, and no more refunds",
    },
}
stage = STAGES[pulumi.Config().get("status") or "setup"]

shop = statsig.Tag("shop", name="shop", description="Between the basket and the receipt")

# The participants.
audience = statsig.Gate(
    "audience",
    name="one_page_audience",
    description="Who takes part in the experiment on the one-page checkout",
    type="TEMPORARY",
    tags=[shop.name],
    rules=[
        statsig.Rule(
            name="The Low Countries on a recent app",
            pass_percentage=100,
            conditions=[
                statsig.Condition(type="country", operator="any", target_value=["NL", "BE", "LU"]),
                statsig.Condition(type="app_version", operator="version_gte", target_value=["4.2.0"]),
            ],
        ),
    ],
)

experiment = statsig.Experiment(
    "one-page",
    **stage,
    name="one_page_checkout",
    description="Basket, address and payment on one page",
    hypothesis="People who pay on one page finish more often",
    tags=[shop.name],
    targeting_gate_id=audience.id,
    id_type="userID",
    allocation=80,
    duration=14,
    groups=[
        statsig.Group(name="Several pages", size=50, parameter_values={"pages": 3, "express": False}),
        statsig.Group(name="One page", size=50, parameter_values={"pages": 1, "express": True}),
    ],
    control_group="Several pages",
    primary_metrics=[
        statsig.ExperimentMetric(name="purchase", type="event_count", direction="increase", hypothesized_value=1.5),
    ],
    secondary_metrics=[statsig.ExperimentMetric(name="refund", type="event_count", direction="decrease")],
    default_confidence_interval="95",
)

# Testers always get the new page.
statsig.ExperimentOverrides(
    "testers",
    experiment_id=experiment.id,
    user_id_overrides=[statsig.UserIDOverride(group="One page", ids=QA, unit_type="userID")],
)

# The gate that ships the winner.
ship = statsig.Gate(
    "ship",
    name="one_page_checkout_for_all",
    description="Everyone pays on one page",
    tags=[shop.name],
    rules=[
        statsig.Rule(
            name="Everyone, once it has won",
            pass_percentage=100 if stage.get("launched_group") == "One page" else 0,
            conditions=[statsig.Condition(type="public")],
        ),
    ],
)

pulumi.export("experiment", experiment.id)
pulumi.export("status", experiment.status)
pulumi.export("shipped", ship.rules.apply(lambda rules: rules[0].pass_percentage))
