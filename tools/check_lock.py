"""Exit with an error if tools/requirements.txt does not satisfy pyproject.toml, because `make lock` was forgotten."""

import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOOLS = Path(__file__).parent


def find_unlocked() -> list[str]:
    """Return the requirements of pyproject.toml that the lock lacks, or has in a version that does not satisfy them."""
    pyproject = tomllib.loads((TOOLS.parent / "pyproject.toml").read_text())
    requirements = chain(
        pyproject["project"]["dependencies"],
        *pyproject["project"]["optional-dependencies"].values(),
        *pyproject["dependency-groups"].values(),
    )
    locked = dict(re.findall(r"^([\w.-]+)==([\w.!+]+)", (TOOLS / "requirements.txt").read_text(), re.MULTILINE))
    return [each for each in requirements if not _is_locked(Requirement(each), locked)]


def _is_locked(requirement: Requirement, locked: dict[str, str]) -> bool:
    version = locked.get(canonicalize_name(requirement.name))
    return version is not None and requirement.specifier.contains(version, prereleases=True)


if __name__ == "__main__":
    if missing := find_unlocked():
        sys.exit(f"tools/requirements.txt lacks {', '.join(missing)}: run `make lock`")
