"""The files of a Pulumi program that declares the objects of a project."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Final

from ...errors import StatsigError
from ..model import Exported, Project
from ..names import module
from .data_files import MODULE, READER, Sidecars
from .format import formatted
from .references import References
from .resources import PACKAGE, Written, resource

PROJECT_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
PLAIN_YAML: Final = re.compile(r"(?!(?:true|false|yes|no|on|off|null|y|n|nan|inf)$)[A-Za-z][\w-]*(?:\.[\w-]+)*", re.I)


class ProjectNameError(StatsigError, ValueError):
    """Pulumi takes no project of this name."""


def files(project: Project, name: str) -> dict[str, str]:
    """The text of each file by its path, for a Pulumi project of this name; raises ProjectNameError."""
    if not PROJECT_NAME.fullmatch(name):
        raise ProjectNameError(
            f"'{name}' cannot be the name of a Pulumi project: use up to 100 letters, digits, '_', '-' and '.'"
        )
    references, sidecars = References(project.objects), Sidecars()
    sources = {module(kind): _module(kind, references.ordered(kind), references, sidecars) for kind in references.kinds}
    program = {"__main__": _main(name, sources), **sources} | ({MODULE: READER} if sidecars.files else {})
    found = {f"{stem}.py": formatted(source) for stem, source in program.items()}
    found |= {"Pulumi.yaml": _pulumi_yaml(name), "requirements.txt": f"statsig-pulumi>={version('statsig-pulumi')}\n"}
    return dict(sorted((found | sidecars.files).items()))


def _module(kind: str, objects: Iterable[Exported], references: References, sidecars: Sidecars) -> str:
    """All objects of a kind."""
    resources = [resource(each, references, sidecars) for each in objects]
    needed = sorted(set().union(*(each.modules for each in resources)))
    lines = [
        f'"""The {_in_words(kind)} of the Statsig project."""\n',
        f"import statsig_pulumi as {PACKAGE}",
        # Whether linters take these for modules of the same project depends on where they are started.
        *(["\n# isort: split", *(f"import {name}" for name in needed)] if needed else []),
        *_spaced(resources),
    ]
    return "\n".join(lines)


def _spaced(resources: Iterable[Written]) -> Iterator[str]:
    """The resources, with an empty line around those that take several."""
    was_short = False
    for each in resources:
        if not (was_short and each.is_short):
            yield ""
        yield each.text
        was_short = each.is_short


def _main(name: str, modules: Iterable[str]) -> str:
    """What Pulumi runs: it imports all modules."""
    needed = sorted(modules)
    lines = [f'"""The Statsig project of {name}."""']
    if needed:
        lines += ["", *(f"import {each}" for each in needed), "", f"__all__ = {json.dumps(needed)}"]
    return "\n".join(lines) + "\n"


def _pulumi_yaml(name: str) -> str:
    spelled = name if PLAIN_YAML.fullmatch(name) else json.dumps(name)
    return f"name: {spelled}\ndescription: The objects of a Statsig project, as code\nruntime: python\n"


def _in_words(kind: str) -> str:
    return module(kind).replace("_", " ")
