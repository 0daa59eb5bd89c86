"""Generate the pages and tables of the documentation that are made from the declarations.

python -m tools.docs            write them
python -m tools.docs --check    exit with an error if one of them is stale
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from tools import coverage

from . import command_line_page, comparison, data_sources, limits
from .categories import group_resources
from .markdown import ROOT, lines, page_of, replace_between, summary_of, table
from .resource_page import build_page, endpoint_of

DOCS = ROOT / "docs"
PAGES = DOCS / "resources"
BEGIN, END = "<!-- resources: made by `make docs` -->\n", "<!-- end of resources -->\n"


def build_all() -> dict[Path, str]:
    """Return the content of each file that is generated, or has a generated table."""
    contents = {PAGES / page_of(kind): build_page(REGISTRY[kind]) for kind in REGISTRY}
    contents[PAGES / "index.md"] = lines(_index())
    tables = [
        (ROOT / "README.md", BEGIN, END, lines(_short_list(_site_url()))),
        (ROOT / "README.md", comparison.BEGIN, comparison.END, comparison.build_table()),
        (DOCS / "comparison.md", comparison.BEGIN, comparison.END, comparison.build_table()),
        (DOCS / "data-sources.md", data_sources.BEGIN, data_sources.END, data_sources.build_table()),
    ]
    for path, begin, end, content in tables:
        contents[path] = replace_between(contents.get(path) or path.read_text(), begin, end, content)
    contents[DOCS / "limits.md"] = limits.complete_page((DOCS / "limits.md").read_text())
    contents[DOCS / "command-line.md"] = command_line_page.build_page()
    contents[DOCS / data_sources.REFERENCE] = data_sources.build_reference()
    endpoints = ROOT / coverage.PAGE
    contents[endpoints] = coverage.replace_table(endpoints.read_text(), coverage.load_table())
    return contents


def _index() -> Iterator[str]:
    """Yield the lines of the page that lists all resources."""
    yield "# Resources"
    yield ""
    yield "A resource takes its Pulumi name first, then its arguments by name, then `opts`."
    yield "An argument that is not required can be omitted. An omitted property is not managed."
    for group, declarations in group_resources().items():
        yield from ("", f"## {group}", "")
        yield from table(["Resource", "Description", "Endpoint"], (_row(each) for each in declarations))


def _row(declaration: Declaration) -> list[str]:
    link = f"[`{declaration.kind}`]({page_of(declaration.kind)})"
    return [link, summary_of(declaration.doc), f"`{endpoint_of(declaration)}`"]


def _short_list(site_url: str) -> Iterator[str]:
    """Yield the list of resources of README.md, one line a group."""
    for group, declarations in group_resources().items():
        links = (f"[`{each.kind}`]({site_url}resources/{page_of(each.kind)[:-3]}/)" for each in declarations)
        yield f"* {group}: {', '.join(links)}"


def _site_url() -> str:
    """Return the address of the documentation site, from mkdocs.yml."""
    text = (ROOT / "mkdocs.yml").read_text()
    return next(line.split()[1] for line in text.splitlines() if line.startswith("site_url:"))


def main() -> None:
    contents = build_all()
    stale = [path for path, text in contents.items() if not path.exists() or path.read_text() != text]
    orphans = set(PAGES.glob("*.md")) - contents.keys()
    if "--check" in sys.argv[1:]:
        if wrong := sorted([*stale, *orphans]):
            sys.exit(f"{', '.join(str(path.relative_to(ROOT)) for path in wrong)}: stale, run `make docs`")
        return
    PAGES.mkdir(exist_ok=True)
    for path in orphans:
        path.unlink()
    for path in stale:
        path.write_text(contents[path])


if __name__ == "__main__":
    main()
