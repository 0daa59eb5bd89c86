"""JSON5 texts and JSON Schemas, in which a program can write the values of dynamic configs.

Many values have two properties: the value, and its JSON5 text, such as ``return_value`` and ``return_value_json5``.
Below, ``name`` is the name of the first and ``json5_name`` that of the second.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import Problem
from ...json_values import Json, fingerprint, has_unknown, is_equal
from ...schema.validation import find_nulls, find_unsafe_numbers, get_known
from .json_schema import TIME_LIMIT_S, build_validator


def parse_json5(text: str) -> Json:
    """Return the value of a JSON5 text; raises ValueError if it is not valid JSON5."""
    import pyjson5

    try:
        return pyjson5.decode(text)
    except pyjson5.Json5Exception as error:
        raise ValueError(str(error.args[0] if error.args else error)) from None


def parse_or_keep(text: str) -> Json:
    """Return the value of a JSON5 text, or the text if it is not valid.

    Used to compare texts, because the API may change white space and comments.
    """
    try:
        return parse_json5(text)
    except ValueError:
        return text


def find_json5_problems(values: Mapping[str, Json], name: str, json5_name: str) -> Iterator[Problem]:
    """Yield a problem unless the JSON5 text is an object without nulls, and equals the value, if set."""
    text = get_known(values, json5_name)
    if not isinstance(text, str):
        return
    try:
        value = parse_json5(text)
    except ValueError as error:
        yield Problem(json5_name, f"is not JSON5: {error}")
        return
    if not isinstance(value, dict):
        yield Problem(json5_name, "must be a JSON object")
        return
    yield from find_nulls(value, json5_name)
    other = get_known(values, name)
    if other is not None and not is_equal(other, value):
        yield Problem(json5_name, f"differs from {name}: both must have the same value")


def keep_one_form(values: dict[str, Json], name: str, json5_name: str) -> dict[str, Json]:
    """Return the values with one of the two forms: the text if it holds more, such as comments."""
    value, text = values.get(name, {}), values.get(json5_name)
    if not isinstance(text, str):
        return values
    is_exact = isinstance(value, str) or not [*find_unsafe_numbers(value, ""), *find_nulls(value, "")]
    dropped = json5_name if is_exact and _is_plain_json_of(text, value) else name
    return {n: v for n, v in values.items() if n != dropped}


def _is_plain_json_of(text: str, value: Json) -> bool:
    """Return whether a text is plain JSON of this value. A value that is text is not compared."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return False
    return isinstance(value, str) or is_equal(parsed, value)


def get_value(values: Mapping[str, Json], name: str, json5_name: str) -> Json:
    """Return the object that is known from either form, or None."""
    value = get_known(values, name)
    if value is None and isinstance(text := get_known(values, json5_name), str):
        value = parse_or_keep(text)
    return value if isinstance(value, dict) else None


def load_schema(values: Mapping[str, Json], name: str, json5_name: str) -> tuple[Any, list[Problem]]:
    """Return a validator of the JSON Schema in either text, or None, and the problems of the schema."""
    texts = [
        text or ""
        for text in (get_known(values, n) for n in (name, json5_name) if n in values and not has_unknown(values[n]))
    ]
    if len({fingerprint(parse_or_keep(text)) for text in texts}) > 1:
        return None, [Problem(json5_name, f"differs from {name}: both must have the same value")]
    place = json5_name if isinstance(get_known(values, json5_name), str) else name
    text = get_known(values, place)
    if not isinstance(text, str) or not text:
        return None, []
    from jsonschema import Draft202012Validator, SchemaError

    try:
        schema = parse_json5(text)
        Draft202012Validator.check_schema(schema)
    except ValueError as error:
        return None, [Problem(place, f"is not JSON: {error}")]
    except SchemaError as error:
        return None, [Problem(place, f"is not a JSON Schema: {error.message}")]
    return build_validator(schema), []


def find_schema_violations(validator: Any, value: Json, place: str, schema_place: str) -> Iterator[Problem]:
    """Yield where a value violates the schema, without the value, which may be secret."""
    from referencing.exceptions import Unresolvable

    try:
        errors = list(validator.iter_errors(value))
    except Unresolvable as unresolvable:
        yield Problem(schema_place, f"its reference {unresolvable.ref} cannot be resolved; only its own $defs can")
        return
    except RecursionError:
        yield Problem(schema_place, "refers to itself without end")
        return
    except TimeoutError:
        yield Problem(schema_place, f"takes longer than {TIME_LIMIT_S} s to validate a value; simplify its patterns")
        return
    for error in errors:
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        rule = "/".join(map(str, error.schema_path))
        yield Problem(f"{place}{path}", f"violates the schema ({rule})")
