import statsig_pulumi as statsig

statsig.Metric(
    "revenue",
    name="Net revenue",
    type="sum",
    description="What customers pay, without taxes",
    unit_types=["userID"],
    metric_events=[
        statsig.MetricEvent(name="purchase", type="metadata", metadata_key="net_amount")
    ],
)
