"""A first feature gate: it passes for a tenth of all users."""

import pulumi

import statsig_pulumi as statsig

first_gate = statsig.Gate(
    "first-gate",
    name="first_gate",
    description="A first gate, managed by Pulumi",
    rules=[statsig.Rule(name="A tenth of all users", pass_percentage=10)],
)

pulumi.export("gate", first_gate.id)
