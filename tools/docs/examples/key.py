import pulumi
import statsig_pulumi as statsig

server = statsig.Key(
    "server",
    type="SERVER",
    description="Shop, production",
    environments=["production"],
    deactivate_on_delete=True,
)

pulumi.export("serverKey", server.key)
