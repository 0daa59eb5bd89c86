"""A wrong program: each marked line is one error for both type checkers. The mark is the code of mypy."""

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
