"""Users (Console API: ``/users``)."""

from __future__ import annotations

from collections.abc import Mapping

from ..json_values import Json
from ..lifecycle.crud import Found
from ..lifecycle.resource_client import Live
from ..lifecycle.singleton import Singleton
from ..schema import state
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop
from ..schema.state import Values
from .bases.entity import Entity
from .types.shared import Email, NonEmptyStr


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
            return Found(dict(olds), state.inputs_kept(self.declaration, olds))
        return super().read(id_, olds)

    def update(self, id_: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Values:
        key = self.resource_client.key(id_, olds)
        if not olds.get("is_invited") or self.resource_client.read(key) is not None:
            return super().update(id_, olds, news)
        is_other = {"role", "teams"} & set(self.diff(olds, news).changed)
        live = self._invited(key, news) if is_other else self._awaited(key, news)
        return state.outputs(self.declaration, news, live, olds)

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


class UserFields(Fields):
    """Fields of users."""

    email: Prop[Email] = required(replace_on_changes=True, normalize_fn=_address)
    """Email address, which identifies the user. Upper and lower case are not distinguished."""
    role: Prop[NonEmptyStr] = required(compare_fn=_spelled_alike)
    """Role: ``Admin``, ``Member``, ``Read Only`` or the name of a custom role. The API returns built-in roles as
    ``admin``, ``member`` and ``read_only``."""
    first_name: Prop[str] = optional()
    """First name."""
    last_name: Prop[str] = optional()
    """Last name."""


class User(Entity, UserFields, endpoint=Endpoint("users", key="email", update="POST", posts_partly=True)):
    """A user of the Statsig organization.

    If the user exists, the declared role and names are set with ``POST /users/{email}``, which changes only the
    properties in the request. Otherwise, the user is invited with ``POST /users/invite``; the email address must belong
    to the company's domain. The API cannot remove users, so ``pulumi destroy`` leaves the user unchanged.
    """

    lifecycle = UserLifecycle

    teams: ListProp[str] = optional(unordered=True, local=True)
    """Names of the teams to invite the user to. Used by the invitation only; use ``Team`` to manage members."""
    is_invited: Prop[bool] = computed()
    """Whether the invitation was sent and the API does not return the user yet."""
