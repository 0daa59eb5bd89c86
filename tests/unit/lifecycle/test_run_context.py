"""What the resources of one command know together."""

from __future__ import annotations

import pytest

from statsig_pulumi.lifecycle.run_context import Claim, RunContext

GATE, RULE, RULES = Claim("Gate 'a'"), Claim("the rules of gates/a", whole=False), Claim("the rules of gates/a")


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ((GATE, "one"), (GATE, "two"), True),
        ((GATE, "one"), (GATE, "one"), False),
        ((GATE, "one"), (Claim("Gate 'b'"), "two"), False),
        ((RULE, "one"), (RULE, "two"), False),
        ((RULE, "one"), (RULES, "two"), True),
        ((RULES, "one"), (RULE, "one"), True),
        ((RULES, None), (RULE, None), True),
        ((GATE, None), (GATE, None), False),
    ],
)
def test_one_object_is_claimed_by_one_resource(
    first: tuple[Claim, str | None], second: tuple[Claim, str | None], is_refused: bool
) -> None:
    run = RunContext()
    assert run.claimed(*first, "the first") is None
    assert run.claimed(*second, "the second") == ("the first" if is_refused else None)
    assert run.claimed(*first, "the first") is None


def test_what_a_resource_goes_on_having_is_held_until_it_gets_a_new_object() -> None:
    run = RunContext()
    run.hold("Gate", "one", "a")
    run.hold("Gate", "two", "b")
    assert run.is_held("Gate", "a")
    assert not run.is_held("Team", "a")
    run.release("Gate", "one")
    assert not run.is_held("Gate", "a")
    assert run.is_held("Gate", "b")


def test_what_was_taken_over_stays_held() -> None:
    run = RunContext()
    run.adopted.add(("Gate", "a"))
    run.release("Gate", "one")
    assert run.is_held("Gate", "a")
