"""The operations that older versions of the Console API do not serve, each with the version that added it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

ADDED: Final = {
    "2026-10": """
        /alerts POST
        /alerts/{id} PATCH DELETE
        /alerts/{id}/mute POST
        /alerts/{id}/unmute POST
        /autotunes/{id}/overrides GET POST PATCH DELETE
        /autotunes/{id}/overrides/conditional/{type}/{name} DELETE
        /autotunes/{id}/overrides/userID/{userID} DELETE
        /autotunes/{id}/reviews GET POST
        /autotunes/{id}/reviews/{reviewID} GET PUT DELETE
        /autotunes/{id}/reviews/{reviewID}/approve PUT
        /autotunes/{id}/reviews/{reviewID}/commit PUT
        /autotunes/{id}/reviews/{reviewID}/reject PUT
        /autotunes/{id}/schedule_start POST
        /layers/{id}/overrides/conditional/{type}/{name} DELETE
        /layers/{id}/overrides/userID/{userID} DELETE
        /overrides GET
        /param_stores/{name} DELETE
        /segments/{id}/reviews/{reviewID} DELETE
    """,
}
"""By version, the paths and methods that it added. Older versions answer 404 or 405."""


def list_operations(version: str) -> Iterator[str]:
    """Yield each operation that a version added, such as ``POST /alerts``."""
    for line in ADDED[version].strip().splitlines():
        path, *methods = line.split()
        yield from (f"{method} {path}" for method in methods)


def find_version(method: str, path: str) -> str:
    """Return the version that added an operation; empty if every version serves it, or none."""
    return next((version for version, one, pattern in _operations() if one == method and pattern.fullmatch(path)), "")


@cache
def _operations() -> list[tuple[str, str, re.Pattern[str]]]:
    return list(_parse_operations())


def _parse_operations() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    for version in ADDED:
        for operation in list_operations(version):
            method, path = operation.split()
            yield version, method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
