"""Generate docs/reference.md and the tables of README.md from the declarations.

python -m tools.docs            write both files
python -m tools.docs --check    exit with an error if one of them is stale
"""

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
DATA_SOURCES, END_OF_DATA_SOURCES = "<!-- data sources: made by `make docs` -->\n", "<!-- end of data sources -->\n"
BEGIN, END = "<!-- resources: made by `make docs` -->\n", "<!-- end of resources -->\n"
UNION_WORDS = {"UnionType", "Union"}


def build_readme() -> str:
    """Return README.md with new tables of resources, data sources and endpoints."""
    text = (ROOT / "README.md").read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    rows = [f"| [`{d.kind}`]({_section(d.kind)}) | {_summary(d.doc)} | `{_endpoint(d)}` |" for d in _resources()]
    text = f"{before}{BEGIN}{_lines(['| Resource | Description | Endpoint |', '|---|---|---|', *rows])}{END}{after}"
    before, rest = text.split(DATA_SOURCES)
    _, after = rest.split(END_OF_DATA_SOURCES)
    table = ["| Data source | Returns | Console API |", "|---|---|---|", *_data_sources()]
    return coverage.replace_table(
        f"{before}{DATA_SOURCES}{_lines(table)}{END_OF_DATA_SOURCES}{after}", coverage.load_table()
    )


def build_reference() -> str:
    """Return docs/reference.md: every property of every resource and nested type."""
    lines = [
        "# Reference",
        "",
        "Generated from the declarations by `make docs`.",
        "A resource takes its Pulumi name first, then its properties by name, then `opts`.",
        "A property that is not required can be omitted. An omitted property is not managed.",
    ]
    for declaration in _resources():
        lines += ["", f"## {declaration.kind}", "", declaration.doc.strip().replace("``", "`"), ""]
        lines += [f"Console API: `{_endpoint(declaration)}`", "", *_table(declaration.properties)]
    for name, nested in _nested_types():
        lines += [
            "",
            f"## {name}",
            "",
            (inspect.getdoc(nested) or "").replace("``", "`"),
            "",
            *_table(nested.properties),
        ]
    return _lines(lines)


def _public_names() -> dict[str, Any]:
    return {name: getattr(statsig, name) for name in dir(statsig)}


def _resources() -> list[Declaration]:
    return [REGISTRY[kind] for kind in sorted(REGISTRY)]


def _nested_types() -> Iterator[tuple[str, type[NestedType]]]:
    for name, value in sorted(_public_names().items()):
        if isinstance(value, type) and issubclass(value, NestedType):
            yield name, value


def _table(properties: Mapping[str, Property[Any]]) -> Iterator[str]:
    yield "| Property | Type | Set by | Description |"
    yield "|---|---|---|---|"
    for name, p in sorted(properties.items(), key=lambda item: (not item[1].settable, not item[1].options.required)):
        set_by = "Statsig" if not p.settable else "program, required" if p.options.required else "program"
        replaces = " A change replaces the object." if p.options.replace_on_changes else ""
        replaces += " The API cannot change it." if p.options.create_only else ""
        yield f"| `{name}` | {_type(p)} | {set_by} | {_markdown(p.doc)}{replaces} |"


def _type(p: Property[Any]) -> str:
    inner = _name(p.item)
    maps = "JSON object" if inner == "any" else f"map of {inner}"
    shown = {"list": f"list of {inner}", "map": maps}.get(p.many, inner)
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
    """Return the path that creates or sets its objects."""
    endpoint = declaration.endpoint
    return f"/{endpoint.collection}/{{id}}/{endpoint.subpath}" if endpoint.subpath else f"/{endpoint.collection}"


def _section(heading: str) -> str:
    return f"docs/reference.md#{heading.lower()}"


def _data_sources() -> Iterator[str]:
    """Yield a row for each data source, from its signature and its docstring."""
    for name, function in sorted(_public_names().items()):
        doc = inspect.getdoc(function) or ""
        if callable(function) and name.startswith(("get_", "list_")) and (paths := re.findall(r"``GET ([^`]+)``", doc)):
            parameters = inspect.signature(function).parameters.values()
            arguments = ", ".join(_argument(p) for p in parameters if p.name != "opts")  # all have it
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
    contents = {ROOT / "README.md": build_readme(), ROOT / "docs" / "reference.md": build_reference()}
    stale = [path for path, text in contents.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        if stale:
            sys.exit(f"{', '.join(str(path.relative_to(ROOT)) for path in stale)}: stale, run `make docs`")
        return
    for path, text in contents.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
