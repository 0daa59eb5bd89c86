import statsig_pulumi as statsig

statsig.IngestionSource(
    "orders",
    type="snowflake-v2",
    dataset="Events",
    source_name="orders",
    query="SELECT user_id, 'order' AS event, ordered_at, total FROM shop.orders",
    column_mapping=statsig.ColumnMapping(
        event_name="event",
        timestamp="ordered_at",
        ids={"userID": "user_id"},
        event_value="total",
    ),
    enabled=True,
)
