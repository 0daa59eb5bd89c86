import statsig_pulumi as statsig

statsig.User("ana", email="ana@example.com", role="Member")
