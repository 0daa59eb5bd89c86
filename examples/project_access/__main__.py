"""Who and what may use a Statsig project: roles, environments, settings, and API keys for other stacks."""

import pulumi

import statsig_pulumi as statsig

config = pulumi.Config()

# What people may do. A role of its own for analysts, and the role of new users of the project.
analyst = statsig.Role(
    "analyst",
    name="Analyst",
    permissions=statsig.RolePermissions(
        use_metrics_explorer=True,
        create_or_edit_dashboards=True,
        metric_management=True,
        launch_to_production=False,
        create_configs=False,
    ),
)
statsig.RoleSettings("roles", default_project_role="Read Only")

# Units beside users, and the one that new gates and experiments have.
company = statsig.UnitIDType("company", name="companyID", description="The company that a user belongs to")
statsig.ProjectSettings("project", name="Web shop", default_unit_type="userID")

# The whole list: to remove one of them, declare allow_removal=True.
environments = statsig.Environments(
    "environments",
    environments=[
        statsig.Environment(name="development"),
        statsig.Environment(name="staging"),
        statsig.Environment(name="production", is_production=True, requires_review=True),
    ],
)
statsig.ProjectReviewSettings(
    "reviews", is_metric_review_required=True, is_metric_review_required_on_verified_only=True
)
statsig.TeamSettings("teams", require_teams_on_configs=False)

# API keys. The outputs are secrets: another stack reads them with a StackReference. To rotate one, change its trigger:
# `pulumi config set rotation 2026-07`. docs/keys.md shows how to rotate a key without an outage.
app = statsig.TargetApp("web", name="Web", description="The web shop")
server = statsig.Key(
    "server",
    type="SERVER",
    description="Web shop servers in production",
    environments=["production"],
    primary_target_app=app.name,
    rotate_trigger=config.get("rotation") or "2026-01",
    deactivate_on_delete=True,
    opts=pulumi.ResourceOptions(depends_on=[environments]),
)
client = statsig.Key(
    "client",
    type="CLIENT",
    description="Web shop in browsers",
    scopes=["client_download_config_specs"],
    deactivate_on_delete=True,
)
pulumi.export("serverKey", server.key)
pulumi.export("clientKey", client.key)
pulumi.export("serverKeyFingerprint", server.fingerprint)
