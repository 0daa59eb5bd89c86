"""What happens to properties that are no longer declared: they keep their value, or get Statsig's default."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import root_of
from ..json_values import NONE, Json, normalize_json
from ..schema.declaration import Declaration
from ..schema.diff import Changes, find_changes
from ..schema.release import reset_released
from ..schema.state import DECLARED, SECRET
from ..schema.validation import find_problems
from ..settings import Policy
from .adoption import shorten
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
        described: list[str] = []
        for place in changes.released:
            name = root_of(place)
            is_secret = name in (outputs.get(SECRET) or ()) or self.declaration.properties[name].options.secret
            if place in changes.resets:
                default = changes.resets[place]
                shown = "Statsig's default" if is_secret else shorten(None if default == NONE else default)
                described.append(f"{place} is reset to {shown}")
            else:
                value = "the same" if is_secret or outputs.get(place) is None else shorten(outputs[place])
                reason = " (no default can be set)" if self.policy.on_release == "reset" else ""
                described.append(f"{place} stays {value}{reason}")
        title = self.declaration.title(outputs, id_)
        message = f"{title} no longer manages what the program omits: {', '.join(described)}"
        self.updater.reporter.say("warning", message)

    def _find_invalid(self, outputs: Mapping[str, Json], wanted: Mapping[str, Json]) -> set[str]:
        """Return the names of the properties for which the object cannot become what is wanted."""
        changed = find_changes(self.declaration.properties, outputs[DECLARED], outputs, wanted).changed
        problems = list(find_problems(self.declaration.cls, normalize_json(dict(wanted))))
        problems += self.updater.change_problems(outputs, wanted, changed)
        return {problem.property for problem in problems}
