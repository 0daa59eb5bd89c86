"""Validators of JSON Schemas that send no request and end in bounded time.

The patterns of a schema are matched with the package ``regex``, which has a time limit: with ``re``, a pattern such as
``^(a|aa)+$`` takes minutes for a text of 40 letters. Each reference checks the time too, because a few lines of
references to references can stand for a schema of any size.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...json_values import Json

TIME_LIMIT_S: Final = 5
"""Seconds for all values of one schema."""
SLOW_KEYWORDS: Final = ("pattern", "$ref", "$dynamicRef")
"""What needs a limit. ``patternProperties`` contains the first."""


def build_validator(schema: Json) -> Any:
    """Return a validator of a schema. It raises TimeoutError if it takes too long."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    text = json.dumps(schema)
    # By default, the registry of jsonschema requests remote references.
    if not any(keyword in text for keyword in SLOW_KEYWORDS):
        return Draft202012Validator(schema, registry=Registry())
    keywords = _Limited(Draft202012Validator.VALIDATORS).keywords()
    if "patternProperties" in text:
        # Which properties are evaluated is found with `re`, so Statsig alone validates the others.
        keywords["unevaluatedProperties"] = lambda *values: ()
    limited = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call, unused-ignore]
    return limited(_without_dialects(schema), registry=Registry())


def _without_dialects(schema: Json) -> Json:
    """Return a schema without ``$schema``, for which jsonschema takes a validator without limits."""
    match schema:
        case dict():
            return {
                name: _without_dialects(item)
                for name, item in schema.items()
                if name != "$schema" or not isinstance(item, str)
            }
        case list():
            return [_without_dialects(item) for item in schema]
        case _:
            return schema


class _Limited:
    """The keywords of JSON Schema that may take long, with one time limit for all."""

    def __init__(self, keywords: Mapping[str, Any]) -> None:
        self._keywords = keywords
        self._deadline: float | None = None

    def keywords(self) -> dict[str, Any]:
        return {
            "pattern": self.validate_pattern,
            "patternProperties": self.validate_pattern_properties,
            "additionalProperties": self.validate_additional_properties,
            "$ref": lambda *values: self.validate_reference("$ref", *values),
            "$dynamicRef": lambda *values: self.validate_reference("$dynamicRef", *values),
        }

    def validate_pattern(self, validator: Any, pattern: str, value: Json, schema: Json) -> Iterator[Any]:
        if isinstance(value, str) and not self._matches(pattern, value):
            yield _violation()

    def validate_pattern_properties(
        self, validator: Any, patterns: Mapping[str, Json], value: Json, schema: Json
    ) -> Iterator[Any]:
        for pattern, below in patterns.items() if isinstance(value, dict) else ():
            for name, item in value.items():
                if self._matches(pattern, name):
                    yield from validator.descend(item, below, path=name, schema_path=pattern)

    def validate_additional_properties(self, validator: Any, below: Json, value: Json, schema: Json) -> Iterator[Any]:
        patterns = schema.get("patternProperties", ())
        for name, item in value.items() if isinstance(value, dict) else ():
            if name not in schema.get("properties", ()) and not any(self._matches(each, name) for each in patterns):
                yield from validator.descend(item, below, path=name)

    def validate_reference(self, keyword: str, *values: Any) -> Iterator[Any]:
        self._get_rest_s()
        yield from self._keywords[keyword](*values) or ()

    def _matches(self, pattern: str, text: str) -> bool:
        import regex

        try:
            return regex.search(pattern, text, timeout=self._get_rest_s()) is not None
        except regex.error:
            return True  # a pattern of JavaScript that Python does not have

    def _get_rest_s(self) -> float:
        """Return the seconds that are left; raises TimeoutError if none are."""
        now = time.monotonic()
        self._deadline = self._deadline or now + TIME_LIMIT_S
        if now >= self._deadline:
            raise TimeoutError
        return self._deadline - now


def _violation() -> Any:
    from jsonschema import ValidationError

    return ValidationError("does not match")
