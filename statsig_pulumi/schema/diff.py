"""Compare the state or a live object with what a program declares. Only declared properties count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..json_values import NONE, Json, fingerprint, has_unknown, is_equal
from .properties import NestedType, Property

Nested = Mapping[str, Json]
EMPTY: Final[tuple[Json, ...]] = (None, "", NONE, [], {})
"""Values that mean "nothing". The API uses null, absence and empty values interchangeably."""


@dataclass(frozen=True)
class Changes:
    """What an update changes."""

    changed: tuple[str, ...] = ()
    """Declared properties whose value differs."""
    released: tuple[str, ...] = ()
    """Places of properties that are no longer declared. They keep their value and are not managed any more."""
    replaces: tuple[str, ...] = ()
    """The properties of ``changed`` that require a new object."""
    resets: Mapping[str, Json] = field(default_factory=dict)
    """The places of ``released`` that get Statsig's default, and these defaults."""

    held: tuple[str, ...] = ()
    """The properties of ``changed`` that are as declared in the outputs, while a review holds them back in Statsig."""

    def with_held(self, held: tuple[str, ...]) -> Changes:
        """Return the changes with these properties too."""
        return replace(self, changed=(*self.changed, *held), held=held)

    def __bool__(self) -> bool:
        return bool(self.changed or self.released)


def find_changes(
    properties: Mapping[str, Property[Any]],
    declared_before: list[str],
    olds: Mapping[str, Json],
    news: Mapping[str, Json],
) -> Changes:
    """Return the changes from the outputs of a resource to its new inputs."""
    declared = [name for name, p in properties.items() if p.settable and name in news]
    changed = tuple(
        name
        for name in declared
        if not _is_old_value_known(properties[name], declared_before)
        or not is_same(properties[name], olds.get(name), news[name])
    )
    return Changes(
        changed=changed,
        released=tuple(sorted(_find_released(properties, {n: olds.get(n) for n in declared_before}, news))),
        replaces=tuple(name for name in changed if properties[name].options.replace_on_changes),
    )


def is_same(p: Property[Any], old: Json, new: Json) -> bool:
    """Return whether ``old`` is what ``new`` declares. Of nested values, only declared properties are compared."""
    return not has_unknown(new) and is_same_known(p, old, new)


def is_same_known(p: Property[Any], old: Json, new: Json) -> bool:
    """As ``is_same``, for a value that holds nothing unknown."""
    if is_empty(old) or is_empty(new):
        return is_empty(old) and is_empty(new)
    if p.nested is None:
        if p.is_text and isinstance(new, str) and old == new.strip():  # the API may trim texts
            return True
        convert = p.options.compare_fn
        return is_equal(convert(old), convert(new)) if convert else is_equal(old, new)
    nested = p.nested
    match p.many:
        case "list":
            if len(old) != len(new):
                return False
            is_same_by_place = all(_has_values(nested, *pair) for pair in zip(old, new, strict=True))
            return is_same_by_place or (p.options.unordered and _is_same_by_identity(nested, old, new))
        case "map":
            return old.keys() == new.keys() and all(_has_values(nested, old[key], new[key]) for key in new)
        case _:
            return _has_values(nested, old, new)


def is_same_nested(nested: type[NestedType], old: Nested, new: Nested) -> bool:
    """Return whether ``old`` has every declared value of ``new``. A property that ``old`` omits is not the same."""
    return not has_unknown(new) and _has_values(nested, old, new)


def _has_values(nested: type[NestedType], old: Nested, new: Nested) -> bool:
    properties, (old, new) = nested.properties, nested.to_compared(old, new)
    return all(
        name in old and is_same_known(properties[name], old[name], value)
        for name, value in new.items()
        if name in properties and properties[name].settable
    )


def _is_same_by_identity(nested: type[NestedType], old: list[Nested], new: list[Nested]) -> bool:
    """Return whether each new item has the values of the old one of its identity.

    Undeclared values of the old items may put a set of items into another order than the new one.
    """
    olds = {nested.get_identity(item): item for item in old} if nested.identity else {}
    identities = [nested.get_identity(item) for item in new]
    return olds.keys() == set(identities) and all(
        _has_values(nested, olds[identity], item) for identity, item in zip(identities, new, strict=True)
    )


def is_form_of(p: Property[Any], old: Json, new: Json) -> bool:
    """Return whether ``old`` may be what the API made of ``new``: texts in another case, lists in another order.

    Free-form objects must be equal.
    """
    if is_same_known(p, old, new):
        return True
    if is_empty(old) or is_empty(new):
        return False
    if p.nested is None:
        return _get_form(old) == _get_form(new)
    nested = p.nested
    match p.many:
        case "list":
            return len(old) == len(new) and all(any(_is_nested_form(nested, one, item) for one in old) for item in new)
        case "map":
            return old.keys() == new.keys() and all(_is_nested_form(nested, old[key], new[key]) for key in new)
        case _:
            return _is_nested_form(nested, old, new)


def _is_nested_form(nested: type[NestedType], old: Nested, new: Nested) -> bool:
    properties, (old, new) = nested.properties, nested.to_compared(old, new)
    return all(
        is_form_of(properties[name], old.get(name), value)
        for name, value in new.items()
        if name in properties and properties[name].settable
    )


def _get_form(value: Json) -> list[str]:
    """Return equal values for what the API may take for the same: 17, "17" and " 17", "a" and ["A"]."""
    match value:
        case list():
            return sorted(form for item in value for form in _get_form(item))
        case dict():
            return [fingerprint(value)]
        case _:
            text = str(value).strip().casefold()
            with suppress(ValueError):
                text = str(float(text))
            return [text]


def is_empty(value: Json) -> bool:
    """Return whether a value means "nothing" to the API. False and 0 do not."""
    return not isinstance(value, (bool, int, float)) and value in EMPTY


def _is_old_value_known(p: Property[Any], declared_before: list[str]) -> bool:
    """Return whether the outputs hold the value: of two alternatives, they hold only the declared one."""
    return p.name in declared_before or not (p.is_alternative or p.options.alternative in declared_before)


def _find_released(
    properties: Mapping[str, Property[Any]], olds: Mapping[str, Json], news: Mapping[str, Json], place: str = ""
) -> Iterator[str]:
    """Yield the places that were declared and no longer are, at any depth."""
    for name, p in properties.items():
        if name not in olds or not p.settable:
            continue
        if name in news:
            for at, old, new in pair_nested(p, olds[name], news[name]):
                inside = drop_excluded(p, new)
                yield from _find_released(inside, old, new, f"{place}{name}{at}.")
        elif not news.keys() & p.replaced_by:
            yield place + name


def drop_excluded(p: Property[Any], values: Mapping[str, Json]) -> dict[str, Property[Any]]:
    """Return the properties that a nested value with these declared ones can have."""
    if p.nested is None:
        return {}
    excluded = p.nested.find_excluded(values)
    return {name: each for name, each in p.nested.properties.items() if name not in excluded}


def pair_nested(p: Property[Any], old: Json, new: Json) -> Iterator[tuple[str, Mapping[str, Json], Mapping[str, Json]]]:
    """Yield the nested values that correspond, with the place of the new one.

    List items without an identity do not correspond to old ones: each is a new value.
    """
    if p.nested is None or has_unknown(new):
        return
    nested = p.nested
    match old, new:
        case list(), list():
            before = {nested.get_identity(item): item for item in old if nested.identity}
            for i, item in enumerate(new):
                if (other := before.get(nested.get_identity(item))) is not None:
                    yield f"[{i}]", other, item
        case dict(), dict() if not p.many:
            yield "", old, new
