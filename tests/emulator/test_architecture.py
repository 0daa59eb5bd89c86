"""Rules for the modules of the emulator, its quirks and its routes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import statsig_pulumi.emulator
from statsig_pulumi.emulator import QUIRKS
from statsig_pulumi.emulator.api.table import KINDS, all_routes

from . import openapi

PACKAGE = Path(statsig_pulumi.emulator.__file__).parent
DOCUMENTATION = PACKAGE.parents[1] / "docs" / "emulator.md"
# Each folder may import those after it.
ORDER = ("server", "api", "model")


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Return the path, the source and the syntax tree of each module."""
    for file in sorted(PACKAGE.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        yield file.relative_to(PACKAGE).as_posix(), source, ast.parse(source)


def imports(path: str, tree: ast.Module) -> Iterator[str]:
    """Return the modules that a module imports, as absolute names or as paths below the emulator."""
    folder = path.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
        elif isinstance(node, ast.ImportFrom):
            above = len(folder) - node.level + 1
            base = ["outside"] if above < 0 else folder[:above]
            yield "./" + "/".join([*base, *(node.module or "").split(".")]).strip("/")


def test_the_emulator_imports_nothing_of_the_provider() -> None:
    forbidden = re.compile(r"(statsig_pulumi|pulumi|httpx)\b|\./outside")
    violations = [(path, name) for path, _, tree in modules() for name in imports(path, tree) if forbidden.match(name)]

    assert violations == []


def test_folders_import_only_those_below_them() -> None:
    violations = []
    for path, _, tree in modules():
        folder = path.split("/")[0]
        above = ORDER[: ORDER.index(folder)] if folder in ORDER else ()
        violations += [
            (path, name) for name in imports(path, tree) if name.startswith(tuple(f"./{up}" for up in above))
        ]

    assert violations == []


def test_no_two_modules_have_the_same_name() -> None:
    names = [path.split("/")[-1] for path, _, _ in modules() if not path.endswith("__init__.py")]

    assert sorted(names) == sorted(set(names))


def test_every_quirk_is_used() -> None:
    sources = [source for path, source, _ in modules() if path != "model/quirks.py"]

    assert [quirk.name for quirk in QUIRKS if not any(f'"{quirk.name}"' in source for source in sources)] == []


def test_every_quirk_is_documented_with_its_default_and_sentence() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    violations = [
        quirk.name
        for quirk in QUIRKS
        if f'| <a id="{quirk.name}"></a>`{quirk.name}` | `{json.dumps(quirk.default)}` |' not in text
        or quirk.sentence not in text
        or quirk.documentation != f"docs/emulator.md#{quirk.name}"
    ]

    assert violations == []


def test_every_kind_of_the_table_has_another_name() -> None:
    names = [kind.name for kind in KINDS]

    assert sorted(names) == sorted(set(names))


def test_no_route_is_defined_twice() -> None:
    labels = all_routes().labels()

    assert sorted(labels) == sorted(set(labels))


@pytest.mark.skipif(not openapi.SPEC_FILE.exists(), reason="the specification is not on this machine")
def test_every_route_is_in_the_specification() -> None:
    known = {
        f"{method.upper()} {path.removeprefix('/console/v1')}"
        for path, operations in openapi.specification()["paths"].items()
        for method in operations
    }

    assert set(all_routes().labels()) - known == set(all_routes().labels(openapi.NEWER)) - known
