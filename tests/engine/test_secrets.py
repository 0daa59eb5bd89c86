"""Secret values stay secret in the state, in the output of commands, and in errors."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote_plus

import pytest

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


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory: pytest.TempPathFactory, pulumi_home: Path) -> Stack:
    """A stack whose key is derived from a passphrase, as in the stacks of most users without a cloud."""
    return Stack(tmp_path_factory.mktemp("empty-stack"), {"PULUMI_HOME": str(pulumi_home)}).init()


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


RULES = """
def secret(value):
    return pulumi.Output.secret(value)

config = statsig.DynamicConfig("config", name="values", description="{words}")
token = {{"token": secret("hush-value")}}
gate = statsig.Gate("gate", name="checkout", description="{words}")
statsig.DynamicConfigRule("value", dynamic_config_id=config.id, name="Value", return_value=token)
statsig.GateRule("condition", gate_id=gate.id, name="Condition", pass_percentage=10, conditions=[
    statsig.Condition(type="user_id", operator="any", target_value=[secret("hush-rule"), "open"]),
])
plain = statsig.Gate("plain", name="plain", description="{words}")
statsig.GateRule("open", gate_id=plain.id, name="Open", pass_percentage=10, conditions=[
    statsig.Condition(type="user_id", operator="any", target_value=["open-word"]),
])
pulumi.export("config", config.rules)
pulumi.export("gate", gate.rules)
pulumi.export("plain", plain.rules)
"""


def test_a_secret_of_a_rule_is_secret_in_its_gate_or_config(stack: Stack, emulator: Emulator) -> None:
    # A user selects the stack. A refresh knows its name from URNs alone.
    stack.run("stack", "select", stack.env.pop("PULUMI_STACK"))
    stack.program(RULES.format(words="One")).up()
    assert "hush-value" in str(emulator.object("dynamic_configs", "values")["rules"])
    assert leaks(stack) == []
    stack.refresh("--diff")
    assert leaks(stack) == []
    stack.refresh_is_empty()
    stack.preview_is_empty()

    stack.program(RULES.format(words="Two"))
    stack.preview("--diff")
    stack.up("--diff")
    shown = stack.run("stack", "output", "--json").text
    assert leaks(stack) == []
    assert "open-word" in shown
    assert stack.output("gate")[0]["conditions"][0]["target_value"] == ["hush-rule", "open"]
    stack.answers.clear()  # which show the secrets on request
    stack.preview_is_empty()

    # Without a secret below it, the output is shown again after the next update.
    open_rule = RULES.replace('secret("hush-rule")', '"was-hush"')
    stack.program(open_rule.format(words="Two")).up()
    stack.refresh()
    stack.program(open_rule.format(words="Three")).up()
    assert "was-hush" in stack.run("stack", "output", "--json").text
    assert leaks(stack) == []


def test_a_secret_is_not_in_a_message_of_the_api(stack: Stack, emulator: Emulator) -> None:
    body = {"status": 400, "message": "Tag hush-tag of 77123 does not exist"}
    emulator.fault(method="POST", status=400, body=body, times=None)
    program = (
        'statsig.Gate("gate", name="checkout", tags=[pulumi.Output.secret("hush-tag"), pulumi.Output.secret("77123")])'
    )
    assert "Tag [secret] of [secret] does not exist" in stack.program(program).up(ok=False)
    operator = """
    statsig.Gate("gate", name="checkout", rules=[statsig.Rule(name="One", pass_percentage=10, conditions=[
        statsig.Condition(type="email", operator=pulumi.Output.secret("hush-rule"), target_value=["a"]),
    ])])
    """
    answer = stack.program(operator).preview(ok=False)
    assert "rules[0].conditions[0].operator: " in answer
    assert leaks(stack) == []


def test_a_secret_name_key_or_text_is_in_no_error(stack: Stack, emulator: Emulator) -> None:
    text = 'hush-value "one"\nhush-text/two'
    encoded = base64.b64encode(f"{emulator.key}: {text}".encode()).decode()
    repeated = f"{json.dumps(json.dumps({'description': text}))} {encoded[:40]}\n{encoded[40:]} {quote_plus(text)}"
    emulator.fault(method="POST", status=400, body={"status": 400, "message": f"<{repeated}>"}, times=None)
    program = f'statsig.Tag("tag", name=pulumi.Output.secret("hush-tag"), description=pulumi.Output.secret({text!r}))'
    assert "Tag '[secret]': POST /tags answered 400: [hidden" in stack.program(program).up(ok=False)
    stack.program(
        """
        text = pulumi.Output.secret("{a: {'hush-rule': null}}")
        value = pulumi.Output.secret({"hush-rule": 10**20})
        rules = [statsig.ConfigRule(name="Text", return_value_json5=text)]
        statsig.DynamicConfig("config", name="values", default_value=value, rules=rules)
        """
    )
    answer = stack.preview(ok=False)
    assert "default_value: must not exceed 2**53" in answer
    assert "rules[0].return_value_json5: must not be None" in answer
    shown = leaks(stack), [text for text in map(str, stack.answers) if encoded[:20] in text or emulator.key in text]
    assert shown == ([], [])


def test_a_secret_is_not_in_the_error_of_a_destroy(stack: Stack, emulator: Emulator) -> None:
    emulator.add("gates", {"name": "checkout"})
    stack.program(
        'statsig.GateOverrides("o", gate_id="checkout", passing_user_ids=[pulumi.Output.secret("hush-id")])'
    ).up()
    body = {"status": 400, "message": "the override of hush-id is invalid"}
    emulator.fault(method="DELETE", status=400, body=body, times=None)
    assert "the override of [secret] is invalid" in stack.destroy(ok=False)
    emulator.clear_faults()
    assert leaks(stack) == []
