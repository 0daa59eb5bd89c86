"""Users (Console API: ``/users``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from ..json_values import Json
from ..lifecycle.crud import Found
from ..lifecycle.resource_client import Live
from ..lifecycle.singleton import Singleton
from ..schema import state
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop
from ..schema.state import Outputs
from .bases.entity import Entity


def _address(address: str) -> str:
    return address.lower()


def _spelled_alike(role: Json) -> Json:
    """The API reads ``Read Only`` back as ``read_only``."""
    return str(role).lower().replace("_", " ")


class UserLifecycle(Singleton):
    """A user who is not there yet is invited, and may not be seen before having accepted."""

    def found(self, key: str, inputs: Mapping[str, Json]) -> Live:
        return self.resource_client.read(key) or self._invited(key, inputs)

    def read(self, id_: str, olds: Mapping[str, Json]) -> Found | None:
        if olds.get("is_invited") and self.resource_client.read(self.resource_client.key(id_, olds)) is None:
            return Found(dict(olds), state.restore_inputs(self.declaration, olds))
        return super().read(id_, olds)

    def update(self, id_: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Outputs:
        key = self.resource_client.key(id_, olds)
        if not olds.get("is_invited") or self.resource_client.read(key) is not None:
            return super().update(id_, olds, news)
        is_other = {"role", "teams"} & set(self.diff(olds, news).changed)
        live = self._invited(key, news) if is_other else self._awaited(key, news)
        return state.build_outputs(self.declaration, news, live, olds)

    def _invited(self, key: str, inputs: Mapping[str, Json]) -> Live:
        body = {"role": inputs["role"], "emails": [key]}
        teams = {"teams": inputs["teams"]} if inputs.get("teams") else {}
        self.client.change("POST", "users/invite", body | teams)
        self.reporter.say(
            "info", f"{self.declaration.title(inputs, key)} is invited, and finds the invitation in Statsig"
        )
        return self.resource_client.read(key) or self._awaited(key, inputs)

    def _awaited(self, key: str, inputs: Mapping[str, Json]) -> Live:
        """Whether the API shows users before they accept is not documented: until then the declared values stand."""
        said = {p.wire: inputs[n] for n, p in self.declaration.inputs.items() if n in inputs and not p.options.local}
        return said | {"email": key, "isInvited": True}


class User(Entity, endpoint=Endpoint("users", key="email", update="merge")):
    """A person in the Statsig organization, and the role that he or she has.

    One who is there already gets the declared role and names (``POST /users/{email}``, which changes what is
    sent and nothing else); one who is not is invited (``POST /users/invite``), for which the address has to be
    of the company's domain. The API removes nobody: destroying the resource leaves the user as is.
    """

    lifecycle = UserLifecycle

    email: Prop[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]] = required(
        replace_on_changes=True, normalize_fn=_address, from_wire=lambda value: value and _address(value)
    )
    """E-mail address; another one is another user."""
    role: Prop[Annotated[str, Field(min_length=1)]] = required(compare_fn=_spelled_alike)
    """``Admin``, ``Member``, ``Read Only``, or the name of a role of your own."""
    first_name: Prop[str] = optional()
    """First name."""
    last_name: Prop[str] = optional()
    """Last name."""
    teams: ListProp[str] = optional(unordered=True, local=True)
    """Teams that the invitation is for; later, members are declared by ``Team``."""
    is_invited: Prop[bool] = computed()
    """The invitation has been sent, and the API does not show the user yet."""
