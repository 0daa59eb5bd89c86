"""JSON5 and JSON Schema: the texts in which the values of dynamic configs may be written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import Problem
from ...json_values import Json, fingerprint, has_unknown
from ...schema.validation import find_nulls, find_unsafe_numbers, get_known


def parsed(text: str) -> Json:
    """The JSON that a JSON5 text stands for; raises ValueError where it is none."""
    import pyjson5

    try:
        return pyjson5.decode(text)
    except pyjson5.Json5Exception as error:
        raise ValueError(str(error.args[0] if error.args else error)) from None


def comparable(text: str) -> Json:
    """What is compared of a text whose white space and comments the API may change."""
    try:
        return parsed(text)
    except ValueError:
        return text


def twin_problems(values: Mapping[str, Json], name: str, alternative: str) -> Iterator[Problem]:
    """A value and its JSON5 text: the text is a JSON object without nulls, and both say the same."""
    text = get_known(values, alternative)
    if not isinstance(text, str):
        return
    try:
        value = parsed(text)
    except ValueError as error:
        yield Problem(alternative, f"is not JSON5: {error}")
        return
    if not isinstance(value, dict):
        yield Problem(alternative, "must be a JSON object")
        return
    yield from find_nulls(value, alternative)
    other = get_known(values, name)
    if other is not None and fingerprint(other) != fingerprint(value):
        yield Problem(alternative, f"says something else than {name}")


def in_one_form(values: dict[str, Json], name: str, alternative: str) -> dict[str, Json]:
    """A value that the API tells in two forms, in one: as text where it says more, such as comments."""
    value, text = values.get(name, {}), values.get(alternative)
    if not isinstance(text, str):
        return values
    fits = isinstance(value, str) or not [*find_unsafe_numbers(value, ""), *find_nulls(value, "")]
    spare = alternative if fits and _says(text, value) else name
    return {n: v for n, v in values.items() if n != spare}


def _says(text: str, value: Json) -> bool:
    """Whether a text is plain JSON, and says no more than the value."""
    try:
        told = json.loads(text)
    except ValueError:
        return False
    return isinstance(value, str) or fingerprint(told) == fingerprint(value)


def value_of(values: Mapping[str, Json], name: str, alternative: str) -> Json:
    """The value that is known from either form; None where there is none."""
    value = get_known(values, name)
    if value is None and isinstance(text := get_known(values, alternative), str):
        value = comparable(text)
    return value if isinstance(value, dict) else None


def schema_of(values: Mapping[str, Json], name: str, alternative: str) -> tuple[Any, list[Problem]]:
    """The JSON Schema that either text holds, as a validator, and what is wrong with it."""
    texts = [
        text or ""
        for text in (get_known(values, n) for n in (name, alternative) if n in values and not has_unknown(values[n]))
    ]
    if len({fingerprint(comparable(text)) for text in texts}) > 1:
        return None, [Problem(alternative, f"says something else than {name}")]
    place = alternative if isinstance(get_known(values, alternative), str) else name
    text = get_known(values, place)
    if not isinstance(text, str) or not text:
        return None, []
    from jsonschema import Draft202012Validator, SchemaError

    try:
        schema = parsed(text)
        Draft202012Validator.check_schema(schema)
    except ValueError as error:
        return None, [Problem(place, f"is not JSON: {error}")]
    except SchemaError as error:
        return None, [Problem(place, f"is not a JSON Schema: {error.message}")]
    return Draft202012Validator(schema), []


def misfits(validator: Any, value: Json, place: str, schema_place: str) -> Iterator[Problem]:
    """Where a value does not fit the schema; the value itself, which may be secret, is not repeated."""
    from referencing.exceptions import Unresolvable

    try:
        errors = list(validator.iter_errors(value))
    except Unresolvable as unresolvable:
        yield Problem(schema_place, f"its reference {unresolvable.ref} leads nowhere")
        return
    for error in errors:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        wanted = "/".join(map(str, error.schema_path))
        yield Problem(f"{place}{where}", f"does not fit the schema ({wanted})")
