"""The pages that users read, and the code blocks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DOCUMENTS: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
"""README.md and every page of the documentation site."""
BLOCK: Final = re.compile(
    r"^(?P<indent> *)```(?P<info>\w[^\n]*)?\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """One fenced code block."""

    page: str
    line: int
    language: str
    """The first word after the fence: ``python`` for a program that runs, ``py`` for an excerpt."""
    title: str
    """The file that holds the block, or where to run it."""
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def find_blocks(path: Path) -> Iterator[Block]:
    """Yield the code blocks of a page, in their order."""
    content = path.read_text(encoding="utf-8")
    for match in BLOCK.finditer(content):
        info = match["info"] or ""
        title = re.search(r'title="([^"]*)"', info)
        lines = [line.removeprefix(match["indent"]) for line in match["text"].splitlines(keepends=True)]
        yield Block(
            path.relative_to(ROOT).as_posix(),
            content[: match.start()].count("\n") + 1,
            info.partition(" ")[0],
            title[1] if title else "",
            "".join(lines),
        )


def blocks_of(*languages: str) -> list[Block]:
    """Return the blocks of all pages in these languages."""
    return [block for page in DOCUMENTS for block in find_blocks(page) if block.language in languages]
