"""Identity through changes, replacement, and Pulumi's resource options."""

from __future__ import annotations

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

SECRET = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi tells a secret from other objects in the state."""

BEFORE = """
team = statsig.Team("team", name="Shop")
tag = statsig.Tag("tag", name="payments")
statsig.Gate("gate", name="New Checkout", team=team.name, tags=[tag.name], rules=[
    statsig.Rule(name="Dutch", pass_percentage=10, conditions=[
        statsig.Condition(type="country", operator="any", target_value=["NL", "BE"]),
    ]),
    statsig.Rule(name="Everyone", pass_percentage=1),
])
statsig.Gate("longer", name="Longer", rules=[#HERE
    statsig.Rule(name="French", pass_percentage=10),
    statsig.Rule(name="Everyone", pass_percentage=1),
])
statsig.Gate("both", name="Both", rules=[#HERE
    statsig.Rule(name="Dutch", pass_percentage=10, environments=["staging"]),
    statsig.Rule(name="Everyone", pass_percentage=1),
])
statsig.Gate("by-id", name="Basket", gate_id="basket_one")
search = statsig.Gate("search", name="Search One", gate_id="search_one")
statsig.Gate("user", name="Uses It", rules=[statsig.Rule(name="Search", pass_percentage=100, conditions=[
    statsig.Condition(type="passes_gate", target_value=[search.id]),
])])
"""
AFTER = (
    BEFORE.replace('name="Shop"', 'name="Store"')
    .replace('name="payments"', 'name="money"')
    .replace('name="New Checkout"', 'name="Checkout"')
    .replace('name="Dutch"', 'name="Low Countries"')
    .replace("#HERE\n", '\n    statsig.Rule(name="Staff", pass_percentage=50),\n')
    .replace("basket_one", "basket_two")
    .replace("search_one", "search_two")
    .replace("Search One", "Search Two")
)


def base_ids(emulator: Emulator, id_: str) -> dict[str, str]:
    return {rule["name"]: rule["baseID"] for rule in emulator.object("gates", id_)["rules"]}


def test_a_new_name_updates_in_place_and_a_new_id_replaces(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(BEFORE).up()
    rules, shorter, mixed = (base_ids(emulator, gate) for gate in ("new_checkout", "longer", "both"))
    ids = {kind: emulator.object(kind, name)["id"] for kind, name in (("teams", "Shop"), ("tags", "payments"))}
    wire.requests()

    preview = stack.program(AFTER).preview()
    assert wire.written() == []
    assert "+-2 to replace" in preview
    # The gate that names a replaced one has a condition with an id not known before that is made.
    assert "~ 6 to update" in preview
    stack.up()
    writes = wire.writes()
    by_object = {f"{e['method']} {e['path']} {(e['body'] or {}).get('id', '')}".strip(): e["body"] for e in writes}
    assert len(writes) == len(by_object) == 10
    assert by_object[f"PATCH /users/teams/{ids['teams']}"] == {"name": "Store"}
    assert by_object[f"PATCH /tags/{ids['tags']}"]["name"] == "money"
    gate = by_object["PATCH /gates/new_checkout"]
    # The gate shows the new name of its team already.
    assert (gate["name"], gate["tags"], "team" in gate) == ("Checkout", ["money"], False)
    order = list(by_object)
    # The same name again: the old gate goes first. Another name: it goes last, when nothing refers to it any more.
    assert order.index("DELETE /gates/basket_one") < order.index("POST /gates basket_two")
    assert order.index("POST /gates search_two") < order.index("PATCH /gates/uses_it")
    assert order.index("PATCH /gates/uses_it") < order.index("DELETE /gates/search_one")

    live = Client(emulator.key, emulator.url).get("gates/new_checkout")
    assert (live["name"], live["team"], live["tags"]) == ("Checkout", "Store", ["money"])
    # A rule under a new name is the rule it was, and one put on top leaves the others what they were.
    assert base_ids(emulator, "new_checkout") == {"Low Countries": rules["Dutch"], "Everyone": rules["Everyone"]}
    both = base_ids(emulator, "both")
    assert list(both) == ["Staff", "Low Countries", "Everyone"]
    assert (both["Low Countries"], both["Everyone"]) == (mixed["Dutch"], mixed["Everyone"])
    longer = base_ids(emulator, "longer")
    assert list(longer) == ["Staff", "French", "Everyone"]
    assert longer == shorter | {"Staff": longer["Staff"]}
    stack.refresh_is_empty()
    stack.preview_is_empty()
    assert set(stack.resources()) == {"team", "tag", "gate", "longer", "both", "by-id", "search", "user"}


OPTIONS = """
def gate(name, description="One", opts=None, **given):
    return statsig.Gate(name, name=name + " gate", description=description, opts=opts, **given)

gate("ignored", opts=pulumi.ResourceOptions(ignore_changes=["is_enabled"]), is_enabled={on})
gate("deep", opts=pulumi.ResourceOptions(ignore_changes=["rules[0].pass_percentage"]), rules=[
    statsig.Rule(name="{rule}", pass_percentage={share}),
])
gate("replaced", "{words}", opts=pulumi.ResourceOptions(replace_on_changes=["description"]))
gate("hidden", "{words} secret words", opts=pulumi.ResourceOptions(additional_secret_outputs=["description"]))
gate("{alias}", "One", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]), gate_id="old_gate")
{gone}
"""
GONE = """
gate("retained", opts=pulumi.ResourceOptions(retain_on_delete=True))
gate("protected", opts=pulumi.ResourceOptions(protect=True))
"""


def test_resource_options_take_python_property_names(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    program = OPTIONS.replace('name=name + " gate"', 'name="old gate" if "gate_id" in given else name + " gate"')
    first = {"on": True, "rule": "Beta", "share": 10, "words": "One", "alias": "old", "gone": GONE}
    stack.program(program.format(**first)).up()
    assert SECRET in stack.resources()["hidden"]["outputs"]["description"]
    made = {record["id"]: record["createdTime"] for record in emulator.objects("gates")}
    answer = stack.up("--replace", "urn:pulumi:test::engine::pulumi-python:dynamic/statsig:Gate::retained", ok=False)
    assert "Gate 'retained gate' cannot be replaced: retain_on_delete keeps the object" in answer
    wire.requests()

    then = {"on": False, "rule": "Gamma", "share": 90, "words": "Two", "alias": "new", "gone": ""}
    stack.program(program.format(**then))
    refused = stack.up(ok=False)
    assert (
        'resource "urn:pulumi:test::engine::pulumi-python:dynamic/statsig:Gate::protected" cannot be deleted' in refused
    )

    stack.program(program.format(**then | {"gone": GONE.splitlines()[-1]})).up()
    assert wire.written() == [
        "DELETE /gates/replaced_gate",
        "PATCH /gates/deep_gate: rules",
        "PATCH /gates/hidden_gate: description",
        "POST /gates: description name",
    ]
    assert emulator.object("gates", "ignored_gate")["isEnabled"] is True
    (rule,) = emulator.object("gates", "deep_gate")["rules"]
    assert (rule["name"], rule["passPercentage"]) == ("Gamma", 10)
    assert emulator.object("gates", "old_gate")["createdTime"] == made["old_gate"]
    assert emulator.object("gates", "retained_gate")["name"] == "retained gate"
    assert set(stack.resources()) == {"ignored", "deep", "replaced", "hidden", "new", "protected"}
    assert SECRET in stack.resources()["hidden"]["outputs"]["description"]
    stack.preview_is_empty()


REPLACED_FIRST = """
opts = pulumi.ResourceOptions(delete_before_replace=True, replace_on_changes=["description"])
statsig.Gate("gate", name="checkout", description="{words}", opts=opts)
"""


def test_an_object_that_others_create_within_a_replacement_is_not_deleted(stack: Stack, emulator: Emulator) -> None:
    """The old object is deleted, the create of the new one fails, and somebody takes the name in between."""
    stack.program(REPLACED_FIRST.format(words="One")).up()
    emulator.fault(kind="status", method="POST", path="/gates", status=400, times=1)
    stack.program(REPLACED_FIRST.format(words="Two")).up(ok=False)
    assert emulator.objects("gates") == []
    emulator.add("gates", {"name": "checkout", "description": "Hers"})
    assert "Gate 'checkout' exists already in Statsig" in stack.up(ok=False)
    assert emulator.object("gates", "checkout")["description"] == "Hers"
    emulator.remove("gates", "checkout")
    stack.up()
    assert emulator.object("gates", "checkout")["description"] == "Two"
    stack.preview_is_empty()
