"""The page of a resource: its example, arguments, outputs, nested types, import and destroy."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.properties import NestedType, Property

from .markdown import lines, table, text_of, type_of

EXAMPLES = Path(__file__).parent / "examples"


def build_page(declaration: Declaration) -> str:
    """Return the page of a resource."""
    nested = list(find_nested_types(declaration.properties))
    content = [
        f"# {declaration.kind}",
        "",
        declaration.doc.strip().replace("``", "`"),
        "",
        f"Console API: `{endpoint_of(declaration)}`",
        "",
        "## Arguments",
        "",
        *_arguments(declaration.properties),
    ]
    if any(not p.settable for p in declaration.properties.values()):
        content += ["", "## Outputs", "", *_outputs(declaration.properties)]
    if nested:
        content += ["", "## Nested types"]
        for each in nested:
            content += ["", f"### {each.__name__}", "", (inspect.getdoc(each) or "").replace("``", "`"), ""]
            content += _nested_table(each.properties)
    return lines(content)


def endpoint_of(declaration: Declaration) -> str:
    """Return the path that creates or sets the objects of a resource."""
    endpoint = declaration.endpoint
    return f"/{endpoint.collection}/{{id}}/{endpoint.subpath}" if endpoint.subpath else f"/{endpoint.collection}"


def find_nested_types(properties: Mapping[str, Property[Any]]) -> Iterator[type[NestedType]]:
    """Yield each nested type that the properties use, and those that these use, once."""
    found: dict[type[NestedType], None] = {}

    def collect(each: Iterable[Property[Any]]) -> None:
        for p in each:
            if p.nested is not None and p.nested not in found:
                found[p.nested] = None
                collect(p.nested.properties.values())

    collect(properties.values())
    yield from found


def _arguments(properties: Mapping[str, Property[Any]]) -> Iterable[str]:
    settable = [p for p in properties.values() if p.settable]
    settable.sort(key=lambda p: not p.options.required)
    rows = ([f"`{p.name}`", _type(p), "yes" if p.options.required else "", _describe(p)] for p in settable)
    return table(["Argument", "Type", "Required", "Description"], rows)


def _outputs(properties: Mapping[str, Property[Any]]) -> Iterable[str]:
    rows = ([f"`{p.name}`", _type(p), _describe(p)] for p in properties.values() if not p.settable)
    return table(["Output", "Type", "Description"], rows)


def _nested_table(properties: Mapping[str, Property[Any]]) -> Iterable[str]:
    ordered = sorted(properties.values(), key=lambda p: (not p.settable, not p.options.required))
    set_by = {True: "program", False: "Statsig"}
    rows = (
        [f"`{p.name}`", _type(p), set_by[p.settable] + (", required" if p.options.required else ""), _describe(p)]
        for p in ordered
    )
    return table(["Property", "Type", "Set by", "Description"], rows)


def _describe(p: Property[Any]) -> str:
    replaces = " A change replaces the object." if p.options.replace_on_changes else ""
    replaces += " The API cannot change it." if p.options.create_only else ""
    return f"{text_of(p.doc)}{replaces}"


def _type(p: Property[Any]) -> str:
    return type_of(p, lambda name: f"#{name.lower()}")
