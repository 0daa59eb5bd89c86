"""What an update does about edits that others made in Statsig after the state was written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from ..errors import ConcurrentEditError, root_of
from ..json_values import NONE, Json
from ..schema import state
from ..schema.declaration import Declaration
from ..schema.edits import Edit, find_edits, keep_unseen
from ..schema.live_object import LiveObject
from ..schema.properties import Property
from ..schema.state import DIFFERING, REVIEW, SECRET, Inputs
from ..schema.wording import represent
from ..settings import Policy
from .adoption import MAX_DIFFERENCES
from .reporter import Reporter

SECRET_VALUE = "(secret)"  # noqa: S105 - the text instead of one


class ConcurrentEdits:
    """Compares the live object that an update reads with the state, and reports what others changed in between."""

    def __init__(self, declaration: Declaration, policy: Policy, reporter: Reporter) -> None:
        self.declaration, self.policy, self.reporter = declaration, policy, reporter

    def resolve(
        self,
        title: str,
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        changed: Collection[str],
        live: LiveObject,
    ) -> Inputs:
        """Return the inputs to send: with the list items that others added and that the program has never seen.

        ``changed`` are the properties that the update sends. Raises ConcurrentEditError if the stack does not allow
        to change an object that others have edited.
        """
        before = state.restore_inputs(self.declaration, outputs)
        secret = {*(inputs.get(SECRET) or ()), *(outputs.get(SECRET) or ())}
        values, edits, unseen = dict(inputs), list[str](), list[str]()
        for p, old, held in self._pair_values(outputs, inputs, before, live):
            name, is_secret = p.name, p.name in secret or p.options.secret
            if name in before and old is not None:
                found = find_edits(p, old, held, inputs[name], name)
                described = [_describe(edit, is_secret=is_secret, is_sent=name in changed) for edit in found]
                edits += dict.fromkeys(described)  # a secret property is one line
            if name in changed:
                values[name], places = keep_unseen(p, old, held, inputs[name], name)
                unseen += [f"{name} {SECRET_VALUE}"] if places and is_secret else places
        self._report_edits(title, edits, live)
        if unseen and self._report_unseen(title, unseen):
            return values
        return dict(inputs)

    def _pair_values(
        self, outputs: Mapping[str, Json], inputs: Mapping[str, Json], before: Inputs, live: LiveObject
    ) -> Iterator[tuple[Property[Any], Json, Json]]:
        """Yield each declared property that the API returns, with its value in the state and the live one."""
        in_review = (outputs.get(REVIEW) or {}).get("names") or ()  # their outputs are not in Statsig yet
        differing, observed = outputs.get(DIFFERING) or {}, self.declaration.observed(live, before)
        for name, p in self.declaration.inputs.items():
            is_returned = name in observed and (observed[name] is not None or p.can_be_empty)
            if name in inputs and name not in in_review and is_returned:
                old = differing[name] if name in differing else outputs.get(name, p.empty if name in before else None)
                yield p, old, observed[name]

    def _report_edits(self, title: str, edits: list[str], live: LiveObject) -> None:
        if not edits:
            return
        more = len(edits) - MAX_DIFFERENCES
        shown = "; ".join(edits[:MAX_DIFFERENCES]) + (f"; and {more} more" if more > 0 else "")
        summary = f"{title} was changed in Statsig after the state was written{_last_change(live)}: {shown}"
        if self.policy.on_concurrent_edit == "fail":
            raise ConcurrentEditError(summary)
        self.reporter.say("warning", summary)

    def _report_unseen(self, title: str, places: list[str]) -> bool:
        """Report items that the program has never seen; return whether they are kept."""
        is_kept = self.policy.on_concurrent_edit != "overwrite"
        what = f"{', '.join(places)}, which somebody added in Statsig"
        if is_kept:
            advice = "declare it; or run `pulumi refresh`, and the next `pulumi up` removes it"
            self.reporter.say("warning", f"{title} keeps {what} and the program does not declare: {advice}")
        else:
            self.reporter.say("warning", f"{title} loses {what} and the program does not declare")
        return is_kept


def _describe(edit: Edit, *, is_secret: bool, is_sent: bool) -> str:
    old, live, new = (SECRET_VALUE,) * 3 if is_secret else map(_shown, (edit.old, edit.live, edit.new))
    ending = f"overwritten with {new}" if is_sent else f"kept, because this update does not change it to {new}"
    # The names of items in a place may be secret too.
    place = root_of(edit.place) if is_secret else edit.place
    return f"{place}: {old} => {live}, {ending}"


def _shown(value: Json) -> str:
    return represent(None if value == NONE else value)


def _last_change(live: LiveObject) -> str:
    """Return who made the last change of an object and when, as far as the API shows it."""
    who = live.get("lastModifierName") or live.get("lastModifierEmail") or live.get("lastModifierID")
    when = live.get("lastModifiedTime")
    if isinstance(when, (int, float)):
        with suppress(OverflowError, ValueError, OSError):  # no time of this age
            when = f"{datetime.fromtimestamp(when / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
    by, at = (f" by {who}" if who else ""), (f" at {when}" if when else "")
    return f" (last change{by}{at})" if who or when else ""
