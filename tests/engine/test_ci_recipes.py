"""The script of the CI recipes, on the real engine: a review, a deployment, drift and unmanaged objects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from statsig_pulumi.emulator import Emulator

from .stack import Stack

SCRIPT = Path(__file__).parents[2] / "examples" / "github_actions" / "statsig_ci.py"


def run(stack: Stack, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in stack.env.items() if not name.startswith(("GITHUB_", "CI_", "GITLAB_"))}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, cwd=stack.folder, env=env | variables, capture_output=True, text=True, check=False)


def test_the_jobs_review_deploy_and_watch_a_stack(stack: Stack, emulator: Emulator) -> None:
    stack.program('statsig.Gate("new", name="New gate")').up()
    (stack.folder / "pyproject.toml").write_text('[tool.statsig-pulumi.review]\nforbid = ["pass-everyone"]\n')
    stack.program('statsig.Gate("new", name="New gate", description="x", is_launched=True)')
    summary = stack.folder / "summary.md"
    reviewed = run(stack, "review", stack.name, GITHUB_STEP_SUMMARY=str(summary))
    assert reviewed.returncode == 3, reviewed.stderr
    assert "`launched: passes for everyone`" in summary.read_text()
    assert "`forbid pass-everyone: Gate 'New gate': launched: passes for everyone`" in summary.read_text()

    assert run(stack, "deploy", stack.name).returncode == 0
    assert emulator.object("gates", "new_gate")["status"] == "Launched"
    assert run(stack, "drift", stack.name).returncode == 0
    emulator.edit("gates", "new_gate", {"description": "y"})
    drifted = run(stack, "drift", stack.name)
    assert drifted.returncode == 3
    assert "1 Statsig object differs from the state: 1 changed in Statsig" in drifted.stdout
    assert 'description: "x" -> "y"' in drifted.stdout

    emulator.add("gates", {"name": "Console gate"})
    found = run(stack, "unmanaged", stack.name)
    assert found.returncode == 3
    assert "console_gate" in found.stdout
    assert "new_gate" not in found.stdout

    stack.program("raise ValueError('broken')")
    failed = run(stack, "review", stack.name)
    assert (failed.returncode, "the preview failed" in failed.stderr) == (1, True)
