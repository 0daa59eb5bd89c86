"""After lost responses, interrupted runs and forced replacements, the next run ends with what is declared."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .killing import kill_all
from .stack import Stack
from .wire import Wire

EXPERIMENT = """
statsig.Experiment("exp", name="exp", reset_trigger="{trigger}", {more}, groups=[
    statsig.Group(name="Several", size=50), statsig.Group(name="One", size=50),
])
"""
DECIDED = 'status="decision_made", launched_group="One", decision_reason="More purchases"'


@pytest.fixture(autouse=True)
def orphans(stack: Stack) -> Iterator[None]:
    """What a killed engine leaves behind is ended with the test."""
    yield
    kill_all(stack)


def experiment(more: str, trigger: str = "1") -> str:
    return EXPERIMENT.format(more=more, trigger=trigger)


def lose_response(emulator: Emulator, method: str, path: str, times: int = 1) -> None:
    emulator.fault(kind="drop_after", method=method, path=path, times=times)


def passing_users(emulator: Emulator, gate: str) -> Any:
    return Client(emulator.key, emulator.url).get(f"gates/{gate}/overrides")["passingUserIDs"]


def web_keys(emulator: Emulator) -> list[str]:
    return [each["key"] for each in emulator.objects("keys") if each["description"] == "web"]


def tags(emulator: Emulator) -> list[str]:
    return [each["name"] for each in emulator.objects("tags") if not each["isCore"]]


def live_status(emulator: Emulator) -> Any:
    return emulator.object("experiments", "exp")["status"]


def test_an_experiment_goes_through_its_life_while_responses_are_lost(stack: Stack, emulator: Emulator) -> None:
    lose_response(emulator, "PUT", "/experiments/exp/start")
    stack.program(experiment('status="active"')).up()
    assert live_status(emulator) == "active"
    lose_response(emulator, "PUT", "/experiments/exp/make_decision")
    stack.program(experiment(DECIDED)).up()
    assert live_status(emulator) == "decision_made"
    lose_response(emulator, "PUT", "/experiments/exp/reset")
    lose_response(emulator, "PUT", "/experiments/exp/start")
    stack.program(experiment('status="active"', trigger="2")).up()
    assert live_status(emulator) == "active"
    lose_response(emulator, "PUT", "/experiments/exp/abandon")
    stack.program(experiment('status="abandoned", decision_reason="Too slow"', trigger="2")).up()
    assert live_status(emulator) == "abandoned"
    assert len(emulator.objects("experiments")) == 1
    stack.preview_is_empty()


def test_an_unfinished_create_fails_the_command_and_the_next_run_finishes_it(stack: Stack, emulator: Emulator) -> None:
    emulator.fault(method="PUT", path="/experiments/exp/start", status=400, body={"status": 400, "message": "no"})
    stack.program(experiment('status="active"'))
    failed = stack.up(ok=False)
    assert "Experiment 'exp' was created without status: PUT /experiments/exp/start answered 400: no" in failed.text
    assert "Traceback" not in failed.text
    assert stack.resources()["exp"]["outputs"]["status"] == "setup"
    stack.up()
    assert live_status(emulator) == "active"
    stack.preview_is_empty()


def test_a_state_from_before_the_changes_converges(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    """A killed run leaves the state of before: here, before the reset, the start and the decision."""
    stack.program(experiment('status="active"')).up()
    before = stack.folder / "before.json"
    before.write_text(stack.exported())
    stack.program(experiment(DECIDED)).up()
    stack.run("stack", "import", "--file", str(before))
    wire.requests()
    stack.up()
    assert wire.written() == []
    stack.preview_is_empty()

    # The reset was carried out, and nothing after it.
    before.write_text(stack.exported())
    emulator.edit("experiments", "exp", {"status": "setup", "launchedGroupID": None, "decisionReason": None})
    stack.program(experiment('status="active"', trigger="2")).refresh()
    stack.up()
    assert wire.written() == ["PUT /experiments/exp/start"]
    assert live_status(emulator) == "active"
    stack.preview_is_empty()


def test_a_decision_of_a_colleague_is_drift_with_both_ways_on(stack: Stack, emulator: Emulator) -> None:
    stack.program(experiment('status="active"')).up()
    (one,) = (g["id"] for g in emulator.object("experiments", "exp")["groups"] if g["name"] == "One")
    emulator.edit(
        "experiments", "exp", {"status": "decision_made", "launchedGroupID": one, "decisionReason": "Ana says so"}
    )
    stack.refresh()
    preview = stack.preview("--diff")
    assert '"decision_made" => "active"' in preview
    keep = (
        "to keep 'decision_made', declare status='decision_made', launched_group='One', decision_reason='Ana says so'"
    )
    for answer in (preview, stack.up(ok=False)):
        assert "'decision_made' cannot become 'active', only 'archived'" in answer
        assert keep in answer
        assert "to start over, which deletes the results, change reset_trigger" in answer
    assert live_status(emulator) == "decision_made"

    kept = 'status="decision_made", launched_group="One", decision_reason="Ana says so"'
    stack.program(experiment(kept)).preview_is_empty()
    stack.program(experiment('status="active"', trigger="2")).up()
    assert live_status(emulator) == "active"
    # A change of the program that no update can reach is still an error of the preview.
    assert "'active' cannot become 'setup'" in stack.program(experiment('status="setup"', trigger="2")).preview(
        ok=False
    )


def test_creates_of_an_outage_are_found_by_the_next_run(stack: Stack, emulator: Emulator) -> None:
    emulator.fault(kind="drop_after", method="POST", path="/gates", times=None)
    emulator.fault(kind="drop_before", method="GET", path="/gates/{id}", times=None)
    stack.program('for i in range(4):\n    statsig.Gate(f"gate-{i}", name=f"gate {i}")\n')
    words = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"]
    env = stack.env_for_interrupts()
    with subprocess.Popen(words, cwd=stack.folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as up:
        while len(emulator.objects("gates")) < 4:
            assert up.poll() is None
            time.sleep(0.05)
        for _ in range(2):
            up.send_signal(signal.SIGINT)
            time.sleep(0.5)
        emulator.clear_faults()
        up.communicate()
    stack.run("cancel", "--yes", stack.name, ok=None)
    made = {gate["id"]: gate["createdTime"] for gate in emulator.objects("gates")}
    stack.up()
    assert {gate["id"]: gate["createdTime"] for gate in emulator.objects("gates")} == made
    assert len(stack.resources()) == 4
    stack.preview_is_empty()


def test_a_forced_replacement_deletes_first_and_restores_what_belongs_to_it(stack: Stack, emulator: Emulator) -> None:
    stack.program(
        """
        inside = pulumi.ResourceOptions(parent=pulumi.ComponentResource("test:index:Flags", "flags"))
        gate = statsig.Gate("gate", name="gate", opts=inside)
        statsig.GateOverrides("overrides", gate_id=gate.id, passing_user_ids=["ana"])
        statsig.GateRule("rule", gate_id=gate.id, name="Staff", pass_percentage=10, opts=inside)
        """
    ).up()
    urns = {name: resource["urn"] for name, resource in stack.resources().items()}
    rule = emulator.object("gates", "gate")["rules"][0]["id"]

    stack.run("state", "taint", urns["gate"], "--yes")
    stack.up()
    (replaced,) = emulator.object("gates", "gate")["rules"]
    assert (replaced["name"], replaced["passPercentage"]) == ("Staff", 10)
    assert replaced["id"] != rule
    assert passing_users(emulator, "gate") == ["ana"]
    stack.preview_is_empty()
    stack.refresh_is_empty()

    for name in ("overrides", "rule"):
        stack.up("--replace", urns[name])
    assert passing_users(emulator, "gate") == ["ana"]
    assert [each["name"] for each in emulator.object("gates", "gate")["rules"]] == ["Staff"]
    stack.preview_is_empty()
    stack.refresh_is_empty()


@pytest.mark.parametrize(("name", "left"), [("gate", ["old"]), ("gate {id}", ["old", "new"])], ids=["first", "last"])
def test_a_replaced_gate_that_cannot_be_deleted_stays_whole(
    stack: Stack, emulator: Emulator, name: str, left: list[str]
) -> None:
    """With the same name, the old gate is deleted first; with another one, it is deleted last."""
    program = f"""
        gate = statsig.Gate("gate", name="{name}", gate_id="{{id}}")
        statsig.GateOverrides("overrides", gate_id=gate.id, passing_user_ids=["ana"])
        statsig.GateRule("rule", gate_id=gate.id, name="Staff", pass_percentage=10)
        """

    def assert_are_whole(ids: list[str]) -> None:
        rules = {gate["id"]: [rule["name"] for rule in gate["rules"]] for gate in emulator.objects("gates")}
        assert {id_: rules[id_] for id_ in ids} == {id_: ["Staff"] for id_ in ids}
        assert [passing_users(emulator, id_) for id_ in ids] == [["ana"]] * len(ids)

    stack.program(program.format(id="old")).up()
    condition = {"type": "passes_gate", "targetValue": "old"}
    emulator.add("gates", {"name": "other", "rules": [{"name": "A", "passPercentage": 1, "conditions": [condition]}]})
    answer = stack.program(program.format(id="new")).up(ok=False)
    assert "first remove the references from gate 'other'" in answer
    assert_are_whole(left)

    emulator.remove("gates", "other")
    stack.up()
    assert [gate["id"] for gate in emulator.objects("gates")] == ["new"]
    assert_are_whole(["new"])
    stack.preview_is_empty()


def test_an_error_names_aliases_for_a_rename_and_the_way_out_of_the_archive(stack: Stack, emulator: Emulator) -> None:
    stack.program('statsig.Gate("old", name="gate")\nstatsig.Gate("gone", name="gone", archive_on_delete=True)').up()
    urn = stack.resources()["old"]["urn"]
    answer = stack.program('statsig.Gate("new", name="gate")').up(ok=False)
    assert f'aliases=["{urn}"]' in answer
    assert "import it" not in answer
    stack.program(f'statsig.Gate("new", name="gate", opts=pulumi.ResourceOptions(aliases=["{urn}"]))').up()
    assert len(emulator.objects("gates")) == 2

    both = 'statsig.Gate("new", name="gate")\nstatsig.Gate("gone", name="gone")'
    answer = stack.program(both).up(ok=False)
    assert "Gate 'gone' exists already in Statsig and is archived: id 'gone'" in answer
    assert "to unarchive it, run `statsig-pulumi api PUT gates/gone/unarchive`" in answer
    env = stack.env | {"STATSIG_CONSOLE_KEY": emulator.key, "STATSIG_CONSOLE_URL": emulator.url}
    subprocess.run(["statsig-pulumi", "api", "PUT", "gates/gone/unarchive"], env=env, check=True, capture_output=True)
    imported = both.replace('name="gone")', 'name="gone", opts=pulumi.ResourceOptions(import_="gone"))')
    stack.program(imported).up()
    stack.preview_is_empty()


def test_a_replacement_whose_delete_comes_first_and_fails_is_completed_by_the_next_run(
    stack: Stack, emulator: Emulator
) -> None:
    segment = 'statsig.Segment("segment", name="segment", segment_id="segment_{id}", type="id_list")'
    stack.program(segment.format(id="one")).up()
    emulator.fault(method="GET", path="/gates", status=503, headers={"Retry-After": "3600"})
    assert "GET /gates answered 503" in stack.program(segment.format(id="two")).up(ok=False)
    assert [each["id"] for each in emulator.objects("segments")] == ["segment_one"]
    stack.up()
    assert [each["id"] for each in emulator.objects("segments")] == ["segment_two"]
    stack.preview_is_empty()


RENAMED = """
first = statsig.Gate("first", name="first") if {fails} else None
gate = statsig.Gate("{word}-gate", name="checkout", opts=pulumi.ResourceOptions(depends_on=[first] if {fails} else []))
statsig.GateRule("{word}-rule", gate_id=gate.id, name="Staff", pass_percentage=1)
statsig.Tag("{word}-tag", name="shop")
segment = statsig.Segment("{word}-segment", name="vip", type="id_list")
statsig.SegmentIDs("{word}-ids", segment_id=segment.id, ids=["ana"], opts=pulumi.ResourceOptions(depends_on=[gate]))
"""


@pytest.mark.parametrize("fails", [False, True], ids=["each create fails", "what they depend on fails"])
def test_a_failed_rename_deletes_nothing_if_the_run_continues(
    stack: Stack, emulator: Emulator, wire: Wire, fails: bool
) -> None:
    emulator.add("gates", {"name": "first"})
    stack.program(RENAMED.format(word="old", fails=False)).up()
    before = {kind: emulator.objects(kind) for kind in ("gates", "tags", "segments", "segment_ids")}
    wire.requests()
    answer = stack.program(RENAMED.format(word="new", fails=fails)).up("--continue-on-error", ok=False)
    assert "GateRule 'Staff' was not deleted, because another resource of this run failed" in answer
    assert not [line for line in wire.written() if line.startswith("DELETE")]
    assert {kind: emulator.objects(kind) for kind in before} == before
    stack.program(RENAMED.format(word="old", fails=False)).preview_is_empty()


def test_a_failed_read_deletes_nothing_if_the_run_continues(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program('statsig.Gate("old", name="checkout")').up()
    wire.requests()
    stack.program(
        """
        read = statsig.Gate.get("read", "missing")
        statsig.Gate("new", name="checkout", opts=pulumi.ResourceOptions(depends_on=[read]))
        """
    )
    answer = stack.up("--continue-on-error", ok=False)
    assert "Gate 'checkout' was not deleted, because another resource of this run failed" in answer
    assert wire.written() == []


def test_a_failed_move_to_another_provider_deletes_nothing_if_the_run_continues(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    """Each provider has a plugin of its own."""
    program = f"""
    one, two = [statsig.Provider(name, api_key="{emulator.key}", base_url="{emulator.url}") for name in ("one", "two")]
    statsig.Gate("{{}}", name="checkout", opts=pulumi.ResourceOptions(provider={{}}))
    """
    stack.program(program.format("old", "one")).up()
    wire.requests()
    answer = stack.program(program.format("new", "two")).up("--continue-on-error", ok=False)
    assert "Gate 'checkout' exists already" in answer
    assert "Gate 'checkout' was not deleted, because another resource of this run failed" in answer
    assert wire.written() == ["POST /gates: name"]


REPLACED = """
tag = statsig.Tag("tag", name="{tag}")  # its create is late, so that the failure is before the deletes
layer = statsig.Layer("layer", name="Feed", id_type="{unit}", opts=pulumi.ResourceOptions(depends_on=[tag]))
statsig.Experiment("experiment", name="ranking", layer_id=layer.id, groups=[
    statsig.Group(name="A", size=50), statsig.Group(name="B", size=50)])
statsig.Key("key", type="CLIENT", description="web", delete_while_active=True)
"""
FAILED = 'statsig.Gate("taken", name="taken")\n'


def test_what_is_replaced_is_completed_by_a_run_that_continues_after_a_failure(
    stack: Stack, emulator: Emulator
) -> None:
    """The experiment is deleted before its layer and is not in it; the key is replaced without a diff, and last."""
    emulator.add("gates", {"name": "taken"})
    stack.program(REPLACED.format(tag="one", unit="userID")).up()
    (key,) = web_keys(emulator)
    emulator.fault(kind="delay", method="POST", path="/tags", seconds=1)
    stack.program(FAILED + REPLACED.format(tag="two", unit="stableID").replace('"tag", ', '"other-tag", '))
    answer = stack.up("--continue-on-error", "--replace", stack.resources()["key"]["urn"], ok=False)
    assert "Gate 'taken' exists already" in answer
    assert [each["idType"] for each in emulator.objects("layers") if not each.get("isImplicitLayer")] == ["stableID"]
    assert [each["layerID"] for each in emulator.objects("experiments")] == ["feed"]
    assert len(web_keys(emulator)) == 1
    assert web_keys(emulator) != [key]
    assert tags(emulator) == ["one", "two"]  # it may have been renamed
    emulator.remove("gates", "taken")
    stack.up()
    stack.preview_is_empty()
    assert tags(emulator) == ["two"]


DELETED_FIRST = """
if {n} == 2:
    statsig.Tag("failing", name="taken")
slow = statsig.Gate("slow", name="slow {n}")
after = pulumi.ResourceOptions(depends_on=[slow], delete_before_replace=True)
layer = statsig.Layer("layer", name="layer {n}", id_type="userID", opts=after)
statsig.Experiment("experiment", name="experiment", layer_id=layer.id, groups=[
    statsig.Group(name="A", size=50), statsig.Group(name="B", size=50)])
trigger = pulumi.ResourceOptions.merge(after, pulumi.ResourceOptions(replacement_trigger="{n}"))
statsig.Segment("segment", name="segment", type="id_list", opts=trigger)
"""


def test_replacements_after_a_failure_delete_first_if_the_run_continues(stack: Stack, emulator: Emulator) -> None:
    """The engine asks nothing of a resource with a new trigger. Of the experiment it asks before the program does."""
    stack.program(DELETED_FIRST.format(n=1)).up()
    emulator.fault(method="POST", path="/tags", status=400, body={"status": 400, "message": "no"})
    emulator.fault(kind="delay", method="POST", path="/gates", seconds=1)
    failed = stack.program(DELETED_FIRST.format(n=2)).up("--continue-on-error", ok=False)
    assert "POST /tags answered 400: no" in failed
    assert "was not deleted" not in failed
    assert [each["id"] for each in emulator.objects("layers")] == ["layer_2"]
    stack.up()
    stack.preview_is_empty()
