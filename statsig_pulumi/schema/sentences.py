"""Changes of a resource in sentences, for previews and reviews: pure functions over a declaration and its values.

Each change is one sentence. A consequence, such as "passes for everyone", is the sentence of the properties that it
``covers``. What a change means is known to the resource: ``Entity.consequences`` and ``Entity.find_loss``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from ..errors import root_of
from ..json_values import NONE, NOT_KNOWN, UNKNOWN, Json, fingerprint, has_unknown
from .declaration import Declaration
from .details import Detail, get_details
from .diff import Changes, is_same, is_same_nested
from .matching import drop_computed, match_items
from .properties import NestedType, Property
from .state import IMPORT, SECRET, SECRET_BELOW
from .wording import NOTHING, describe_change, describe_text_change, describe_value, describe_words, represent, to_noun

Level = Literal["high", "medium", "low"]
"""``high``: everyone is affected at once, or it cannot be undone. ``medium``: units or rights. ``low``: other."""
Effect = Literal[
    "pass-everyone",
    "fail-everyone",
    "start",
    "decide",
    "reset",
    "replace",
    "delete",
    "release",
    "key",
    "environment",
]
"""What a consequence does. Policies name effects, so that these words must not change."""
End = Literal["deleted", "archived", "kept"]
"""What happens to an object that is replaced, or that the program no longer declares."""
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
EFFECTS: Final[tuple[Effect, ...]] = get_args(Effect)
MASKED: Final = "[secret]"
"""The engine's word for a secret value."""

Values = Mapping[str, Json]


@dataclass(frozen=True)
class Sentence:
    """One change in words."""

    text: str
    level: Level = "low"
    effect: Effect | Literal[""] = ""
    """The kind of a consequence; empty for other changes."""
    covers: tuple[str, ...] = field(default=(), compare=False)
    """The properties whose change it states, so that they need no sentence of their own."""
    rollout_step: float = field(default=0, compare=False)
    """By how many percent points the share of all units that pass grows."""

    @property
    def is_consequence(self) -> bool:
        """Whether it states what a change means, not only which value changes."""
        return bool(self.effect or self.covers or self.level == "high")


def describe_update(
    declaration: Declaration,
    outputs: Values,
    inputs: Values,
    changes: Changes,
    *,
    replaced: Sequence[str] | None = None,
    end: End = "deleted",
    hidden: Collection[str] = (),
) -> list[Sentence]:
    """Return the sentences of an update, consequences first.

    ``replaced`` are the properties that require a new object, which may be none; None if the object is not replaced.
    ``end`` is what happens to the old object then. Of ``hidden`` properties, only consequences have a sentence.
    """
    after = {**outputs, **inputs, **{name: v for name, v in changes.resets.items() if name in declaration.inputs}}
    secret = find_secret(declaration, outputs, inputs)
    found: list[Sentence] = []
    if replaced is not None:
        found.append(_describe_replacement(declaration, outputs, inputs, replaced, secret, end))
    consequences = declaration.cls.consequences(_hide(outputs, secret), _hide(after, secret))
    found += _select_consequences(consequences, changes)
    found += _describe_released(declaration, outputs, inputs, changes, secret)
    covered = {name for each in found for name in each.covers} | set(hidden)
    for name in changes.changed:
        if name not in covered and name in declaration.properties and name in inputs:
            found += _describe_values(declaration.properties[name], outputs, inputs, secret)
    return sort_sentences(found)


def describe_create(declaration: Declaration, inputs: Values) -> list[Sentence]:
    """Return the sentences of a new object, or of one to import, consequences first."""
    secret = find_secret(declaration, {}, inputs)
    found: list[Sentence] = []
    if (id_ := inputs.get(IMPORT)) is not None:
        found.append(Sentence(f"imported: the existing object {describe_value(id_)} is managed from now on"))
    else:
        found += declaration.cls.consequences({}, _hide(inputs, secret))
    covered = {name for each in found for name in each.covers}
    for name, p in declaration.inputs.items():
        if name in inputs and name not in covered:
            found += _describe_values(p, {}, inputs, secret)
    return sort_sentences(found)


def describe_delete(declaration: Declaration, outputs: Values, end: End) -> Sentence:
    """Return the sentence of an object with these outputs that the program no longer declares."""
    if end == "kept":
        return Sentence("no longer managed: the object stays in Statsig as it is", "low", "release")
    loss = _describe_loss(declaration, outputs)
    return Sentence(f"{end}{loss}", "high" if loss else "medium", "delete")


def describe_released(
    declaration: Declaration, outputs: Values, changes: Changes, secret: Iterable[str], *, note: str = ""
) -> str:
    """Return what happens to the properties that are no longer declared, with the values that they keep or get.

    ``note`` follows each value that is kept.
    """
    described: list[str] = []
    for place in changes.released:
        name = root_of(place)
        is_secret = name in secret or declaration.properties[name].options.secret
        if place in changes.resets:
            default = changes.resets[place]
            shown = "Statsig's default" if is_secret else represent(None if default == NONE else default)
            described.append(f"{place} is reset to {shown}")
        else:
            value = "the same" if is_secret or outputs.get(place) is None else represent(outputs[place])
            described.append(f"{place} stays {value}{note}")
    return f"no longer manages what the program omits: {', '.join(described)}"


def describe_property(p: Property[Any], old: Json, new: Json, prefix: str = "") -> Iterator[str]:
    """Yield a sentence for each change of a property. List items are named, and paired as in an update."""
    nested = p.nested
    items = nested is not None and isinstance(new, list) and all(isinstance(item, Mapping) for item in new)
    if nested is not None and nested.identity and items:
        olds = old if isinstance(old, list) else []
        yield from _describe_items(p, nested, olds, new, prefix) or [f"{prefix}{p.name}: {describe_change(old, new)}"]
        return
    if nested is not None and nested.summarized and items:
        before = ", ".join(map(nested.summarize, old or ())) or NOTHING
        yield f"{prefix}{p.name}: {before} -> {', '.join(map(nested.summarize, new)) or NOTHING}"
        return
    if p.many == "list" and nested is None:
        yield f"{prefix}{p.name}{_describe_list(p, old, new)}"
        return
    for each in get_details(p, old, new, p.name):
        yield from _describe_detail(each, prefix)


def find_secret(declaration: Declaration, *values: Values) -> set[str]:
    """Return the properties whose values no sentence may show."""
    named = {name for each in values for key in (SECRET, SECRET_BELOW) for name in each.get(key) or ()}
    masked = {name for each in values for name, value in each.items() if has_masked(value)}
    return named | masked | {name for name, p in declaration.properties.items() if p.options.secret}


def has_masked(value: Json) -> bool:
    """Return whether a value is a secret that the engine has masked, or contains one."""
    match value:
        case str():
            return value == MASKED
        case Mapping():
            return any(map(has_masked, value.values()))
        case list():
            return any(map(has_masked, value))
        case _:
            return False


def sort_sentences(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Return consequences first, by level, then the rest in the given order."""
    return sorted(sentences, key=lambda each: (not each.is_consequence, LEVELS.index(each.level)))


# -- steps


def _hide(values: Values, secret: Iterable[str]) -> Values:
    """Return values with UNKNOWN in place of secret ones."""
    return {**values, **{name: UNKNOWN for name in secret if name in values}}


def _select_consequences(consequences: Iterable[Sentence], changes: Changes) -> Iterator[Sentence]:
    """Yield the consequences of what an update changes: Statsig may hold other values that are no difference."""
    changed = {*changes.changed, *changes.replaces}
    return (each for each in consequences if changed and (not each.covers or changed & set(each.covers)))


def _describe_values(p: Property[Any], olds: Values, news: Values, secret: Iterable[str]) -> Iterator[Sentence]:
    if p.name in secret:
        yield Sentence(f"{p.name}: {'changed' if olds else 'set'} (secret)")
        return
    old, new = olds.get(p.name), news[p.name]
    inside = p.nested.properties.values() if p.nested else ()
    level: Level = "medium" if olds and any(each.options.rollout for each in (p, *inside)) else "low"
    if not olds and not (p.nested and (p.nested.identity or p.nested.summarized)):
        yield Sentence(f"{p.name}: {describe_value(new)}")
        return
    texts = list(describe_property(p, old, new)) or [f"{p.name}: {describe_change(old, new)}"]
    yield from (Sentence(text, level) for text in texts)


def _describe_replacement(
    declaration: Declaration,
    outputs: Values,
    inputs: Values,
    names: Sequence[str],
    secret: Iterable[str],
    end: End,
) -> Sentence:
    properties = [declaration.properties[name] for name in names if name in declaration.inputs and name in inputs]
    reasons = [each.text for p in properties for each in _describe_values(p, outputs, inputs, secret)]
    because = f" because of {'; '.join(reasons)}" if reasons else ""
    covers = tuple(p.name for p in properties)
    if end == "kept":
        return Sentence(f"created again{because}; the old one stays in Statsig", "medium", covers=covers)
    text = f"replaced by a new object{because}; the old one is {end}{_describe_loss(declaration, outputs)}"
    return Sentence(text, "high", "replace", covers=covers)


def _describe_loss(declaration: Declaration, outputs: Values) -> str:
    loss = declaration.cls.find_loss(outputs)
    return f": {loss}" if loss else ""


def _describe_released(
    declaration: Declaration, outputs: Values, inputs: Values, changes: Changes, secret: Iterable[str]
) -> Iterator[Sentence]:
    if changes.released:
        text = describe_released(declaration, outputs, changes, secret)
        named = re.sub(r"(\w+)\[(\d+)\]", lambda found: _name_item(declaration, inputs, found), text)
        yield Sentence(named, "medium" if changes.resets else "low", "release")


def _name_item(declaration: Declaration, inputs: Values, found: re.Match[str]) -> str:
    """Return a place such as ``rules[0]`` with the name of the item."""
    p, items = declaration.properties.get(found[1]), inputs.get(found[1])
    if p is None or p.nested is None or not p.nested.identity or not isinstance(items, list):
        return found[0]
    return f"{found[1]}[{p.nested.get_name(items[int(found[2])])!r}]" if int(found[2]) < len(items) else found[0]


def _describe_items(
    p: Property[Any], nested: type[NestedType], olds: Sequence[Values], news: Sequence[Values], prefix: str
) -> list[str]:
    """Return a sentence for each item that was added, changed, renamed or removed, and one for a new order."""
    noun, matches, found = to_noun(p.name), match_items(nested, news, olds), list[str]()
    for index, (new, old) in enumerate(zip(news, matches, strict=True)):
        label = f"{prefix}{noun} {describe_name(nested, new)}"
        if old is None:
            where = _describe_position(p, nested, news, index) if olds else ""
            found.append(f"{label} added{where}{_describe_item(nested, new)}")
            continue
        if nested.get_identity(old) != nested.get_identity(new):
            label = f"{prefix}{noun} {describe_name(nested, old)} renamed to {describe_name(nested, new)}"
            found += list(_describe_pair(nested, old, new, label)) or [label]
        elif not is_same_nested(nested, old, new):
            found += _describe_pair(nested, old, new, label)
    kept = {id(old) for old in matches if old is not None}
    removed = [old for old in olds if id(old) not in kept]
    found += [f"{prefix}{noun} {describe_name(nested, old)} removed{_describe_item(nested, old)}" for old in removed]
    if not p.options.unordered:
        found += _describe_order(p, nested, olds, news, matches, prefix)
    return found


def _describe_pair(nested: type[NestedType], old: Values, new: Values, label: str) -> Iterator[str]:
    """Yield the sentences of an item whose values changed."""
    # A value that the new item omits is not changed but released.
    declared = {name: value for name, value in old.items() if name in new}
    before, after = nested.summarize(declared), nested.summarize(new)
    if before != after:
        yield f"{label}: {before or NOTHING} -> {after or NOTHING}"
    for name, p in nested.properties.items():
        skipped = {*nested.summarized, *nested.identity}
        if p.settable and name in new and name not in skipped and not is_same(p, old.get(name), new[name]):
            yield from describe_property(p, old.get(name), new[name], f"{label}: ")


def _describe_item(nested: type[NestedType], item: Values) -> str:
    """Return all values of an item that was added or removed, as the end of a sentence."""
    parts = [nested.summarize(item)]
    for name, p in nested.properties.items():
        if p.settable and name in item and name not in {*nested.summarized, *nested.identity}:
            parts.append(f"{name} {describe_value(drop_computed(p, item[name]))}")
    described = ", ".join(filter(None, parts))
    return f": {described}" if described else ""


def _describe_position(p: Property[Any], nested: type[NestedType], items: Sequence[Values], index: int) -> str:
    if p.options.unordered or len(items) == 1:
        return ""
    if index == 0:
        return " in front"
    return " at the end" if index == len(items) - 1 else f" after {describe_name(nested, items[index - 1])}"


def _describe_order(
    p: Property[Any],
    nested: type[NestedType],
    olds: Sequence[Values],
    news: Sequence[Values],
    matches: Sequence[Values | None],
    prefix: str,
) -> Iterator[str]:
    """Yield a sentence if the items that both lists have are in another order."""
    indexes = {id(old): index for index, old in enumerate(olds)}
    pairs = [(indexes[id(old)], nested.get_name(new)) for new, old in zip(news, matches, strict=True) if old]
    if pairs != sorted(pairs, key=lambda pair: pair[0]):
        before = " > ".join(name for _, name in sorted(pairs, key=lambda pair: pair[0]))
        yield f"{prefix}order of {p.name}: {before} -> {' > '.join(name for _, name in pairs)}"


def _describe_list(p: Property[Any], old: Json, new: Json) -> str:
    """Return the change of a list of plain values."""
    if not isinstance(old, list) or not isinstance(new, list) or not old or not new:
        return f": {describe_change(old, new)}"
    olds, news = ({_to_key(item): item for item in items} for items in (old, new))
    added = [item for key, item in news.items() if key not in olds]
    removed = [item for key, item in olds.items() if key not in news]
    is_reordered = [key for key in news if key in olds] != [key for key in olds if key in news]
    if is_reordered and not p.options.unordered:
        return f": {describe_change(old, new)}"
    parts = [f"{verb} {describe_words(items)}" for verb, items in (("added", added), ("removed", removed)) if items]
    return f": {'; '.join(parts)}" if parts else f": {describe_change(old, new)}"


def _to_key(item: Json) -> Json:
    """Return what equal items have in common. There may be a million texts, so they are their own keys."""
    if isinstance(item, str) or item is UNKNOWN:
        return item
    return (id(item),) if has_unknown(item) else (fingerprint(item),)


def _describe_detail(detail: Detail, prefix: str) -> Iterator[str]:
    place = f"{prefix}{detail.place}"
    is_text = isinstance(detail.old, str) and isinstance(detail.new, str)
    if is_text and detail.action == "update" and "\n" in detail.old.strip() + detail.new.strip():
        lines = list(describe_text_change(detail.old, detail.new))
        yield f"{place}: {'; '.join(lines) or 'only line ends differ'}"
    elif detail.action == "delete" and detail.new is None:
        yield f"{place} removed: {describe_value(detail.old)}"
    else:
        yield f"{place}: {describe_change(detail.old, detail.new)}"


def describe_name(nested: type[NestedType], item: Values) -> str:
    """Return the name of a list item in quotes, if it is known."""
    name = nested.get_name(item)
    return name if name == NOT_KNOWN else f'"{name}"'
