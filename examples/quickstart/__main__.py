"""A team rolls out a new checkout: first to its own people, then country by country."""

import pulumi

import statsig_pulumi as statsig

checkout = statsig.Team(
    "checkout",
    name="Checkout",
    description="Everything between the basket and the receipt",
    members=["ana@example.com", "ben@example.com"],
    admins=["ana@example.com"],
    change_team_configs="team_only",
)

payments = statsig.Tag("payments", name="payments", description="Touches money")
rollout = statsig.Tag("rollout", name="rollout", description="On its way to everyone")

employees = statsig.Gate(
    "employees",
    name="employees",
    description="People who work here",
    type="PERMANENT",
    team=checkout.name,
    rules=[
        statsig.Rule(
            name="Company addresses",
            pass_percentage=100,
            conditions=statsig.Condition.email(str_contains_any=["@example.com"]),
        ),
    ],
)

new_checkout = statsig.Gate(
    "new-checkout",
    name="new_checkout",
    description="The checkout on one page",
    type="TEMPORARY",
    team=checkout.name,
    tags=[payments.name, rollout.name],
    rules=[
        statsig.Rule(
            name="Employees first",
            pass_percentage=100,
            conditions=statsig.Condition.passes_gate(employees),
        ),
        statsig.Rule(
            name="A third of the Low Countries",
            pass_percentage=33.33,
            environments=["production"],
            conditions=[
                statsig.Condition.country(any_of=["NL", "BE", "LU"]),
                statsig.Condition.app_version(gte="4.2.0"),
            ],
        ),
    ],
)

limits = statsig.DynamicConfig(
    "checkout-limits",
    name="checkout_limits",
    description="What the checkout allows",
    team=checkout.name,
    tags=[payments.name],
    schema='{"type": "object", "required": ["max_items"], "properties": {"max_items": {"type": "integer"}}}',
    default_value={"max_items": 50, "express": False},
    rules=[
        statsig.ConfigRule(
            name="New checkout",
            pass_percentage=100,
            conditions=statsig.Condition.passes_gate(new_checkout),
            return_value={"max_items": 200, "express": True},
        ),
    ],
)

pulumi.export("gate", new_checkout.id)
pulumi.export("rules", new_checkout.rules)
pulumi.export("limits", limits.default_value)
