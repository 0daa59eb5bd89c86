import statsig_pulumi as statsig

feed = statsig.Layer(
    "feed",
    name="Homepage feed",
    description="Everything that changes the feed of the homepage",
    id_type="userID",
    parameters=[
        statsig.LayerParameter(name="ranking", type="string", default_value="recent"),
        statsig.LayerParameter(name="page_size", type="number", default_value=20),
    ],
)
statsig.Experiment(
    "ranking",
    name="feed_ranking",
    layer_id=feed.id,
    allocation=50,
    groups=[
        statsig.Group(name="Recent", size=50, parameter_values={"ranking": "recent"}),
        statsig.Group(name="Friends", size=50, parameter_values={"ranking": "friends"}),
    ],
)
