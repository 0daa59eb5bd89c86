"""Behaviour of singletons: the overrides of a gate, the role of a user, the schedule of a dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import GoneError, Problem, TakenError
from ..json_values import Json, has_unknown
from ..schema import state
from ..schema.live_object import LiveObject
from ..schema.state import IMPORT, Outputs
from .adoption import Adoption
from .crud import Lifecycle
from .update import Updater


class SingletonAdoption(Adoption):
    """A create never conflicts with a singleton, because it always exists."""

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        return None

    def problems(self, inputs: Mapping[str, Json], *, new: bool) -> Iterator[Problem]:
        """Yield the problems of an import, or why the live object cannot become what a new resource declares.

        The live object is read only if the resource has rules for such changes.
        """
        yield from super().problems(inputs, new=new)
        has_rules = type(self.updater).change_problems is not Updater.change_problems
        is_known = not self.policy.offline_preview and not has_unknown(dict(inputs))
        if not (new and has_rules and is_known) or isinstance(inputs.get(IMPORT), str):
            return
        if (live := self.resource_client.get(self.resource_client.key("", inputs))) is not None:
            yield from self.updater.change_problems(live.decoded, inputs, self.differences(inputs, live))


class Singleton(Lifecycle):
    """Behaviour of an object that always exists, once per project or parent: create updates it.

    Use it if the API has no create. Delete keeps the object, unless a subclass can undo what was declared.
    """

    keeps_on_delete = True

    def make_adoption(self) -> Adoption:
        return SingletonAdoption(self.updater)

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        if isinstance(inputs.get(IMPORT), str):
            return super().create(inputs)
        key = self.resource_client.key("", inputs)
        live = self.get(key, inputs)
        differing = state.find_differences(self.declaration, inputs, live)
        held = self.held_by_others(inputs, differing, live)
        if held and self.policy.on_existing != "adopt":
            title, names = self.declaration.title(inputs, key), ", ".join(held)
            raise TakenError(
                f"{title} already holds values in {names}; they were not changed",
                import_id=self.resource_client.id_of(live),
            )
        if differing:
            self.updater.validate_change(live.decoded, inputs, differing)
            changed = {name: inputs[name] for name in differing}
            live = self.updater.apply(key, changed, {}, inputs, live)
        return self.resource_client.id_of(live), self.build_outputs(inputs, inputs, live, {}, differing)

    def get(self, key: str, inputs: Mapping[str, Json]) -> LiveObject:
        """Return the live object that a create updates; raises GoneError if what it belongs to does not exist."""
        path, client = self.resource_client.path(key), self.client
        live = client.read_until(
            lambda: self.resource_client.get(key),
            lambda live: live is not None or not client.new_objects.has_owner_of(path),
        )
        if live is None:
            title = self.declaration.title(inputs, key)
            raise GoneError(
                f"{title} cannot be set: '{key}' does not exist in this Statsig project",
                next_step="check the id, and that the key is for the right project",
            )
        return live

    def held_by_others(self, inputs: Mapping[str, Json], differing: list[str], live: LiveObject) -> list[str]:
        """Return those of the differing properties that hold values of others, which a create would replace."""
        return []

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        title = self.declaration.title(outputs, id_)
        self.reporter.say("info", f"{title} is kept in Statsig: the API cannot delete it")
