"""Redaction: no key and no secret in a text, in whatever form a server repeats it."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from statsig_pulumi.api.redaction import HIDDEN, Redactor

KEY = "console-SECRET123"
SECRETS = (
    "hush-word-1",
    'hush "one"\nhush/two+three ü',
    "-----BEGIN KEY-----\nhushMIIEvQIBADANBgkq\nhushhkiG9w0BAQEFAASC\n-----END KEY-----\n",
    '{"bearer": "hush-word-1"}',
)
FORMS: dict[str, Callable[[str], str]] = {
    "itself": str,
    "Python": repr,
    "JSON": json.dumps,
    "JSON of Unicode": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"value": text})),
    "path": quote,
    "path segment": lambda text: quote(text, safe=""),
    "path in lower case": lambda text: quote(text, safe="").replace("%2F", "%2f"),
    "query": quote_plus,
    "JSON in a query": lambda text: quote_plus(json.dumps({"value": text})),
    "HTML": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "basic authentication": lambda text: f"Basic {base64.b64encode(f'u:{text}:'.encode()).decode()}",
    "base64 in lines": lambda text: "\n ".join(
        textwrap.wrap(base64.b64encode(f"the user: {text}".encode()).decode(), 11)
    ),
    "lines": lambda text: "\n  ".join(textwrap.wrap(text, 5)),
    "one line": lambda text: " ".join(text.split()),
    "its last line": lambda text: text.splitlines()[-1] if "KEY" not in text else text.splitlines()[1],
}
"""How a server, or what is between, may repeat a value."""


def reveals(text: str) -> bool:
    """Return whether a text has something of a secret or the key, with or without base64."""
    return any(word in text for word in ("hush", "SECRET", "aHVzaC", "h1c2", "odXNo", "U0VDU", "NFQ1JF", "TRUNSR"))


@pytest.mark.parametrize("word", [KEY, *SECRETS])
def test_no_form_of_a_key_or_a_secret_is_shown(word: str) -> None:
    redactor = Redactor(KEY).with_secrets(*SECRETS)
    texts = {name: redactor.redact(f"the value <{to_form(word)}> is wrong") for name, to_form in FORMS.items()}
    assert [(name, text) for name, text in texts.items() if reveals(text)] == []
    assert [name for name, text in texts.items() if text != HIDDEN and "is wrong" not in text] == []
    assert "[key]" in texts["itself"] if word == KEY else "[secret]" in texts["itself"]


def test_a_text_without_a_secret_is_unchanged_also_without_a_key() -> None:
    text = "rules[0].conditions[0].operator: 'gt' (hello+world %20 \\u0041 &amp; a/b)"
    assert text == Redactor("").redact(text)
    assert text == Redactor(KEY).with_secrets(*SECRETS).redact(text)


def test_other_console_keys_are_not_shown() -> None:
    assert Redactor(KEY).redact("sent console-OTHER999, expected another") == "sent [key], expected another"


def test_a_short_secret_is_hidden_as_a_word_only() -> None:
    redactor = Redactor(KEY).with_secrets("pass", "", "pass-word")
    assert redactor.redact("got pass-word and pass") == "got [secret] and [secret]"
    assert redactor.with_secrets("an", "42").redact("an answer: 42, not 421") == "[secret] answer: [secret], not 421"


def test_the_repr_of_a_redactor_shows_nothing() -> None:
    redactor = Redactor(KEY).with_secrets("pass")
    redactor.redact("pass")
    assert "pass" not in repr(redactor)
    assert KEY not in repr(redactor)


def test_a_path_is_shown_without_keys_and_secrets() -> None:
    redactor = Redactor(KEY).with_secrets("hush/word one", "id")
    shown = [
        redactor.redact_path(f"gates/{quote(word, safe='')}/rules") for word in ("hush/word one", KEY, "id", "ids")
    ]
    assert shown == ["gates/[secret]/rules", "gates/[key]/rules", "gates/[secret]/rules", "gates/ids/rules"]
    assert Redactor("").redact_path("gates/a") == "gates/a"
