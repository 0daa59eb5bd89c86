"""Times in the form that JavaScript writes, which some responses have."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from ...json_values import Json

_JAVASCRIPT: Final = re.compile(r"\w{3} (\w{3}) (\d{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT([+-]\d{4})( \(.*\))?")


def parse_time(text: Json) -> datetime | None:
    """Return a time such as ``Mon Mar 04 2024 00:00:00 GMT+0000 (...)``, or in ISO 8601; None for other forms."""
    try:
        found = _JAVASCRIPT.fullmatch(str(text))
        return parsedate_to_datetime(found.expand(r"\2 \1 \3 \4 \5")) if found else datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
