"""The Statsig project that a program has made, and assertions about its objects in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Unpack

from ..api.client import Client
from ..errors import NotFoundError
from .errors import ProgramError
from .evaluation import Evaluator, Verdict, decide
from .user import Attributes, User

if TYPE_CHECKING:
    from ..emulator import Emulator

Json = Any
MAX_NAMED: Final = 10
"""The most ids that an error lists."""


class Project:
    """A Statsig project on an emulator.

    ``emulator`` reads and changes any object, such as ``emulator.objects("gates")``. ``outputs`` are those of the
    stack, with decrypted secrets.
    """

    def __init__(self, emulator: Emulator, outputs: Mapping[str, Json] | None = None) -> None:
        self.emulator, self.outputs = emulator, dict(outputs or {})
        self._client = Client(emulator.key, emulator.url).on_behalf_of("testing")

    def gate(self, id_or_name: str) -> Gate:
        """Return the gate with this id or name; raises ProgramError if there is none."""
        return Gate(self, self._find("gates", "gate", id_or_name))

    def segment(self, id_or_name: str) -> Segment:
        """Return the segment with this id or name; raises ProgramError if there is none."""
        return Segment(self, self._find("segments", "segment", id_or_name))

    def dynamic_config(self, id_or_name: str) -> DynamicConfig:
        """Return the dynamic config with this id or name; raises ProgramError if there is none."""
        return DynamicConfig(self, self._find("dynamic_configs", "dynamic config", id_or_name))

    def experiment(self, id_or_name: str) -> Experiment:
        """Return the experiment with this id or name; raises ProgramError if there is none."""
        return Experiment(self, self._find("experiments", "experiment", id_or_name))

    def read(self, path: str) -> Json:
        """Return the ``data`` of GET ``path`` of the Console API, or None if there is no object."""
        try:
            return self._client.get(path)
        except NotFoundError:
            return None

    def read_ids(self, path: str) -> Collection[str]:
        """Return all ids of a list of the Console API."""
        return set(self._client.pages(path, list_key="ids", item_type=str))

    def _find(self, collection: str, title: str, id_or_name: str) -> str:
        names = {str(each["id"]): str(each.get("name")) for each in self.emulator.objects(collection)}
        if id_or_name in names:
            return id_or_name
        found = [id_ for id_, name in names.items() if name == id_or_name]
        if len(found) == 1:
            return found[0]
        similar = get_close_matches(id_or_name, [*names, *names.values()], n=1)
        ids = ", ".join(sorted(names)[:MAX_NAMED]) or "none"
        hint = f"did you mean '{similar[0]}'?" if similar else f"there is: {ids}"
        raise ProgramError(f"the program declares no {title} '{id_or_name}'; {hint}")


class Gate:
    """A gate. Its methods raise CannotEvaluateError if they cannot know what Statsig returns."""

    def __init__(self, project: Project, id_: str) -> None:
        self._project, self.id = project, id_

    def passes(self, **user: Unpack[Attributes]) -> Verdict:
        """Return whether a user passes, by overrides and rules. An attribute that is omitted is missing."""
        evaluated = User(**user)
        match = Evaluator(self._project, evaluated).match_gate(self.id)
        word = "passes for" if decide(match) else "fails for"
        return Verdict(decide(match), _sentence(f"gate '{self.id}' {word}", evaluated, match.reason))

    def fails(self, **user: Unpack[Attributes]) -> Verdict:
        """Return whether a user fails: the opposite of ``passes``."""
        passes = self.passes(**user)
        return Verdict(not passes, passes.text)

    def pass_percentage(self, **user: Unpack[Attributes]) -> float:
        """Return the share of the users with these attributes that pass, in percent."""
        return Evaluator(self._project, User(**user)).match_gate(self.id).percentage


class Segment:
    """A segment. Its methods raise CannotEvaluateError if they cannot know what Statsig returns."""

    def __init__(self, project: Project, id_: str) -> None:
        self._project, self.id = project, id_

    def contains(self, **user: Unpack[Attributes]) -> Verdict:
        """Return whether a user is in the segment."""
        evaluated = User(**user)
        match = Evaluator(self._project, evaluated).match_segment(self.id)
        word = "contains" if decide(match) else "does not contain"
        return Verdict(decide(match), _sentence(f"segment '{self.id}' {word}", evaluated, match.reason))


class DynamicConfig:
    """A dynamic config. Its methods raise CannotEvaluateError if they cannot know what Statsig returns."""

    def __init__(self, project: Project, id_: str) -> None:
        self._project, self.id = project, id_

    def value(self, **user: Unpack[Attributes]) -> Json:
        """Return the JSON object that a user gets."""
        return Evaluator(self._project, User(**user)).match_config(self.id)[1]


class Experiment:
    """An experiment. Its methods raise CannotEvaluateError if they cannot know what Statsig returns."""

    def __init__(self, project: Project, id_: str) -> None:
        self._project, self.id = project, id_

    @property
    def status(self) -> str:
        """The status, such as ``setup`` or ``active``."""
        return str(self._project.read(f"experiments/{self.id}")["status"])

    def group(self, **user: Unpack[Attributes]) -> str | None:
        """Return the name of the group of a user; None if the user is in none."""
        return Evaluator(self._project, User(**user)).match_experiment(self.id)

    def parameters(self, **user: Unpack[Attributes]) -> Json:
        """Return the parameter values of the group of a user; None if the user is in none."""
        name = self.group(**user)
        groups = self._project.read(f"experiments/{self.id}")["groups"]
        return next((group["parameterValues"] for group in groups if group["name"] == name), None)


def _sentence(verdict: str, user: User, reason: str) -> str:
    return f"{verdict} {user}: {reason}"
