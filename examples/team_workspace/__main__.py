"""Two teams share a Statsig organization: their users, the objects of one team, and rules of the other."""

import pulumi

import statsig_pulumi as statsig

# The users. Users who are not in the organization yet are invited.
ana = statsig.User("ana", email="ana@example.com", role="Admin", first_name="Ana", last_name="Jansen")
ben = statsig.User("ben", email="ben@example.com", role="Member")
cy = statsig.User("cy", email="cy@example.com", role="Member")
dee = statsig.User("dee", email="dee@example.com", role="Read Only")

search = statsig.Team(
    "search",
    name="Search",
    description="Everything between the query and the result",
    members=[ben.email, dee.email],
    admins=[ana.email],
    change_team_configs="team_only",
    review_approval="team_only",
)
safety = statsig.Team("safety", name="Safety", description="Keeps the shop open", members=[cy.email])

latency = statsig.Tag("latency", name="latency", description="Can make pages slower")
ranking = statsig.Tag("ranking", name="ranking", description="Changes what comes first")

# The objects of the Search team. The gate omits its rules, which are resources of their own below.
semantic = statsig.Gate(
    "semantic-search",
    name="semantic_search",
    description="Results by meaning, and not by words alone",
    type="PERMANENT",
    team=search.name,
    tags=[latency.name, ranking.name],
)
limits = statsig.DynamicConfig(
    "search-limits",
    name="search_limits",
    description="How much a search may ask for",
    team=search.name,
    tags=[latency.name],
    default_value={"results": 50, "timeout_ms": 400},
)

# A rule of the team, and a rule of another team. Neither changes the other, nor rules created in the console.
beta = statsig.GateRule(
    "beta",
    gate_id=semantic.id,
    name="A tenth of the Netherlands",
    pass_percentage=10,
    environments=["production"],
    conditions=[statsig.Condition(type="country", operator="any", target_value=["NL"])],
)
statsig.GateRule(
    "load-test",
    gate_id=semantic.id,
    name="Safety's load test",
    pass_percentage=100,
    conditions=[
        statsig.Condition(type="custom_field", field="load_test", operator="any", target_value=["true"]),
    ],
    opts=pulumi.ResourceOptions(depends_on=[beta]),  # rules are evaluated in the order of their creation
)

pulumi.export("gate", semantic.id)
pulumi.export("limits", limits.default_value)
pulumi.export("teams", [search.name, safety.name])
