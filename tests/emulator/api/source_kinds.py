"""The three kinds of warehouse sources: their paths and their required fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from ..conftest import Api

UNITS = [{"statsigUnitID": "userID", "column": "user_id"}]
COLUMNS = {"timestampColumn": "ts", "experimentIDColumn": "exp", "groupIDColumn": "grp"}
SDK_KEY = {"ownerType": "SDK_KEY", "ownerName": "CONSOLE API", "ownerEmail": ""}


@dataclass(frozen=True)
class Case:
    """One kind of warehouse source: its paths and its required fields."""

    kind: str
    collection: str
    listing: str
    one: str
    query: dict[str, Any]

    def __str__(self) -> str:
        return self.kind

    def create(self, api: Api, name: str = "a source", **fields: Any) -> Any:
        return api.data("POST", self.collection, {"name": name, **self.query, **fields})

    def path(self, name: str = "a source") -> str:
        return f"{self.one}/{quote(name, safe='')}"

    def listed(self, api: Api) -> Any:
        return api.data("GET", self.listing)


ASSIGNMENTS = Case(
    "assignment_sources",
    "/experiments/assignment_sources",
    "/experiments/assignment_sources",
    "/experiments/assignment_source",
    {"sql": "SELECT 1", **COLUMNS, "idTypeMapping": UNITS},
)
PROPERTIES = Case(
    "entity_properties",
    "/experiments/entity_properties",
    "/experiments/entity_properties",
    "/experiments/entity_property",
    {"sql": "SELECT 1", "idTypeMapping": UNITS},
)
METRICS = Case(
    "metric_sources",
    "/metrics/metric_source",
    "/metrics/metric_source/list",
    "/metrics/metric_source",
    {"sql": "SELECT 1", "timestampColumn": "ts", "idTypeMapping": UNITS},
)
ALL = (ASSIGNMENTS, PROPERTIES, METRICS)
READABLE = (PROPERTIES, METRICS)
RENAMABLE = (ASSIGNMENTS, PROPERTIES)

every_kind = pytest.mark.parametrize("case", ALL, ids=str)
