"""Every example, deployed: up, an empty preview, an empty refresh, destroy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/Pulumi.yaml"))
SECRETS = {"ingestion": {"databricksToken": "dapi-of-nobody"}}
"""What an example wants to be configured."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_goes_up_and_leaves_nothing_to_do(stack: Stack, emulator: Emulator, example: Path) -> None:
    for path in (path for path in example.iterdir() if path.suffix in (".py", ".sql")):
        shutil.copy(path, stack.folder)
    for name, value in SECRETS.get(example.name, {}).items():
        stack.set_secret(name, value)
    stack.up()
    assert stack.resources()
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.destroy()
    assert stack.resources() == {}
    assert emulator.objects("gates") == emulator.objects("dynamic_configs") == emulator.objects("teams") == []
