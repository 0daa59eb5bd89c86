"""The source of one resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any, Final

from ...json_values import NONE, Json
from ...schema.properties import NestedType, Property
from ..model import ExportedResource
from ..names import to_module
from .data_files import READER_MODULE, DataFiles
from .literals import INDENT, MAX_COLUMNS, count_columns, quote, to_literal
from .references import References, find_method

PACKAGE: Final = "statsig"
"""The name under which an exported program imports this package."""


@dataclass
class ResourceSource:
    """The source of one resource before it is formatted."""

    text: str = ""
    modules: set[str] = field(default_factory=set)
    """The modules of the program that it uses."""
    has_spread_list: bool = False
    """It contains a list of nested values with one line for each."""

    @property
    def is_one_line(self) -> bool:
        """Whether it takes one line after formatting."""
        return not self.has_spread_list and "\n" not in self.text and count_columns(self.text) <= MAX_COLUMNS


def to_source(resource: ExportedResource, references: References, data_files: DataFiles) -> ResourceSource:
    """Return the assignment that declares a resource, below comments about what is not managed of it."""
    source = ResourceSource()
    writer = _ResourceWriter(resource, references, data_files, source)
    arguments = [quote(resource.name), *writer.arguments(resource.declaration.inputs, resource.inputs, 1, ())]
    assignment = f"{references.variable(resource)} = "
    constructor = f"{PACKAGE}.{resource.kind}"
    call = to_call(constructor, arguments, 0, is_tall=source.has_spread_list, offset=len(assignment))
    source.text = "\n".join([*to_comment(resource.omissions), assignment + call])
    return source


def to_comment(sentences: Iterable[str]) -> list[str]:
    """Return the sentences as comment lines."""
    printable = ("".join(c if c.isprintable() else " " for c in sentence) for sentence in sentences)
    return [f"# {line}" for sentence in printable for line in wrap(sentence, MAX_COLUMNS - 2)]


@dataclass
class _ResourceWriter:
    """Writes the values of one resource; ``path`` holds the names of the nested values around a value."""

    resource: ExportedResource
    references: References
    data_files: DataFiles
    source: ResourceSource

    def arguments(
        self, properties: Mapping[str, Property[Any]], values: Mapping[str, Json], depth: int, path: tuple[str, ...]
    ) -> list[str]:
        """Return the keyword arguments in the order of the declaration, with lists of nested values last."""
        ordered = sorted(properties.items(), key=lambda item: item[1].nested is not None and item[1].many == "list")
        return [
            f"{name}={self._value(p, values[name], values, depth, path)}"
            for name, p in ordered
            if p.settable and name in values
        ]

    def _value(
        self, p: Property[Any], value: Json, siblings: Mapping[str, Json], depth: int, path: tuple[str, ...]
    ) -> str:
        if value is None or (value == NONE and p.nullable):
            return "None"
        if p.nested is not None:
            return self._nested_values(p, p.nested, value, depth, path)
        offset = len(p.name) + 1
        if (reference := p.get_reference(siblings)) and (source := self._references(reference, value, depth)):
            return source
        read_call = self.data_files.add(p, value, (self.resource.name, *path))
        if read_call is None:
            return to_literal(value, depth, offset)
        self.source.modules.add(READER_MODULE)
        return read_call

    def _references(self, reference: str, value: Json, depth: int) -> str | None:
        """Return the value with references in it; None if there are none."""
        if not isinstance(value, list):
            return self._reference(reference, value)
        items = [(self._reference(reference, item), item) for item in value]
        if not any(source for source, _ in items):
            return None
        return f"[{', '.join(source or to_literal(item, depth + 1) for source, item in items)}]"

    def _reference(self, reference: str, value: Json) -> str | None:
        target = self.references.target(self.resource, reference, value)
        if target is None:
            return None
        name = reference.partition(".")[2]
        expression = f"{self.references.variable(target)}.{name}"
        if find_method(target, name) is not None:
            expression += f"({quote(value)})"
        if target.kind == self.resource.kind:
            return expression
        module = to_module(target.kind)
        self.source.modules.add(module)
        return f"{module}.{expression}"

    def _nested_values(
        self, p: Property[Any], nested: type[NestedType], value: Json, depth: int, path: tuple[str, ...]
    ) -> str:
        match p.many, value:
            case "list", list():
                items = [self._nested_value(p, nested, item, depth + 2, path) for item in value]
                is_spread = bool(items) and (len(items) > 1 or not path)
                self.source.has_spread_list |= is_spread
                return f"[{', '.join(items)}{',' if is_spread else ''}]"  # a final comma makes ruff spread the list
            case "map", dict():
                pairs = [
                    f"{quote(key)}: {self._nested_value(p, nested, item, depth + 2, path)}"
                    for key, item in value.items()
                ]
                return f"{{{', '.join(pairs)}}}"
            case _:
                return self._nested_value(p, nested, value, depth + 1, path)

    def _nested_value(
        self, p: Property[Any], nested: type[NestedType], value: Json, depth: int, path: tuple[str, ...]
    ) -> str:
        if not isinstance(value, dict):
            return to_literal(value, depth)
        if nested.identity:
            path = (*path, *nested.get_identity(value))
        elif not p.many:
            path = (*path, p.name)
        arguments = self.arguments(nested.properties, value, depth, path)
        is_tall = any(q.nested and q.many == "list" and value.get(name) for name, q in nested.properties.items())
        return to_call(f"{PACKAGE}.{nested.__name__}", arguments, depth - 1, is_tall=is_tall)


def to_call(function: str, arguments: Iterable[str], depth: int, *, is_tall: bool, offset: int = 0) -> str:
    """Return a call; if it is tall or too long for one line, a final comma gives each argument its own line."""
    call = f"{function}({', '.join(arguments)})"
    is_tall = is_tall or "\n" in call or depth * INDENT + offset + count_columns(call) > MAX_COLUMNS
    return f"{call[:-1]},)" if is_tall else call
