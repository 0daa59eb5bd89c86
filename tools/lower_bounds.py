"""Print the lower bounds of pyproject.toml as constraints of pip, for a run of the tests with the oldest versions.

python tools/lower_bounds.py >lower.txt
pip install --constraint lower.txt --editable '.[emulator,export,postgresql,redis]' --group dev
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def find_lower_bounds(requirements: Iterable[str]) -> Iterator[str]:
    """Yield ``name==version`` for each requirement with a lower bound."""
    for requirement in requirements:
        match = re.fullmatch(r"([\w.-]+)(?:\[.*?\])?>=([\w.]+).*", requirement)
        if match is None:
            raise ValueError(f"{requirement!r} has no lower bound")
        yield f"{match[1]}=={match[2]}"


def main() -> None:
    """Print the constraints of what users install. Tools of the development are the newest."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    extras = project["optional-dependencies"].values()
    for constraint in find_lower_bounds([*project["dependencies"], *(each for extra in extras for each in extra)]):
        sys.stdout.write(f"{constraint}\n")


if __name__ == "__main__":
    main()
