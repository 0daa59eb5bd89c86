import statsig_pulumi as statsig

new_checkout = statsig.Gate("new-checkout", name="new_checkout")

statsig.GateOverrides(
    "testers",
    gate_id=new_checkout.id,
    passing_user_ids=["tester-1", "tester-2"],
    failing_user_ids=["auditor"],
)
