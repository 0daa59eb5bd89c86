import statsig_pulumi as statsig

statsig.RoleSettings("roles", default_project_role="Read Only")
