"""Keys, roles and what a project has once, on the real engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

KEY = """
key = statsig.Key("key", type="SERVER", description="Shop", rotate_trigger="{trigger}", {more})
pulumi.export("key", key.key)
pulumi.export("fingerprint", key.fingerprint)
"""
CONSUMER = """
key = pulumi.StackReference("organization/engine/test").require_output("key")
statsig.DynamicConfig("config", name="shop settings", default_value={"key": key})
pulumi.export("copy", key)
"""


def live_keys(emulator: Emulator) -> list[Any]:
    return [key for key in emulator.objects("keys") if key["key"] != emulator.key]


def places_of(secrets: set[str], stacks: list[Stack], folders: list[Path]) -> list[str]:
    """Return where one of the secrets is shown: in an answer of a command, a state, or any file."""
    texts = {
        f"answer {n} of {stack.project}": answer.text for stack in stacks for n, answer in enumerate(stack.answers)
    }
    texts |= {f"state of {stack.project}": stack.exported() for stack in stacks}
    homes = {Path(stack.env["PULUMI_HOME"]) / "statsig-pulumi" for stack in stacks}  # the journal and the write budget
    assert [home for home in homes if not any(home.rglob("*"))] == []
    for folder in [*(stack.folder for stack in stacks), *homes, *folders]:
        texts |= {str(file): file.read_bytes().decode(errors="replace") for file in folder.rglob("*") if file.is_file()}
    return [place for place, text in texts.items() if any(secret in text for secret in secrets)]


def test_a_key_is_made_used_rotated_deactivated_and_destroyed_and_shown_nowhere(
    stack: Stack, emulator: Emulator, tmp_path: Path
) -> None:
    secrets: set[str] = set()
    stack.env |= {"PULUMI_DEBUG_COMMANDS": "1"}
    events = ("--event-log", str(tmp_path / "project" / "events.json"), "--diff")

    stack.program(KEY.format(trigger="1", more="")).preview("--diff")
    stack.up(*events)
    (made,) = live_keys(emulator)
    secrets.add(made["key"])
    stack.preview_is_empty()
    stack.refresh_is_empty()

    consumer = Stack(tmp_path / "consumer", {**stack.env}, project="consumer")
    consumer.env |= {"PULUMI_BACKEND_URL": stack.env["PULUMI_BACKEND_URL"], "PULUMI_STACK": "test"}
    consumer.init()
    consumer.program(CONSUMER).up("--diff")
    assert emulator.object("dynamic_configs", "shop_settings")["defaultValue"] == {"key": made["key"]}

    stack.program(KEY.format(trigger="2", more=""))
    assert "may stop working at once" in stack.preview("--diff")
    stack.up(*events)
    (rotated,) = live_keys(emulator)
    secrets.add(rotated["key"])
    assert len(secrets) == 2
    stack.refresh_is_empty()
    consumer.up("--diff")
    assert emulator.object("dynamic_configs", "shop_settings")["defaultValue"] == {"key": rotated["key"]}

    assert "is active, and whatever uses it would stop working" in stack.destroy(ok=False)
    emulator.fault(method="PATCH", status=400, body={"status": 400, "message": f"no {rotated['key']}"}, times=1)
    stack.program(KEY.format(trigger="2", more="is_active=False"))
    assert "no [secret]" in stack.up(ok=False)
    stack.up("--diff")
    assert live_keys(emulator)[0]["status"] == "deactivated"

    # The config of the other stack holds the key, so only keys are exported.
    command = [
        str(Path(sys.executable).parent / "statsig-pulumi"),
        "export",
        str(tmp_path / "exported"),
        "--kind",
        "Key",
    ]
    done = subprocess.run(command, env=stack.env, capture_output=True, text=True, check=True)
    (tmp_path / "exported" / "output.txt").write_text(done.stdout + done.stderr)
    assert "Shop" in (tmp_path / "exported" / "keys.py").read_text()

    # The state of an import has the key after a refresh, and encrypted.
    stack.run("state", "delete", "--yes", stack.resources()["key"]["urn"])
    (imports,) = (tmp_path / "exported").rglob("import.json")
    stack.run("import", "--file", str(imports), "--yes", "--generate-code=false", "--protect=false")
    imported = next(r for r in stack.all_resources() if r["type"].endswith(":Key"))
    stack.refresh("--target", imported["urn"])
    assert places_of(secrets, [consumer], [tmp_path / "exported"]) == []
    assert places_of(secrets, [stack], []) == []
    stack.destroy("--target", imported["urn"])
    assert live_keys(emulator) == []
    consumer.destroy()
    assert places_of(secrets, [stack, consumer], [tmp_path / "exported"]) == []


ROLE = """
role = statsig.Role("role", name="Data Scientist", permissions=statsig.RolePermissions(
    create_configs=True, manage_alerts=False, more_permissions={{"permission of 2030": True}}))
statsig.User("ana", email="ana@example.com", role={role})
"""


def test_a_role_is_kept_while_a_user_has_it(stack: Stack, emulator: Emulator) -> None:
    emulator.add("users", {"email": "ana@example.com", "role": "Member"})
    stack.program(ROLE.format(role="role")).up()
    assert emulator.object("users", "ana@example.com")["role"] == "Data Scientist"
    assert emulator.object("roles", "Data Scientist")["permissions"]["permission of 2030"] is True
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.program('statsig.User("ana", email="ana@example.com", role="Data Scientist")')
    assert "is used by User 'ana@example.com' and was not deleted" in stack.up(ok=False)
    stack.program(ROLE.format(role='"Member"')).up()
    stack.destroy()
    assert emulator.objects("roles") == []


NAMED = """
production = statsig.Environment(name="production", is_production=True)
others = [statsig.Environment(name=name) for name in ["development", "staging", "qa"]]
environments = statsig.Environments("all", environments=[production, *others])
rule = statsig.Rule(name="Testers", pass_percentage=100, environments=[environments.named("qa")])
statsig.Gate("gate", name="checkout", rules=[rule])
"""


def test_a_rule_is_created_after_the_environment_that_it_refers_to(stack: Stack, wire: Wire) -> None:
    stack.program(NAMED).up()
    assert [entry["path"] for entry in wire.writes()] == ["/environments", "/gates"]
    stack.preview_is_empty()
    stack.program(NAMED.replace('named("qa")', 'named("nowhere")'))
    assert "environments: has no item with the name 'nowhere'" in stack.preview(ok=False)
    assert wire.writes() == []


def test_an_environment_is_not_removed_by_omission(stack: Stack, emulator: Emulator) -> None:
    program = 'statsig.Environments("all", environments=[statsig.Environment(name="production", is_production=True)])'
    answer = stack.program(program).preview(ok=False)
    assert "environments: lacks 'development', 'staging'" in answer
    assert len(emulator.object("environments", "environments")["environments"]) == 3
