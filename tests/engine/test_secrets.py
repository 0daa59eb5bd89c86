"""Secret values stay secret in the state, in the output of commands, and in errors."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

WORDS = ("hush-value", "hush-text", "hush-rule", "hush-variant", "hush-tag", "77123")

PROGRAM = """
def secret(value):
    return pulumi.Output.secret(value)

statsig.DynamicConfig("value", name="values", description="{words}", default_value={{
    "open": "plain-value", "token": secret("hush-value"), "deep": [{{"pin": secret(77123)}}],
}})
text = pulumi.Output.concat("{{token: '", secret("hush-text"), "'}}")
statsig.DynamicConfig("text", name="texts", description="{words}", default_value_json5=text)
statsig.DynamicConfig("rule", name="ruled", description="{words}", rules=[
    statsig.ConfigRule(name="Open", pass_percentage={share}, return_value={{"open": 1}}),
    statsig.ConfigRule(name="Closed", pass_percentage=50, return_value={{"token": secret("hush-rule")}}),
    statsig.ConfigRule(name="Several", variants=[
        statsig.Variant(name="One", pass_percentage=100, return_value={{"token": secret("hush-variant")}}),
    ]),
])
statsig.Gate("gate", name="checkout", description="{words}", tags=[secret("hush-tag")])
"""


def leaks(stack: Stack) -> list[str]:
    """Secret words in the state as it is exported, on the disk, or in anything printed so far."""
    shown = [stack.exported(), *(answer.text for answer in stack.answers)]
    shown += [path.read_text() for path in (stack.folder / "state").rglob("*.json*")]
    return [word for word in WORDS if any(word in text for text in shown)]


def test_secret_values_never_appear_in_plain_text(stack: Stack, emulator: Emulator) -> None:
    stack.program(PROGRAM.format(words="One", share=10)).up()
    assert emulator.object("dynamic_configs", "values")["defaultValue"]["deep"] == [{"pin": 77123}]
    assert emulator.object("dynamic_configs", "texts")["defaultValue"] == {"token": "hush-text"}
    assert leaks(stack) == []
    stack.refresh_is_empty()
    assert leaks(stack) == []

    stack.program(PROGRAM.format(words="Two", share=20))
    assert "[secret]" in stack.preview("--diff")
    stack.up()
    assert leaks(stack) == []

    # Drift beside the secrets, and in the very property that holds one.
    for config in ("values", "texts", "ruled"):
        emulator.edit("dynamic_configs", config, {"description": "Drifted"})
    rules = emulator.object("dynamic_configs", "ruled")["rules"]
    rules[1]["passPercentage"] = 60
    emulator.edit("dynamic_configs", "ruled", {"rules": rules})
    emulator.edit("gates", "checkout", {"tags": ["hush-tag", "other"]})
    assert "4 updated" in stack.refresh()
    assert leaks(stack) == []
    assert "~ 4 updated" in stack.up("--diff")
    assert emulator.object("dynamic_configs", "ruled")["rules"][1]["passPercentage"] == 50
    assert leaks(stack) == []


MISFIT = """
schema = '{"type": "object", "properties": {"token": {"type": "integer"}}}'
statsig.DynamicConfig("value", name="values", schema=schema,
                      default_value={"token": pulumi.Output.secret("hush-value")}, rules=[
    statsig.ConfigRule(name="Misfit", return_value={"token": pulumi.Output.secret("hush-rule")}),
    statsig.ConfigRule(name="Broken", return_value_json5=pulumi.Output.secret("{token: hush-text")),
    statsig.ConfigRule(name="Text", return_value_json5=pulumi.Output.secret("{token: 'hush-variant'}")),
    statsig.ConfigRule(name="Number", return_value={"token": 1}, return_value_json5=pulumi.Output.secret("{a: 77123}")),
])
"""


def test_an_error_about_a_secret_value_does_not_repeat_it(stack: Stack, wire: Wire) -> None:
    stack.program(MISFIT)
    answer = stack.preview("--diff", ok=False)
    for place in (
        "default_value.token: violates the schema",
        "rules[0].return_value.token: violates the schema",
        "rules[1].return_value_json5: is not JSON5",
        "rules[2].return_value.token: violates the schema",
        "rules[3].return_value_json5: differs from return_value",
    ):
        assert place in answer
    assert leaks(stack) == []
    assert wire.requests() == []


RELEASED = """
secret = pulumi.Output.secret("hush-value")
closed = pulumi.Output.secret("hush-rule")
statsig.DynamicConfig("value", name="values", description="{words}" {value})
statsig.DynamicConfig("text", name="texts", description="{words}" {text})
statsig.DynamicConfig("rule", name="ruled", description="{words}" {rule})
"""
DECLARED = {
    "value": ', default_value={"token": secret}',
    "text": """, default_value_json5=pulumi.Output.concat("{token: '", secret, "'}")""",
    "rule": ', rules=[statsig.ConfigRule(name="Closed", pass_percentage=50, return_value={"token": closed})]',
}


def test_a_released_secret_value_is_not_revealed(stack: Stack, emulator: Emulator) -> None:
    stack.program(RELEASED.format(words="One", **DECLARED)).up()
    stack.program(RELEASED.format(words="One", value="", text="", rule=""))
    assert "no longer manages what the program omits: default_value stays the same" in stack.up("--diff")
    assert leaks(stack) == []
    stack.refresh()
    stack.program(RELEASED.format(words="Two", value="", text="", rule="")).up("--diff")
    assert leaks(stack) == []
    assert emulator.object("dynamic_configs", "values")["defaultValue"] == {"token": "hush-value"}
    stack.preview_is_empty()
