"""Print tables, lines, JSON, progress and notes; read the files of arguments."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from .command_help import WRONG_USE

if TYPE_CHECKING:
    from rich.progress import TaskID

UNLIMITED_WIDTH: Final = 1_000
"""The width for output that another program reads: its lines are not wrapped."""


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Provide a function that shows how many objects of each kind are read: a bar on a terminal, else a line.

    With ``quiet``, the function shows nothing.
    """
    if quiet:
        yield lambda kind, count, total: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    columns = TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as bars:

        def report(kind: str, count: int, total: int) -> None:
            if kind not in tasks:
                tasks[kind] = bars.add_task(kind, total=None)
                if not console.is_terminal:
                    console.print(f"reading {kind}")
            bars.update(tasks[kind], completed=count, total=total or None)

        yield report


def print_table(header: Sequence[str], rows: Iterable[tuple[str, ...]], *, unbroken: Sequence[str] = ()) -> None:
    """Print a table to standard output. Texts are wrapped on a narrow terminal, and never cut.

    ``unbroken`` are the columns that are not wrapped, such as ids, which people copy. If the terminal is narrower
    than these, its lines are longer.
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table, cells, narrowest = Table(box=None), list(rows), 0
    for index, name in enumerate(header):
        is_unbroken = name in unbroken
        width = max(map(cell_len, [name, *(row[index] for row in cells if is_unbroken)]))
        table.add_column(name, overflow="fold", no_wrap=is_unbroken, min_width=width)
        narrowest += width + 2  # rich pads each column with a space on both sides
    for row in cells:
        table.add_row(*map(Text, row))
    console = Console(width=None if sys.stdout.isatty() else UNLIMITED_WIDTH)
    console.width = max(console.width, narrowest)
    console.print(table)


def print_json(value: Any) -> None:
    """Print JSON to standard output, coloured on a terminal."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    if sys.stdout.isatty():
        import rich

        rich.print_json(text, ensure_ascii=False)
    else:
        print(text, flush=True)


def print_note(message: str) -> None:
    """Print a line to standard error."""
    print(message, file=sys.stderr)


def exit_with_usage_error(reason: str) -> NoReturn:
    """Print why the arguments are wrong, and exit."""
    print_note(reason)
    sys.exit(WRONG_USE)


def print_notes_unless(quiet: bool) -> Callable[[str], None]:
    """Return ``print_note``, or with ``quiet`` a function that prints nothing."""
    return (lambda message: None) if quiet else print_note


def print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Print lines to standard output, each with the style of ``rich`` that it has on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else UNLIMITED_WIDTH)
    for text, style in lines:
        console.print(Text(text, style=style), soft_wrap=True)


def read_text(path: str) -> str:
    """Return the content of a file, or of standard input for ``-``; raises InvalidSettingError."""
    from ..errors import InvalidSettingError

    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettingError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
