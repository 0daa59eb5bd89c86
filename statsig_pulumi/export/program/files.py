"""The files of a Pulumi program that declares the resources of an exported project."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

import yaml

from ...errors import StatsigError
from ..model import ExportedProject, ExportedResource
from ..names import to_module
from .data_files import READER_MODULE, READER_SOURCE, DataFiles
from .format import format_source
from .references import References
from .resources import PACKAGE, ResourceSource, to_source

PROJECT_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
PROJECT_FILE: Final = "Pulumi.yaml"
REQUIREMENTS_FILE: Final = "requirements.txt"
DESCRIPTION: Final = "The objects of a Statsig project, as code"


class ProjectNameError(StatsigError, ValueError):
    """Raised when Pulumi does not accept the name of a project."""


class _YamlDumper(yaml.SafeDumper):
    """Quotes every text that YAML 1.2, which the Pulumi CLI reads, may take for a number, such as ``1e3``."""


_YamlDumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+.0-9].*"), list("-+.0123456789"))


def find_project_name(directory: Path) -> str | None:
    """Return the name of the Pulumi project in a folder; None if there is none, or it has no name."""
    try:
        name = yaml.safe_load((directory / PROJECT_FILE).read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError):
        return None
    return name if isinstance(name, str) else None


def check_project_name(name: str) -> None:
    """Raise ProjectNameError unless this can be the name of a Pulumi project."""
    if not PROJECT_NAME.fullmatch(name):
        raise ProjectNameError(
            f"'{name}' cannot be the name of a Pulumi project: use up to 100 letters, digits, '_', '-' and '.'"
        )


def to_files(project: ExportedProject, name: str, format_fn: Callable[[str], str] = format_source) -> dict[str, str]:
    """Return the content of each file by its path, for a Pulumi project of this name; raises ProjectNameError."""
    check_project_name(name)
    references, data_files = References(project.resources), DataFiles(project.files)
    modules = {
        to_module(kind): _to_module_source(kind, references.ordered(kind), references, data_files)
        for kind in references.kinds
    }
    sources = {"__main__": _to_main_source(name, modules), **modules}
    if data_files.contents:
        sources[READER_MODULE] = READER_SOURCE
    contents = {f"{module}.py": format_fn(source) for module, source in sources.items()}
    contents[PROJECT_FILE] = _to_pulumi_yaml(name)
    contents[REQUIREMENTS_FILE] = f"statsig-pulumi>={version('statsig-pulumi')}\n"
    return dict(sorted((contents | data_files.contents).items()))


def _to_module_source(
    kind: str, resources: Iterable[ExportedResource], references: References, data_files: DataFiles
) -> str:
    """Return the module with all resources of a kind."""
    sources = [to_source(each, references, data_files) for each in resources]
    imports = sorted(set().union(*(each.modules for each in sources)))
    lines = [
        f'"""The {to_module(kind).replace("_", " ")} of the Statsig project."""\n',
        f"import statsig_pulumi as {PACKAGE}",
        # Linters disagree on whether these modules belong to the project: it depends on where they are started.
        *(["\n# isort: split", *(f"import {name}" for name in imports)] if imports else []),
        *_with_blank_lines(sources),
    ]
    return "\n".join(lines)


def _with_blank_lines(sources: Iterable[ResourceSource]) -> Iterator[str]:
    """Yield the sources, with a blank line around those of several lines."""
    is_after_one_line = False
    for each in sources:
        if not (is_after_one_line and each.is_one_line):
            yield ""
        yield each.text
        is_after_one_line = each.is_one_line


def _to_main_source(name: str, modules: Iterable[str]) -> str:
    """Return the module that Pulumi runs, which imports all others."""
    names = sorted(modules)
    lines = [f'"""The Statsig project of {name}."""']
    if names:
        lines += ["", *(f"import {each}" for each in names), "", f"__all__ = {json.dumps(names)}"]
    return "\n".join(lines) + "\n"


def _to_pulumi_yaml(name: str) -> str:
    settings = {"name": name, "description": DESCRIPTION, "runtime": "python"}
    return yaml.dump(settings, Dumper=_YamlDumper, sort_keys=False)
