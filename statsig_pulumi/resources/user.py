"""Users (Console API: ``/users``)."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import RejectedError
from ..json_values import Json
from ..lifecycle.creation import is_conflict
from ..lifecycle.crud import LiveState
from ..lifecycle.singleton import Singleton
from ..schema import state
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop
from ..schema.state import Outputs
from .bases.entity import Entity
from .types.shared import Email, NonEmptyStr


def _to_address(address: str) -> str:
    return address.lower()


def normalize_role(role: Json) -> Json:
    """Return a role in lower case with spaces: the API returns ``Read Only`` as ``read_only``."""
    return str(role).lower().replace("_", " ")


class UserLifecycle(Singleton):
    """Behaviour of users. A user who is not in the project is invited.

    The API may return an invited user only after they accept.
    """

    def get(self, key: str, inputs: Mapping[str, Json]) -> LiveObject:
        return self.resource_client.get(key) or self._invite(key, inputs)

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        if outputs.get("is_invited") and self.resource_client.get(self.resource_client.key(id_, outputs)) is None:
            return LiveState(dict(outputs), state.restore_inputs(self.declaration, outputs))
        return super().read(id_, outputs)

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        key = self.resource_client.key(id_, outputs)
        if not outputs.get("is_invited") or self.resource_client.get(key) is not None:
            return super().update(id_, outputs, inputs)
        is_new_invitation = {"role", "teams"} & set(self.diff(outputs, inputs).changed)
        live = self._invite(key, inputs) if is_new_invitation else self._invited(key, inputs)
        return state.build_outputs(self.declaration, inputs, live, outputs)

    def _invite(self, key: str, inputs: Mapping[str, Json]) -> LiveObject:
        body = {"role": inputs["role"], "emails": [key]}
        teams = {"teams": inputs["teams"]} if inputs.get("teams") else {}
        try:
            self.client.change("POST", "users/invite", body | teams)
        except RejectedError as error:
            if not is_conflict(error):  # the response to an earlier invitation may have been lost
                raise
        title = self.declaration.title(inputs, key)
        self.reporter.say("info", f"{title} was invited; the invitation is in Statsig")
        return self.resource_client.get(key) or self._invited(key, inputs)

    def _invited(self, key: str, inputs: Mapping[str, Json]) -> LiveObject:
        """Return the declared values. The API may return a user only after they accept."""
        properties = self.declaration.inputs
        declared = {p.wire: inputs[name] for name, p in properties.items() if name in inputs and not p.options.local}
        return self.resource_client.live(declared | {"email": key, "isInvited": True})


class UserFields(Fields):
    """Fields of users."""

    email: Prop[Email] = required(replace_on_changes=True, normalize_fn=_to_address)
    """Email address, which identifies the user. Upper and lower case are not distinguished."""
    role: Prop[NonEmptyStr] = required(compare_fn=normalize_role, refers_to="Role.name")
    """Role: ``Admin``, ``Member``, ``Read Only`` or the name of a custom role. The API returns built-in roles as
    ``admin``, ``member`` and ``read_only``."""
    first_name: Prop[str] = optional()
    """First name."""
    last_name: Prop[str] = optional()
    """Last name."""


class User(Entity, UserFields, endpoint=Endpoint("users", key="email", update="merge")):
    """A user of the Statsig organization.

    If the user exists, the declared role and names are set with ``POST /users/{email}``, which changes only the
    properties in the request. Otherwise, the user is invited with ``POST /users/invite``; the email address must belong
    to the company's domain. The API cannot remove users, so ``pulumi destroy`` leaves the user unchanged.

    Example::

        import statsig_pulumi as statsig

        statsig.User("ana", email="ana@example.com", role="Member")
    """

    category = "Project and access"
    lifecycle = UserLifecycle

    teams: ListProp[str] = optional(unordered=True, local=True)
    """Names of the teams to invite the user to. Used by the invitation only; use ``Team`` to manage members."""
    is_invited: Prop[bool] = computed()
    """Whether the invitation was sent and the API does not return the user yet."""
