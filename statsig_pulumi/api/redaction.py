"""Remove secrets from texts that users see, also in the forms in which a server repeats a request."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self
from urllib.parse import quote, quote_plus, unquote_plus

SHORT_SECRET: Final = 4
LONG_SECRET: Final = 8
"""Secrets with so many letters are found in any form. Shorter ones would be found by chance."""
HIDDEN: Final = "[hidden, because it repeats a secret value]"
_ANY_KEY: Final = re.compile(r"\bconsole-[A-Za-z0-9_-]{4,}")
_ESCAPE: Final = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_NO_LETTER: Final = re.compile(r"\W+")
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]+")
_QUOTED: Final = re.compile(r"""(["'])((?:\\.|(?!\1).)+)\1""")


@dataclass(frozen=True)
class Redactor:
    """Removes secrets from texts of the API, which repeats the key that it refuses."""

    key: str = field(repr=False)
    """The API key; empty if there is none."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def with_secrets(self, *secrets: str) -> Self:
        """Return a redactor that removes these texts too, and their long parts."""
        return replace(self, secrets=self.secrets.union(filter(None, secrets)))

    def redact(self, text: str) -> str:
        """Return the text in one line, without keys, secrets and characters that a terminal would obey.

        If it still holds a secret in another form, such as base64 or with line breaks, nothing of it is returned.
        """
        texts = "\n".join(_decode(text))
        letters = _to_letters(texts)
        found = [word for word in self._words if word in texts or _to_letters(word) in letters]
        text = _replace(text, {form for word in found for form in _iterate_forms(word)})
        if self.key:
            text = text.replace(self.key, "[key]")
        text = _ANY_KEY.sub("[key]", " ".join("".join(c if c.isprintable() else " " for c in text).split()))
        rest = _to_letters("\n".join(_decode(text)))
        long = (letters for letters in map(_to_letters, (*found, self.key)) if len(letters) >= LONG_SECRET)
        return HIDDEN if any(letters in rest for letters in long) else text

    def redact_path(self, path: str) -> str:
        """Return a path of a request without keys and secrets. Each request needs it, and a path has one form only."""
        path = _replace(path, self._words.union(quote(word, safe="", errors="replace") for word in self._words))
        return path.replace(self.key, "[key]") if self.key else path

    @cached_property
    def _words(self) -> frozenset[str]:
        """The secrets and their parts, which most commands do not need."""
        return self.secrets.union(part for secret in self.secrets for part in _iterate_parts(secret))


def _replace(text: str, forms: Set[str]) -> str:
    """Replace the forms of secrets in a text. The longest come first, because one may contain another."""
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        # A short one is hidden as a word only: a part of other words reveals nothing, and they stay readable.
        pattern = re.escape(form)
        text = re.sub(rf"(?<!\w){pattern}(?!\w)" if len(form) < SHORT_SECRET else pattern, "[secret]", text)
    return text


def _iterate_parts(secret: str) -> Iterator[str]:
    """Yield the lines of a secret, such as those of a private key, and its quoted texts, such as those of JSON."""
    parts = [*secret.splitlines(), *(quoted for _, quoted in _QUOTED.findall(secret))]
    return (part for part in map(str.strip, parts) if LONG_SECRET <= len(part) < len(secret))


def _iterate_forms(secret: str) -> Iterator[str]:
    """Yield a secret as bodies, paths, queries and HTML contain it."""
    yield from (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], html.escape(secret))
    yield from (quote(secret, safe="", errors="replace"), quote(secret, errors="replace"))
    yield quote_plus(secret, errors="replace")


def _decode(text: str) -> Iterator[str]:
    """Yield a text as it is, and without percent encoding, escapes, HTML entities and base64."""
    yield text
    plain = unquote_plus(text)
    yield plain
    plain = _ESCAPE.sub(_unescape, plain)
    yield plain
    yield html.unescape(plain)
    digits = _NOT_BASE64.sub("", text.replace("-", "+").replace("_", "/"))
    for start in range(4):  # it may follow other letters
        end = start + (len(digits) - start) // 4 * 4
        yield base64.b64decode(digits[start:end]).decode(errors="ignore")


def _unescape(found: re.Match[str]) -> str:
    """Return the character of an escape of JSON or Python, however often it was escaped."""
    if found[1]:
        return chr(int(found[1], 16))
    return " " if found[0][-1] in "nrtbf" else found[0][-1]


def _to_letters(text: str) -> str:
    """Return a text without spaces, line breaks and punctuation, which differ between forms."""
    return _NO_LETTER.sub("", text)
