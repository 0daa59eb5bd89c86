"""A wrong program.

A line that is marked by E is one error for both type checkers, with this code of mypy. For a line that is marked by P,
types cannot show the mistake: a preview reports this text.
"""

import statsig_pulumi as statsig

gate = statsig.Gate("gate", name="gate")
rule = statsig.Rule(name="rule", pass_percentage=1)

statsig.Gate("x")  # E: call-arg
statsig.Gate(name="x")  # E: call-arg
statsig.Gate("x", name="x", nope=1)  # E: call-arg
statsig.Gate("x", name="x", version=3)  # E: call-arg
statsig.Gate("x", name=3)  # E: arg-type
statsig.Gate("x", name=None)  # E: arg-type
statsig.Gate("x", name=gate.version)  # E: arg-type
statsig.Gate("x", name="x", is_enabled=None)  # E: arg-type
statsig.Gate("x", name="x", is_enabled="yes")  # E: arg-type
statsig.Gate("x", name="x", type="STALE")  # E: arg-type
statsig.Gate("x", name="x", tags=[3])  # E: list-item
statsig.Gate("x", name="x", tags=[None])  # E: list-item
statsig.Gate("x", name="x", tags=gate.rules)  # E: arg-type
statsig.Gate("x", name="x", rules=rule)  # E: arg-type
statsig.Gate("x", name="x", rules=[statsig.Condition(type="public")])  # E: list-item
statsig.Gate("x", name="x", review_settings=rule)  # E: arg-type
statsig.Gate("x", name="x", opts=3)  # E: arg-type
statsig.DynamicConfig("x", name="x", default_value=[1])  # E: arg-type
statsig.Rule(name="x")  # E: call-arg
statsig.Rule(name="x", pass_percentage="x")  # E: arg-type
statsig.Rule(name="x", pass_percentage=1, base_id="x")  # E: call-arg
statsig.Rule(name="x", pass_percentage=1, return_value={})  # E: call-arg
statsig.Condition(type="nope")  # E: arg-type
statsig.Condition(type="public", operators="any")  # E: call-arg
statsig.Condition(type="user_id", operator="any", target_value={"x"})  # E: arg-type
gate.name.apply(lambda name: name.nope)  # E: attr-defined
_ = gate.nope  # E: attr-defined
_ = rule.name.apply  # E: attr-defined
_ = statsig.Nope  # E: attr-defined
statsig.get_user()  # E: call-overload
_ = statsig.get_user("ana@example.com").nope  # E: attr-defined
statsig.get_user("ana@example.com").apply(print)  # E: attr-defined
record = statsig.list_gates()[0]
_ = record.name + "x"  # E: operator
_ = record.version + 1  # E: operator
_ = record.tags.apply  # E: attr-defined
_ = record.is_launched  # E: attr-defined
_ = gate.subtype  # E: attr-defined
statsig.GateRule("x", name="x", pass_percentage=1)  # E: call-arg
statsig.Team("x", name="x", default_holdout_id=3)  # E: arg-type
statsig.MetricSource("x", name="x", timestamp_column=None, id_type_mapping=[])  # E: arg-type
statsig.list_gates(type="GONE")  # E: arg-type
statsig.list_gates(tag="core")  # E: call-arg
gate.is_enabled = True  # E: arg-type
gate.version = 3  # E: arg-type
rule.pass_percentage = 3  # E: arg-type
record.tags = []  # E: arg-type

# Conditions.
condition = statsig.Condition.country(any_of=["NL"])
statsig.Condition(type="country", operator="anny", target_value="NL")  # E: arg-type
statsig.Condition(type="email", operator="contains", target_value="@example.com")  # E: arg-type
statsig.Condition.country(gt="NL")  # E: call-arg
statsig.Condition.country(anyof=["NL"])  # E: call-arg
statsig.Condition.email(is_null=True)  # E: call-arg
statsig.Condition.user_id(gte=3)  # E: call-arg
statsig.Condition.app_version(gte=2.10)  # E: arg-type
statsig.Condition.app_version(version_gte="2.10")  # E: call-arg
statsig.Condition.custom_field(any_of=["pro"])  # E: call-arg
statsig.Condition.custom_field("plan", contains=["pro"])  # E: call-arg
statsig.Condition.unit_id(any_of=["c1"])  # E: call-arg
statsig.Condition.time(on=1)  # E: call-arg
statsig.Condition.public(any_of=["x"])  # E: call-arg
statsig.Condition.passes_gate()  # E: call-arg
statsig.Condition.passes_gate(gate, any_of="x")  # E: call-arg
statsig.Condition.passes_gate(rule)  # E: arg-type
statsig.Condition.device_model(is_null=False)  # E: arg-type
statsig.Condition.nation(any_of=["NL"])  # E: attr-defined
_ = condition | condition  # E: operator
_ = condition & "NL"  # E: operator
condition.operator = "none"  # E: arg-type
statsig.Rule(name="x", pass_percentage=1, conditions="NL")  # E: arg-type


def declare(name: str, *conditions: statsig.Condition, share: float = 1) -> None:
    """Declare a gate with one rule."""
    statsig.Gate(name, name=name, rules=[statsig.Rule(name="rule", pass_percentage=share, conditions=conditions)])


Plain = statsig.Condition

# What types cannot show.
Plain.country()  # P: Condition.country: takes one comparison, and none is given; it has any_of, none_of
Plain.country(any_of=["NL"], none_of=["BE"])  # P: Condition.country: takes one comparison, not any_of and none_of
declare("gate1", Plain(type="country", operator="gt", target_value="NL"))  # P: 'gt' is not valid for type 'country'
declare("gate2", Plain(type="app_version", operator="gte", target_value="2"))  # P: did you mean 'version_gte'?
declare("gate3", Plain(type="user_id", operator="eq", target_value="u"))  # P: did you mean 'any'?
declare("gate4", Plain(type="custom_field", operator="any", target_value="x"))  # P: .field: is required for a condition
declare("gate5", Plain(type="public", operator="any"))  # P: must be omitted for a condition of type 'public'
declare("gate6", Plain(type="country", operator="any"))  # P: .target_value: is required for a condition of type
declare("gate7", Plain.custom_field("age", gt="x"))  # P: must be a number for operator 'gt'
declare("gate8", condition, share=101)  # P: pass_percentage: input should be less than or equal to 100
declare("gate9", condition, share=33.333)  # P: pass_percentage: must have at most two decimals
declare("gate10", condition, share=True)  # P: pass_percentage: input should be a valid number
