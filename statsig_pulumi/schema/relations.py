"""Problems between the properties of one value that their options state: forms, and types of JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..errors import Problem
from ..json_values import NONE, Json, has_unknown
from .properties import Property

PYTHON_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}
"""The Python types of a JSON value, by the name of its type in the API."""


def find_unrelated(properties: Mapping[str, Property[Any]], values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield what is missing in the form of the values, what is of another form, and values of another type."""
    for name, p in properties.items():
        if p.options.forms and isinstance(form := values.get(name), str):
            yield from _find_misfits(name, form, p.options.forms, values)
        if p.options.typed_by:
            yield from _find_wrong_type(name, values.get(name), values.get(p.options.typed_by))


def _find_misfits(
    name: str, form: str, forms: Mapping[str, tuple[str, ...]], values: Mapping[str, Json]
) -> Iterator[Problem]:
    own = forms.get(form, ())
    yield from (Problem(other, f"is required with {name}='{form}'") for other in own if other not in values)
    others = dict.fromkeys(other for each in forms.values() for other in each if other not in own)
    yield from (Problem(other, f"must be omitted with {name}='{form}'") for other in others if other in values)


def _find_wrong_type(name: str, value: Json, type_: Json) -> Iterator[Problem]:
    is_known = isinstance(type_, str) and type_ in PYTHON_TYPES and value not in (None, NONE)
    if is_known and not has_unknown(value) and not _has_type(value, type_):
        yield Problem(name, f"must be of the declared type, {type_}, not {_get_type(value)}")


def _has_type(value: Json, type_: str) -> bool:
    return isinstance(value, PYTHON_TYPES[type_]) and (type_ == "boolean" or not isinstance(value, bool))


def _get_type(value: Json) -> str:
    return next((type_ for type_ in PYTHON_TYPES if _has_type(value, type_)), type(value).__name__)
