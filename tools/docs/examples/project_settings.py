import statsig_pulumi as statsig

statsig.ProjectSettings("project", name="Web shop", default_unit_type="userID")
