"""Users (Console API: ``/users``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from ..json_values import Json
from ..lifecycle.crud import LiveState
from ..lifecycle.singleton import Singleton
from ..schema import state
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop
from ..schema.state import Values
from .bases.entity import Entity


def _address(address: str) -> str:
    return address.lower()


def _spelled_alike(role: Json) -> Json:
    """The API reads ``Read Only`` back as ``read_only``."""
    return str(role).lower().replace("_", " ")


class UserLifecycle(Singleton):
    """Behaviour of users: one who is not in the project is invited, and may be invisible until they accept."""

    def get(self, key: str, inputs: Mapping[str, Json]) -> LiveObject:
        return self.resource_client.get(key) or self._invite(key, inputs)

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        if outputs.get("is_invited") and self.resource_client.get(self.resource_client.key(id_, outputs)) is None:
            return LiveState(dict(outputs), state.inputs_kept(self.declaration, outputs))
        return super().read(id_, outputs)

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Values:
        key = self.resource_client.key(id_, outputs)
        if not outputs.get("is_invited") or self.resource_client.get(key) is not None:
            return super().update(id_, outputs, inputs)
        is_new_invitation = {"role", "teams"} & set(self.diff(outputs, inputs).changed)
        live = self._invite(key, inputs) if is_new_invitation else self._invited(key, inputs)
        return state.outputs(self.declaration, inputs, live, outputs)

    def _invite(self, key: str, inputs: Mapping[str, Json]) -> LiveObject:
        body = {"role": inputs["role"], "emails": [key]}
        teams = {"teams": inputs["teams"]} if inputs.get("teams") else {}
        self.client.change("POST", "users/invite", body | teams)
        title = self.declaration.title(inputs, key)
        self.reporter.say("info", f"{title} is invited; the invitation is in Statsig")
        return self.resource_client.get(key) or self._invited(key, inputs)

    def _invited(self, key: str, inputs: Mapping[str, Json]) -> LiveObject:
        """Return the declared values; whether the API returns users before they accept is not documented."""
        properties = self.declaration.inputs
        declared = {p.wire: inputs[name] for name, p in properties.items() if name in inputs and not p.options.local}
        return self.resource_client.live(declared | {"email": key, "isInvited": True})


class User(Entity, endpoint=Endpoint("users", key="email", update="POST", posts_partly=True)):
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
