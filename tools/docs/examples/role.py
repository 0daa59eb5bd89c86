import statsig_pulumi as statsig

statsig.Role(
    "analyst",
    name="Analyst",
    permissions=statsig.RolePermissions(
        use_metrics_explorer=True,
        create_or_edit_dashboards=True,
        create_configs=False,
    ),
)
