"""Two experiments that share a layer, and a holdout that measures all features of the feed together."""

import pulumi

import statsig_pulumi as statsig

config = pulumi.Config()

# Code reads the parameters from the layer. Each user takes part in one of the experiments at most.
feed = statsig.Layer(
    "feed",
    name="Homepage Feed Improvements",
    description="Everything that changes the feed of the homepage",
    id_type="userID",
    parameters=[
        statsig.LayerParameter(name="ranking", type="string", default_value="recent", description="What comes first"),
        statsig.LayerParameter(name="page_size", type="number", default_value=20),
        statsig.LayerParameter(name="limits", type="object", default_value={"ads": 2}),
    ],
)
ranking = statsig.Experiment(
    "ranking",
    name="feed_ranking",
    hypothesis="People read more if the feed begins with what their friends read",
    layer_id=feed.id,
    allocation=50,
    groups=[
        statsig.Group(name="Recent", size=50, parameter_values={"ranking": "recent"}),
        statsig.Group(name="Friends", size=50, parameter_values={"ranking": "friends"}),
    ],
)
size = statsig.Experiment(
    "size",
    name="feed_page_size",
    hypothesis="Short pages are faster, and people read as much",
    layer_id=feed.id,
    allocation=50,
    groups=[
        statsig.Group(name="Long", size=50, parameter_values={"page_size": 20}),
        statsig.Group(name="Short", size=50, parameter_values={"page_size": 10}),
    ],
)

# Testers see one group of each experiment. Rows that others add in the console stay.
testers = statsig.Gate(
    "testers",
    name="feed_testers",
    rules=[
        statsig.Rule(
            name="Testers",
            pass_percentage=100,
            conditions=[
                statsig.Condition(type="email", operator="str_contains_any", target_value=["+test@example.com"])
            ],
        )
    ],
)
statsig.LayerOverrides(
    "feed-overrides",
    layer_id=feed.id,
    conditional_overrides=[
        statsig.LayerConditionalOverride(type="gate", name=testers.id, experiment_name=ranking.id, group_name="Friends")
    ],
    id_overrides=[
        statsig.LayerIDOverride(group_name="Short", ids=["ana", "ben"], id_type="userID", experiment_name=size.id)
    ],
)

# A feature that is rolled out without an experiment.
videos = statsig.Gate("videos", name="feed_videos", description="Videos in the feed")

# Some users see neither the feature nor the experiments. Their metrics show what all of them do together.
holdout = statsig.Holdout(
    "feed-holdout",
    name="Feed holdout",
    description="What the changes of the feed do together",
    pass_percentage=config.require_int("heldOut"),
    gate_ids=[videos.id],
    layer_ids=[feed.id],
    monitoring_metrics=[statsig.MetricReference(name="reading_time", type="sum")],
    delete_while_enabled=True,  # for this example: pulumi destroy ends it, and its results are lost
)
statsig.HoldoutOverrides("feed-holdout-overrides", holdout_id=holdout.id, failing_user_ids=["ana", "ben"])

pulumi.export("layer", feed.id)
pulumi.export("holdout", holdout.id)
