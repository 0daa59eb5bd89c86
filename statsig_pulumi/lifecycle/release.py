"""What happens to properties that are no longer declared: they keep their value, or get Statsig's default."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import root_of
from ..json_values import Json, normalize_json
from ..schema.declaration import Declaration
from ..schema.diff import Changes, find_changes
from ..schema.release import reset_released
from ..schema.sentences import describe_released
from ..schema.state import DECLARED, SECRET
from ..schema.validation import find_problems
from ..settings import Policy
from .update import Updater


class Releases:
    """Decides and reports what happens to the properties of one resource that are no longer declared."""

    def __init__(self, declaration: Declaration, policy: Policy, updater: Updater) -> None:
        self.declaration, self.policy, self.updater = declaration, policy, updater

    def reset(
        self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]
    ) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
        """Return the inputs with Statsig's defaults of what is no longer declared, and these defaults by place.

        They are unchanged if the stack keeps such values. What cannot be reset is kept: its default is not known, or
        the object cannot change it now, such as what a started experiment locks.
        """
        declared = outputs.get(DECLARED) or ()
        if self.policy.on_release == "keep" or not declared:
            return inputs, {}
        olds = {name: outputs.get(name) for name in declared}
        wanted, resets = reset_released(self.declaration.properties, olds, inputs)
        if not resets:
            return inputs, {}
        kept = self._find_invalid(outputs, wanted)
        values = {name: value for name, value in wanted.items() if name not in kept}
        values |= {name: inputs[name] for name in kept if name in inputs}
        return values, {place: value for place, value in resets.items() if root_of(place) not in kept}

    def warn(self, id_: str, outputs: Mapping[str, Json], changes: Changes) -> None:
        """Report the properties that are no longer declared, with the values that they keep or get."""
        reason = " (no default can be set)" if self.policy.on_release == "reset" else ""
        secret = outputs.get(SECRET) or ()
        text = describe_released(self.declaration, outputs, changes, secret, note=reason)
        self.updater.reporter.say("warning", f"{self.declaration.title(outputs, id_)} {text}")

    def _find_invalid(self, outputs: Mapping[str, Json], wanted: Mapping[str, Json]) -> set[str]:
        """Return the names of the properties for which the object cannot become what is wanted."""
        changed = find_changes(self.declaration.properties, outputs[DECLARED], outputs, wanted).changed
        problems = list(find_problems(self.declaration.cls, normalize_json(dict(wanted))))
        problems += self.updater.change_problems(outputs, wanted, changed)
        return {problem.property for problem in problems}
