"""Every example, deployed: up, an empty preview, an empty refresh, destroy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/Pulumi.yaml"))
SECRETS = {"ingestion": {"databricksToken": "dapi-of-nobody"}}
"""What an example wants to be configured."""


def copy(example: Path, stack: Stack) -> None:
    for path in (path for path in example.rglob("*") if path.suffix in (".py", ".sql", ".txt")):
        (stack.folder / path.relative_to(example)).parent.mkdir(exist_ok=True)
        shutil.copy(path, stack.folder / path.relative_to(example))
    # The settings of the example, in the environment of the test.
    settings = yaml.safe_load((example / "Pulumi.yaml").read_text())
    (stack.folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings | {"name": stack.project, "runtime": "python"}))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_deploys_without_a_remaining_difference(stack: Stack, emulator: Emulator, example: Path) -> None:
    copy(example, stack)
    for name, value in SECRETS.get(example.name, {}).items():
        stack.set_secret(name, value)
    stack.up()
    assert stack.resources()
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.destroy()
    assert stack.resources() == {}
    assert emulator.objects("gates") == emulator.objects("dynamic_configs") == emulator.objects("teams") == []
    assert emulator.objects("experiments") == []


def test_the_example_experiment_is_started_and_decided(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    copy(next(path for path in EXAMPLES if path.name == "experiment_rollout"), stack)
    stack.up()
    stack.run("config", "set", "status", "active")
    assert '~ status : "setup" => "active"' in " ".join(stack.preview("--diff").text.split())
    wire.requests()
    stack.up()
    assert wire.written() == ["PUT /experiments/one_page_checkout/start"]

    stack.run("config", "set", "status", "decision_made")
    stack.up()
    assert (stack.output("status"), stack.output("shipped")) == ("decision_made", 100)
    live = emulator.object("experiments", "one_page_checkout")
    assert {group["id"]: group["name"] for group in live["groups"]}[live["launchedGroupID"]] == "One page"
    stack.preview_is_empty()
    stack.refresh_is_empty()

    # What is decided does not become active again by a setting.
    stack.run("config", "set", "status", "active")
    assert "status: 'decision_made' cannot become 'active'" in stack.preview(ok=False)


def test_the_environments_example_has_a_stack_for_each_statsig_project(stack: Stack, emulator: Emulator) -> None:
    example = next(path for path in EXAMPLES if path.name == "environments")
    copy(example, stack)
    for path in example.glob("Pulumi*.yaml"):
        shutil.copy(path, stack.folder / path.name)
    with Emulator(key="console-prod", project="production") as production:
        for name, project in (("dev", emulator), ("prod", production)):
            stack.env["PULUMI_STACK"] = name
            stack.run("stack", "init", name)
            stack.run("config", "set", "statsig:baseUrl", project.url)
            stack.set_secret("statsig:apiKey", project.key)
            stack.up()
        shares = [each.object("gates", "new_checkout")["rules"][0]["passPercentage"] for each in (emulator, production)]
        assert shares == [100, 10]
        # The key of the other project is an error, and the production gate is protected.
        stack.set_secret("statsig:apiKey", emulator.key)
        stack.run("config", "set", "statsig:baseUrl", emulator.url)
        assert "this stack has objects of the Statsig project 'production'" in stack.preview(ok=False)
        assert stack.resources()["new-checkout"]["protect"]
