"""Create an object once, despite lost responses, interrupted runs, other objects of its name, and replacements."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from ..api.retry import is_without_effect
from ..api.settling import SETTLE_S, is_found
from ..errors import GoneError, RejectedError, StatsigError
from ..json_values import Json
from ..schema import codec, state
from ..schema.diff import is_form_of
from ..schema.live_object import LiveObject
from .adoption import CLOCK_STEP_S, Adoption, is_created_by_a_key
from .deletion import Deletion
from .update import Updater

CONFLICT_WORDS: Final = ("already", "in use", "duplicate", "exists")
"""Words of a rejected create that mean that the name is taken."""


class Creation:
    """Sends the create of a resource. A resource with rules of its own names a subclass as ``creation``."""

    def __init__(self, updater: Updater, adoption: Adoption, deletion: Deletion, resource: str) -> None:
        """``resource`` is the URN of the resource, or its name if it has a parent."""
        self.declaration, self.resource = updater.declaration, resource
        self.updater, self.adoption, self.deletion = updater, adoption, deletion
        self.resource_client, self.client = updater.resource_client, updater.resource_client.client
        self.context, self.reporter = updater.context, updater.reporter

    # -- what a resource may override

    def is_own(self, inputs: Mapping[str, Json], live: LiveObject, within_s: float) -> bool:
        """Return whether an object of the name is the one that was posted ``within_s`` seconds.

        It is, if a key created it with just what was sent. If that was since then, the API may hold the values in
        another form, and defaults of the project or the team may have added to lists. Another run may have created one
        of the same name with other values since then.
        """
        if not is_created_by_a_key(inputs, live):
            return False
        created_ms, is_new = live.get("createdTime"), False
        if isinstance(created_ms, (int, float)):
            is_new = self.client.server_time_s() - created_ms / 1000 <= within_s + CLOCK_STEP_S
        return all(
            self.updater.is_set_after_create(name) or (is_new and self._is_made_of(name, inputs, live))
            for name in state.find_differences(self.declaration, inputs, live)
        )

    # -- create

    def body(self, inputs: Mapping[str, Json]) -> dict[str, Json]:
        """Return the body of a create: the declared values, and what the API requires."""
        return codec.encode_create(self.declaration.properties, inputs)

    def post(self, inputs: Mapping[str, Json]) -> tuple[LiveObject, bool]:
        """Return the object, and whether it is new; a lost response creates no second object."""
        if self.resource_client.has_unique_names:
            return self._post_once(inputs)
        # One after the other: each has to know the objects of the same name that exist before its request.
        with self.context.creates_of(self.declaration.kind):
            return self._post_once(inputs)

    def _post_once(self, inputs: Mapping[str, Json]) -> tuple[LiveObject, bool]:
        started_s, title, may_exist = time.monotonic(), self.declaration.title(inputs), False
        fingerprint = self.adoption.fingerprint(inputs)
        sent_s = self.context.interrupted_at_s(fingerprint)
        others = self._note_others(inputs, fingerprint, is_repeated=sent_s is not None)
        if sent_s is not None and (existing := self._find_possible(inputs, sent_s)) is not None:
            adopted = self.adoption.resolve_conflict(inputs, existing, self.resource)
            self.updater.note_request(fingerprint)
            return adopted, False
        self.resource_client.known_ids |= others

        def select_own(live: LiveObject | None) -> LiveObject | None:
            if live is None or not self.is_own(inputs, live, time.monotonic() - started_s):
                return None
            self.reporter.say("warning", f"{title} was created, but the response was lost; it was found by a read")
            self.client.new_objects.note(self.resource_client.path(self.resource_client.key_of(live)))
            return live

        def find_created() -> LiveObject | None:
            nonlocal may_exist
            may_exist = True
            return select_own(self._find_possible(inputs, self.client.server_time_s()))

        self.updater.note_request(fingerprint)
        try:
            return self._send_create(inputs, find_created), True
        except StatsigError as error:
            if is_without_effect(error) and not may_exist:
                self.context.note_refused(fingerprint)
            if not isinstance(error, RejectedError) or error.method == "GET" or not is_conflict(error):
                raise
            if (existing := self._find_until(inputs, SETTLE_S)) is None:
                raise
            if may_exist and (own := select_own(existing)) is not None:
                return own, True
            if self._is_dropped(existing):
                self.reporter.say(
                    "warning", f"{title} was not found when this run refreshed it, and exists: it is kept"
                )
                return self.adoption.adopt(inputs, existing), False
            owners = self.context.find_owners(self.declaration.kind, self.resource_client.id_of(existing))
            if self.resource in owners:
                is_retained = bool(owners[self.resource].get("retainOnDelete"))
                return self._replace(inputs, existing, fingerprint, is_retained), True
            return self.adoption.resolve_conflict(inputs, existing, self.resource, error), False

    def _is_dropped(self, live: LiveObject) -> bool:
        """Return whether a refresh of this run did not find the object, which a server may not show for a moment."""
        outputs = self.context.find_dropped(self.resource)
        if outputs is None or live.decoded.get(state.CREATED) != outputs.get(state.CREATED):
            return False
        return self.resource_client.key_of(live) == self.declaration.join_id(outputs)

    def _is_made_of(self, name: str, inputs: Mapping[str, Json], live: LiveObject) -> bool:
        """Return whether a live value may be what the API made of the declared one."""
        p, declared, value = self.declaration.properties[name], inputs[name], live.decoded[name]
        if p.many == "list" and (p.options.unordered or p.options.preset_by):  # defaults may add to it
            return all(any(is_form_of(p, [one], [item]) for one in value or ()) for item in declared or ())
        return is_form_of(p, value, declared)

    def _find_possible(self, inputs: Mapping[str, Json], sent_s: float) -> LiveObject | None:
        """Return the object that a create sent at this time may have made, by the clock of the API; None if it did not.

        If the API refuses no second one, the object is waited for as long as the API may not show it yet.
        """
        is_unique = self.resource_client.has_unique_names
        limit_s = 0.0 if is_unique else sent_s + SETTLE_S - self.client.server_time_s()
        return self._find_until(inputs, min(limit_s, SETTLE_S))

    def _find_until(self, inputs: Mapping[str, Json], limit_s: float) -> LiveObject | None:
        return self.client.read_until(lambda: self.resource_client.find(inputs), is_found, limit_s)

    def _note_others(self, inputs: Mapping[str, Json], fingerprint: str, *, is_repeated: bool) -> frozenset[str]:
        """Return the ids of the objects that exist and have the name of a new one, if names may repeat.

        The journal has those that existed before a create of an interrupted run: they are not its object. Without the
        journal, such as on another machine, nothing shows which one is. Then this raises StatsigError.
        """
        key, resource = self.declaration.endpoint.state_id or "id", self.resource
        same = self.resource_client.list_same(inputs)
        marks = {
            str(live[key]): f"{fingerprint}.{self.context.fingerprint('', live[key])}" for live in same if live.get(key)
        }
        if is_repeated:
            noted = set(self.context.interrupted_with(f"{fingerprint}."))
            # Another one is that of the interrupted run: a run that is killed after this one must find it too.
            marks = {id_: mark for id_, mark in marks.items() if mark in noted}
            self.resource_client.known_ids = frozenset(marks)
        elif marks and resource and self.context.stack.is_create_pending(self.declaration.kind, resource):
            # Objects of resources, such as the one that is replaced, are not it.
            unowned = [id_ for id_ in sorted(marks) if not self.context.find_owners(self.declaration.kind, id_)]
            if unowned:
                raise StatsigError(
                    f"{self.declaration.title(inputs)} may have been created by an interrupted run: it may be"
                    f" {' or '.join(unowned)}",
                    next_step="import it, or delete it in Statsig; then run `pulumi refresh` and `pulumi up`",
                )
        for mark in marks.values():
            self.updater.note_request(mark)
        return frozenset(marks)

    def _replace(self, inputs: Mapping[str, Json], live: LiveObject, fingerprint: str, is_retained: bool) -> LiveObject:
        """Delete this resource's own object and create it again.

        For ``pulumi up --replace`` and tainted resources, the engine asks for no diff and creates before it deletes.
        """
        title, outputs = self.declaration.title(inputs), state.build_outputs(self.declaration, inputs, live, {})
        if is_retained or self.deletion.is_archived(outputs):
            option = "retain_on_delete" if is_retained else "archive_on_delete"
            raise StatsigError(f"{title} cannot be replaced: {option} keeps the object, and its name")
        self.deletion.delete(self.resource_client.id_of(live), outputs)
        self.context.recreated.add(self.resource_client.path(self.resource_client.key_of(live)))
        self.reporter.say("info", f"{title} was deleted to replace it, because its name can exist once")
        self.updater.note_request(fingerprint)
        try:
            return self._send_create(inputs, lambda: self.resource_client.find(inputs))
        except StatsigError as error:
            error.next_step = (
                f"the object was deleted to replace it: run `pulumi refresh`, then `pulumi up`; {error.next_step}"
            )
            raise

    def _send_create(self, inputs: Mapping[str, Json], find_created: Callable[[], LiveObject | None]) -> LiveObject:
        """Send the create and return the new object; raises GoneError if Statsig does not list it."""
        live = self.resource_client.create(inputs, self.body(inputs), find_created)
        if live is None:
            raise GoneError(f"{self.declaration.title(inputs)} was created, but Statsig does not list it")
        return live


def is_conflict(error: RejectedError) -> bool:
    """Return whether a create was rejected because the object exists already."""
    return error.status == 409 or any(word in error.reason.lower() for word in CONFLICT_WORDS)
