"""What the commands print: tables, JSON, progress, and notes beside them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

WIDE: Final = 1_000
"""What is read by another program is not folded into a terminal's width."""


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Shows how many objects of each kind are read: bars on a terminal, else a line a kind."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    tasks: dict[str, Any] = {}
    columns = TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as bars:

        def report(kind: str, count: int, total: int) -> None:
            if kind not in tasks:
                tasks[kind] = bars.add_task(kind, total=None)
                if not console.is_terminal:
                    console.print(f"reading {kind}")
            bars.update(tasks[kind], completed=count, total=total or None)

        yield report


def tabulate(head: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    """A table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*head, box=None)
    for row in rows:
        table.add_row(*map(Text, row))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def show(answer: Any) -> None:
    """JSON, coloured on a terminal."""
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    if sys.stdout.isatty():
        from rich import print_json

        print_json(text, ensure_ascii=False)
    else:
        print(text, flush=True)


def note(message: str) -> None:
    """A line beside the answer."""
    print(message, file=sys.stderr)
