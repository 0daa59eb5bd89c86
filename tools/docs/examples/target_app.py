import statsig_pulumi as statsig

web = statsig.TargetApp("web", name="Web", description="The web shop")

statsig.Gate("new-checkout", name="new_checkout", target_apps=[web.name])
