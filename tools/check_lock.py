"""Fails when tools/requirements.txt does not hold what pyproject.toml asks for, because `make lock` was forgotten."""

import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOOLS = Path(__file__).parent


def unlocked() -> list[str]:
    """What pyproject.toml asks for and the lock lacks, or holds in a version that does not do."""
    pyproject = tomllib.loads((TOOLS.parent / "pyproject.toml").read_text())
    asked = chain(
        pyproject["project"]["dependencies"],
        *pyproject["project"]["optional-dependencies"].values(),
        *pyproject["dependency-groups"].values(),
    )
    locked = dict(re.findall(r"^([\w.-]+)==([\w.!+]+)", (TOOLS / "requirements.txt").read_text(), re.MULTILINE))
    return [each for each in asked if not _holds(locked, Requirement(each))]


def _holds(locked: dict[str, str], asked: Requirement) -> bool:
    version = locked.get(canonicalize_name(asked.name))
    return version is not None and asked.specifier.contains(version, prereleases=True)


if __name__ == "__main__":
    if lacking := unlocked():
        sys.exit(f"tools/requirements.txt lacks {', '.join(lacking)}: run `make lock`")
