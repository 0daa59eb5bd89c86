"""The tables of docs/limits.md that name every property with a limit; people write the notes in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from statsig_pulumi.lifecycle.job import Job
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.properties import Property

PROPERTY: Final = re.compile(r"`(\w+\.\w+)`")
TABLES: Final[tuple[tuple[str, Callable[[Property[Any]], bool], Callable[[Declaration], str]], ...]] = (
    ("Set only when the object is created", lambda p: p.options.create_only, lambda _: "Change it in the console"),
    ("Changed by a replacement", lambda p: p.options.replace_on_changes, lambda each: each.cls.loss.capitalize()),
    ("Not returned", lambda p: p.options.write_only, lambda _: ""),
)
"""The heading of each table, the properties that it names, and the note of a new row."""


def complete_page(text: str) -> str:
    """Return the page with a row for each property that its table lacks."""
    for heading, is_limited, note_fn in TABLES:
        before, title, rest = text.partition(f"## {heading}\n")
        section, next_title, after = rest.partition("\n## ")
        listed = set(PROPERTY.findall("".join(re.findall(r"^\| (.*?) \|", section, re.MULTILINE))))
        rows = [f"| {names} | {note_fn(each)} |".replace("|  |", "| |") for each, names in _missing(is_limited, listed)]
        table_end = section.rindex("|\n") + 2
        section = section[:table_end] + "".join(f"{row}\n" for row in rows) + section[table_end:]
        text = f"{before}{title}{section}{next_title}{after}"
    return text


def _missing(is_limited: Callable[[Property[Any]], bool], listed: Collection[str]) -> Iterator[tuple[Declaration, str]]:
    """Yield each resource with limited properties that are not listed, and these."""
    for kind, declaration in sorted(REGISTRY.items()):
        if issubclass(declaration.cls.lifecycle, Job):
            continue
        sent = (f"{kind}.{name}" for name, p in declaration.inputs.items() if (p.sent or p.action) and is_limited(p))
        if names := [name for name in sent if name not in listed]:
            yield declaration, ", ".join(f"`{name}`" for name in names)
