"""Two versions of a program, between which twenty objects change, each in another way."""

from __future__ import annotations

from typing import Final

SHARED: Final = """
    R, C, G = statsig.Rule, statsig.Condition, statsig.Group

    def country(*names):
        return [C(type="country", operator="any", target_value=list(names))]

    everyone = [C(type="public")]
    halves = [G(name="Control", size=50), G(name="Test", size=50)]
"""
BEFORE: Final = (
    SHARED
    + """
    inserted = statsig.Gate("inserted", name="Inserted rule", rules=[
        R(name="Benelux", pass_percentage=10, conditions=country("NL", "BE")),
    ])
    statsig.Gate("removed", name="Removed rule", rules=[
        R(name="Old", pass_percentage=5, conditions=country("FR")), R(name="Rest", pass_percentage=1, conditions=[]),
    ])
    statsig.Gate("moved", name="Moved rule", rules=[
        R(name=name, pass_percentage=10, conditions=country(name)) for name in ("AA", "BB", "CC")
    ])
    statsig.Gate("renamed", name="Renamed rule", rules=[R(name="Before", pass_percentage=7, conditions=country("DE"))])
    statsig.Gate("launched", name="Launched gate")
    statsig.Gate("disabled", name="Disabled gate", rules=[R(name="All", pass_percentage=100, conditions=everyone)])
    statsig.Gate("replaced", name="Replaced gate", gate_id="old_id")
    statsig.Gate("released", name="Released gate", description="One page")
    statsig.Gate("deleted", name="Deleted gate")
    statsig.Gate("secret", name="Secret gate", description=pulumi.Output.secret("hush-hush"))
    statsig.Gate("testing", name="Testing gate", rules=[
        R(name="Inside", pass_percentage=100, conditions=[C(type="passes_gate", target_value=[inserted.id])]),
    ])
    statsig.Experiment("reset", name="Reset experiment", groups=halves, status="active", reset_trigger="first")
    statsig.Experiment("started", name="Started experiment", groups=halves, targeting_gate_id=inserted.id)
    statsig.Experiment("decided", name="Decided experiment", groups=halves, status="active")
    statsig.DynamicConfig("config", name="Limits", default_value={"size": 10, "colours": ["red"]}, rules=[
        statsig.ConfigRule(name="Big", pass_percentage=100, return_value={"size": 20}, conditions=country("US")),
    ])
    statsig.Tag("tag", name="shop")
    statsig.Key("key", type="SERVER", description="Server key")
    statsig.Environments("environments", environments=[
        statsig.Environment(name="development"), statsig.Environment(name="production", is_production=True),
    ], allow_removal=True)
    statsig.Layer("layer", name="Homepage", id_type="userID", parameters=[
        statsig.LayerParameter(name="title", type="string", default_value="Hello"),
    ])
    statsig.Gate("unchanged", name="Unchanged gate")
"""
)
AFTER: Final = (
    SHARED
    + """
    inserted = statsig.Gate("inserted", name="Inserted rule", rules=[
        R(name="Beta", pass_percentage=100, conditions=[
            C(type="user_id", operator="any", target_value=["ana", "bob"]),
        ]),
        R(name="Benelux", pass_percentage=50, conditions=country("NL", "BE", "DE")),
    ])
    statsig.Gate("removed", name="Removed rule", rules=[R(name="Rest", pass_percentage=1, conditions=[])])
    statsig.Gate("moved", name="Moved rule", rules=[
        R(name=name, pass_percentage=10, conditions=country(name)) for name in ("BB", "AA", "CC")
    ])
    statsig.Gate("renamed", name="Renamed rule", rules=[R(name="After", pass_percentage=7, conditions=country("DE"))])
    statsig.Gate("launched", name="Launched gate", is_launched=True)
    statsig.Gate("disabled", name="Disabled gate", is_enabled=False, rules=[
        R(name="All", pass_percentage=100, conditions=everyone),
    ])
    statsig.Gate("replaced", name="Replaced gate", gate_id="new_id")
    statsig.Gate("released", name="Released gate")
    created = statsig.Gate("created", name="Created gate", rules=[
        R(name="All", pass_percentage=100, conditions=everyone),
    ])
    statsig.Gate("secret", name="Secret gate", description=pulumi.Output.secret("very-quiet"))
    statsig.Gate("testing", name="Testing gate", rules=[
        R(name="Inside", pass_percentage=100, conditions=[
            C(type="passes_gate", target_value=[inserted.id]), C(type="passes_gate", target_value=[created.id]),
        ]),
    ])
    statsig.Experiment("reset", name="Reset experiment", groups=halves, status="setup", reset_trigger="second")
    statsig.Experiment(
        "started", name="Started experiment", groups=halves, targeting_gate_id=inserted.id, status="active",
    )
    statsig.Experiment(
        "decided", name="Decided experiment", groups=halves,
        status="decision_made", launched_group="Test", decision_reason="More orders",
    )
    statsig.DynamicConfig("config", name="Limits", default_value={"size": 12, "colours": ["red"], "new": True}, rules=[
        statsig.ConfigRule(name="Big", pass_percentage=100, return_value={"size": 25}, conditions=country("US")),
    ])
    statsig.Tag("tag", name="shop", description="Objects of the shop")
    statsig.Key("key", type="SERVER", description="Server key", is_active=False)
    statsig.Environments("environments", environments=[
        statsig.Environment(name="production", is_production=True),
    ], allow_removal=True)
    statsig.Layer("layer", name="Homepage", id_type="userID", parameters=[
        statsig.LayerParameter(name="title", type="string", default_value="Welcome"),
    ])
    statsig.Gate("unchanged", name="Unchanged gate")
"""
)
SECRETS: Final = ("hush-hush", "very-quiet")
