import statsig_pulumi as statsig

limits = statsig.DynamicConfig(
    "limits", name="checkout_limits", default_value={"max_items": 50}
)

statsig.DynamicConfigRule(
    "beta",
    dynamic_config_id=limits.id,
    name="Beta",
    pass_percentage=10,
    return_value={"max_items": 100},
)
