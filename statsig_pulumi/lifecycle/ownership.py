"""Which object a resource has, as the other resources of the run need to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import Problem, StatsigError
from ..json_values import Json
from ..schema.declaration import Declaration
from ..schema.state import IMPORT
from .resource_client import ResourceClient
from .run_context import Claim, RunContext


class Ownership:
    """Registers the objects of one resource type in the run context: an object has one resource."""

    def __init__(self, declaration: Declaration, resource_client: ResourceClient, context: RunContext) -> None:
        self.declaration, self.resource_client, self.context = declaration, resource_client, context

    def problems(self, inputs: Mapping[str, Json], resource: str | None, *, new: bool) -> Iterator[Problem]:
        """Yield a problem if no id can express the key, or if another resource of the program manages the object."""
        try:
            self.resource_client.identity(inputs)
        except ValueError as error:
            yield Problem("", str(error))
            return
        kind, name = self.declaration.kind, (resource or "").rpartition("::")[2]
        if new and resource is not None:
            self.context.disown(kind, resource)
        title = f"{kind} resource '{name}'" if name else self.declaration.title(inputs)
        for claim in self._claims(inputs):
            if (other := self.context.claim(claim, resource, title)) is not None:
                yield Problem("", f"{claim.what} is managed by {other} too: declare it in one of the two")
                return

    def keep(self, resource: str, id_: str, outputs: Mapping[str, Json]) -> None:
        """Note that this resource of the program keeps its object."""
        self.context.own(self.declaration.kind, resource, self.resource_client.key(id_, outputs))

    def hold(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Note that this run created or adopted the object."""
        self.context.hold(self.declaration.kind, self.resource_client.key(id_, outputs))

    def condemn(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Note that the engine replaces the resource, and deletes its object later in the run."""
        self.context.condemned.add(self._path(id_, outputs))

    def is_condemned(self, id_: str, outputs: Mapping[str, Json]) -> bool:
        """Return whether the object ends with the one that it belongs to, such as overrides with their gate.

        It is not deleted before: if the API refuses to delete the other object, both stay whole.
        """
        return self.context.condemned.has_above(lambda: self._path(id_, outputs))

    def verify_dropped(self, resource: str, id_: str, outputs: Mapping[str, Json]) -> None:
        """Raise StatsigError if the program may not have dropped the resource, but renamed it; ``resource`` is its URN.

        It is called after a failure: the engine skips what depends on it, and deletes what the run did not reach. So a
        resource that was renamed may be deleted without its successor. One that is replaced has it: if its delete
        failed, the engine would wait for ever for a replacement that it begins with the delete.
        """
        context = self.context
        is_condemned = context.condemned.has_above(lambda: f"{self._path(id_, outputs)}/")
        if not is_condemned and not context.is_replaced(resource, id_):
            raise StatsigError(
                f"{self.declaration.title(outputs, id_)} was not deleted, because another resource of this run failed",
                next_step="it may have been renamed in the program: correct the failure, then run `pulumi up` again",
            )

    def ended_with(self, id_: str, outputs: Mapping[str, Json]) -> str | None:
        """Return the property with the key of the object that it belonged to, if this run created that one again.

        The object ended with the other, so that it has to be created again too.
        """
        if not self.context.recreated.has_above(lambda: self._path(id_, outputs)):
            return None
        return next((name for name, p in self.declaration.properties.items() if p.options.in_path), None)

    def _path(self, id_: str, outputs: Mapping[str, Json]) -> str:
        return self.resource_client.path(self.resource_client.key(id_, outputs))

    def _claims(self, inputs: Mapping[str, Json]) -> Iterator[Claim]:
        """Yield the claims of a resource: the object itself, and what it manages of another object."""
        imported = inputs.get(IMPORT)
        key = imported if isinstance(imported, str) else self.resource_client.identity(inputs)
        if key is not None:
            yield Claim(f"{self.declaration.kind} '{key}'")
        if (claim := self.declaration.cls.claim(inputs)) is not None:
            yield claim
