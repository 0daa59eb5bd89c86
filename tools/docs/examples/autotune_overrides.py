import statsig_pulumi as statsig

button_color = statsig.Autotune(
    "button-color",
    name="button_color",
    variants=[
        statsig.AutotuneVariant(name="Green", json={"color": "green"}),
        statsig.AutotuneVariant(name="Blue", json={"color": "blue"}),
    ],
    success_event="purchase",
    exploration_window="24",
    attribution_window="1",
    winner_threshold="95%",
)
statsig.AutotuneOverrides(
    "testers",
    autotune_id=button_color.id,
    user_id_overrides=[statsig.UserIDOverride(group="Blue", ids=["ana", "ben"])],
)
