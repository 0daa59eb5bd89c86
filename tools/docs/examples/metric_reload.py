import statsig_pulumi as statsig

orders = statsig.MetricSource(
    "orders",
    name="Orders",
    sql="SELECT user_id, ordered_at, total FROM shop.orders",
    timestamp_column="ordered_at",
    id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
)
revenue = statsig.Metric(
    "revenue",
    name="Revenue",
    type="user_warehouse",
    unit_types=["userID"],
    warehouse_native=statsig.WarehouseNativeMetric(
        aggregation="sum", metric_source_name=orders.name, value_column="total"
    ),
)
statsig.MetricReload("revenue", metric_id=revenue.metric_id, triggers=[orders.sql])
