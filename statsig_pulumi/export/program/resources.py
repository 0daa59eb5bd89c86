"""One object as the lines of a program that declare it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any, Final

from ...json_values import NONE, Json
from ...schema.properties import NestedType, Property
from ..model import Exported
from ..names import module
from .data_files import MODULE, Sidecars
from .literals import INDENT, LINE, columns, literal, quoted
from .references import References

PACKAGE: Final = "statsig"
"""The name under which a program knows this package."""


@dataclass
class Written:
    """The source of one resource, as it is before it is formatted."""

    text: str = ""
    modules: set[str] = field(default_factory=set)
    """The modules of the program that it needs."""
    is_spread: bool = False
    """It has lists of parts, which are given a line each."""

    @property
    def is_short(self) -> bool:
        """Whether it will stand in one line."""
        return not self.is_spread and "\n" not in self.text and columns(self.text) <= LINE


def resource(exported: Exported, references: References, sidecars: Sidecars) -> Written:
    """The assignment that declares an object, below what is left of it to the console."""
    written = Written()
    writer = _Writer(exported, references, sidecars, written)
    arguments = [quoted(exported.name), *writer.arguments(exported.declaration.inputs, exported.inputs, 1, ())]
    assigned = f"{references.variable(exported)} = "
    created = call(f"{PACKAGE}.{exported.kind}", arguments, 0, is_tall=written.is_spread, before=len(assigned))
    written.text = "\n".join([*comment(exported.left), assigned + created])
    return written


def comment(sentences: tuple[str, ...]) -> list[str]:
    """The sentences as lines of comments."""
    shown = ("".join(c if c.isprintable() else " " for c in sentence) for sentence in sentences)
    return [f"# {line}" for sentence in shown for line in wrap(sentence, LINE - 2)]


@dataclass
class _Writer:
    """Writes the values of one object."""

    of: Exported
    references: References
    sidecars: Sidecars
    written: Written

    def arguments(
        self, properties: Mapping[str, Property[Any]], values: Mapping[str, Json], depth: int, within: tuple[str, ...]
    ) -> list[str]:
        """Return the arguments in the order of the declaration, with lists of nested types last, as they are long."""
        ordered = sorted(properties.items(), key=lambda item: item[1].nested is not None and item[1].many == "list")
        return [
            f"{name}={self._value(p, values[name], values, depth, within)}"
            for name, p in ordered
            if p.settable and name in values
        ]

    def _value(
        self, p: Property[Any], value: Json, beside: Mapping[str, Json], depth: int, within: tuple[str, ...]
    ) -> str:
        if value is None or (value == NONE and p.nullable):
            return "None"
        if p.nested is not None:
            return self._parts(p, p.nested, value, depth, within)
        if (told := p.get_reference(beside)) and (said := self._referring(told, value, depth, len(p.name) + 1)):
            return said
        read = self.sidecars.expression(p, value, (self.of.name, *within))
        if read is not None:
            self.written.modules.add(MODULE)
        return read or literal(value, depth, len(p.name) + 1)

    def _referring(self, told: str, value: Json, depth: int, before: int) -> str | None:
        """The value with references in it; None where there are none."""
        if not isinstance(value, list):
            return self._reference(told, value)
        items = [self._reference(told, item) for item in value]
        if not any(items):
            return None
        return f"[{', '.join(said or literal(item, depth + 1) for said, item in zip(items, value, strict=True))}]"

    def _reference(self, told: str, value: Json) -> str | None:
        target = self.references.target(self.of, told, value)
        if target is None:
            return None
        expression = f"{self.references.variable(target)}.{told.partition('.')[2]}"
        if target.kind == self.of.kind:
            return expression
        self.written.modules.add(module(target.kind))
        return f"{module(target.kind)}.{expression}"

    def _parts(
        self, p: Property[Any], nested: type[NestedType], value: Json, depth: int, within: tuple[str, ...]
    ) -> str:
        match p.many, value:
            case "list", list():
                items = [self._part(p, nested, item, depth + 2, within) for item in value]
                is_spread = bool(items) and (len(items) > 1 or not within)
                self.written.is_spread |= is_spread
                # The last comma gives each of them a line of its own.
                return f"[{', '.join(items)}{',' if is_spread else ''}]"
            case "map", dict():
                pairs = (f"{quoted(k)}: {self._part(p, nested, item, depth + 2, within)}" for k, item in value.items())
                return f"{{{', '.join(pairs)}}}"
            case _:
                return self._part(p, nested, value, depth + 1, within)

    def _part(
        self, p: Property[Any], nested: type[NestedType], value: Json, depth: int, within: tuple[str, ...]
    ) -> str:
        if not isinstance(value, dict):
            return literal(value, depth)
        named = nested.get_identity(value) if nested.identity else () if p.many else (p.name,)
        arguments = self.arguments(nested.properties, value, depth, (*within, *named))
        is_tall = any(q.nested and q.many == "list" and value.get(name) for name, q in nested.properties.items())
        return call(f"{PACKAGE}.{nested.__name__}", arguments, depth - 1, is_tall=is_tall)


def call(function: str, arguments: Iterable[str], depth: int, *, is_tall: bool, before: int = 0) -> str:
    """A call; where it is tall, or does not fit in one line, a last comma gives each argument a line of its own."""
    flat = f"{function}({', '.join(arguments)})"
    is_tall = is_tall or "\n" in flat or depth * INDENT + before + columns(flat) > LINE
    return f"{flat[:-1]},)" if is_tall else flat
