"""The Statsig project of a key: it is shown, pinned, kept in the state, and there may be several in one program."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

GATE = 'statsig.Gate("gate", name="checkout")'


@pytest.fixture
def other() -> Iterator[Emulator]:
    """Another Statsig project, with a key of its own."""
    with Emulator(key="console-other", project="other-project") as running:
        yield running


def use(stack: Stack, emulator: Emulator) -> None:
    stack.env |= {"STATSIG_CONSOLE_KEY": emulator.key, "STATSIG_CONSOLE_URL": emulator.url}


def requests(emulator: Emulator) -> list[str]:
    """Return the requests since the last call."""
    log = emulator.requests()["log"]
    emulator.clear_requests()
    return [f"{entry['method']} {entry['path']}" for entry in log]


def test_a_key_of_another_project_fails_every_command_before_it_reads_or_writes(
    stack: Stack, emulator: Emulator, other: Emulator
) -> None:
    assert "Statsig project 'emulated-project', with the key from STATSIG_CONSOLE_KEY" in stack.program(GATE).preview()
    stack.up()
    assert requests(emulator) == ["GET /project", "GET /project", "POST /gates"]
    other.add("gates", {"name": "checkout"})
    requests(other)
    use(stack, other)
    changed = GATE.replace('"checkout"', '"checkout", description="New"')
    answers = [
        stack.program(changed).preview(ok=False),
        stack.up(ok=False),
        stack.refresh(ok=False),
        stack.destroy(ok=False),
    ]
    for answer in answers:
        assert "this stack has objects of the Statsig project 'emulated-project', but the key from" in answer
        assert "nothing was read or written" in answer
        assert "Traceback" not in answer
    assert requests(other) == ["GET /project"] * 4
    assert list(stack.resources()) == ["gate"]

    # The move on purpose.
    stack.env["STATSIG_PROJECT"] = "other-project"
    stack.program(GATE).refresh()
    stack.preview_is_empty()
    del stack.env["STATSIG_PROJECT"]
    stack.preview_is_empty()
    stack.run("config", "set", "statsig:project", "other-project")
    use(stack, emulator)
    answer = stack.preview(ok=False)
    assert (
        "statsig:project is 'other-project', but the key from STATSIG_CONSOLE_KEY is for 'emulated-project'" in answer
    )


def test_a_wrong_key_fails_at_the_preview_and_an_offline_preview_needs_none(stack: Stack, emulator: Emulator) -> None:
    stack.env["STATSIG_CONSOLE_KEY"] = "console-wrong"
    answer = stack.program(GATE).preview(ok=False)
    assert "GET /project answered 401" in answer
    assert "console-wrong" not in answer.text.replace("STATSIG_CONSOLE_KEY", "")
    requests(emulator)
    del stack.env["STATSIG_CONSOLE_KEY"]
    assert "no Statsig Console API key is configured" in stack.preview(ok=False)
    stack.env["STATSIG_OFFLINE_PREVIEW"] = "true"
    assert "+ 2 to create" in stack.preview()
    assert "no Statsig Console API key is configured" in stack.up(ok=False)
    assert requests(emulator) == []
    use(stack, emulator)
    stack.up()
    assert requests(emulator) == ["GET /project", "POST /gates"]


def test_a_server_that_does_not_show_the_project_needs_no_project(stack: Stack, emulator: Emulator) -> None:
    emulator.quirk(project_shown=False)
    stack.program(GATE).up()
    stack.preview_is_empty()
    stack.run("config", "set", "statsig:project", "mine")
    assert "is for a project that the API does not show" in stack.preview(ok=False)


PROGRAM = """
keys = pulumi.Config()
eu = statsig.Provider("eu", api_key=keys.require_secret("key"), base_url={url!r}, project="other-project")
statsig.Gate("here", name="checkout")
there = statsig.Gate("there", name="checkout", description="EU", opts=pulumi.ResourceOptions(provider=eu))


class Rollout(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("rollouts:index:Rollout", name, {{}}, opts)
        child = pulumi.ResourceOptions(parent=self)
        gate = statsig.Gate(name, name=name, opts=child)
        statsig.GateOverrides(f"{{name}}-overrides", gate_id=gate.id, passing_user_ids=["ana"], opts=child)


Rollout("rollout", pulumi.ResourceOptions(providers=[eu]))
there_only = pulumi.InvokeOptions(provider=eu)
pulumi.export("names", [
    statsig.list_users().__len__(),
    statsig.get_team("EU", opts=there_only).apply(lambda team: team.name),
    statsig.list_teams(opts=there_only).apply(len),
])
"""


def test_several_projects_in_one_program(stack: Stack, emulator: Emulator, other: Emulator, wire: Wire) -> None:
    stack.set_secret("engine:key", other.key)
    other.add("teams", {"name": "EU"})
    stack.program(PROGRAM.format(url=other.url)).up()
    assert [(gate["id"], gate["description"]) for gate in emulator.objects("gates")] == [("checkout", "")]
    assert sorted(gate["id"] for gate in other.objects("gates")) == ["checkout", "rollout"]
    assert other.key not in stack.exported()
    assert stack.output("names") == [1, "EU", 1]
    stack.preview_is_empty()
    stack.refresh_is_empty()

    # An object is not taken for the one of the same id in another project.
    here, there = 'statsig.Gate("here", name="checkout"', "opts=pulumi.ResourceOptions(provider=eu))"
    moved = "\n".join(line for line in PROGRAM.splitlines() if not line.startswith("there ="))
    answer = stack.program(moved.replace(here + ")", f"{here}, {there}").format(url=other.url)).preview(ok=False)
    assert "the object is in the Statsig project 'emulated-project', but the configured project is" in answer
    stack.program(PROGRAM.format(url=other.url))

    # A rotated key changes the provider alone.
    other.set_key("console-rotated")
    other.set_key(other.key, "revoked")
    stack.set_secret("engine:key", "console-rotated")
    changes = json.loads(stack.preview("--json").text)["changeSummary"]
    assert {name: count for name, count in changes.items() if name != "same"} == {"update": 1}
    stack.up()
    wire.requests()
    stack.destroy()
    assert other.objects("gates") == emulator.objects("gates") == []


def test_the_settings_of_a_provider_are_checked_while_the_program_runs(stack: Stack, wire: Wire) -> None:
    answer = stack.program('statsig.Provider("eu", api_key="console-a", write_budget="lots")').preview(ok=False)
    expected = "__main__.py:3: Provider 'eu': write_budget must be such as '100/10s, 900/15m', or 'off', not 'lots'"
    assert [f"error: {expected}"] == [line for line in answer.error_lines if "unhandled" not in line]
    # Without its own key, a provider would use that of the environment.
    for key in ("None", 'pulumi.Output.secret("")', '"", projct=1'):
        program = (
            f'statsig.Tag("tag", name="a", opts=pulumi.ResourceOptions(provider=statsig.Provider("eu", api_key={key})))'
        )
        answer = stack.program(program).preview(ok=False)
        assert "error: __main__.py:3: Provider" in answer
        assert "Traceback" not in answer
    assert wire.requests() == []


def test_an_object_that_moves_to_another_provider_of_its_project_is_kept(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    """Each provider has a plugin of its own: that of the old resource has to know what the new one has got."""
    overrides = (
        'statsig.GateOverrides("{}", gate_id=gate.id, passing_user_ids=["ana"], opts=pulumi.ResourceOptions({}))'
    )
    stack.program('gate = statsig.Gate("old", name="checkout")\n' + overrides.format("old-overrides", "")).up()
    wire.requests()
    stack.program(
        f"""
        provider = statsig.Provider("new", api_key="{emulator.key}", base_url="{emulator.url}")
        imported = pulumi.ResourceOptions(provider=provider, import_="checkout")
        gate = statsig.Gate("new", name="checkout", opts=imported)
        {overrides.format("new-overrides", "provider=provider")}
        """
    )
    assert "Gate 'checkout' is kept in Statsig: a resource of this stack has it now" in stack.up()
    assert wire.written() == []
    assert set(stack.resources()) == {"new", "new-overrides"}
    stack.preview_is_empty()
