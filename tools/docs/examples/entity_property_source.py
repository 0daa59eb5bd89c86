import statsig_pulumi as statsig

statsig.EntityPropertySource(
    "customers",
    name="Customers",
    description="Country and plan of each customer, by day",
    sql="SELECT user_id, day, country, plan FROM shop.customers",
    timestamp_column="day",
    timestamp_as_day=True,
    id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
)
