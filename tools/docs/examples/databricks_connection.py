import pulumi
import statsig_pulumi as statsig

config = pulumi.Config()

statsig.DatabricksConnection(
    "databricks",
    token=config.require_secret("databricksToken"),
    host="dbc-a1b2c3d4-e5f6.cloud.databricks.com",
    path="/sql/1.0/warehouses/a1b2c3d4e5f6a7b8",
)
