import statsig_pulumi as statsig

feed = statsig.Layer("feed", name="Homepage feed", id_type="userID")
ranking = statsig.Experiment(
    "ranking",
    name="feed_ranking",
    layer_id=feed.id,
    groups=[
        statsig.Group(name="Recent", size=50),
        statsig.Group(name="Friends", size=50),
    ],
)
statsig.LayerOverrides(
    "testers",
    layer_id=feed.id,
    id_overrides=[
        statsig.LayerIDOverride(
            group_name="Friends", ids=["ana", "ben"], experiment_name=ranking.id
        )
    ],
)
