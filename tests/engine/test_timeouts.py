"""``custom_timeouts`` of a resource: they limit the whole call, with its retries and its wait for the write budget."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack

GATE = """
opts = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="2s", update="3s", delete="4s"))
statsig.Gate("gate", name="checkout", description="{description}", opts=opts)
"""


def test_each_call_ends_with_its_timeout(stack: Stack, emulator: Emulator) -> None:
    def fails(command: str, method: str, path: str, seconds: int, operation: str) -> None:
        emulator.fault(method=method, status=503, headers={"Retry-After": "9"}, times=None)
        answer = stack.destroy(ok=False) if command == "destroy" else stack.up(ok=False)
        (line,) = [line for line in answer.error_lines if "custom_timeouts" in line]
        assert f"the {seconds} s of custom_timeouts.{operation} are over: {method} {path} answered 503" in line
        emulator.clear_faults()

    stack.program(GATE.replace("{description}", "One"))
    fails("up", "POST", "/gates", 2, "create")
    stack.up()
    stack.program(GATE.replace("{description}", "Two"))
    fails("up", "PATCH", "/gates/checkout", 3, "update")
    fails("destroy", "DELETE", "/gates/checkout", 4, "delete")
    assert emulator.object("gates", "checkout")["description"] == "One"
    stack.up()
    stack.destroy()
    assert emulator.objects("gates") == []


def test_a_response_that_comes_too_late_ends_with_the_timeout(stack: Stack, emulator: Emulator) -> None:
    emulator.fault(kind="delay", method="POST", seconds=30)
    answer = stack.program(GATE.replace("{description}", "One")).up(ok=False)
    (line,) = [line for line in answer.error_lines if "custom_timeouts" in line]
    expected = "the 2 s of custom_timeouts.create are over: POST /gates got no response and may have been applied"
    assert expected in line
