"""Values that the API keeps in two forms, as JSON and as JSON5 text, and their JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pyjson5
from jsonschema import Draft202012Validator  # type: ignore[import-untyped, unused-ignore]
from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped, unused-ignore]
from referencing import Registry
from referencing.exceptions import Unresolvable

from .errors import ApiError, Issue, invalid_body
from .json_values import Json, Record, join_path, null_paths, type_name

MISMATCH: Final = "Must parse to the same JSON as"


def compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def pair_values(before: Record, body: Record, value_key: str, text_key: str, path: str = "") -> Record:
    """Return both forms of a value.

    A text is kept as it was sent. If the text is omitted, it is made from the value. If both are omitted, they stay
    as they were before.

    Raises:
        ApiError: if the text is not a JSON5 object without nulls, or if it differs from the value.
    """
    if text_key not in body:
        if value_key in body:
            return {value_key: body[value_key], text_key: compact(body[value_key])}
        return {key: before[key] for key in (value_key, text_key) if key in before}
    text_path = join_path(path, text_key)
    value = _parse_json5(body[text_key], text_path)
    if value_key in body and body[value_key] != value:
        raise invalid_body([Issue(text_path, f"{MISMATCH} {value_key}")])
    return {value_key: value, text_key: body[text_key]}


def reconcile_values(record: Record, value_key: str, text_key: str) -> Record:
    """Return both forms of a value that a console user edited. If they differ, the value wins."""
    given = {key: record[key] for key in (value_key, text_key) if key in record}
    try:
        return pair_values({value_key: {}, text_key: "{}"}, given, value_key, text_key)
    except ApiError:
        return {value_key: record[value_key], text_key: compact(record[value_key])} if value_key in record else given


def _parse_json5(text: str, path: str) -> Json:
    try:
        value = pyjson5.decode(text)
        json.dumps(value, allow_nan=False)
    except (pyjson5.Json5DecoderException, ValueError) as error:
        raise invalid_body([Issue(path, "Invalid JSON5")]) from error
    if not isinstance(value, dict):
        raise invalid_body([Issue(path, f"Expected object, received {type_name(value)}")])
    nulls = list(null_paths(value, path))
    if nulls:
        raise invalid_body([Issue(null, "Null values are not supported") for null in nulls])
    return value


def pair_schemas(before: Record, body: Record) -> Record:
    """Return `schema` and `schemaJson5`, which are both texts. Null in either clears both."""
    given = {key: body[key] for key in ("schema", "schemaJson5") if key in body}
    if not given:
        return {key: before.get(key) for key in ("schema", "schemaJson5")}
    texts = {key: text for key, text in given.items() if text is not None}
    if not texts:
        return {"schema": None, "schemaJson5": None}
    parsed = {key: _parse_schema(text, key) for key, text in texts.items()}
    if len(parsed) == 2 and parsed["schema"] != parsed["schemaJson5"]:
        raise invalid_body([Issue("schemaJson5", f"{MISMATCH} schema")])
    schema = texts.get("schema", compact(next(iter(parsed.values()))))
    return {"schema": schema, "schemaJson5": texts.get("schemaJson5", schema)}


def _parse_schema(text: str, key: str) -> Json:
    try:
        document = json.loads(text) if key == "schema" else pyjson5.decode(text)
        Draft202012Validator.check_schema(document)
    except (pyjson5.Json5DecoderException, ValueError, SchemaError) as error:
        raise invalid_body([Issue(key, "Invalid JSON schema")]) from error
    return document


def validate_schema(record: Record) -> None:
    """Raise if a value of the config does not match its schema. Values from before the update count too.

    A schema elsewhere is not read, so that a reference to one matches nothing.
    """
    if not record.get("schema"):
        return
    validator = Draft202012Validator(json.loads(record["schema"]), registry=Registry())
    try:
        found = [
            Issue(path, f"Does not match the schema: {error.message}")
            for path, value in _values(record)
            for error in validator.iter_errors(value)
        ]
    except Unresolvable as error:
        raise invalid_body([Issue("schema", f"Cannot resolve {error.ref}")]) from error
    if found:
        raise invalid_body(found)


def _values(record: Record) -> Iterator[tuple[str, Json]]:
    yield "defaultValue", record["defaultValue"]
    for index, rule in enumerate(record["rules"]):
        if "variants" not in rule:
            yield f"rules.{index}.returnValue", rule["returnValue"]
        for variant_index, variant in enumerate(rule.get("variants", [])):
            yield f"rules.{index}.variants.{variant_index}.returnValue", variant["returnValue"]
