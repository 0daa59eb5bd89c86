import statsig_pulumi as statsig

employees = statsig.Gate(
    "employees",
    name="employees",
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
    rules=[
        statsig.Rule(
            name="Employees",
            pass_percentage=100,
            conditions=statsig.Condition.passes_gate(employees),
        ),
        statsig.Rule(
            name="Recent apps in production",
            pass_percentage=33.33,
            environments=["production"],
            conditions=statsig.Condition.app_version(gte="4.2.0"),
        ),
    ],
)
