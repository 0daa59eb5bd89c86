"""Pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from ..model.errors import Issue, invalid_body
from ..model.json_values import Json
from .responses import Response
from .routes import Call

PREFIX = "/console/v1"
T = TypeVar("T")


def page(
    call: Call,
    message: str,
    records: Sequence[T],
    present: Callable[[T], Json] = lambda record: record,
    most: int | None = None,
) -> Response:
    """Return the list envelope with the requested page.

    `present` is called for the records of the page only.
    """
    ordered = list(records) if call.project.quirks["list_order"] == "created" else list(reversed(records))
    limit = min(_number(call, "limit", call.project.quirks["default_page_size"]), _most(call, most))
    number = _number(call, "page", 1)
    last = max(1, -(-len(ordered) // limit))
    start = (number - 1) * limit
    body = {
        "message": message,
        "data": [present(record) for record in ordered[start : start + limit]],
        "pagination": {
            "itemsPerPage": limit,
            "pageNumber": number,
            "totalItems": len(ordered),
            "nextPage": _link(call, number + 1, limit) if number < last else None,
            "previousPage": _link(call, min(number - 1, last), limit) if number > 1 else None,
            "all": PREFIX + call.path,
        },
    }
    return Response(200, body)


def _most(call: Call, most: int | None) -> int:
    ceiling: int = call.project.quirks["max_page_size"]
    return ceiling if most is None else min(most, ceiling)


def _number(call: Call, name: str, default: int) -> int:
    text = call.first(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit():
        raise invalid_body([Issue(name, "Expected number, received nan")])
    if int(text) < 1:
        raise invalid_body([Issue(name, "Number must be greater than or equal to 1")])
    return int(text)


def _link(call: Call, number: int, limit: int) -> str:
    """Return a link relative to the host. Clients follow it without changes, so it repeats the filters."""
    filters = {name: values for name, values in call.query.items() if name not in ("page", "limit")}
    return f"{PREFIX}{call.path}?{urlencode({'page': number, 'limit': limit, **filters}, doseq=True)}"
