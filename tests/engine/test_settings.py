"""Settings of a stack: they go before the environment, and a misspelt one is an error at the preview."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

GATE = 'statsig.Gate("gate", name="checkout")'


def test_the_stack_configuration_goes_before_the_environment(stack: Stack, emulator: Emulator) -> None:
    stack.set_secret("statsig:apiKey", emulator.key)
    stack.env["STATSIG_CONSOLE_KEY"] = "console-of-another-project"
    stack.program(GATE).up()
    assert [gate["id"] for gate in emulator.objects("gates")] == ["checkout"]
    stack.preview_is_empty()


def test_a_misspelt_setting_is_an_error_at_the_preview(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.run("config", "set", "statsig:archiveOnDelet", "true")
    answer = stack.program(GATE).preview(ok=False)
    assert "statsig:archiveOnDelet is not a setting; did you mean statsig:archiveOnDelete?" in answer
    assert "Traceback" not in answer
    stack.run("config", "rm", "statsig:archiveOnDelet")
    stack.run("config", "set", "engine:archiveOnDelet", "true")  # a key of the program
    stack.preview()
    assert wire.writes() == []


def test_an_unencrypted_base_url_is_an_error_at_the_preview(stack: Stack, wire: Wire) -> None:
    stack.run("config", "set", "statsig:baseUrl", "http://statsig.example/console/v1")
    answer = stack.program(GATE).preview(ok=False)
    assert "statsig:baseUrl) must start with https://, because http:// sends the key unencrypted" in answer
    assert wire.requests() == []


def test_a_server_that_refuses_connections_fails_the_run_at_the_first_resource(stack: Stack) -> None:
    stack.env["STATSIG_CONSOLE_URL"] = "http://127.0.0.1:9/console/v1"
    stack.program('for i in range(40):\n    statsig.Gate(f"gate-{i}", name=f"gate {i}")')
    answer = stack.up("--continue-on-error", ok=False)
    assert "GET /project got no usable response: [Errno 111] Connection refused" in answer
    assert len(answer.error_lines) < 40
    assert answer.text.count("trying again") <= 20
