"""Decides whether a key may do what it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args

from ..api.responses import ApiError, forbidden
from ..api.routes import MUTATIONS

Access: TypeAlias = Literal["read_write", "read_only", "revoked"]
LEVELS: Final = get_args(Access)
HEADER: Final = "statsig-api-key"
VERSION_HEADER: Final = "statsig-api-version"
VERSION: Final = "20240601"


class Keys:
    """The Console keys of the project; all that counts for one is what it starts with and its access."""

    def __init__(self, key: str, read_only: Iterable[str] = ()) -> None:
        self._access: dict[str, str] = {key: "read_write", **dict.fromkeys(read_only, "read_only")}

    def grant(self, key: str, access: str) -> None:
        if access not in LEVELS:
            raise ValueError(f"Access is one of {', '.join(LEVELS)}, not {access!r}.")
        self._access[key] = access

    def check(self, key: str | None, method: str) -> None:
        access = self._access.get(key or "", "revoked")
        if access == "revoked" or not (key or "").startswith("console-"):
            message = "This endpoint only accepts an active CONSOLE key, but an invalid key was sent."
            # The key that was sent is echoed.
            raise ApiError(401, f"{message} Key: {key if key is not None else 'undefined'}")
        if access == "read_only" and method in MUTATIONS:
            raise forbidden()


def check_version(version: str | None) -> None:
    if version != VERSION:
        raise ApiError(400, f"Unsupported STATSIG-API-VERSION: {version}")
