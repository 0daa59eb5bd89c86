import statsig_pulumi as statsig

statsig.Autotune(
    "button-color",
    name="button_color",
    description="The color of the buy button",
    id_type="userID",
    variants=[
        statsig.AutotuneVariant(name="Green", json={"color": "green"}),
        statsig.AutotuneVariant(name="Blue", json={"color": "blue"}),
    ],
    success_event="purchase",
    exploration_window="24",
    attribution_window="1",
    winner_threshold="95%",
    is_started=True,
    delete_while_started=True,
)
