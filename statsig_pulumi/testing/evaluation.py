"""Evaluation of gates, segments, dynamic configs and experiments for a user, from what the Console API returns.

The order is that of Statsig: overrides, then the first rule whose conditions are all met. A rule that passes a share of
its users ends the evaluation: a hash of the unit decides, with a salt that the Console API does not return.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from . import conditions
from .errors import CannotEvaluateError
from .user import User

Json = Any


class Source(Protocol):
    """What an evaluation reads."""

    def read(self, path: str) -> Json:
        """Return the ``data`` of GET ``path``, or None if there is no object."""
        ...

    def read_ids(self, path: str) -> Collection[str]:
        """Return all ids of a list."""
        ...


REFERENCES: Final[Mapping[str, tuple[str, bool]]] = {
    "passes_gate": ("gate", True),
    "fails_gate": ("gate", False),
    "passes_segment": ("segment", True),
    "fails_segment": ("segment", False),
}
"""The object that a condition refers to, and the result that meets the condition."""


@dataclass(frozen=True)
class Verdict:
    """A result with its reason. It is true or false in an assertion, and pytest shows the reason."""

    is_true: bool
    text: str

    def __bool__(self) -> bool:
        return self.is_true

    def __repr__(self) -> str:
        return f"<{self.text}>"


@dataclass(frozen=True)
class Match:
    """The share of the users that pass, and why."""

    percentage: float
    reason: str
    rule: Mapping[str, Json] | None = None
    subject: str = ""
    """The gate or segment, for errors."""


class Evaluator:
    """Evaluates objects for one user."""

    def __init__(self, source: Source, user: User) -> None:
        self._source, self._user = source, user
        self._open: list[str] = []

    def match_gate(self, id_: str) -> Match:
        """Return the share of users like this one that pass a gate; raises CannotEvaluateError."""
        return replace(self._match_gate(id_), subject=f"gate '{id_}'")

    def match_segment(self, id_: str) -> Match:
        """Return the share of users like this one that are in a segment; raises CannotEvaluateError."""
        return replace(self._match_segment(id_), subject=f"segment '{id_}'")

    def match_config(self, id_: str) -> tuple[Match, Json]:
        """Return the rule of a dynamic config that counts, and the value; raises CannotEvaluateError."""
        with self._guard(f"dynamic config '{id_}'"):
            config = self._object("dynamic_configs", id_)
            default = config.get("defaultValue")
            if config.get("status") == "Archived":
                raise CannotEvaluateError("it is archived, so the default value of the code counts")
            if not config.get("isEnabled"):
                return Match(0.0, f"it is {str(config.get('status')).lower()}"), default
            if self._is_held_out(config):
                return Match(0.0, "a holdout holds the user out"), default
            match = self._match_rules(config.get("rules") or [])
            if match.rule is None:
                return match, default
            return match, self._choose_value(match, default)

    def match_experiment(self, id_: str) -> str | None:
        """Return the name of the group of a user, or None without a group; raises CannotEvaluateError."""
        with self._guard(f"experiment '{id_}'"):
            experiment = self._object("experiments", id_)
            groups = {group["id"]: group["name"] for group in experiment["groups"]}
            override = self._find_group_override(id_, experiment, groups)
            is_decided, is_held_out = experiment["status"] == "decision_made", self._is_held_out(experiment)
            if override is not None and (is_decided or is_held_out):
                reason = "a user that is held out" if is_held_out else "a decided experiment"
                raise CannotEvaluateError(f"Statsig does not document overrides of {reason}")
            if is_held_out:
                return None
            if is_decided:
                return groups.get(experiment.get("launchedGroupID"))
            if override is not None or experiment["status"] != "active":
                return override
            targeting = experiment.get("targetingGateID")
            if targeting and not decide(self.match_gate(str(targeting))):
                return None
            return _sole_group(experiment)

    def _match_gate(self, id_: str) -> Match:
        with self._guard(f"gate '{id_}'"):
            gate = self._object("gates", id_)
            override = self._find_override(f"gates/{id_}/overrides", gate)
            status, is_held_out = str(gate.get("status")), self._is_held_out(gate)
            is_fixed = status in ("Launched", "Archived") or not gate.get("isEnabled")
            if override is not None and (is_fixed or is_held_out):
                reason = "a user that is held out" if is_held_out else f"a gate that is {status.lower()}"
                raise CannotEvaluateError(f"Statsig does not document overrides of {reason}")
            if override is not None:
                return Match(100.0 if override else 0.0, "an override names the user")
            if is_held_out:
                return Match(0.0, "a holdout holds the user out")
            if is_fixed:
                return Match(100.0 if status == "Launched" else 0.0, f"it is {status.lower()}")
            return self._match_rules(gate.get("rules") or [])

    def _match_segment(self, id_: str) -> Match:
        with self._guard(f"segment '{id_}'"):
            segment = self._object("segments", id_)
            if segment.get("type") == "rule_based":
                return self._match_rules(segment.get("rules") or [])
            if segment.get("type") != "id_list":
                raise CannotEvaluateError(f"the members of a segment of type '{segment.get('type')}' are not known")
            unit_id = self._user.unit_id(segment["idType"])
            is_listed = unit_id is not None and unit_id in self._source.read_ids(f"segments/{id_}/id_list")
            return Match(100.0 if is_listed else 0.0, f"its list {'has' if is_listed else 'does not have'} the id")

    def _match_rules(self, rules: list[Json]) -> Match:
        for rule in rules:
            environments = rule.get("environments")
            if environments and self._user.environment not in environments:
                continue
            if all(self._is_met(rule, each) for each in rule.get("conditions") or []):
                percentage = rule.get("passPercentage")
                share = 100.0 if percentage is None else float(percentage)
                return Match(share, f"rule '{rule['name']}' matches", rule)
        return Match(0.0, "no rule matches")

    def _is_met(self, rule: Json, condition: Json) -> bool:
        kind = condition["type"]
        if kind == "public":
            return True
        try:
            if kind in REFERENCES:
                target, is_wanted = REFERENCES[kind]
                ids = condition.get("targetValue")
                (id_,) = ids if isinstance(ids, list) else [ids]
                match = self.match_gate(str(id_)) if target == "gate" else self.match_segment(str(id_))
                return decide(match) == is_wanted
            return conditions.is_met(condition, self._user)
        except CannotEvaluateError as error:
            raise CannotEvaluateError(f"rule '{rule['name']}': {error}") from None

    def _choose_value(self, match: Match, default: Json) -> Json:
        rule = match.rule or {}
        if not decide(match):
            return default
        variants = [each for each in rule.get("variants") or [] if each["passPercentage"]]
        if not variants:
            return rule.get("returnValue")
        if len(variants) > 1 or variants[0]["passPercentage"] != 100:
            raise CannotEvaluateError(f"a hash decides between the variants of rule '{rule['name']}'")
        return variants[0].get("returnValue")

    def _find_override(self, path: str, owner: Json) -> bool | None:
        """Return what the overrides of a gate decide for this user, or None."""
        overrides = self._source.read(path) or {}
        unit_id = self._user.unit_id(owner["idType"])
        found = {
            is_passing
            for is_passing, word in ((True, "passing"), (False, "failing"))
            if self._user.user_id in (overrides.get(f"{word}UserIDs") or [])
            or unit_id in (overrides.get(f"{word}CustomIDs") or [])
            or any(self._is_row_met(row, row.get(f"{word}IDs")) for row in overrides.get("environmentOverrides") or [])
        }
        if len(found) > 1:
            raise CannotEvaluateError("the user is in overrides that pass and in overrides that fail")
        return next(iter(found), None)

    def _find_group_override(self, id_: str, experiment: Json, groups: Mapping[str, str]) -> str | None:
        overrides = self._source.read(f"experiments/{id_}/overrides") or {}
        names = {
            groups.get(row["groupID"], row["groupID"])
            for row in overrides.get("userIDOverrides") or []
            if self._is_row_met({"unitID": experiment["idType"], **_without_nulls(row)}, row.get("ids"))
        }
        for row in overrides.get("overrides") or []:
            if row.get("environment") in (None, "", self._user.environment):
                target = str(row.get("id") or row.get("name"))
                match = self.match_gate(target) if row["type"] == "gate" else self.match_segment(target)
                names |= {groups.get(row["groupID"], row["groupID"])} if decide(match) else set()
        if len(names) > 1:
            raise CannotEvaluateError(f"overrides assign the user to several groups: {', '.join(sorted(names))}")
        return next(iter(names), None)

    def _is_row_met(self, row: Json, ids: Json) -> bool:
        is_here = row.get("environment") in (None, "", self._user.environment)
        unit_id = self._user.unit_id(row.get("unitType") or row.get("unitID") or "userID")
        return is_here and unit_id is not None and unit_id in (ids or [])

    def _is_held_out(self, owner: Json) -> bool:
        held_by = owner.get("holdoutIDs") or []
        if held_by and self._user.held_out is None:
            raise CannotEvaluateError(
                f"the holdout {', '.join(map(repr, held_by))} holds some users out: pass held_out=False or True"
            )
        return bool(held_by and self._user.held_out)

    def _object(self, collection: str, id_: str) -> Json:
        found = self._source.read(f"{collection}/{id_}")
        if found is None:
            raise CannotEvaluateError("it does not exist")
        return found

    @contextmanager
    def _guard(self, title: str) -> Iterator[None]:
        """Put the title in front of errors, and refuse objects that refer to themselves."""
        if title in self._open:
            raise CannotEvaluateError(f"{title} refers to itself")
        self._open.append(title)
        try:
            yield
        except CannotEvaluateError as error:
            raise CannotEvaluateError(f"{title}: {error}") from None
        finally:
            self._open.remove(title)


def decide(match: Match) -> bool:
    """Return whether a user passes; raises CannotEvaluateError if a hash decides."""
    if 0 < match.percentage < 100:
        subject = f"{match.subject}: " if match.subject else ""
        share = f"a hash decides which {match.percentage:g} % of its users pass"
        raise CannotEvaluateError(f"{subject}{match.reason}, and {share}: use pass_percentage")
    return match.percentage == 100


def _sole_group(experiment: Json) -> str:
    running = [group for group in experiment["groups"] if group["size"] and not group.get("disabled")]
    if experiment.get("allocation") == 100 and len(running) == 1 and running[0]["size"] == 100:
        return str(running[0]["name"])
    raise CannotEvaluateError("a hash decides between its groups: test overrides, or a user of a decided experiment")


def _without_nulls(row: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in row.items() if value is not None}
