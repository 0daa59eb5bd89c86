"""Delete or archive the object of a resource, unless others need it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from ..errors import NoSuchEndpointError, RejectedError, StatsigError, UnauthorizedError
from ..json_values import Json
from ..schema.declaration import Declaration
from .reporter import Reporter
from .resource_client import ResourceClient
from .run_context import RunContext

DELETE_OPTIONS: Final = ("archive_on_delete", "delete_while_used")
"""The properties that let an object that others use be removed."""
SHOWN_USERS: Final = 5
"""So many objects that use another are named in a message."""


class Deletion:
    """Deletes the objects of one resource type. A resource with rules of its own names a subclass as ``deletion``."""

    def __init__(
        self, declaration: Declaration, resource_client: ResourceClient, context: RunContext, reporter: Reporter
    ) -> None:
        self.declaration, self.resource_client, self.client = declaration, resource_client, resource_client.client
        self.context, self.policy, self.reporter = context, context.policy, reporter

    # -- what a resource may override

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Delete or archive the object; an object that no longer exists is no error."""
        key = self.resource_client.current_key(id_, outputs)
        if self.is_kept_by_another(id_, outputs):
            title = self.declaration.title(outputs, id_)
            self.reporter.say("info", f"{title} is kept in Statsig: a resource of this stack has it now")
        elif self.is_archived(outputs):
            if outputs.get("is_archived") is not True and str(outputs.get("status")).lower() != "archived":
                self.resource_client.archive(key)
        else:
            self._delete(key, outputs)

    def validate(self, key: str, outputs: Mapping[str, Json]) -> None:
        """Raise StatsigError if the live object must not be deleted; by default, if others use it.

        An override may ask the API. It is called before the delete, and again before the delete is repeated.
        """
        if outputs.get("delete_while_used"):
            return
        if users := list(islice(self.find_users(key, outputs), SHOWN_USERS + 1)):
            names = ", ".join(users[:SHOWN_USERS]) + (" and others" if users[SHOWN_USERS:] else "")
            ways = [f"{name}=True" for name in DELETE_OPTIONS if name in self.declaration.properties]
            more = f", or declare {' or '.join(ways)}, run `pulumi up`, and then delete it" if ways else ""
            title = self.declaration.title(outputs, key)
            raise StatsigError(f"{title} is used by {names} and was not deleted. First remove it from them{more}")

    def find_users(self, key: str, outputs: Mapping[str, Json]) -> Iterator[str]:
        """Yield the titles of the objects that use this one and must not lose it."""
        return self.context.users.find(self.resource_client, key, outputs)

    def advice_on_refusal(self, outputs: Mapping[str, Json]) -> str:
        """Return the next step after a refused delete, if nothing is known to refer to the object."""
        return "if what referred to it is deleted by now, run `pulumi up` again; else the key may lack the right"

    # -- what overrides build on

    def is_kept_by_another(self, id_: str, outputs: Mapping[str, Json]) -> bool:
        """Return whether another resource of the program has the object."""
        kind, key = self.declaration.kind, self.resource_client.key(id_, outputs)
        return self.context.is_owned(kind, key) or self.context.is_held_elsewhere(kind, key)

    def is_archived(self, outputs: Mapping[str, Json]) -> bool:
        """Return whether a delete archives the object: as the resource declares, else as the stack is configured."""
        return self.declaration.is_archived_on_delete(outputs, by_default=self.policy.archive_on_delete)

    # -- steps

    def _delete(self, key: str, outputs: Mapping[str, Json]) -> None:
        try:
            self.validate(key, outputs)
            validated_s = time.monotonic()
            with self.client.guarded(lambda: self._validate_again(key, outputs, validated_s)):
                self.resource_client.delete(key)
        except NoSuchEndpointError as error:
            if not error.since:
                raise
            title = self.declaration.title(outputs, key)
            self.reporter.say("warning", f"{title} is kept in Statsig: {error.summary}")
        except (UnauthorizedError, RejectedError) as error:
            if error.status == 401:
                raise
            if references := self.resource_client.list_references(key):
                names = ", ".join(references)
                raise StatsigError(f"{error.summary}; first remove the references from {names}") from None
            if error.reason.startswith("Forbidden"):
                raise
            raise StatsigError(f"{error.summary}; {self.advice_on_refusal(outputs)}") from None

    def _validate_again(self, key: str, outputs: Mapping[str, Json], validated_s: float) -> None:
        """Validate a delete that is repeated, or that waited, by what Statsig has by now."""
        self.context.users.forget(validated_s)
        self.validate(key, outputs)
