import statsig_pulumi as statsig

new_checkout = statsig.Gate("new-checkout", name="new_checkout")

staff = statsig.GateRule(
    "staff",
    gate_id=new_checkout.id,
    name="Staff",
    pass_percentage=100,
    conditions=statsig.Condition.email(str_contains_any=["@example.com"]),
)
statsig.GateRule(
    "everyone",
    gate_id=new_checkout.id,
    name="Everyone",
    pass_percentage=5,
    after=staff.name,
)
