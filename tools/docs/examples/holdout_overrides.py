import statsig_pulumi as statsig

feed = statsig.Holdout(
    "feed", name="Feed holdout", pass_percentage=2, delete_while_enabled=True
)

statsig.HoldoutOverrides("testers", holdout_id=feed.id, failing_user_ids=["ana", "ben"])
