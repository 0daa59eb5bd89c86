import statsig_pulumi as statsig

checkout = statsig.Team(
    "checkout",
    name="Checkout",
    description="Everything between the basket and the receipt",
    members=["ana@example.com", "ben@example.com"],
    admins=["ana@example.com"],
    change_team_configs="team_only",
)

statsig.Gate("new-checkout", name="new_checkout", team=checkout.name)
