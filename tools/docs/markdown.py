"""Markdown of declarations: texts, types and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from statsig_pulumi.schema.properties import NestedType, Property, to_snake_case

ROOT = Path(__file__).parents[2]
UNION_WORDS = {"UnionType", "Union"}


def page_of(kind: str) -> str:
    """Return the file name of the page of a resource."""
    return f"{to_snake_case(kind)}.md"


def lines(texts: Iterable[str]) -> str:
    """Return the lines as text, with one blank line in place of several."""
    text = "\n".join(texts)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return f"{text.strip()}\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def text_of(doc: str) -> str:
    """Return a docstring, or a part of one, as one line."""
    return " ".join(doc.split()).replace("``", "`").replace("|", "\\|")


def summary_of(doc: str) -> str:
    """Return the first sentence of a docstring, without its full stop."""
    return text_of(doc.split("\n\n")[0]).removesuffix(".")


def replace_between(text: str, begin: str, end: str, content: str) -> str:
    """Return the text with new content between two markers, each a line."""
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    return f"{before}{begin}{content}{end}{after}"


def type_of(p: Property[Any], link: Callable[[str], str]) -> str:
    """Return the type of a property; ``link`` returns the address of a nested type."""
    inner = _name(p.item, link)
    maps = "JSON object" if inner == "any" else f"map of {inner}"
    shown = {"list": f"list of {inner}", "map": maps}.get(p.many, inner)
    return f"{shown} or `None`" if p.nullable else shown


def _name(hint: Any, link: Callable[[str], str]) -> str:
    origin = get_origin(hint)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in get_args(hint))
    if type(hint).__name__ in UNION_WORDS or getattr(origin, "__name__", "") in UNION_WORDS:
        return " or ".join(_name(arg, link) for arg in get_args(hint))
    plain = getattr(hint, "__origin__", hint)
    if get_origin(plain) is Literal:
        return "str"  # the values that type checkers know: others are valid too
    if isinstance(plain, type) and issubclass(plain, NestedType):
        return f"[{plain.__name__}]({link(plain.__name__)})"
    return {"Any": "any"}.get(getattr(plain, "__name__", str(plain)), getattr(plain, "__name__", str(plain)))
