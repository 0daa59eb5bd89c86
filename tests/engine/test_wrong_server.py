"""A URL that is not the Console API's: no object counts as deleted."""

from __future__ import annotations

from .stack import Stack


def test_a_wrong_base_url_is_an_error_and_the_state_stays(stack: Stack) -> None:
    stack.program('statsig.Gate("gate", name="checkout")').up()
    right = stack.env["STATSIG_CONSOLE_URL"]
    stack.env["STATSIG_CONSOLE_URL"] = right.removesuffix("/console/v1")
    for command in (stack.refresh, stack.destroy):
        answer = command(ok=False)
        assert "check that STATSIG_CONSOLE_URL (or statsig:baseUrl) is a whole URL" in answer
        assert list(stack.resources()) == ["gate"]
    stack.env["STATSIG_CONSOLE_URL"] = right
    stack.preview_is_empty()
