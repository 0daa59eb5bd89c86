import statsig_pulumi as statsig

statsig.DynamicConfig(
    "checkout-limits",
    name="checkout_limits",
    description="Limits of the checkout",
    schema='{"type": "object", "properties": {"max_items": {"type": "integer"}}}',
    default_value={"max_items": 50},
    rules=[
        statsig.ConfigRule(
            name="Benelux",
            pass_percentage=100,
            conditions=statsig.Condition.country(any_of=["BE", "NL", "LU"]),
            return_value={"max_items": 200},
        ),
    ],
)
