"""The page of data sources: a section for each function and each record, from signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final, ForwardRef

import statsig_pulumi as statsig
from statsig_pulumi.data_sources.call import OPTS
from statsig_pulumi.data_sources.records.record import Record
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.properties import NestedType

from .markdown import lines, page_of, summary_of, table, text_of, type_of
from .resource_page import find_nested_types

BEGIN, END = "<!-- data sources: made by `make docs` -->\n", "<!-- end of data sources -->\n"
REFERENCE: Final = "data-source-reference.md"
OPTIONS: Final = re.compile(r"Unpack\[(\w+)\]")

Function = Callable[..., Any]


def build_table() -> str:
    """Return the tables of all data sources, one for each subject."""
    content: list[str] = []
    for subject, functions in _by_subject().items():
        rows = ([f"[`{f.__name__}`]({REFERENCE}#{f.__name__})", _returned(f), _paths(f)] for f in functions)
        content += ["", f"### {subject}", "", *table(["Data source", "Returns", "Console API"], rows)]
    return lines(content)


def build_reference() -> str:
    """Return the page with every data source and every record."""
    content = [
        "# Data source reference",
        "",
        "Each function takes `opts` in addition, a `pulumi.InvokeOptions`: see [Data sources](data-sources.md).",
    ]
    for subject, functions in _by_subject().items():
        content += ["", f"## {subject}"]
        for function in functions:
            content += ["", *_function(function)]
    content += ["", "## Records", "", "A record has typed attributes, and is also a dict."]
    for record in sorted(_records(), key=lambda each: each.__name__):
        content += ["", *_record(record)]
    return lines(content)


@cache
def _by_subject() -> dict[str, list[Function]]:
    found: dict[str, list[Function]] = {}
    for name in sorted(dir(statsig)):
        function = getattr(statsig, name)
        if name.startswith(("get_", "list_")) and callable(function):
            subject = function.__module__.rpartition(".")[2].replace("_", " ").capitalize()
            found.setdefault(subject, []).append(function)
    return dict(sorted(found.items()))


def _doc(function: Function) -> str:
    return inspect.getdoc(function) or ""


def _paths(function: Function) -> str:
    return ", ".join(f"`{path}`" for path in re.findall(r"``GET ([^`]+)``", _doc(function)))


def _returned(function: Function) -> str:
    text = summary_of(_doc(function)).partition(". ")[0].removeprefix("Return ")
    return text[:1].upper() + text[1:]


def _function(function: Function) -> Iterator[str]:
    signature = inspect.signature(function)
    parameters = [p for p in signature.parameters.values() if p.name != OPTS]
    returns = str(signature.return_annotation)
    yield from (f"### {function.__name__}", "")
    yield from ("```py", f"statsig.{function.__name__}{_signature(parameters)} -> {returns}", "```", "")
    yield _doc(function).replace("``", "`")
    for p in parameters:
        if p.kind is p.VAR_KEYWORD and (match := OPTIONS.search(str(p.annotation))):
            options = _find_options(function, match[1])
            yield from ("", f"`**{p.name}`:", "")
            yield from table(["Name", "Type"], ([f"`{name}`", f"`{hint}`"] for name, hint in options.items()))
    if links := [f"[{record.__name__}]({_link(record)})" for record in _types_in(returns)]:
        yield from ("", f"Returns {' or '.join(links)}.")


def _signature(parameters: Iterable[inspect.Parameter]) -> str:
    words = []
    for p in parameters:
        if p.kind is p.VAR_KEYWORD:
            words.append(f"**{p.name}")
        else:
            default = "" if p.default is p.empty else f" = {p.default!r}"
            words.append(f"{p.name}: {p.annotation}{default}")
    return f"({', '.join(words)})"


def _find_options(function: Function, name: str) -> dict[str, str]:
    """Return the names and types of a dict of options, without ``opts``."""
    module = import_module(function.__module__)
    hints = getattr(module, name).__annotations__
    return {key: _hint(hint) for key, hint in hints.items() if key != OPTS}


def _hint(hint: Any) -> str:
    text = hint.__forward_arg__ if isinstance(hint, ForwardRef) else getattr(hint, "__name__", str(hint))
    return str(text).replace("|", "\\|")


@cache
def _public_types() -> dict[str, type[NestedType]]:
    found = ((name, getattr(statsig, name)) for name in dir(statsig))
    return {name: each for name, each in found if isinstance(each, type) and issubclass(each, NestedType)}


def _types_in(annotation: str) -> list[type[NestedType]]:
    return [_public_types()[word] for word in re.findall(r"\w+", annotation) if word in _public_types()]


@cache
def _records() -> set[type[NestedType]]:
    """Return the records that data sources return, and those in them."""
    returned = {
        each
        for functions in _by_subject().values()
        for f in functions
        for each in _types_in(str(inspect.signature(f).return_annotation))
    }
    inner = {each for record in returned for each in find_nested_types(record.properties)}
    return {each for each in returned | inner if issubclass(each, Record) or each not in _pages()}


@cache
def _pages() -> dict[type[NestedType], str]:
    """Return the page of each nested type of a resource."""
    pages: dict[type[NestedType], str] = {}
    for kind in REGISTRY:
        for nested in find_nested_types(REGISTRY[kind].properties):
            pages.setdefault(nested, f"resources/{page_of(kind)}#{nested.__name__.lower()}")
    return pages


def _link(nested: type[NestedType]) -> str:
    return f"#{nested.__name__.lower()}" if nested in _records() else _pages()[nested]


def _record(record: type[NestedType]) -> Iterator[str]:
    names = {each.__name__: each for each in find_nested_types(record.properties)}
    rows = (
        [f"`{p.name}`", type_of(p, lambda name: _link(names[name])), text_of(p.doc)] for p in record.properties.values()
    )
    yield from (f"### {record.__name__}", "", text_of(inspect.getdoc(record) or ""), "")
    yield from table(["Attribute", "Type", "Description"], rows)
