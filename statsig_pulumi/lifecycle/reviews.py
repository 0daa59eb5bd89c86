"""Changes that a review in Statsig holds back: reported once, remembered in the outputs, and not sent again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from ..json_values import Json
from ..schema import state
from ..schema.declaration import Declaration
from ..schema.diff import Changes, is_empty
from ..schema.live_object import LiveObject
from ..schema.state import REVIEW, Inputs, Outputs
from .update import Updater

CLOSED: Final = ("committed", "rejected")
"""Statuses of a review that holds nothing back any more."""


class Reviews:
    """The reviews of one resource: what they hold, as the outputs remember it under ``REVIEW``.

    With the header that asks for reviews, the API accepts a change and returns the unchanged object. The outputs
    have the declared values of what is held.
    """

    def __init__(self, declaration: Declaration, updater: Updater) -> None:
        self.declaration, self.updater, self.reporter = declaration, updater, updater.reporter
        self.is_respected = updater.resource_client.client.respects_reviews
        self.are_shown = "active_review" in declaration.properties
        """Whether the API shows the review of an object."""

    # -- preview

    def add_held(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json], found: Changes) -> Changes:
        """Return the changes with what a review holds as it is declared: it is not in Statsig yet."""
        held = tuple(name for name in _held_names(outputs) if name in inputs and name not in found.changed)
        return found.with_held(held) if held else found

    def announce(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json], changes: Changes) -> None:
        """Report in a preview what awaits a review, or that the change replaces the review."""
        names = [name for name in _held_names(outputs) if name in inputs]
        if not names or not self.is_respected:
            return
        title, review = self.declaration.title(outputs, id_), describe_review(outputs[REVIEW])
        if set(changes.changed) == set(names) == set(changes.held):
            self.reporter.say("info", f"{title}: {', '.join(names)} awaits {review}")
        else:
            self.reporter.say("warning", f"{title}: the change replaces {review}, which holds {', '.join(names)}")

    # -- update

    def select_unsent(
        self,
        title: str,
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        changes: Changes,
        live: LiveObject,
    ) -> list[str]:
        """Return the changed properties that an update has to send, after what happened to an earlier review."""
        if REVIEW not in outputs:
            return list(changes.changed)
        left = self.updater.unreached(changes.changed, inputs, live)
        is_open, review = _is_open(outputs[REVIEW], live), describe_review(outputs[REVIEW])
        if not self.is_respected:
            return left
        if is_open and not left:
            self.reporter.say("warning", f"{title}: {review} holds a change that is no longer declared: reject it")
        if is_open and set(left) <= set(changes.held):
            return []
        if left and not is_open:
            self.reporter.say("warning", f"{title}: {review} ended without the change, which is sent again")
        return left

    def note_held_after_create(
        self,
        title: str,
        inputs: Mapping[str, Json],
        sent: Collection[str],
        created: LiveObject | None,
        live: LiveObject,
    ) -> dict[str, Json] | None:
        """Return what a review holds of a create of several requests, as ``note_held`` does.

        ``created`` is the new object after the first request; None for one that was adopted. Nothing holds the first
        request. So of what the API has in another form, only what the others set, or what it has not at all, is held.
        """
        if not self.are_shown:
            sent = [n for n in sent if self.updater.is_set_after_create(n) or is_empty(live.decoded.get(n))]
        return self.note_held(title, inputs, sent, None if live is created else created, live)

    def note_held(
        self, title: str, inputs: Mapping[str, Json], sent: Collection[str], before: LiveObject | None, live: LiveObject
    ) -> dict[str, Json] | None:
        """Return what a review holds of the properties that were sent, for the outputs, and report it.

        ``before`` is the object before the request. The API does not show whether a dynamic config has a review: if
        it accepts a change and the object does not change at all, a review holds the change.
        """
        if not self.is_respected:
            return None
        names = [name for name in self.updater.held_differently(inputs, live) if name in sent]
        id_ = find_open_review(live)
        is_held = bool(id_) or (not self.are_shown and before is not None and _is_untouched(before, live))
        if not names or not is_held:
            return None
        review = {"id": id_, "names": names, "link": self._link(live)}
        self.reporter.say(
            "warning", f"{title}: {', '.join(names)} is not changed yet: it awaits {describe_review(review)}"
        )
        return review

    def keep_note(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json], live: LiveObject) -> Json:
        """Return the note of an earlier review if it still holds a declared change, else None."""
        review = outputs.get(REVIEW)
        if not review or not _is_open(review, live):
            return None
        differing = state.find_differences(self.declaration, inputs, live)
        names = [name for name in review["names"] if name in differing]
        return {**review, "names": names} if names else None

    def apply_note(self, outputs: Outputs, inputs: Mapping[str, Json], review: Json) -> Outputs:
        """Return the outputs with the note of a review, and with the declared values that it holds."""
        if not review:
            return outputs
        return outputs | {name: inputs[name] for name in review["names"] if name in inputs} | {REVIEW: review}

    # -- refresh

    def restore_held(self, outputs: Mapping[str, Json], before: Inputs, live: LiveObject) -> tuple[Inputs, Json]:
        """Return the declared values that a review still holds, which are no drift, and the note of the review."""
        review = outputs.get(REVIEW)
        if not review or not review["id"]:  # the API does not show whether the review has ended
            return {}, None
        kept = self.keep_note(outputs, before, live)
        return {name: before[name] for name in kept["names"]} if kept else {}, kept

    # -- steps

    def _link(self, live: LiveObject) -> str:
        """Return the page of the object in the console: the API has no link of a review."""
        return self.declaration.console_link(self.updater.resource_client.key_of(live), live)


def _held_names(outputs: Mapping[str, Json]) -> list[str]:
    names: list[str] = (outputs.get(REVIEW) or {}).get("names") or []
    return names


def _is_open(review: Mapping[str, Json], live: LiveObject) -> bool:
    """Return whether a review may still hold its change. One that the API does not show counts as open."""
    return not review["id"] or review["id"] == find_open_review(live)


def find_open_review(live: Mapping[str, Json]) -> str:
    """Return the id of the review in progress of a live object or response; empty if the API shows none."""
    active = live.get("activeReview")
    if not isinstance(active, dict) or active.get("reviewStatus") in CLOSED:
        return ""
    return str(active.get("reviewID") or "")


def _is_untouched(before: LiveObject, live: LiveObject) -> bool:
    marks = [(before.get(name), live.get(name)) for name in ("lastModifiedTime", "version")]
    return any(mark is not None for mark, _ in marks) and all(mark == now for mark, now in marks)


def describe_review(review: Mapping[str, Json]) -> str:
    """Return how messages name a review, with the link of its object."""
    name = f"review {review['id']}" if review["id"] else "a review"
    return f"{name} ({review['link']})"
