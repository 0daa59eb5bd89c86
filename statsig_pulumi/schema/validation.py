"""Find every problem of the inputs of a resource, with its place.

Values that a preview does not know yet are skipped; known values next to them are not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Protocol, get_args, get_origin

from ..errors import Problem
from ..json_values import MAX_SAFE_INTEGER, NONE, UNKNOWN, Json, Unusable, has_unknown, is_unicode
from .arguments import Declared, describe_wrong_name, find_meant, find_similar
from .properties import Property
from .relations import find_unrelated
from .wording import add_article

if TYPE_CHECKING:
    from pydantic import ValidationError

CONTAINERS = {"list": list, "map": dict}
OUTPUT_TEXT: Final = "Calling __str__ on an Output[T] is not supported"
"""How the text of an Output begins."""
OUTPUT_ADVICE: Final = "the text of an Output; use pulumi.Output.format() or .apply()"
NULL: Final = "must not be None; Statsig accepts no null here"
MAX_LISTED: Final = 16
"""Up to as many accepted values are named with the one that a program probably means."""
HINTS: Final = (
    (("set", "frozenset"), "write a list, such as sorted(values)"),
    (("dict_keys", "dict_values", "dict_items", "generator"), "write list(values)"),
    (("datetime",), "write milliseconds since 1970, int(value.timestamp() * 1000), or text, value.isoformat()"),
    (("date",), "write text, value.isoformat(), or milliseconds since 1970"),
    (("Decimal",), "write float(value) or str(value)"),
    (("bytes", "bytearray"), "write text, value.decode()"),
    (("Resource",), "write its .id or .name"),
    (("Output",), "call the function inside of its .apply()"),
    (("Path", "UUID"), "write str(value)"),
    (("Enum",), "write value.value"),
    (("Mapping",), "write dict(value)"),
    (("deque", "range", "map", "filter", "zip", "array", "ndarray"), "write list(value)"),
    (("time", "timedelta", "Fraction"), "write text or a number"),
    (("BaseModel",), "write value.model_dump()"),
    (("function", "method", "builtin_function_or_method"), "call it"),
    (("Asset", "Archive"), "write the text of the file, pathlib.Path(path).read_text()"),
)
"""What to write instead of values of these types."""


class Validated(Declared, Protocol):
    """What the classes of resources and nested types have in common."""

    def validate(self, values: Mapping[str, Json]) -> Iterable[Problem]: ...


def find_problems(cls: Validated, values: Mapping[str, Json], place: str = "") -> Iterator[Problem]:
    """Yield every reason for which the API would reject these values; ``place`` is the prefix of all places."""
    found: list[Problem] = []
    _validate(cls, values, place, found)
    yield from found


def _validate(cls: Validated, values: Mapping[str, Json], place: str, found: list[Problem]) -> dict[str, Json]:
    """Add the problems to ``found``; return the values with UNKNOWN in place of invalid ones."""
    valid: dict[str, Json] = {}
    for name, value in values.items():
        p = cls.properties.get(name)
        # A nested value may hold what the API sets, because a program can pass the rules of one gate to another.
        if not name.startswith("__") and (p is None or (not p.settable and not place)):
            found.append(Problem(place + name, describe_wrong_name(cls, name)))
            if (meant := find_meant(cls, name)) and meant not in values:
                valid[meant] = UNKNOWN
        elif p is not None:
            valid[name] = _validate_value(p, value, place + name, found) if p.settable else value
    for name, p in cls.properties.items():
        if p.options.required and name not in values and name not in valid:
            found.append(Problem(place + name, "is required"))
    related = [*find_unrelated(cls.properties, valid), *cls.validate(valid)]
    found += [Problem(place + problem.place, problem.reason) for problem in dict.fromkeys(related)]
    return valid


def get_known(values: Mapping[str, Json], name: str) -> Json:
    """Return a value that is declared and completely known, or None."""
    value = values.get(name)
    return None if value == NONE or has_unknown(value) else value


def find_nulls(value: Json, place: str) -> Iterator[Problem]:
    """Yield the places of nulls, at any depth. Statsig accepts none inside values."""
    return (Problem(at, NULL) for at, leaf in _iterate_leaves(value, place) if leaf is None)


def find_unsafe_numbers(value: Json, place: str) -> Iterator[Problem]:
    """Yield the places of numbers that JSON cannot express, and of those that lose digits as doubles."""
    for at, leaf in _iterate_leaves(value, place):
        if isinstance(leaf, (int, float)) and (reason := _describe_number(leaf)):
            yield Problem(at, reason)


def find_unusable(value: Json, place: str) -> Iterator[Problem]:
    """Yield the places of all that is no value for the API, at any depth.

    These are nulls, numbers as above, Python values that JSON cannot express, and texts into which the program
    formatted an Output, or that are no Unicode.
    """
    for at, leaf in _iterate_leaves(value, place):
        if OUTPUT_TEXT in at:
            yield Problem(at.partition(f".{OUTPUT_TEXT}")[0], f"contains a key with {OUTPUT_ADVICE}")
        elif not is_unicode(at):
            yield Problem(at, "contains half of a surrogate pair in a key, which is no Unicode text")
        elif reason := _describe_unusable(leaf):
            yield Problem(at, reason)


def _describe_unusable(leaf: Json) -> str:
    """Return why a value without items cannot be sent; empty if it can."""
    match leaf:
        case str():
            if OUTPUT_TEXT in leaf:
                return f"contains {OUTPUT_ADVICE}"
            return "" if is_unicode(leaf) else "contains half of a surrogate pair, which is no Unicode text"
        case int() | float():
            return _describe_number(leaf)
        case None:
            return NULL
        case Unusable():
            return leaf.reason
        case _:
            return "" if leaf is UNKNOWN else f"must be a JSON value, not {describe_type(leaf)}"


def _describe_number(number: float) -> str:
    if isinstance(number, float) and not math.isfinite(number):
        return f"must be a finite number, not {number}"
    if abs(number) > MAX_SAFE_INTEGER:
        return "must not exceed 2**53, because larger numbers lose digits; only JSON5 text can hold them"
    return ""


def describe_type(value: Json) -> str:
    """Return the type of a value, and what to write instead."""
    name = type(value).__name__
    hints = (hint for types, hint in HINTS if any(base.__name__ in types for base in type(value).__mro__))
    return "; ".join([name, *list(hints)[:1]])


def _iterate_leaves(value: Json, place: str) -> Iterator[tuple[str, Json]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _iterate_leaves(item, f"{place}.{key}")
        case list():
            for index, item in enumerate(value):
                yield from _iterate_leaves(item, f"{place}[{index}]")
        case _:
            yield place, value


def _validate_value(p: Property[Any], value: Json, place: str, found: list[Problem]) -> Json:
    if value is UNKNOWN or (p.nullable and (value is None or value == NONE)):
        return value
    is_list, value = isinstance(value, list), p.to_list(value)
    if value is None or value == NONE:
        found.append(Problem(place, "must not be None; omit it to keep the value in Statsig"))
    elif p.many and not isinstance(value, CONTAINERS[p.many]):
        found.append(Problem(place, f"must be a {p.many}, not {describe_type(value)}"))
    else:
        before = len(found)
        found += _find_too_many(p, value, place)
        items = [_validate_item(p, item, at, found) for at, item in _iterate_items(p, value, place, is_list)]
        match p.many:
            case _ if p.nested is None:
                return value if len(found) == before else UNKNOWN
            case "list":
                return items
            case "map":
                return dict(zip(value, items, strict=True))
            case _:
                return items[0]
    return UNKNOWN


def _find_too_many(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    limit = p.options.max_items
    if limit is not None and len(value) > limit:
        yield Problem(place, f"has {len(value):,} items; Statsig accepts at most {limit:,}")


def _iterate_items(p: Property[Any], value: Json, place: str, is_list: bool) -> Iterator[tuple[str, Json]]:
    match p.many:
        case "list" if is_list:
            yield from ((f"{place}[{index}]", item) for index, item in enumerate(value))
        case "list":
            yield place, value[0]
        case "map":
            yield from ((f"{place}.{key}", item) for key, item in value.items())
        case _:
            yield place, value


def _validate_item(p: Property[Any], value: Json, place: str, found: list[Problem]) -> Json:
    if value is UNKNOWN:
        return value
    if p.nested is not None:
        if isinstance(value, dict):
            return _validate(p.nested, value, f"{place}.", found)
        found.append(Problem(place, f"must be {add_article(p.nested.__name__)}, not {describe_type(value)}"))
        return UNKNOWN
    problems = list(find_unusable(value, place))
    if not problems and not has_unknown(value):
        problems = list(_find_wrong_type(p, value, place))
    found += problems
    return value


def _find_wrong_type(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    from pydantic import ValidationError

    try:
        p.adapter.validate_python(value)
    except ValidationError as error:
        choices = [choice for choice in find_choices(p.item) if isinstance(choice, str)]
        meant = find_similar(value, choices) if isinstance(value, str) else ""
        is_long = meant and len(choices) > MAX_LISTED
        reason = f"input should be one of {len(choices)} values" if is_long else _describe(error)
        yield Problem(place, f"{reason}; did you mean '{meant}'?" if meant else reason)


def find_choices(hint: Any) -> tuple[Any, ...]:
    """Return the values of a ``Literal``, also inside of ``Annotated``; empty for other types."""
    if get_origin(hint) is Annotated:
        return find_choices(get_args(hint)[0])
    return get_args(hint) if get_origin(hint) is Literal else ()


def _describe(error: ValidationError) -> str:
    """Return the messages of a validation error as one sentence; never the value, which may be secret."""
    messages = dict.fromkeys(e["msg"].removeprefix("Value error, ") for e in error.errors(include_input=False))
    return ", or ".join(f"{message[:1].lower()}{message[1:]}" for message in messages)
