"""Hooks of mkdocs: the navigation, and links to files of the repository outside of ``docs``."""

from __future__ import annotations

import html
import logging
import posixpath
import re
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from tools.docs.categories import group_resources
from tools.docs.markdown import page_of

LOG: Final = logging.getLogger("mkdocs.plugins.site_hooks")
LINK: Final = re.compile(r"(?<=\]\()(\.\./[^)#\s]+)")
ESCAPED_PIPE: Final = r"\|"
CODE: Final = re.compile(r"`([^`]*\\\|[^`]*)`")
"""Inline code with an escaped pipe."""
MARKER: Final = re.compile(r"(?:[*-]|\d+\.) ")
"""The beginning of an item of a list."""
RESOURCES: Final = "resources/*.md"
"""The pattern of the pages of resources, which become one section a group."""
REST_OF_PAGES: Final = "Guides"
"""The section of the pages that the navigation does not list."""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Complete the navigation: drop pages that do not exist, resolve patterns, and add the pages that it omits."""
    pages = sorted(file.src_uri for file in files.documentation_pages())
    nav = _resolve(config.nav or [], pages)
    listed = set(_iterate(nav))
    for section in nav:
        if REST_OF_PAGES in section:
            section[REST_OF_PAGES] += [page for page in pages if page not in listed]
    config.nav = nav
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Adapt a page to Python-Markdown, and replace links to files outside of ``docs`` by links to the repository."""
    docs = Path(config.docs_dir)

    def replace(match: re.Match[str]) -> str:
        folder = posixpath.dirname(page.file.src_uri)
        target = posixpath.normpath(posixpath.join(docs.name, folder, match[1]))
        if target.startswith(f"{docs.name}/"):
            return match[1]
        path = docs.parent / target
        if not path.exists():
            LOG.warning("%s links to %s, which does not exist", page.file.src_uri, match[1])
        return f"{str(config.repo_url).rstrip('/')}/{'tree' if path.is_dir() else 'blob'}/main/{target}"

    return indent_lists(keep_pipes(LINK.sub(replace, markdown)))


def keep_pipes(markdown: str) -> str:
    """Return the text with code that has an escaped ``|`` as HTML: Python-Markdown shows the backslash, GitHub not."""

    def replace(match: re.Match[str]) -> str:
        return f"<code>{html.escape(match[1], quote=False).replace(ESCAPED_PIPE, '&#124;')}</code>"

    rows = (CODE.sub(replace, line) if line.startswith("|") else line for line in markdown.splitlines())
    return "\n".join(rows) + "\n"


def indent_lists(markdown: str) -> str:
    """Return the text with what belongs to a list item indented by four spaces, which Python-Markdown requires.

    GitHub requires the width of the marker, so ``1. `` needs three spaces and ``* `` two. Python-Markdown also requires
    a blank line before an item that follows a paragraph of the item before it.
    """
    indented: list[str] = []
    width, is_code, has_paragraphs = 0, False, False
    for line in markdown.splitlines():
        spaces = len(line) - len(line.lstrip(" "))
        is_code ^= line.startswith("```")
        if is_code:
            width = 0
        elif marker := MARKER.match(line):
            if has_paragraphs:
                indented.append("")
            width, has_paragraphs = len(marker[0]), False
        elif line.strip() and spaces < width:
            width = 0
        if not width:
            has_paragraphs = False
        is_inside = bool(width) and bool(line.strip()) and spaces >= width
        has_paragraphs |= is_inside and not indented[-1].strip()
        indented.append(" " * (4 - width) + line if is_inside else line)
    return "\n".join(indented) + "\n"


def _resolve(items: list[Any], pages: list[str]) -> list[Any]:
    resolved: list[Any] = []
    for item in items:
        match item:
            case str() if item == RESOURCES:
                resolved += [
                    {group: [f"resources/{page_of(each.kind)}" for each in declarations]}
                    for group, declarations in group_resources().items()
                ]
            case str() if "*" in item:
                prefix, _, suffix = item.partition("*")
                found = (page for page in pages if page.startswith(prefix) and page.endswith(suffix))
                resolved += [page for page in found if not page.endswith(("/index.md", "/README.md"))]
            case str():
                resolved += [item] if item in pages else []
            case dict():
                ((title, content),) = item.items()
                if isinstance(content, list):
                    resolved.append({title: _resolve(content, pages)})
                elif content in pages:
                    resolved.append(item)
    return resolved


def _iterate(items: list[Any]) -> list[str]:
    found: list[str] = []
    for item in items:
        content = next(iter(item.values())) if isinstance(item, dict) else item
        found += _iterate(content) if isinstance(content, list) else [content]
    return found
