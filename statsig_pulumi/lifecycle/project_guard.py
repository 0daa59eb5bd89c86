"""The Statsig project of a stack: a run with the key of another project fails before it reads or writes anything."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING

from ..errors import ApiError, InvalidSettingError, PassingError, StatsigError, UnauthorizedError
from ..json_values import Json
from ..schema.state import PROJECT
from .reporter import Reporter

if TYPE_CHECKING:
    from ..api.client import Client


def find_project(client: Client) -> str:
    """Return the id of the project that the key of a client is for; empty if the API does not show it."""
    guard = ProjectGuard(client, Reporter())
    guard.verify()
    return guard.id


class ProjectGuard:
    """Asks the API once which project the key is for, and compares; any thread may use it.

    ``pinned`` is the setting ``statsig:project``, an id or a name. ``key_source`` names the setting of the key.
    Some servers and keys do not show the project: then its id is unknown. That is an error if the project is pinned, or
    for an object whose project is in the state.
    """

    def __init__(self, client: Client, reporter: Reporter, pinned: str = "", key_source: str = "") -> None:
        self._client, self._reporter, self._pinned, self._key_source = client, reporter, pinned, key_source
        self._lock = Lock()
        self._id: str | None = None
        self._error: StatsigError | None = None
        self._reason: StatsigError | None = None
        """Why the project is not known, if the response said so."""

    @property
    def id(self) -> str:
        """The id of the project; empty if it is not known."""
        return self._id or ""

    def verify(self, outputs: Mapping[str, Json] | None = None, *, is_read: bool = False) -> None:
        """Raise StatsigError if the key is not that of the stack's project, or not accepted.

        ``outputs`` are those of a resource in the state, which has the project of the last write. With a pinned
        project, a read may look for the object in another project: this is how a stack moves. Sends GET /project in the
        first call.
        """
        with self._lock:
            if self._id is None and self._error is None:
                try:
                    self._id = self._ask()
                    self._compare_with_pinned(self._id)
                except StatsigError as error:
                    self._error = error
            if self._error is not None:
                raise self._error
        before = outputs.get(PROJECT) if outputs else None
        if before and before != self._id and not (self._pinned and is_read):
            raise self._other_project(before)

    def verify_pinned(self) -> None:
        """Raise StatsigError if the stack has a pinned project and the key is for another one."""
        if self._pinned:
            self.verify()

    def _other_project(self, before: str) -> StatsigError:
        """Return the error for an object that the state has from another project."""
        if isinstance(self._reason, InvalidSettingError):
            return self._reason  # the address is wrong, or the server has no such endpoint any more
        if not self._id:
            return StatsigError(
                f"this stack has objects of the Statsig project '{before}', but the API does not show the project of"
                f" {self._key}; nothing was read or written",
                next_step=f"use a key of '{before}' that may send GET /project",
            )
        if self._pinned:
            return StatsigError(
                f"the object is in the Statsig project '{before}', but the configured project is '{self._id}'; nothing"
                " was written",
                next_step="if the whole stack moves to the other project, run `pulumi refresh`; to move one resource to"
                " another provider, give it a new name, so that the object is created there and deleted here",
            )
        return StatsigError(
            f"this stack has objects of the Statsig project '{before}', but {self._key} is for '{self._id}';"
            " nothing was read or written",
            next_step=f"use a key of '{before}'; to move the stack to the other project, set"
            f" STATSIG_PROJECT={self._id} and run `pulumi refresh`",
        )

    @property
    def _key(self) -> str:
        return f"the key from {self._key_source}" if self._key_source else "the key"

    def _ask(self) -> str:
        """Return the id of the project, or an empty text; raises StatsigError if the key is not accepted."""
        self._client.connect()
        try:
            project = self._client.get("project")
        except UnauthorizedError as error:
            if error.status == 401:
                raise
            project = None
        except PassingError:
            raise
        except (ApiError, InvalidSettingError) as error:  # the second: a 404 of a server without this endpoint
            project, self._reason = None, error
        id_ = project.get("id") if isinstance(project, dict) else None
        shown = f"Statsig project '{id_}'" if id_ else "the API does not show the Statsig project"
        self._reporter.say("info", f"{shown}, with {self._key}")
        return str(id_ or "")

    def _compare_with_pinned(self, id_: str) -> None:
        if not self._pinned or self._pinned == id_:
            return
        name = self._ask_name()
        if self._pinned != name:
            found = f"'{id_}'" + (f" ('{name}')" if name else "") if id_ else "a project that the API does not show"
            raise StatsigError(
                f"statsig:project is '{self._pinned}', but {self._key} is for {found}; nothing was read or written",
                next_step="set the key of that project, or correct the project: of the stack (statsig:project), of the"
                " environment (STATSIG_PROJECT) or of the provider",
            )

    def _ask_name(self) -> str:
        try:
            settings = self._client.get("settings/project")
        except PassingError:
            raise
        except (ApiError, InvalidSettingError):
            return ""
        return str(settings.get("name") or "") if isinstance(settings, dict) else ""
