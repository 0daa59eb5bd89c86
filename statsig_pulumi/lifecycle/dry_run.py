"""Behaviour of resources that a preview can validate with a dry run, which saves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import InvalidInputsError, Problem, RejectedError, StatsigError
from ..json_values import Json, has_unknown
from ..schema.diff import Changes
from ..schema.state import IMPORT, Inputs
from .crud import Lifecycle

NOT_IN_DRY_RUN: Final = ("tags", "team", "team_id")
"""Omitted from a dry run, because the same program may create these objects later."""


class DryRunLifecycle(Lifecycle):
    """Behaviour of resources with ``validate_on_preview``. Use it if creates and updates of the API take ``dryRun``."""

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        normalized, problems = super().check(inputs, new=new)
        if new and not problems and IMPORT not in normalized and self._has_dry_run(normalized):
            sent = {name: value for name, value in normalized.items() if name not in NOT_IN_DRY_RUN}
            path = self.resource_client.endpoint.collection
            problems += self._dry_run(path, self.creation.body(sent), normalized, new=True)
        return normalized, problems

    def diff(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        changes = super().diff(outputs, inputs)
        properties = self.declaration.properties
        changed = [name for name in changes.changed if properties[name].sent and name not in NOT_IN_DRY_RUN]
        # The engine checks a replacement as a new source.
        if changed and not changes.replaces and self._has_dry_run(inputs):
            key = self.resource_client.key("", outputs)
            body = self.update_dry_run_body(key, outputs, inputs, changed)
            if body and (problems := self._dry_run(self.resource_client.path(key), body, inputs, new=False)):
                raise InvalidInputsError(self.declaration.title(inputs), problems)
        return changes

    def update_dry_run_body(
        self, key: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json], changed: list[str]
    ) -> Mapping[str, Json]:
        """Return the body of the dry run of an update; by default, all declared values. An empty one is not sent."""
        names = [name for name in inputs if name not in NOT_IN_DRY_RUN and (name, inputs[name]) != ("name", key)]
        return self.creation.body({name: inputs[name] for name in names})

    def is_due_to_program(self, inputs: Mapping[str, Json], *, new: bool) -> bool:
        """Return whether a rejected dry run may be due to what the program is about to change.

        An existing object with this name may be the one to replace. The create reports a conflict.
        """
        return new and self.resource_client.find(inputs) is not None

    def _has_dry_run(self, inputs: Mapping[str, Json]) -> bool:
        declared = inputs.get("validate_on_preview")
        is_enabled = self.policy.validate_on_preview if declared is None else declared
        return bool(is_enabled) and not self.policy.offline_preview and not has_unknown(dict(inputs))

    def _dry_run(self, path: str, body: Mapping[str, Json], inputs: Mapping[str, Json], *, new: bool) -> list[Problem]:
        """Return the problems that the API reports; warn if it could not validate."""
        try:
            self.client.post_once(path, {**body, "dryRun": True})
        except StatsigError as error:
            if isinstance(error, RejectedError) and not self.is_due_to_program(inputs, new=new):
                return [Problem("", f"Statsig's dry run failed: {error.reason}")]
            self.reporter.say("warning", f"{self.declaration.title(inputs)} was not validated: {error.summary}")
        return []
