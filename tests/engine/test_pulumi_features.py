"""Features of Pulumi that work with every provider: transforms, resource options, inline programs."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from statsig_pulumi.emulator import Emulator

from . import all_kinds
from .stack import Stack
from .wire import Wire

URL_AND_KEY = ("STATSIG_CONSOLE_URL", "STATSIG_CONSOLE_KEY")
HIDDEN = """
gate = pulumi.ResourceOptions(hide_diffs=["description", "is_enabled", "rules[0].pass_percentage"])
statsig.Gate("gate", name="checkout", description="{text}", is_enabled={on}, opts=gate, rules=[
    statsig.Rule(name="Staff", pass_percentage={share})])
statsig.Team("team", name="Shop", description="{text}", opts=pulumi.ResourceOptions(hide_diffs=["*"]))
statsig.Tag("tag", name="payments", description="One {text}")
"""


def test_hidden_diffs_are_in_no_message_but_consequences_are(stack: Stack, emulator: Emulator) -> None:
    stack.program(HIDDEN.format(text="first", on=True, share=10)).up()
    preview = stack.program(HIDDEN.format(text="other", on=False, share=20)).preview()
    assert "~ 3 to update" in preview
    assert 'description: "One first" -> "One other"' in preview
    assert '"first"' not in preview
    assert "rule " not in preview
    assert "warning: disabled: fails for everyone" in preview  # a consequence is no diff
    stack.up()
    stack.preview_is_empty()
    assert emulator.object("gates", "checkout")["description"] == "other"
    state = stack.resources()["gate"]
    assert "__hidden" not in state["inputs"] | state["outputs"]


TRANSFORMS = """
def describe(args):
    if args.type_.endswith("statsig:Gate"):
        return pulumi.ResourceTransformationResult({**args.props, "description": "From the stack"}, args.opts)

def tag(args):
    if args.type_.endswith("statsig:Gate"):
        return pulumi.ResourceTransformResult({**args.props, "tags": ["payments"]}, args.opts)

pulumi.runtime.register_stack_transformation(describe)
pulumi.runtime.register_resource_transform(tag)

class Checkout(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("shop:index:Checkout", "checkout")
        statsig.Gate("gate", name="checkout", opts=pulumi.ResourceOptions(parent=self, import_=""))

statsig.Tag("tag", name="payments")
Checkout()
"""


def test_transforms_change_the_inputs_of_resources_and_are_checked(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    stack.program(TRANSFORMS).up()
    gate = emulator.object("gates", "checkout")
    assert (gate["description"], gate["tags"]) == ("From the stack", ["payments"])
    stack.preview_is_empty()
    stack.refresh_is_empty()
    wire.requests()
    wrong = TRANSFORMS.replace('"tags": ["payments"]', '"tgas": [], "type": "STALE"')
    answer = stack.program(wrong).preview(ok=False)
    assert "tgas: is not a property that a program can set; did you mean 'tags'?" in answer
    assert "type: input should be 'PERMANENT' or 'TEMPORARY'" in answer
    assert "Traceback" not in answer
    assert wire.writes() == []


INLINE = """
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pulumi
import statsig_pulumi as statsig
from pulumi import automation

def program():
    team = statsig.get_team("Shop")
    gate = statsig.Gate("gate", name="checkout", description=team.description)
    statsig.GateRule("rule", gate_id=gate.id, name="Staff", pass_percentage=10)
    pulumi.export("team", team.description)

def run(project):
    name, key, url = project
    inline = automation.create_or_select_stack(name, "inline", program)
    inline.set_config("statsig:apiKey", automation.ConfigValue(key, secret=True))
    inline.set_config("statsig:baseUrl", automation.ConfigValue(url))
    created = inline.up()
    unchanged = inline.preview(expect_no_changes=True)
    return created.summary.resource_changes, unchanged.change_summary, created.outputs["team"].value

with ThreadPoolExecutor() as pool:
    print(json.dumps(list(pool.map(run, json.loads(sys.argv[1])))))
"""


def test_inline_programs_in_threads_use_the_projects_of_their_stacks(stack: Stack, emulator: Emulator) -> None:
    """In a process of their own: the gRPC server of an inline program does not allow forks after it."""
    env = {name: value for name, value in stack.env.items() if name not in (*URL_AND_KEY, "PULUMI_STACK")}
    with Emulator() as other:
        projects = {"first": emulator, "second": other}
        for name, its in projects.items():
            its.add("teams", {"name": "Shop", "description": f"Of {name}"})
        argument = json.dumps([(name, its.key, its.url) for name, its in projects.items()])
        words = [sys.executable, "-c", INLINE, argument]
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=300, check=True)
        gates = [gate["description"] for its in projects.values() for gate in its.objects("gates")]
    assert json.loads(done.stdout) == [[{"create": 3}, {"same": 3}, f"Of {name}"] for name in projects]
    assert gates == ["Of first", "Of second"]


RENAMED = """
def keep(args):
    old = pulumi.ResourceOptions(aliases=[pulumi.Alias(name=args.name.removeprefix("new-"))], {options})
    return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, old))

pulumi.runtime.register_stack_transformation(keep)
"""


def test_all_kinds_are_renamed_ignored_and_retained_without_a_write(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    all_kinds.prepare(emulator)
    stack.program(all_kinds.program("create")).up()
    count = len(stack.resources())
    wire.requests()

    def rename(phase: str, options: str) -> str:
        return RENAMED.format(options=options) + re.sub(
            r'(statsig\.\w+\(\s*)"([\w-]+)"', r'\1"new-\2"', all_kinds.program(phase)
        )

    stack.program(rename("create", "")).up("--expect-no-changes")
    assert len(stack.resources()) == count
    assert {name.partition("-")[0] for name in stack.resources()} == {"new"}
    stack.refresh_is_empty()
    stack.program(rename("update", 'ignore_changes=["*"]')).preview_is_empty()
    stack.program(rename("create", "retain_on_delete=True")).up("--expect-no-changes")
    stack.destroy()
    assert wire.writes() == []
    assert all_kinds.find_wrong_objects(emulator, "create") == {}


REPLACED = """
def opts(**given):
    return pulumi.ResourceOptions(**given)

gate = statsig.Gate("gate", name="checkout", opts=opts(replacement_trigger={n}))
statsig.GateRule("rule", gate_id=gate.id, name="Staff", pass_percentage=10)
segment = statsig.Segment("segment", name="staff", segment_id="staff", type="id_list", opts=opts(replace_with=[gate]))
statsig.SegmentIDs("ids", segment_id=segment.id, ids=["ana"])
config = statsig.DynamicConfig("config", name="limits", description="{n}", opts=opts(
    delete_before_replace=False, replace_on_changes=["description"]))
statsig.DynamicConfigRule("config-rule", dynamic_config_id=config.id, name="All", pass_percentage=5,
                          return_value={{"n": 1}})
statsig.Layer("layer", name="search", id_type="userID", description="{n}", opts=opts(replace_on_changes=["*"]))
"""


def test_options_that_replace_resources_leave_each_object_once(stack: Stack, emulator: Emulator) -> None:
    stack.program(REPLACED.format(n=1)).up()
    before = {kind: emulator.objects(kind)[0]["createdTime"] for kind in ("gates", "segments", "dynamic_configs")}
    stack.program(REPLACED.format(n=2)).up()
    for kind, time in before.items():
        (replaced,) = emulator.objects(kind)
        assert replaced["createdTime"] > time
    assert [rule["name"] for kind in ("gates", "dynamic_configs") for rule in emulator.objects(kind)[0]["rules"]] == [
        "Staff",
        "All",
    ]
    assert [layer["description"] for layer in emulator.objects("layers")] == ["2"]
    stack.preview_is_empty()
    stack.refresh_is_empty()
