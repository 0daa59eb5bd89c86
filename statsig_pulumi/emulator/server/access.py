"""Access of Console API keys, and the version header."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args

from ..api.routes import MUTATIONS
from ..model.errors import ApiError, forbidden
from ..model.project import Project

Access: TypeAlias = Literal["read_write", "read_only", "revoked"]
LEVELS: Final = get_args(Access)
HEADER: Final = "statsig-api-key"
VERSION_HEADER: Final = "statsig-api-version"
VERSION: Final = "20240601"


class Keys:
    """The API keys of the project and their access. A valid key starts with `console-`."""

    def __init__(self, key: str, read_only: Iterable[str] = ()) -> None:
        self.own = key
        self._access: dict[str, str] = {key: "read_write", **dict.fromkeys(read_only, "read_only")}

    def grant(self, key: str, access: str) -> None:
        """Set the access of a key."""
        if access not in LEVELS:
            raise ValueError(f"Access is one of {', '.join(LEVELS)}, not {access!r}.")
        self._access[key] = access

    def validate(self, key: str | None, method: str, project: Project) -> None:
        """Raise if a key does not permit a request. The API repeats the key in its 401."""
        access = self._access_of(key or "", project)
        if access == "revoked" or not (key or "").startswith("console-"):
            message = "This endpoint only accepts an active CONSOLE key, but an invalid key was sent."
            raise ApiError(401, f"{message} Key: {key if key is not None else 'undefined'}")
        if access == "read_only" and method in MUTATIONS:
            raise forbidden()

    def _access_of(self, key: str, project: Project) -> str:
        """Return the access of a key: of the emulator, or one that was made in the project."""
        record = project.store["keys"].get(key)
        if key in project.dead_keys or (record and record["status"] != "active"):
            return "revoked"
        if key in self._access or record is None:
            return self._access.get(key, "revoked")
        return "read_write" if "omni_read_write" in record["scopes"] else "read_only"


def validate_version(version: str | None) -> None:
    if version != VERSION:
        raise ApiError(400, f"Unsupported STATSIG-API-VERSION: {version}")
