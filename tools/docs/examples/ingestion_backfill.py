import statsig_pulumi as statsig

orders = statsig.IngestionSource(
    "orders",
    type="snowflake-v2",
    dataset="Events",
    source_name="orders",
    query="SELECT user_id, 'order' AS event, ordered_at FROM shop.orders",
    column_mapping=statsig.ColumnMapping(
        event_name="event", timestamp="ordered_at", ids={"userID": "user_id"}
    ),
)
statsig.IngestionBackfill(
    "january",
    type=orders.type,
    dataset=orders.dataset,
    source=[orders.source_name],
    datestamp_start="2026-01-01",
    datestamp_end="2026-01-31",
    triggers=["first version of the query"],
)
