"""Tests of what reaches the log of the engine from a program."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import SETTINGS

from statsig_pulumi import engine as engine_module
from statsig_pulumi.engine import no_registration_messages, read_state
from statsig_pulumi.errors import InvalidSettingError


class Engine:
    """Keeps the messages that it gets."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def Log(self, request: engine_pb2.LogRequest) -> None:
        self.messages.append(request.message)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("STATSIG_DEBUG", "0")
    before = SETTINGS.engine
    SETTINGS.engine = Engine()
    yield SETTINGS.engine
    SETTINGS.engine = before


def log_all() -> None:
    pulumi.log.debug("registering resource: ty=Gate")
    pulumi.log.debug("mine")
    pulumi.log.warn("registering resource: a warning")


def test_only_the_debug_messages_of_a_registration_are_dropped(engine: Engine) -> None:
    with no_registration_messages():
        log_all()
    assert engine.messages == ["mine", "registering resource: a warning"]
    log_all()
    assert engine.messages[2:] == ["registering resource: ty=Gate", "mine", "registering resource: a warning"]


def test_the_debug_setting_keeps_all_messages(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_DEBUG", "1")
    with no_registration_messages():
        log_all()
    assert len(engine.messages) == 3


def test_an_invalid_debug_setting_is_an_error(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_DEBUG", "yes")
    with (
        pytest.raises(InvalidSettingError, match=r"^STATSIG_DEBUG must be 1 or 0, not 'yes'$"),
        no_registration_messages(),
    ):
        pytest.fail("the resource was registered")


def test_an_error_within_keeps_the_engine(engine: Engine) -> None:
    with pytest.raises(ValueError, match="wrong"), no_registration_messages():
        raise ValueError("wrong")
    assert SETTINGS.engine is engine


CLI = """#!/bin/sh
echo run >> {folder}/runs
if [ "$(wc -l < {folder}/runs)" -lt {good_run} ]; then
    echo 'error: failed to load checkpoint: EOF' >&2
    exit 1
fi
echo '{exported}'
"""


@pytest.mark.slow
@pytest.mark.parametrize(("good_run", "is_read"), [(1, True), (3, True), (99, False)])
def test_a_state_that_the_engine_is_writing_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good_run: int, is_read: bool
) -> None:
    deployment = {"resources": []}
    cli = tmp_path / "pulumi"
    cli.write_text(CLI.format(folder=tmp_path, good_run=good_run, exported=json.dumps({"deployment": deployment})))
    cli.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(engine_module, "READ_PAUSE_S", 0)
    assert read_state("a/b/c") == (deployment if is_read else None)
    runs = len((tmp_path / "runs").read_text().splitlines())
    assert runs == (good_run if is_read else engine_module.READS)


def test_without_a_cli_no_state_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_state("a/b/c") is None
