"""Changes that a review holds, on the real engine."""

from __future__ import annotations

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire


def test_a_held_change_is_pending_until_its_review_is_committed(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def declare(words: str) -> Stack:
        return stack.program(f'statsig.Gate("gate", name="checkout", description="{words}")')

    def review() -> str:
        return str(emulator.object("gates", "checkout")["activeReview"]["reviewID"])

    declare("One").up()
    emulator.quirk(reviews_required=True)
    stack.run("config", "set", "statsig:respectReviews", "true")
    wire.requests()
    answer = declare("Two").up()
    assert wire.written() == ["PATCH /gates/checkout: description"]
    first = f"review {review()} (https://console.statsig.com/gates/checkout)"
    assert f"warning: Gate 'checkout': description is not changed yet: it awaits {first}" in answer
    assert "holds another value" not in answer

    preview = stack.preview()
    assert f"Gate 'checkout': description awaits {first}" in preview
    assert "~ 1 to update" in preview
    assert "awaits" in stack.up()
    assert wire.written() == []
    stack.refresh_is_empty()

    answer = declare("Three").up()
    assert f"warning: Gate 'checkout': the change replaces {first}, which holds description" in answer
    assert wire.written() == ["PATCH /gates/checkout: description"]
    Client(emulator.key, emulator.url).change("PUT", f"gates/checkout/reviews/{review()}/commit")
    wire.requests()
    assert "awaits" in stack.up()
    assert wire.written() == []
    assert emulator.object("gates", "checkout")["description"] == "Three"
    assert "awaits" not in stack.preview_is_empty()


def test_new_rules_of_a_gate_with_reviews_need_a_review_each(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program('statsig.Gate("gate", name="checkout")').up()
    emulator.quirk(reviews_required=True)
    stack.run("config", "set", "statsig:respectReviews", "true")
    stack.program(
        """
        gate = statsig.Gate("gate", name="checkout")
        statsig.GateRule("staff", gate_id=gate.id, name="Staff", pass_percentage=10)
        statsig.GateRule("beta", gate_id=gate.id, name="Beta", pass_percentage=20)
        """
    )
    wire.requests()
    for rules in (0, 1):
        answer = stack.up()
        review = str(emulator.object("gates", "checkout")["activeReview"]["reviewID"])
        awaited = f"is not created yet: it awaits review {review} (https://console.statsig.com/gates/checkout); commit"
        found = [name for name in ("Beta", "Staff") if f"warning: GateRule '{name}' {awaited}" in answer]
        assert len(found) == 2 - rules
        assert len(emulator.object("gates", "checkout")["rules"]) == rules
        assert [line.partition(":")[0] for line in wire.written()] == ["POST /gates/checkout/rule"]
        preview = stack.preview()
        assert f"~ {2 - rules} to update" in preview
        assert f"awaits review {review}" in preview
        Client(emulator.key, emulator.url).change("PUT", f"gates/checkout/reviews/{review}/commit")
        wire.requests()
    stack.refresh()
    assert {rule["name"] for rule in emulator.object("gates", "checkout")["rules"]} == {"Staff", "Beta"}
    assert wire.written() == []
    stack.preview_is_empty()
    stack.destroy()
    assert emulator.objects("gates") == []
