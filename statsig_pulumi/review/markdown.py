"""A report as Markdown: a comment of a pull request, which has a limited length.

Texts of users are in code, so that they are no Markdown, no HTML and no mention of somebody. There is no time in it,
and the order is always the same: a comment that is edited has a small difference.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

from ..schema.sentences import Sentence
from .policies import Violation
from .report import ObjectReport, Report
from .summary import PAST, describe_levels, describe_others, describe_reach, describe_total, describe_violation

GITHUB_LIMIT: Final = 65_536
"""The most characters of a comment on GitHub."""
RESERVED: Final = 300
"""Characters for the lines that count what was cut."""
MARKER: Final = "statsig-pulumi review"


def to_markdown(report: Report, violations: Sequence[Violation], limit: int = GITHUB_LIMIT) -> str:
    """Return a report of at most ``limit`` characters. What does not fit is counted, the least important first."""
    blocks = _Blocks(limit - RESERVED)
    place = "/".join(filter(None, (report.project, report.stack)))
    blocks.add(f"<!-- {MARKER}: {re.sub('[^A-Za-z0-9_./-]', '-', place)} -->\n")
    blocks.add(f"## {describe_total(report)}\n\n")
    if report.objects:
        blocks.add(f"Stack {to_code(place)}. By level: {describe_levels(report.objects)}.\n\n")
    if others := describe_others(report):
        blocks.add(f"In addition, {others}.\n\n")
    if not report.is_with_state and report.objects:
        blocks.add("Without the state of the stack, what depends on the objects is not known.\n\n")
    _add_violations(blocks, violations)
    _add_consequences(blocks, report.objects)
    _add_objects(blocks, report.objects)
    return blocks.text.rstrip() + "\n"


def to_code(text: str) -> str:
    """Return a text as inline code, whatever it contains."""
    line = " ".join(text.split()) or " "
    ticks = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (ticks + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}"


class _Blocks:
    """Text of a limited length, in blocks that are added whole or not at all."""

    def __init__(self, limit: int) -> None:
        self._limit, self.text = limit, ""

    def add(self, block: str) -> bool:
        """Add a block if there is room for it, and return whether there was."""
        if len(block) > self.room:
            return False
        self.text += block
        return True

    @property
    def room(self) -> int:
        """How many characters can be added."""
        return self._limit - len(self.text)

    def note(self, text: str) -> None:
        """Add a line that counts what was cut, for which there is always room."""
        self._limit += len(text)
        self.text += text


def _add_violations(blocks: _Blocks, violations: Sequence[Violation]) -> None:
    if not violations:
        return
    blocks.add("### Broken policies\n\n")
    lines = [f"- {to_code(describe_violation(each))}\n" for each in violations]
    _add_lines(blocks, lines, "broken policy", "broken policies", share=0.4)


def _add_consequences(blocks: _Blocks, objects: Iterable[ObjectReport]) -> None:
    lines = [
        f"- **{sentence.level}**: {to_code(each.title)} {to_code(sentence.text)}\n"
        for each in objects
        for sentence in each.consequences
    ]
    if lines:
        blocks.add("### Consequences\n\n")
        # Leave half of the room to the changes, which name every object.
        _add_lines(blocks, lines, "consequence", "consequences", share=0.5)


def _add_lines(blocks: _Blocks, lines: Sequence[str], one: str, several: str, share: float) -> None:
    """Add lines until they take this share of the room, and count the rest."""
    room = blocks.room * share
    cut = 0
    for line in lines:
        room -= len(line)
        if cut or room < 0 or not blocks.add(line):
            cut += 1
    if cut:
        blocks.note(f"- and {cut:,} more {one if cut == 1 else several}\n")
    blocks.note("\n")


def _add_objects(blocks: _Blocks, objects: Sequence[ObjectReport]) -> None:
    """Add a block for each object; without its details if these do not fit, and counted if not even its name does."""
    if not objects:
        return
    blocks.add("### Changes\n\n")
    # Each object keeps the room for its line, if all lines take up to half of the room; else half of it is kept.
    needed, kept = sum(len(_write_line(each)) for each in objects), blocks.room // 2
    counted: list[ObjectReport] = []
    for each in objects:
        line, details = _write_line(each), _write_details(each)
        needed -= len(line)
        if not counted and len(details) <= blocks.room - min(needed, kept):
            blocks.add(details)
        elif counted or not blocks.add(line):
            counted.append(each)
    if counted:
        noun = "object" if len(counted) == 1 else "objects"
        blocks.note(f"\nand {len(counted):,} more {noun}, which the limit of this comment cuts: ")
        blocks.note(f"{describe_levels(counted)}\n")


def _write_line(each: ObjectReport) -> str:
    """Return one line about an object without its details."""
    changes = "1 change" if len(each.sentences) == 1 else f"{len(each.sentences):,} changes"
    return f"- **{each.level}**: {to_code(each.title)} {PAST[each.change.operation]}, {changes} (details were cut)\n"


def _write_details(each: ObjectReport) -> str:
    counts = "1 change" if len(each.sentences) == 1 else f"{len(each.sentences):,} changes"
    count = len(each.dependents)
    depending = f", {count:,} {'depends' if count == 1 else 'depend'} on it" if count else ""
    title = html.escape(" ".join(each.title.split()), quote=False)
    lines = [
        f"<details><summary>{each.level}: <code>{title}</code> {PAST[each.change.operation]}, {counts}{depending}"
        "</summary>\n"
    ]
    lines += [f"- {_write_sentence(sentence)}" for sentence in each.sentences]
    if reach := describe_reach(each):
        lines.append(f"- {to_code(reach)}")
    if each.link:
        lines.append(f"- [open in the console]({each.link.replace(' ', '%20').replace(')', '%29')})")
    return "\n".join([*lines, "", "</details>\n\n"])


def _write_sentence(sentence: Sentence) -> str:
    level = f"**{sentence.level}** " if sentence.is_consequence else ""
    return f"{level}{to_code(sentence.text)}"
