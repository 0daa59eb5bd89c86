"""The table of data sources, from their signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import statsig_pulumi as statsig

from .markdown import lines, summary_of, table

BEGIN, END = "<!-- data sources: made by `make docs` -->\n", "<!-- end of data sources -->\n"


def build_table() -> str:
    """Return the table of all data sources."""
    return lines(table(["Data source", "Returns", "Console API"], _rows()))


def _rows() -> Iterator[list[str]]:
    for name in sorted(dir(statsig)):
        function = getattr(statsig, name)
        doc = inspect.getdoc(function) or ""
        if callable(function) and name.startswith(("get_", "list_")) and (paths := re.findall(r"``GET ([^`]+)``", doc)):
            parameters = inspect.signature(function).parameters.values()
            arguments = ", ".join(_argument(p) for p in parameters if p.name != "opts")  # all have it
            returns = summary_of(doc).partition(". ")[0].removeprefix("Return ")
            shown = ", ".join(f"`{path}`" for path in paths)
            yield [f"`{name}({arguments})`", f"{returns[0].upper()}{returns[1:]}", shown]


def _argument(parameter: inspect.Parameter) -> str:
    return f"**{parameter.name}" if parameter.kind is parameter.VAR_KEYWORD else parameter.name
