import statsig_pulumi as statsig

statsig.QualifyingEvent(
    "checkout-opened",
    name="Checkout opened",
    sql="SELECT user_id, opened_at FROM shop.checkouts",
    timestamp_column="opened_at",
    id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
)
