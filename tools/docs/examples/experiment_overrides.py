import statsig_pulumi as statsig

checkout_test = statsig.Experiment(
    "checkout-test",
    name="checkout_test",
    groups=[
        statsig.Group(name="Three pages", size=50),
        statsig.Group(name="One page", size=50),
    ],
)
statsig.ExperimentOverrides(
    "testers",
    experiment_id=checkout_test.id,
    user_id_overrides=[
        statsig.UserIDOverride(group="One page", ids=["ana", "ben"], unit_type="userID")
    ],
)
