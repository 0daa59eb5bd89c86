"""Make the tables of README.md and docs/reference.md from what they show; --check says whether they are stale."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import statsig_pulumi as statsig
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.properties import NestedType, Property
from tools import coverage

ROOT = Path(__file__).parent.parent
LOOKUPS, END_OF_LOOKUPS = "<!-- data sources: made by `make docs` -->\n", "<!-- end of data sources -->\n"
BEGIN, END = "<!-- resources: made by `make docs` -->\n", "<!-- end of resources -->\n"
UNION_WORDS = {"UnionType", "Union"}


def readme() -> str:
    """README.md with its tables of entities and endpoints."""
    text = (ROOT / "README.md").read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    rows = [f"| [`{d.kind}`]({_section(d.kind)}) | {_summary(d.doc)} | `{_endpoint(d)}` |" for d in _entities()]
    text = f"{before}{BEGIN}{_lines(['| Resource | Description | Endpoint |', '|---|---|---|', *rows])}{END}{after}"
    before, rest = text.split(LOOKUPS)
    _, after = rest.split(END_OF_LOOKUPS)
    table = ["| Data source | Returns | Console API |", "|---|---|---|", *_lookups()]
    return coverage.readme(f"{before}{LOOKUPS}{_lines(table)}{END_OF_LOOKUPS}{after}", coverage.stored())


def reference() -> str:
    """Every property of every entity and part."""
    lines = [
        "# Reference",
        "",
        "Generated from the declarations by `make docs`.",
        "A resource takes its Pulumi name first, then its properties by name, then `opts`.",
        "A property that is not required can be omitted. An omitted property is not managed.",
    ]
    for declaration in _entities():
        lines += ["", f"## {declaration.kind}", "", declaration.doc.strip().replace("``", "`"), ""]
        lines += [f"Console API: `{_endpoint(declaration)}`", "", *_table(declaration.properties)]
    for name, nested in _parts():
        lines += [
            "",
            f"## {name}",
            "",
            (inspect.getdoc(nested) or "").replace("``", "`"),
            "",
            *_table(nested.properties),
        ]
    return _lines(lines)


def _entities() -> list[Declaration]:
    return [REGISTRY[kind] for kind in sorted(REGISTRY)]


def _parts() -> Iterator[tuple[str, type[NestedType]]]:
    for name, found in sorted(vars(statsig).items()):
        if isinstance(found, type) and issubclass(found, NestedType):
            yield name, found


def _table(properties: Mapping[str, Property[Any]]) -> Iterator[str]:
    yield "| Property | Type | Set by | Description |"
    yield "|---|---|---|---|"
    for name, p in sorted(properties.items(), key=lambda item: (not item[1].settable, not item[1].options.required)):
        who = "Statsig" if not p.settable else "program, required" if p.options.required else "program"
        replaces = " A change replaces the object." if p.options.replace_on_changes else ""
        yield f"| `{name}` | {_type(p)} | {who} | {_markdown(p.doc)}{replaces} |"


def _type(p: Property[Any]) -> str:
    inner = _name(p.item)
    shown = {"list": f"list of {inner}", "map": f"map of {inner}".replace("map of any", "JSON object")}.get(
        p.many, inner
    )
    return f"{shown} or `None`" if p.nullable else shown


def _name(hint: Any) -> str:
    origin = get_origin(hint)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in get_args(hint))
    if type(hint).__name__ in UNION_WORDS or getattr(origin, "__name__", "") in UNION_WORDS:
        return " or ".join(_name(arg) for arg in get_args(hint))
    plain = getattr(hint, "__origin__", hint)
    if isinstance(plain, type) and issubclass(plain, NestedType):
        return f"[{plain.__name__}](#{plain.__name__.lower()})"
    return {"Any": "any"}.get(getattr(plain, "__name__", str(plain)), getattr(plain, "__name__", str(plain)))


def _endpoint(declaration: Declaration) -> str:
    """Where its objects are made, or set."""
    endpoint = declaration.endpoint
    return f"/{endpoint.collection}/{{id}}/{endpoint.subpath}" if endpoint.subpath else f"/{endpoint.collection}"


def _section(heading: str) -> str:
    return f"docs/reference.md#{heading.lower()}"


def _lookups() -> Iterator[str]:
    """Every look-up, as its signature and its docstring have it."""
    for name, found in sorted(vars(statsig).items()):
        doc = inspect.getdoc(found) or ""
        if callable(found) and name.startswith(("get_", "list_")) and (paths := re.findall(r"``GET ([^`]+)``", doc)):
            arguments = ", ".join(_argument(p) for p in inspect.signature(found).parameters.values())
            shown = ", ".join(f"`{path}`" for path in paths)
            returns = _summary(doc).partition(". ")[0].removeprefix("Return ")
            yield f"| `{name}({arguments})` | {returns[0].upper()}{returns[1:]} | {shown} |"


def _argument(parameter: inspect.Parameter) -> str:
    return f"**{parameter.name}" if parameter.kind is parameter.VAR_KEYWORD else parameter.name


def _summary(doc: str) -> str:
    return _markdown(doc.split("\n\n")[0]).removesuffix(".")


def _markdown(doc: str) -> str:
    return " ".join(doc.split()).replace("``", "`")


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    made = {ROOT / "README.md": readme(), ROOT / "docs" / "reference.md": reference()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        if stale:
            sys.exit(f"stale, run `make docs`: {', '.join(str(path.relative_to(ROOT)) for path in stale)}")
        return
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
