"""Keeps a value and its JSON5 text together, and values within their JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pyjson5
from jsonschema import Draft202012Validator  # type: ignore[import-untyped, unused-ignore]
from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped, unused-ignore]

from ..api.responses import ApiError, Issue, Json, Record, invalid
from ..api.shapes import null_places, step, type_name

MISMATCH: Final = "Must parse to the same JSON as"


def compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def pair(before: Record, body: Record, value_key: str, text_key: str, path: str = "") -> Record:
    """Both forms of a value: the given text as it is written, a missing one made from the value."""
    if text_key not in body:
        if value_key in body:
            return {value_key: body[value_key], text_key: compact(body[value_key])}
        return {key: before[key] for key in (value_key, text_key) if key in before}
    place = step(path, text_key)
    value = _parsed(body[text_key], place)
    if value_key in body and body[value_key] != value:
        raise invalid([Issue(place, f"{MISMATCH} {value_key}")])
    return {value_key: value, text_key: body[text_key]}


def reconciled(record: Record, value_key: str, text_key: str) -> Record:
    """Both forms of whatever is there; where they disagree the value wins."""
    given = {key: record[key] for key in (value_key, text_key) if key in record}
    try:
        return pair({value_key: {}, text_key: "{}"}, given, value_key, text_key)
    except ApiError:
        return {value_key: record[value_key], text_key: compact(record[value_key])} if value_key in record else given


def _parsed(text: str, place: str) -> Json:
    try:
        value = pyjson5.decode(text)
        json.dumps(value, allow_nan=False)
    except (pyjson5.Json5DecoderException, ValueError) as error:
        raise invalid([Issue(place, "Invalid JSON5")]) from error
    if not isinstance(value, dict):
        raise invalid([Issue(place, f"Expected object, received {type_name(value)}")])
    nulls = list(null_places(value, place))
    if nulls:
        raise invalid([Issue(null, "Null values are not supported") for null in nulls])
    return value


def schema_pair(before: Record, body: Record) -> Record:
    """`schema` and `schemaJson5` are both texts; null in either clears both."""
    given = {key: body[key] for key in ("schema", "schemaJson5") if key in body}
    if not given:
        return {key: before.get(key) for key in ("schema", "schemaJson5")}
    texts = {key: text for key, text in given.items() if text is not None}
    if not texts:
        return {"schema": None, "schemaJson5": None}
    parsed = {key: _schema(text, key) for key, text in texts.items()}
    if len(parsed) == 2 and parsed["schema"] != parsed["schemaJson5"]:
        raise invalid([Issue("schemaJson5", f"{MISMATCH} schema")])
    schema = texts.get("schema", compact(next(iter(parsed.values()))))
    return {"schema": schema, "schemaJson5": texts.get("schemaJson5", schema)}


def _schema(text: str, key: str) -> Json:
    try:
        document = json.loads(text) if key == "schema" else pyjson5.decode(text)
        Draft202012Validator.check_schema(document)
    except (pyjson5.Json5DecoderException, ValueError, SchemaError) as error:
        raise invalid([Issue(key, "Invalid JSON schema")]) from error
    return document


def refuse_unfit(record: Record) -> None:
    """Every value of the config has to match the schema, those that were there before it too."""
    if not record.get("schema"):
        return
    validator = Draft202012Validator(json.loads(record["schema"]))
    found = [
        Issue(place, f"Does not match the schema: {error.message}")
        for place, value in _values(record)
        for error in validator.iter_errors(value)
    ]
    if found:
        raise invalid(found)


def _values(record: Record) -> Iterator[tuple[str, Json]]:
    yield "defaultValue", record["defaultValue"]
    for index, rule in enumerate(record["rules"]):
        if "variants" not in rule:
            yield f"rules.{index}.returnValue", rule["returnValue"]
        for place, variant in enumerate(rule.get("variants", [])):
            yield f"rules.{index}.variants.{place}.returnValue", variant["returnValue"]
