"""A shop opens its new checkout to a country, to companies of a list, and to testers."""

import pulumi

import statsig_pulumi as statsig


def in_segment(segment: statsig.Segment) -> statsig.Condition:
    """The unit is a member of the segment."""
    return statsig.Condition(type="passes_segment", target_value=segment.id)


benelux = statsig.Segment(
    "benelux",
    name="Benelux adults",
    type="rule_based",
    description="Adults in the Netherlands, Belgium and Luxembourg",
    rules=[
        statsig.Rule(
            name="Adults",
            pass_percentage=100,
            conditions=[
                statsig.Condition(type="country", operator="any", target_value=["NL", "BE", "LU"]),
                statsig.Condition(type="custom_field", field="age", operator="gte", target_value=18),
            ],
        )
    ],
)

companies = statsig.Segment(
    "beta-companies",
    name="Beta companies",
    type="id_list",
    id_type="companyID",
    description="Companies that agreed to test",
)
company_ids = statsig.SegmentIDs("beta-companies", segment_id=companies.id, ids_file="ids/beta_companies.txt")

testers = statsig.Segment(
    "testers", name="Testers", type="user_store_id_list", description="Also filled by the QA tool"
)
statsig.SegmentIDs("testers", segment_id=testers.id, ids=["tester-1", "tester-2"], keep_others=True)

checkout = statsig.Gate(
    "checkout",
    name="new_checkout",
    id_type="userID",
    rules=[
        statsig.Rule(name="Testers", pass_percentage=100, conditions=[in_segment(testers)]),
        statsig.Rule(name="Companies", pass_percentage=100, conditions=[in_segment(companies)]),
        statsig.Rule(name="Benelux", pass_percentage=10, conditions=[in_segment(benelux)]),
    ],
)

statsig.DynamicConfig(
    "limits",
    name="checkout_limits",
    default_value={"items": 20},
    rules=[statsig.ConfigRule(name="Companies", conditions=[in_segment(companies)], return_value={"items": 500})],
)

pulumi.export("gate", checkout.id)
pulumi.export("companies", company_ids.count)
