import statsig_pulumi as statsig

statsig.MetricSource(
    "purchases",
    name="Purchases",
    description="Every purchase that was paid",
    sql="SELECT user_id, paid_at, amount, vat FROM shop.purchases",
    timestamp_column="paid_at",
    id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
    custom_field_mapping=[
        statsig.CustomFieldMapping(key="net_amount", formula="amount - vat")
    ],
)
