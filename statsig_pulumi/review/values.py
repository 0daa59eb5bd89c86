"""Values of plans and states: markers of the engine become ours, and no secret is kept."""

from __future__ import annotations

from typing import Final

from ..json_values import UNKNOWN, Json, normalize_json
from ..schema.sentences import MASKED

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The key of an object that stands for a value of the engine, such as a secret or a file."""
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's marker
UNKNOWN_MARKERS: Final = {
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # text
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # list
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
}
"""What a plan holds for values that a preview does not know, by their type."""
PROVIDER: Final = "__provider"


def read_values(values: Json) -> dict[str, Json]:
    """Return the inputs or outputs of a resource in a plan or state, without the provider."""
    return {name: _read(value) for name, value in (values or {}).items() if name != PROVIDER}


def _read(value: Json) -> Json:
    match value:
        case str() if value in UNKNOWN_MARKERS:
            return UNKNOWN
        case dict() if SIGNATURE in value:
            return MASKED if value[SIGNATURE] == SECRET_SIGNATURE else "(file)"
        case dict():
            return {key: _read(item) for key, item in value.items()}
        case list():
            return [_read(item) for item in value]
        case _:
            return normalize_json(value)
