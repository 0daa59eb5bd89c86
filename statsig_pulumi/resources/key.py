"""API keys (Console API: ``/keys``)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from ..api.retry import is_without_effect
from ..errors import GoneError, InvalidInputsError, Problem, StatsigError
from ..json_values import Json
from ..lifecycle.adoption import Adoption
from ..lifecycle.crud import Lifecycle, LiveState
from ..lifecycle.deletion import Deletion
from ..lifecycle.resource_client import ResourceClient
from ..lifecycle.update import Updater
from ..schema.actions import Action, Step, trigger_action
from ..schema.declaration import Endpoint
from ..schema.diff import Changes
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop
from ..schema.sentences import Sentence
from ..schema.state import Outputs
from ..schema.wording import describe_word, describe_words
from .bases.entity import Entity
from .bases.key_rotation import Rotation
from .types.shared import NonEmptyStr, get_items

if TYPE_CHECKING:
    from ..api.client import Client

KeyType = Literal["SERVER", "CLIENT", "CONSOLE", "SCIM", "ORG"]
Scope = Literal[
    "omni_read_only",
    "omni_read_write",
    "client_download_config_specs",
    "none_hash_enabled",
    "can_access_keys",
    "client_can_write_user_store",
    "personal_read_only",
    "personal_read_write",
]
FINGERPRINT_DIGITS: Final = 16
ROTATE: Final = "rotate"
TRIGGER: Final = "rotate_trigger"
TARGET_APPS: Final = {"targetAppID": "primaryTargetApp", "secondaryTargetAppIDs": "secondaryTargetApps"}
"""By field of requests, which have ids of target apps, the field of responses, which have their names."""
OF_THIS_RUN: Final = "is the key that this run uses: use another key to change it"


def fingerprint(response: Mapping[str, Json]) -> str | None:
    """Return the id of a key, which does not reveal it; None if the response hides the key."""
    key = response.get("key")
    if not isinstance(key, str) or not key:
        return None
    return f"{response.get('type')}-{hashlib.sha256(key.encode()).hexdigest()[:FINGERPRINT_DIGITS]}"


def _do_nothing() -> None:
    pass


class KeyClient(ResourceClient):
    """The requests of keys. A create or rotation whose response was lost is found in the list, and not repeated."""

    has_unique_names = False
    rotated: LiveObject | None = None
    """The key that is about to be rotated; ``known_ids`` has the keys that exist."""
    forget_rotation_fn: Callable[[], None] = staticmethod(_do_nothing)
    """Called if a rotation had no effect."""

    @property
    def is_listed_whole(self) -> bool:
        """Return True: ``list_all`` omits the key of the run only, which is read by itself."""
        return True

    def list_all(self) -> Iterator[LiveObject]:
        """Yield every key but the one that the requests are sent with: no stack manages it."""
        return (live for live in super().list_all() if not self.client.is_own_key(live.get("key")))

    def needs_references(self, live: LiveObject) -> bool:
        """Return whether the key is active: Statsig cannot activate it again."""
        return _is_active(live) is not False

    def get_by_id(self, id_: str) -> LiveObject | None:
        """Return the key with this fingerprint, or with this description if it is the only one."""
        keys = list(self.list_all())
        found = [live for live in keys if fingerprint(live) == id_]
        found = found or [live for live in keys if live.get("description") == id_]
        if len(found) > 1:
            raise StatsigError(f"several keys have the description '{id_}': {_name_all(found)}; choose one of these")
        if not found and any(not live.get("key") for live in keys):
            raise StatsigError("Statsig hides keys from the API key of this run: give it the scope can_access_keys")
        return found[0] if found else None

    def list_same(self, inputs: Mapping[str, Json]) -> list[LiveObject]:
        return [live for live in self.list_all() if _is_like(live, inputs)]

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        """Return the key that an interrupted create with these inputs made, if there is one.

        Raises StatsigError if several keys, or hidden ones, may be it.
        """
        keys = [live for live in self.list_same(inputs) if fingerprint(live) not in self.known_ids]
        visible = [live for live in keys if live.get("key")]
        if len(visible) == 1:
            return visible[0]
        if keys:
            which = f"it may be one of {_name_all(visible)}: import it" if visible else "Statsig hides it from this run"
            raise StatsigError(
                f"{self.declaration.title(inputs)} may have been created, but its response was lost; {which}, or delete"
                " it in the Statsig console and run `pulumi up` again"
            )
        return None

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        return super().create(inputs, self._with_ids(body), find_created)

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        return super().update(key, changed, self._with_ids(body), live)

    def call(self, method: str, key: str, *more: str, body: Json = None) -> LiveObject:
        """Send a request to a key. A rotation is sent once: a repetition would rotate the key again."""
        if more != (ROTATE,):
            return super().call(method, key, *more, body=body)
        if (before := self.rotated or self.get(key)) is None:
            raise GoneError(f"{self.declaration.kind} does not exist in this Statsig project, so it cannot be rotated")
        try:
            response = self.client.send(method, self.path(key, ROTATE), repeatable=False).get("data")
        except StatsigError as error:
            if is_without_effect(error):
                self.forget_rotation_fn()
            if (live := self.find(before.decoded)) is None:
                raise
            return live
        if not isinstance(response, dict) or not response.get("key"):
            return self.find(before.decoded) or self.get_changed(key)
        return self.live(response)

    def _read_target_apps(self) -> dict[str, Json]:
        """Return the ids of target apps by their names."""
        return {str(app.get("name")): app.get("id") for app in self.client.pages("target_app")}

    def _with_ids(self, body: Json) -> Json:
        """Return a body with the ids of target apps instead of their names."""
        values = [body.get(name) or [] for name in TARGET_APPS]
        names = {name for value in values for name in (value if isinstance(value, list) else [value])}
        # A target app may be new.
        ids = self.client.read_until(self._read_target_apps, names.issubset) if names else {}

        def to_id(name: str) -> Json:
            if name not in ids:
                raise StatsigError(f"there is no target app '{name}' in this Statsig project")
            return ids[name]

        def to_ids(names: Json) -> Json:
            return [to_id(name) for name in names] if isinstance(names, list) else names and to_id(names)

        return {name: to_ids(value) if name in TARGET_APPS else value for name, value in body.items()}


def _is_like(live: Mapping[str, Json], inputs: Mapping[str, Json]) -> bool:
    return all(live.get(name) == inputs.get(name) for name in ("type", "description"))


def _name_all(keys: Iterable[Mapping[str, Json]]) -> str:
    return ", ".join(str(fingerprint(live)) for live in keys)


class KeyAdoption(Adoption):
    """A create never conflicts: several keys may have the same description."""

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        return None


class KeyUpdater(Updater):
    """Updates of keys. The key of the run stays usable, and a deactivated key stays deactivated."""

    def prepare_trigger(self, name: str, live: LiveObject, inputs: Mapping[str, Json]) -> None:
        """Note the rotation in the journal, with the keys that exist before it."""
        client = self.resource_client
        if not isinstance(client, KeyClient):
            return
        ids = [str(id_) for id_ in map(fingerprint, [live, *client.list_same(live.decoded)]) if id_]
        marks = list(Rotation(self.context, self.declaration.kind, client.key_of(live)).marks(ids, inputs[name]))
        for mark in marks:
            self.note_request(mark)

        def forget() -> None:
            for mark in marks:
                self.context.note_refused(mark)

        client.rotated, client.known_ids, client.forget_rotation_fn = live, frozenset(ids), forget

    def change_problems(
        self, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
    ) -> Iterable[Problem]:
        if self.resource_client.client.is_own_key(olds.get("key")):
            risky = {"rotate_trigger", "scopes"} | ({"is_active"} if news.get("is_active") is False else set())
            yield from (Problem(name, OF_THIS_RUN) for name in changed if name in risky)
        if news.get("is_active") is True and olds.get("is_active") is False:
            yield Problem("is_active", "is False, and Statsig cannot activate a key again: declare a new Key")


class KeyLifecycle(Lifecycle):
    """Behaviour of keys. An active key is replaced only if the program allows it."""

    def make_adoption(self) -> Adoption:
        return KeyAdoption(self.updater)

    def diff(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        found = super().diff(outputs, inputs)
        is_active = outputs.get("is_active") is not False
        if found.replaces and (reason := _reason_to_keep(self.client, outputs, is_active=is_active)):
            problem = Problem(found.replaces[0], f"needs a new key, but the old one {reason}")
            raise InvalidInputsError(self.declaration.title(inputs), [problem])
        return found

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        live = super().read(id_, outputs)
        rotation = self._find_interrupted(outputs) if live is None else None
        if rotation and (rotated := self._find_rotated(rotation, outputs)):
            self._pass_on_trigger(rotation, rotated)
            live = super().read(id_, {**outputs, **rotated})
        if live is None:
            self._warn_about_others(outputs)
        return live

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        rotation, trigger = self._find_interrupted(outputs), inputs.get(TRIGGER)
        is_repeated = bool(rotation and rotation.is_for(trigger) and trigger != outputs.get(TRIGGER))
        if rotation and (is_repeated or self._is_gone(outputs)):
            rotated = self._find_rotated(rotation, outputs, inputs)
            outputs = {**outputs, **(rotated or {}), **({TRIGGER: trigger} if rotated and is_repeated else {})}
        try:
            updated = super().update(id_, outputs, inputs)
        except GoneError:
            self._warn_about_others(outputs)
            raise
        if rotation and self.call.is_awaited_fn():
            for mark in rotation.noted():
                self.context.note_stored(mark, self.call.resource, id_)
        return updated

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Delete the key, or that which an interrupted rotation made of it."""
        if (rotation := self._find_interrupted(outputs)) and self._is_gone(outputs):
            outputs = {**outputs, **(self._find_rotated(rotation, outputs) or {})}
        super().delete(id_, outputs)

    def _find_interrupted(self, outputs: Mapping[str, Json]) -> Rotation | None:
        """Return the rotation of a key that an interrupted run began."""
        key = outputs.get("key")
        rotation = Rotation(self.context, self.declaration.kind, key) if isinstance(key, str) else None
        return rotation if rotation and rotation.is_interrupted else None

    def _find_rotated(self, rotation: Rotation, *values: Mapping[str, Json]) -> dict[str, Json] | None:
        """Return the outputs of the new key that an interrupted rotation made; None if it made none.

        ``values`` are the outputs before it, and the inputs: the same update may have changed the description. Raises
        StatsigError if Statsig hides the keys, or if several may be it: the key is in no state.
        """
        title = self.declaration.title(values[0])
        keys = [live for live in self.resource_client.list_all() if any(_is_like(live, each) for each in values)]
        new = [live for live in keys if (id_ := fingerprint(live)) and not rotation.existed(id_)]
        if len(new) == 1:
            text = f"{title} was rotated by an interrupted run: the new key is {fingerprint(new[0])}"
            self.reporter.say("warning", text)
            return {"key": new[0]["key"], "fingerprint": fingerprint(new[0])}
        if new:
            raise StatsigError(
                f"{title} may have been rotated by an interrupted run: the new key is one of {_name_all(new)}",
                next_step="delete the others in the Statsig console, then run it again",
            )
        if any(not live.get("key") for live in keys):
            raise StatsigError(
                f"{title} may have been rotated by an interrupted run, and Statsig hides the new key from this run",
                next_step="give the API key of the run the scope can_access_keys, then run it again",
            )
        return None

    def _is_gone(self, outputs: Mapping[str, Json]) -> bool:
        return self.resource_client.get(str(outputs["key"])) is None

    def _pass_on_trigger(self, rotation: Rotation, rotated: Mapping[str, Json]) -> None:
        """Have the next update find that the new key is rotated: a refresh does not know the declared trigger."""
        for trigger in rotation.triggers():
            self.context.note_request(self.updater.trigger_mark(str(rotated["key"]), TRIGGER) + trigger)

    def _warn_about_others(self, outputs: Mapping[str, Json]) -> None:
        """Name the keys that a lost rotation may have made of a key that is gone: nothing shows which one it is."""
        with suppress(StatsigError):
            if others := [live for live in self.resource_client.list_same(outputs) if live.get("key")]:
                title = self.declaration.title(outputs)
                self.reporter.say(
                    "warning",
                    f"{title} is gone, and Statsig has {_name_all(others)} with its description: if the key was"
                    " rotated, import that one, or delete it, before `pulumi up` creates another key",
                )


class KeyDeletion(Deletion):
    """Deletes keys. An active key is deleted only if the program allows it."""

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Delete the key, or deactivate it if that is declared."""
        if not outputs.get("deactivate_on_delete") or self.is_kept_by_another(id_, outputs):
            super().delete(id_, outputs)
            return
        key = self.resource_client.current_key(id_, outputs)
        self.validate(key, outputs)
        live = self.resource_client.get(key)
        if live is not None and live.get("status") == "active":
            self.resource_client.call("PATCH", key, "deactivate")
            title = self.declaration.title(outputs, id_)
            self.reporter.say("info", f"{title} is deactivated and kept in Statsig, as declared")

    def validate(self, key: str, outputs: Mapping[str, Json]) -> None:
        live = self.resource_client.get(key)
        if live is None:
            return
        if reason := _reason_to_keep(self.client, {**outputs, "key": key}, is_active=live.get("status") == "active"):
            used = f" (last used {live['lastUsed']})" if live.get("lastUsed") else ""
            raise StatsigError(f"{self.declaration.title(outputs)}{used} was not deleted: it {reason}")


def _reason_to_keep(client: Client, outputs: Mapping[str, Json], *, is_active: bool) -> str:
    """Return why a key must not be deleted; empty if it may."""
    if client.is_own_key(outputs.get("key")):
        return OF_THIS_RUN
    if not is_active or outputs.get("deactivate_on_delete") or outputs.get("delete_while_active"):
        return ""
    return (
        "is active, and whatever uses it would stop working. Declare is_active=False, deactivate_on_delete=True or"
        " delete_while_active=True, run `pulumi up`, and then delete it"
    )


def _is_active(live: Mapping[str, Json]) -> bool | None:
    return None if live.get("status") is None else live["status"] == "active"


def _next_step(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    return Step("deactivate", method="PATCH") if _is_active(live) and declared["is_active"] is False else None


class KeyFields(Fields):
    """Fields of keys that requests and responses have."""

    type: Prop[KeyType] = required(replace_on_changes=True)
    """What the key is for: ``SERVER``, ``CLIENT``, ``CONSOLE``, ``SCIM`` or ``ORG``."""
    description: Prop[Annotated[str, Field(max_length=1000)]] = required()
    """Description, up to 1,000 characters. Make it unique: it names the key in the console and in messages."""
    scopes: ListProp[Scope] = optional(unordered=True)
    """What a console key may do, such as ``omni_read_only``, and options of server and client keys."""
    environments: ListProp[NonEmptyStr] = optional(unordered=True, refers_to="Environments.named")
    """Names of the environments whose rules the key gets. An empty list means all environments."""
    primary_target_app: Prop[str | None] = optional(wire="targetAppID", refers_to="TargetApp.name")
    """Name of the target app whose objects the key gets."""
    secondary_target_apps: ListProp[str] = optional(
        wire="secondaryTargetAppIDs", unordered=True, refers_to="TargetApp.name"
    )
    """Names of further target apps whose objects the key gets."""


class Key(Entity, KeyFields, endpoint=Endpoint("keys", key="key", state_id="fingerprint")):
    """An API key: of SDKs on servers or clients, or of the Console API.

    Created with ``POST /keys`` and updated with ``PATCH /keys/{key}``. The key itself is the output ``key``: it is
    encrypted in the state, and in no id, message, import file or exported program. The id is its type and a
    fingerprint, such as ``SERVER-3f2a9c0d1e4b5a67``; ``import_`` takes it, or a description that only one key has. An
    active key is not deleted unless the program allows it, and the key of the run itself is never rotated, deactivated
    or deleted. The key of the run needs the scope ``can_access_keys``.

    Example::

        import pulumi
        import statsig_pulumi as statsig

        server = statsig.Key(
            "server",
            type="SERVER",
            description="Shop, production",
            environments=["production"],
            deactivate_on_delete=True,
        )

        pulumi.export("serverKey", server.key)
    """

    category = "Project and access"
    import_id = "the fingerprint of the key, or its description if no other key has it"
    lifecycle = KeyLifecycle
    resource_client = KeyClient
    updater = KeyUpdater
    deletion = KeyDeletion
    terraform_type = "keys"
    loss = "whatever uses it stops working"

    is_active: Prop[bool] = optional(default=True, action=Action(_is_active, _next_step))
    """Whether the key works. False deactivates it; Statsig cannot activate it again."""
    rotate_trigger: Prop[str] = optional(action=trigger_action(ROTATE, method="PATCH"))
    """Any text. Changing it replaces the key by a new one in the output ``key``; the old one may stop working at
    once."""
    deactivate_on_delete: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` deactivates the key and keeps it in Statsig, instead of deleting it."""
    delete_while_active: Prop[bool] = optional(local=True)
    """Whether the key may be deleted while it is active. Whatever uses it stops working."""
    key: Prop[str] = computed(secret=True)
    """The key. It is a secret: pass it on as an Output."""
    fingerprint: Prop[str] = computed()
    """The key's type and a hash of the key. It changes when the key is rotated."""

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
        scopes = [scope for scope in get_items(after, "scopes") if scope not in get_items(before, "scopes")]
        if not before:
            rights = f" with the scopes {describe_words(scopes)}" if scopes else ""
            yield Sentence(f"new {describe_word(after.get('type'))} key{rights}", "medium", "key", ("type", "scopes"))
            return
        triggers = before.get("rotate_trigger"), after.get("rotate_trigger")
        if None not in triggers and triggers[0] != triggers[1]:
            yield Sentence(
                "rotated: what uses the old key may stop working at once", "high", "key", ("rotate_trigger",)
            )
        if after.get("is_active") is False and before.get("is_active") is not False:
            text = f"deactivated: {cls.loss}, and Statsig cannot activate it again"
            yield Sentence(text, "high", "key", ("is_active",))
        if scopes:
            yield Sentence(f"gets the scopes {describe_words(scopes)}", "medium", "key")

    @classmethod
    def find_loss(cls, outputs: Mapping[str, Json]) -> str:
        return "" if outputs.get("is_active") is False else cls.loss

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        names = {field: response.get(shown) for field, shown in TARGET_APPS.items()}
        return {**response, **names, "fingerprint": fingerprint(response)}
