"""Every Python block of README.md and the documentation site runs: programs on the emulator, tests under pytest.

A block of language ``py`` is an excerpt, and does not run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from statsig_pulumi import provider
from statsig_pulumi.schema.declaration import REGISTRY, TYPE_PREFIX

from ..contract.project import Project, Resource, engine_values
from ..documents import ROOT, Block, blocks_of, find_blocks
from .conftest import unwrap_secrets

PYTHON = blocks_of("python")
TESTS = [block for block in PYTHON if "def test_" in block.text]
PROGRAMS = [block for block in PYTHON if block not in TESTS]
SECRETS = {"databricksToken": "dapi-of-nobody"}
"""Configuration that programs require."""


class LiveEngine(Mocks):
    """An engine that creates, reads and imports objects on an emulator while a program registers them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.resources: dict[str, Resource] = {}
        self.outputs: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if not args.typ.startswith(TYPE_PREFIX):
            return f"{args.name}-id", args.inputs
        declaration = REGISTRY[args.typ.removeprefix(TYPE_PREFIX)]
        resource = Resource(self.project, declaration)
        if args.resource_id:
            live = resource.lifecycle.read(args.resource_id, {})
            assert live is not None, f"{declaration.kind} {args.resource_id} does not exist"
            outputs, id_ = engine_values(live.outputs), args.resource_id
        else:
            resource.up({name: unwrap_secrets(value) for name, value in args.inputs.items() if name != "__provider"})
            self.resources[f"{declaration.kind} {args.name}"] = resource
            outputs, id_ = resource.outputs, str(resource.id)
        self.outputs[args.name] = outputs
        return id_, args.inputs | outputs

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
        assert args.token == "pulumi:pulumi:getResource", f"no program here calls {args.token}"
        return {"state": self.outputs[str(args.args["urn"]).rpartition("::")[2]]}, None


def run(program: Block, engine: LiveEngine) -> None:
    """Run a program; an excerpt of a page about the emulator finds one as ``emulator``."""
    code = compile(program.text, str(program), "exec")

    def stack() -> None:
        exec(code, {"__name__": "__main__", "emulator": engine.project.emulator})

    pulumi.runtime.set_mocks(engine, preview=False)
    pulumi.runtime.test(stack)()


@pytest.fixture
def project(deployment_project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with the objects that the programs of the documentation refer to."""
    emulator = deployment_project.emulator
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", emulator.key)
    monkeypatch.setenv("STATSIG_CONSOLE_URL", emulator.url)
    monkeypatch.setattr(provider, "CONTEXTS", provider.Contexts())
    project = deployment_project.reset()
    emulator.add("gates", {"name": "kill_switch"})
    configuration = SECRETS | {"euKey": emulator.key, "euProject": emulator.project}
    pulumi.runtime.set_all_config({f"project:{name}": value for name, value in configuration.items()})
    return project


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("block", PROGRAMS, ids=str)
def test_a_program_deploys_without_a_difference(
    block: Block, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in find_blocks(ROOT / block.page):
        if file.language == "text" and file.title:
            (tmp_path / file.title).parent.mkdir(exist_ok=True)
            (tmp_path / file.title).write_text(file.text)
    engine = LiveEngine(project)
    run(block, engine)
    differences = {name: each.preview() or each.drift() for name, each in engine.resources.items()}
    assert [name for name, difference in differences.items() if difference] == []
    for resource in reversed(engine.resources.values()):
        resource.destroy_permanently()


@pytest.mark.slow
def test_a_test_passes(tmp_path: Path) -> None:
    for number, block in enumerate(TESTS):
        (tmp_path / f"test_{number}.py").write_text(f"# {block}\n{block.text}")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_and_the_site_have_programs_and_tests() -> None:
    assert {block.page for block in PROGRAMS} > {"README.md", "docs/index.md"}
    assert TESTS
