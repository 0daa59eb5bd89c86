import statsig_pulumi as statsig

statsig.Segment(
    "dutch-customers",
    name="Dutch customers",
    type="rule_based",
    rules=[
        statsig.Rule(
            name="In the Netherlands",
            pass_percentage=100,
            conditions=statsig.Condition.country(any_of=["NL"]),
        ),
    ],
)
