"""Policies: rules for plans, from options or a file, and the changes that break them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeGuard

from ..errors import InvalidSettingError
from ..json_values import NONE, Json
from ..schema.declaration import REGISTRY
from ..schema.matching import match_items
from ..schema.properties import Property
from ..schema.sentences import EFFECTS, Effect, describe_name
from ..schema.wording import to_noun
from .freeze import FreezeWindow, parse_window
from .report import ObjectReport, Report

TABLE: Final = ("tool", "statsig-pulumi", "review")
"""The table of ``pyproject.toml`` with policies."""


@dataclass(frozen=True)
class Policies:
    """The rules for plans. Those that are not set forbid nothing."""

    max_rollout_step: float | None = None
    """The most percent points by which a share of units may grow at once."""
    forbid: tuple[Effect, ...] = ()
    """Effects that no change may have."""
    require_team: bool = False
    """Whether each created or changed object that can have a team must have one."""
    freeze: tuple[FreezeWindow, ...] = ()
    """Times in which nothing may change."""

    @classmethod
    def parse(cls, values: Mapping[str, Any], source: str) -> Policies:
        """Return the policies of a table or of options; raises InvalidSettingError, which names the source."""
        known = [each.name.replace("_", "-") for each in fields(cls)]
        found: dict[str, Any] = {}
        for name, value in values.items():
            option = name.replace("_", "-")
            if option not in known:
                similar = get_close_matches(option, known, n=1)
                hint = f"did you mean '{similar[0]}'?" if similar else f"the policies are {', '.join(known)}"
                raise InvalidSettingError(f"{source}: '{name}' is not a policy; {hint}")
            try:
                found[option.replace("-", "_")] = PARSERS[option](value)
            except ValueError as error:
                raise InvalidSettingError(f"{source}: {option} {error}") from None
        return cls(**found)

    @classmethod
    def load(cls, path: Path | None) -> Policies:
        """Return the policies of a file; None is the table of ``pyproject.toml`` here, if there is one.

        Raises InvalidSettingError if the file cannot be read or has another form.
        """
        file = path or Path("pyproject.toml")
        if path is None and not file.is_file():
            return cls()
        try:
            values: Json = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InvalidSettingError(f"cannot read {file}: {reason}") from None
        except tomllib.TOMLDecodeError as error:
            raise InvalidSettingError(f"{file} is not TOML: {error}") from None
        if file.name == "pyproject.toml":
            for name in TABLE:
                values = values.get(name) or {}
        return cls.parse(values, str(file))

    def override(self, values: Mapping[str, Any]) -> Policies:
        """Return the policies with these options, which replace those of a file; raises InvalidSettingError."""
        given = {name: value for name, value in values.items() if value is not None}
        parsed = self.parse(given, "options")
        return replace(self, **{name.replace("-", "_"): getattr(parsed, name.replace("-", "_")) for name in given})


@dataclass(frozen=True)
class Violation:
    """A change that breaks a policy."""

    policy: str
    title: str
    """The object; empty if it is the whole plan."""
    text: str


def find_violations(report: Report, policies: Policies, now: datetime) -> list[Violation]:
    """Return what breaks a policy, in the order of the report. ``now`` has a time zone."""
    found: list[Violation] = []
    if report.objects:
        windows = [window for window in policies.freeze if now in window]
        found += [Violation("freeze", "", f"nothing may change in {window.text}") for window in windows]
    for each in report.objects:
        found += _find_forbidden(each, policies.forbid)
        if policies.require_team:
            found += _find_missing_team(each)
        if policies.max_rollout_step is not None:
            found += _find_large_steps(each, policies.max_rollout_step)
    return found


# -- one object


def _find_forbidden(each: ObjectReport, forbidden: Sequence[Effect]) -> Iterator[Violation]:
    for sentence in each.sentences:
        if sentence.effect in forbidden:
            yield Violation(f"forbid {sentence.effect}", each.title, sentence.text)


def _find_missing_team(each: ObjectReport) -> Iterator[Violation]:
    declaration = REGISTRY.get(each.change.kind)
    if declaration is None or each.change.operation == "delete":
        return
    names = [n for n, p in declaration.inputs.items() if p.options.refers_to in ("Team.name", "Team.team_id")]
    values = {**each.change.outputs, **each.change.inputs}
    if names and all(values.get(name) in (None, "", NONE) for name in names):
        yield Violation("require-team", each.title, f"has no team: declare {' or '.join(names)}")


def _find_large_steps(each: ObjectReport, limit: float) -> Iterator[Violation]:
    """Yield the shares that grow by more than the limit. Nobody uses a new object yet, so it is not limited."""
    declaration, change = REGISTRY.get(each.change.kind), each.change
    if declaration is None or change.operation not in ("update", "replace"):
        return
    for place, old, new in _find_shares(declaration.inputs, change.outputs, change.inputs, ""):
        if new - old > limit:
            text = f"{place} grows from {old:g} % to {new:g} %, by more than {limit:g} points"
            yield Violation("max-rollout-step", each.title, text)
    for sentence in each.sentences:
        if sentence.covers and sentence.rollout_step > limit:
            text = f"{sentence.text}: {sentence.rollout_step:g} points more, which is more than {limit:g}"
            yield Violation("max-rollout-step", each.title, text)


def _find_shares(
    properties: Mapping[str, Property[Any]], old: Mapping[str, Json], new: Mapping[str, Json], prefix: str
) -> Iterator[tuple[str, float, float]]:
    """Yield the name and both values of each declared share, at any depth. A new list item had 0 %."""
    for name, p in properties.items():
        if name not in new:
            continue
        before, after = old.get(name), new[name]
        if p.options.rollout and _is_number(after):
            yield f"{prefix}{name}", float(before) if _is_number(before) else 0.0, float(after)
        if p.nested is None or p.many != "list" or not isinstance(after, list):
            continue
        items = [item for item in after if isinstance(item, Mapping)]
        olds = old[name] if isinstance(old.get(name), list) else []
        for item, match in zip(items, match_items(p.nested, items, olds), strict=True):
            label = f"{prefix}{to_noun(name)} {describe_name(p.nested, item)}: "
            yield from _find_shares(p.nested.properties, match or {}, item, label)


def _is_number(value: Json) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# -- values of policies


def _parse_step(value: Any) -> float:
    if not _is_number(value) or not 0 <= value <= 100:
        raise ValueError(f"must be a number from 0 to 100, not {value!r}")
    return float(value)


def _parse_effects(value: Any) -> tuple[Effect, ...]:
    words = _split(value)
    for word in words:
        if word not in EFFECTS:
            similar = get_close_matches(word, EFFECTS, n=1)
            hint = f"did you mean '{similar[0]}'?" if similar else f"use some of {', '.join(EFFECTS)}"
            raise ValueError(f"must not have '{word}': {hint}")
    return tuple(each for each in EFFECTS if each in words)


def _parse_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def _parse_windows(value: Any) -> tuple[FreezeWindow, ...]:
    return tuple(map(parse_window, _split(value)))


def _split(value: Any) -> list[str]:
    """Return the texts of a list, each of which may be several that are separated by commas."""
    texts = value if isinstance(value, (list, tuple)) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"must be text or a list of texts, not {value!r}")
    return [word.strip() for text in texts for word in text.split(",") if word.strip()]


PARSERS: Final = {
    "max-rollout-step": _parse_step,
    "forbid": _parse_effects,
    "require-team": _parse_flag,
    "freeze": _parse_windows,
}
"""How the value of each policy is read; each raises ValueError with the reason."""
