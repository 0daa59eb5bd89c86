"""Ingest orders from Databricks as events: each night, and once for the first days of the year."""

import pulumi

import statsig_pulumi as statsig

config = pulumi.Config()

databricks = statsig.DatabricksConnection(
    "databricks",
    token=config.require_secret("databricksToken"),
    host="dbc-a1b2c3d4-e5f6.cloud.databricks.com",
    path="/sql/1.0/warehouses/a1b2c3d4e5f6a7b8",
    verified=True,
)

orders = statsig.IngestionSource(
    "orders",
    type="databricks",
    dataset="Events",
    source_name="orders",
    query="SELECT user_id, device_id, 'order' AS event, UNIX_TIMESTAMP(at) AS at, total, country FROM shop.orders",
    column_mapping=statsig.ColumnMapping(
        event_name="event",
        timestamp="at",
        ids={"userID": "user_id", "stableID": "device_id"},
        event_value="total",
        metadata={"country": "country"},
    ),
    enabled=True,
    opts=pulumi.ResourceOptions(depends_on=[databricks]),
)

nightly = statsig.IngestionSchedule("nightly", dataset=orders.dataset, scheduled_hour_pst=2)

# Runs once. A new trigger, such as the version of the query, runs it again.
january = statsig.IngestionBackfill(
    "january",
    type=orders.type,
    dataset=orders.dataset,
    source=[orders.source_name],
    datestamp_start="2026-01-01",
    datestamp_end="2026-01-31",
    triggers=["orders v1"],
    wait_minutes=30,
)

pulumi.export("source", orders.id)
pulumi.export("hour", nightly.scheduled_hour_pst)
pulumi.export("backfill", january.latest_status)
