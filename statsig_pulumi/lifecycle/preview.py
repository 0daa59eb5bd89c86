"""What a preview shows of a change: why it will fail, and what it means."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ..errors import InvalidInputsError, Problem, StatsigError
from ..json_values import Json
from ..schema import state
from ..schema.diff import Changes
from ..schema.sentences import End, describe_update
from .deletion import Deletion
from .update import Updater

MAX_SENTENCES: Final = 20
"""So many changes of one resource are reported in a preview."""


class Preview:
    """Validates and reports the changes of one resource type, before anything is sent."""

    def __init__(self, updater: Updater, deletion: Deletion, keeps_on_delete: bool) -> None:
        """``keeps_on_delete`` is whether a delete leaves the object in Statsig as it is."""
        self.declaration, self.updater, self.deletion = updater.declaration, updater, deletion
        self.keeps_on_delete = keeps_on_delete
        self.context, self.policy, self.reporter = updater.context, updater.context.policy, updater.reporter

    def warn_about_missing(self, inputs: Mapping[str, Json]) -> None:
        """Warn if Statsig will refuse the create, because a setting of the project requires a property."""
        for name, setting in self.context.program_inputs.find_missing(self.declaration, inputs):
            reason = f"{setting} is on in this program, so Statsig will refuse the create"
            self.reporter.say("warning", f"{self.declaration.title(inputs)} has no {name}: declare one; {reason}")

    def validate_change(
        self,
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        wanted: Mapping[str, Json],
        changed: Sequence[str],
    ) -> None:
        """Raise InvalidInputsError for what no update can reach.

        What somebody changed in Statsig, and no update can change back, is a warning: a preview shows the drift.
        ``wanted`` are the inputs with the defaults of what is no longer declared.
        """
        problems = self._find_problems(outputs, wanted, changed)
        if not problems:
            return
        kept = state.find_redeclared(outputs, inputs)
        is_drift, title = kept.issuperset(changed), self.declaration.title(inputs)
        if errors := [problem for problem in problems if not (is_drift or problem.property in kept)]:
            raise InvalidInputsError(title, errors)
        reasons = "; ".join(map(str, problems))
        self.reporter.say("warning", f"{title} was changed in Statsig, and an update will fail: {reasons}")

    def announce(
        self,
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        changes: Changes,
        hidden: Collection[str] = (),
    ) -> None:
        """Report what an update or a replacement changes, one sentence each.

        What is released, and what a review holds, is reported by others. Values of ``hidden`` properties are not shown.
        """
        replaced = changes.replaces or None
        end: End = "archived" if self.deletion.is_archived(outputs) else "deleted"
        end = "kept" if self.keeps_on_delete else end
        changed = replace(changes, changed=tuple(name for name in changes.changed if name not in changes.held))
        described = describe_update(
            self.declaration, outputs, inputs, changed, replaced=replaced, end=end, hidden=hidden
        )
        sentences = [each for each in described if each.effect != "release"]
        for each in sentences[:MAX_SENTENCES]:
            self.reporter.say("warning" if each.level == "high" else "info", each.text)
        if len(sentences) > MAX_SENTENCES:
            self.reporter.say("info", f"and {len(sentences) - MAX_SENTENCES} more changes")

    def _find_problems(
        self, outputs: Mapping[str, Json], wanted: Mapping[str, Json], changed: Sequence[str]
    ) -> list[Problem]:
        """Return why no update can reach the inputs.

        Of nested values, the state holds what was declared. What the program declares now may be as it is in Statsig,
        so the live object is read before such a change is refused.
        """
        problems = list(self.updater.change_problems(outputs, wanted, changed))
        nested = {problem.property for problem in problems if self._is_nested(problem.property)}
        live, client = None, self.updater.resource_client
        if nested and not self.policy.offline_preview:
            with suppress(StatsigError):
                live = client.get(client.key("", outputs))
        if live is not None:
            nested -= set(self.updater.unreached(changed, wanted, live))
            return [problem for problem in problems if problem.property not in nested]
        return problems

    def _is_nested(self, name: str) -> bool:
        p = self.declaration.properties.get(name)
        return p is not None and p.nested is not None
