import statsig_pulumi as statsig

videos = statsig.Gate("videos", name="feed_videos")

statsig.Holdout(
    "feed",
    name="Feed holdout",
    description="The effect of all changes of the feed together",
    pass_percentage=2,
    gate_ids=[videos.id],
    monitoring_metrics=[statsig.MetricReference(name="reading_time", type="sum")],
    delete_while_enabled=True,
)
