"""A gate that is the same in all environments, but for the share of users who pass."""

import pulumi

import statsig_pulumi as statsig

config = pulumi.Config()
is_production = pulumi.get_stack() == "prod"

team = statsig.Team("checkout", name="Checkout")
gate = statsig.Gate(
    "new-checkout",
    name="new_checkout",
    team=team.name,
    rules=[
        statsig.Rule(
            name="Rollout",
            pass_percentage=config.get_int("rollout", 0),
            conditions=[statsig.Condition(type="public")],
        ),
    ],
    opts=pulumi.ResourceOptions(protect=is_production),
)
pulumi.export("gate", gate.id)
