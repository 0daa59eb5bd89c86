import statsig_pulumi as statsig

checkout_test = statsig.Experiment(
    "checkout-test",
    name="checkout_test",
    groups=[
        statsig.Group(name="Three pages", size=50),
        statsig.Group(name="One page", size=50),
    ],
    status="active",
    delete_while_active=True,
)
statsig.PulseLoad(
    "checkout-results",
    experiment_id=checkout_test.id,
    refresh="full",
    triggers=["2026-01"],
)
