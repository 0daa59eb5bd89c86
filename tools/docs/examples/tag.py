import statsig_pulumi as statsig

payments = statsig.Tag(
    "payments", name="payments", description="Everything about paying"
)

statsig.Gate("new-checkout", name="new_checkout", tags=[payments.name])
