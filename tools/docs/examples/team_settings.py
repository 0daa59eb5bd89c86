import statsig_pulumi as statsig

statsig.TeamSettings("teams", require_teams_on_configs=True)
