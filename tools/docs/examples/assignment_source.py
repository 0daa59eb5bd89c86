import statsig_pulumi as statsig

statsig.AssignmentSource(
    "exposures",
    name="Exposures",
    description="Assignments of the shop's own experiment service",
    sql="SELECT user_id, experiment, variant, exposed_at FROM shop.exposures",
    timestamp_column="exposed_at",
    experiment_id_column="experiment",
    group_id_column="variant",
    id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
    scheduled_reload_hour=4,
)
