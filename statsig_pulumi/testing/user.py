"""The user of an assertion, as an SDK would describe it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TypeAlias, TypedDict

Value: TypeAlias = str | int | float | bool | Sequence[str] | None


class Attributes(TypedDict, total=False):
    """Attributes of a user. One that is omitted, or is None, is missing."""

    user_id: str | None
    email: str | None
    country: str | None
    ip_address: str | None
    locale: str | None
    url: str | None
    user_agent: str | None
    device_model: str | None
    app_version: str | None
    browser_name: str | None
    browser_version: str | None
    os_name: str | None
    os_version: str | None
    custom: Mapping[str, Value]
    custom_ids: Mapping[str, str]
    environment: str
    time: datetime
    held_out: bool


@dataclass(frozen=True, kw_only=True)
class User:
    """A user with attributes. ``Attributes`` has the same names."""

    user_id: str | None = None
    email: str | None = None
    country: str | None = None
    ip_address: str | None = None
    locale: str | None = None
    url: str | None = None
    user_agent: str | None = None
    device_model: str | None = None
    app_version: str | None = None
    browser_name: str | None = None
    browser_version: str | None = None
    os_name: str | None = None
    os_version: str | None = None
    custom: Mapping[str, Value] = field(default_factory=dict)
    """Other attributes, which conditions of type ``custom_field`` test."""
    custom_ids: Mapping[str, str] = field(default_factory=dict)
    """Ids of other unit types, such as ``companyID``."""
    environment: str = "production"
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    """The time of the check; now if it is omitted."""
    held_out: bool | None = None
    """Whether the holdouts of an object hold this user out."""

    def unit_id(self, id_type: str) -> str | None:
        """Return the id of the user for a unit type."""
        return self.user_id if id_type.lower() == "userid" else self.custom_ids.get(id_type)

    def __str__(self) -> str:
        set_names = [each.name for each in fields(self) if each.name != "time" and getattr(self, each.name)]
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in set_names)
