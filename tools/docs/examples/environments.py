import statsig_pulumi as statsig

statsig.Environments(
    "environments",
    environments=[
        statsig.Environment(name="development"),
        statsig.Environment(name="staging"),
        statsig.Environment(
            name="production", is_production=True, requires_review=True
        ),
    ],
)
