"""A shop uses components: a rollout by environment, a kill switch with an owner, and an experiment that is measured."""

import pulumi

import statsig_pulumi as statsig
from statsig_pulumi.components import GatedExperiment, KillSwitch, StagedRollout

config = pulumi.Config()
shop = statsig.Team("shop", name="Shop", description="Between the basket and the receipt")
low_countries = statsig.Condition(type="country", operator="any", target_value=["NL", "BE", "LU"])

# No environment may be ahead of the one before it.
checkout = StagedRollout(
    "new-checkout",
    name="new_checkout",
    description="The checkout on one page",
    team=shop.name,
    stages={"development": 100, "staging": 100, "production": config.get_float("share", 10)},
    audience=[low_countries],
)

# The person on call disables it in the console. The next `pulumi up` leaves it disabled.
payments = KillSwitch(
    "payments",
    name="payments_enabled",
    owner=shop.name,
    description="Without it, the shop takes orders and no payments. Tell #payments.",
)

one_page = GatedExperiment(
    "one-page",
    name="one_page",
    hypothesis="People who pay on one page finish more often",
    team=shop.name,
    audience=[low_countries],
    groups=[
        statsig.Group(name="Several pages", size=50, parameter_values={"pages": 3}),
        statsig.Group(name="One page", size=50, parameter_values={"pages": 1}),
    ],
    control_group="Several pages",
    primary_events={"purchase": "increase"},
    secondary_events={"refund": "decrease"},
    status="active" if config.get("status") == "active" else "setup",
)

pulumi.export("gate", checkout.gate_id)
pulumi.export("switch", payments.gate_id)
pulumi.export("experiment", one_page.experiment_id)
