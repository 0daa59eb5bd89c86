"""Check the language of the documents: words that are not used, and long sentences.

python -m tools.docs.voice    report both; the exit code is 1 if there is one
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .markdown import ROOT

MAX_WORDS: Final = 25
NOT_USED: Final = {
    r"\b(?:is|are|was|were|be) told\b": "say who does what: 'the log shows', 'set it with'",
    r"\bstands?\b(?! for)": "use 'is'",
    r"\bbesides\b": "use 'in addition to' or 'next to'",
    r"\blest\b": "use 'so that ... not'",
    r"\bas is\b": "use 'unchanged'",
    r"\b[Ww]hat of\b": "name the subject",
    r"\b[Ww]hoever\b": "use 'everyone who'",
    r"\bstand-in\b": "use 'emulator'",
    r"(?:^|[.:;] )What (?:[^\s|]+ ){4}": "name the subject: 'Properties that ...', not 'What ...'",
}
"""Patterns of words that the documents do not use, and what to write instead."""
CODE: Final = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
CHOICES: Final = re.compile(r"\[choices: [^\]]*\]")
"""The list of the values of an option, in the page of the commands."""
ITEM: Final = re.compile(r"\s*(?:[*-]|\d+\.|\||#|:{3}|!{3})\s")
"""The begin of a line that is no continuation of the line before it."""
CODES: Final = re.compile(r"`[^`]*`(?:(?:,| or|, or| and) `[^`]*`)*")
"""Inline code, or a list of it: one word."""
LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
END_OF_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\s\|\s")


@dataclass(frozen=True)
class Finding:
    """A place in a document that does not follow the rules."""

    page: str
    line: int
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.problem}: {self.text}"


def documents() -> list[Path]:
    """Return the documents that people read. The text of some is that of docstrings."""
    examples = sorted((ROOT / "examples").glob("*/README.md"))
    pages = sorted((ROOT / "docs").rglob("*.md"))
    return [ROOT / "README.md", *pages, *examples, *sorted((ROOT / ".github").glob("*.md"))]


def find_words(path: Path) -> Iterator[Finding]:
    """Yield each use of a word that is not used."""
    for number, line in _prose(path):
        for pattern, advice in NOT_USED.items():
            if match := re.search(pattern, line):
                yield Finding(_name(path), number, line.strip()[:100], f"'{match[0].strip()}' is not used, {advice}")


def find_long_sentences(path: Path) -> Iterator[Finding]:
    """Yield each sentence with more words than a reader takes in at once."""
    for number, line in _prose(path):
        for sentence in END_OF_SENTENCE.split(line):
            words = re.findall(r"\w[\w'-]*", CODES.sub("code", sentence))
            if len(words) > MAX_WORDS:
                yield Finding(_name(path), number, sentence.strip(), f"{len(words)} words")


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs, items and rows of a document, each with the number of its first line.

    They are without code, comments, headings, addresses and lists of choices.
    """
    text = path.read_text(encoding="utf-8")
    for hidden in (CODE, COMMENT, CHOICES):
        text = hidden.sub(lambda match: "\n" * match[0].count("\n"), text)
    begin, joined = 0, ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        is_continued = bool(line.strip()) and ITEM.match(line) is None
        if is_continued and joined:
            joined += f" {line.strip()}"
            continue
        if joined and not joined.startswith("#"):
            yield begin, re.sub(r"^\s*(?:[*-]|\d+\.|\|)\s+", "", LINK.sub(r"\1", joined).replace("**", ""))
        begin, joined = number, line


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def main() -> None:
    words = [finding for path in documents() for finding in find_words(path)]
    sentences = [finding for path in documents() for finding in find_long_sentences(path)]
    for finding in [*sentences, *words]:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{len(sentences)} sentences over {MAX_WORDS} words, {len(words)} words that are not used\n")
    sys.exit(1 if words or sentences else 0)


if __name__ == "__main__":
    main()
