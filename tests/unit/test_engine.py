"""Tests of what reaches the log of the engine from a program."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import SETTINGS

from statsig_pulumi.engine import no_registration_messages
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
