"""The page of a resource: its example, arguments, outputs, nested types, import and deletion."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from statsig_pulumi.resources.types.autotune import LOCKED as LOCKED_IN_AUTOTUNES
from statsig_pulumi.resources.types.experiment_status import LOCKED as LOCKED_IN_EXPERIMENTS
from statsig_pulumi.resources.types.operators import OPERATORS
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.properties import NestedType, Property

from .import_and_deletion import describe_deletion, describe_id, find_example_id
from .markdown import lines, page_of, table, text_of, type_of

LOCKED: Final[Mapping[str, tuple[str, ...]]] = {
    "Experiment": LOCKED_IN_EXPERIMENTS,
    "Autotune": LOCKED_IN_AUTOTUNES,
}
"""Arguments that cannot change after the start, by resource."""
NOTES: Final = {
    "replace_on_changes": "A change replaces the object.",
    "create_only": "The API cannot change it: a change is an error at the preview.",
    "write_only": "The API does not return it, so a refresh finds no drift.",
    "secret": "It is encrypted in the state.",
    "unordered": "The order is no change.",
}
"""Notes on a property, by its option."""


def build_page(declaration: Declaration) -> str:
    """Return the page of a resource."""
    kind = declaration.kind
    nested = list(find_nested_types(declaration.properties))
    content = [
        f"# {kind}",
        "",
        declaration.doc.replace("``", "`"),
        "",
        f"Console API: `{endpoint_of(declaration)}`",
        "",
        *_example(declaration),
        "## Arguments",
        "",
        *_arguments(declaration),
        "",
        "## Outputs",
        "",
        "All arguments are outputs too." if declaration.inputs else "",
        "",
        *_outputs(declaration.properties),
    ]
    if nested:
        content += ["", "## Nested types"]
    for each in nested:
        content += ["", f"### {each.__name__}", "", (inspect.getdoc(each) or "").replace("``", "`"), ""]
        content += [*_nested_table(each.properties), ""]
        if {"operator", "target_value"} <= each.properties.keys():
            content += ["Operators by type:", "", *_operators()]
    content += ["", *_import_and_deletion(declaration)]
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


def _example(declaration: Declaration) -> Iterator[str]:
    yield from ("## Example", "", "```python", declaration.example, "```", "")


def _arguments(declaration: Declaration) -> Iterable[str]:
    settable = sorted(declaration.inputs.values(), key=lambda p: not p.options.required)
    locked = LOCKED.get(declaration.kind, ())
    rows = ([f"`{p.name}`", _type(p), _default(p), _describe(p, is_locked=p.name in locked)] for p in settable)
    return table(["Argument", "Type", "Default", "Description"], rows)


def _outputs(properties: Mapping[str, Property[Any]]) -> Iterable[str]:
    rows = [[f"`{p.name}`", _type(p), _describe(p)] for p in properties.values() if not p.settable]
    return table(["Output", "Type", "Description"], rows) if rows else []


def _nested_table(properties: Mapping[str, Property[Any]]) -> Iterable[str]:
    ordered = sorted(properties.values(), key=lambda p: (not p.settable, not p.options.required))
    rows = ([f"`{p.name}`", _type(p), _default(p), _describe(p)] for p in ordered)
    return table(["Property", "Type", "Default", "Description"], rows)


def _operators() -> Iterable[str]:
    rows = ([f"`{kind}`", ", ".join(f"`{each}`" for each in names) or "none"] for kind, names in OPERATORS.items())
    return table(["Type", "Operators"], rows)


def _import_and_deletion(declaration: Declaration) -> Iterator[str]:
    kind, id_form = declaration.kind, describe_id(declaration)
    yield from ("## Import", "")
    if id_form:
        shown = find_example_id(declaration) or "ID"
        yield f"The id is {id_form}. Add it to the resource, and remove it after the next `pulumi up`:"
        yield from ("", "```py", f'opts = pulumi.ResourceOptions(import_="{shown}")', "```", "")
        yield f'`statsig.{kind}.get("name", "{shown}")` reads the object without managing it.'
        yield "[Import a project](../importing.md) imports many objects at once."
    else:
        yield "The API does not return the object, so it cannot be imported."
    yield from ("", "## Deletion", "", describe_deletion(declaration))


def _default(p: Property[Any]) -> str:
    """Return the value that Statsig sets if the program omits the property, as far as it is known."""
    if not p.settable:
        return "set by Statsig"
    if p.options.required:
        return "**required**"
    default = p.options.default if p.options.default is not None else p.options.create_default
    if default is None or callable(default):
        return ""
    shown = default if isinstance(default, bool) else json.dumps(default)
    return f"`{shown}`"


def _describe(p: Property[Any], *, is_locked: bool = False) -> str:
    notes = [text_of(p.doc)]
    notes += [note for option, note in NOTES.items() if p.settable and getattr(p.options, option)]
    if is_locked:
        notes.append("Locked after the start: a change is an error at the preview.")
    if p.settable and p.options.preset_by:
        notes.append(f"`{p.options.preset_by}` presets it for new objects.")
    kind, _, name = (p.options.refers_to if isinstance(p.options.refers_to, str) else "").partition(".")
    if kind in REGISTRY:
        notes.append(f"Refers to [`{kind}.{name}`]({page_of(kind)}).")
    return " ".join(notes)


def _type(p: Property[Any]) -> str:
    return type_of(p, lambda name: f"#{name.lower()}")
