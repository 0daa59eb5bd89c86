import statsig_pulumi as statsig

statsig.Experiment(
    "checkout-test",
    name="checkout_test",
    hypothesis="One page sells more than three",
    groups=[
        statsig.Group(name="Three pages", size=50, parameter_values={"pages": 3}),
        statsig.Group(name="One page", size=50, parameter_values={"pages": 1}),
    ],
    control_group="Three pages",
    primary_metrics=[
        statsig.ExperimentMetric(
            name="purchase", type="event_count", direction="increase"
        )
    ],
    allocation=20,
    duration=21,
    status="setup",
)
