"""Sources of ingestion (Console API: ``/ingestion``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

from ..errors import GoneError, NotFoundError, Problem
from ..json_values import Json
from ..lifecycle.resource_client import ResourceClient
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import MapProp, NestedType, Prop
from ..schema.validation import get_known
from .bases.entity import Entity
from .types import ingestion
from .types.ingestion import EXPOSURES, Ingested, Warehouse, normalize_dataset
from .types.shared import NonEmptyStr

LISTED_PERIOD: Final = timedelta(days=90)
"""How far back a list of sources looks for ingestions."""
DATA_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("query", "share", "schema", "table"), str),
    "column_mapping": dict,
    "use_delta_sharing": bool,
}
"""The properties that the undocumented ``data`` of a response may hold, and their types."""
UNMAPPED: Final[tuple[Json, ...]] = (None, "", "null", {})
"""What the API returns for a column that is not mapped."""

_EVENT_COLUMNS: Final = ("timestamp", "unit_id", "ids", "metadata", "metadata_object", "event_value")
REQUIRED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "Metrics": ("unit_id", "id_type", "dateid", "metric_name"),
    "Events": ("event_name", "timestamp"),
    EXPOSURES: ("experiment", "group_id", "timestamp"),
}
ALLOWED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "Metrics": (*REQUIRED_COLUMNS["Metrics"], "metric_value", "numerator", "denominator"),
    "Events": ("event_name", *_EVENT_COLUMNS),
    EXPOSURES: ("experiment", "group_id", *_EVENT_COLUMNS),
}


def _normalize_column(name: str) -> Json:
    """Return an empty text for ``null``: the API uses both for a column that is not mapped."""
    return "" if name == "null" else name


def _optional_column(name: str) -> Json:
    return optional(
        wire=name,
        normalize_fn=_normalize_column,
        from_wire=lambda column: column and _normalize_column(column),
        to_wire=_to_null_if_empty,
    )


def _to_null_if_empty(column: Json) -> Json:
    return column or "null"


def _referenced_connection(source: Mapping[str, Json]) -> str:
    return "DatabricksConnection.id" if source.get("type") == "databricks" else ""


class ColumnMapping(NestedType):
    """Mapping of the query's columns. An empty string removes a column from the mapping.

    ``Metrics`` require ``unit_id``, ``id_type``, ``dateid`` and ``metric_name``, and either ``metric_value`` or
    ``numerator`` and ``denominator``. ``Events`` require ``event_name`` and ``timestamp``. ``Exposures`` require
    ``experiment``, ``group_id`` and ``timestamp``.
    """

    unit_id: Prop[str] = optional(wire="unit_id")
    """Column with the unit's id, such as a user id."""
    id_type: Prop[str] = optional(wire="id_type")
    """Metrics: column with the unit type, such as ``user_id``."""
    dateid: Prop[str] = optional()
    """Metrics: column with the date, such as ``2021-02-17``."""
    metric_name: Prop[str] = optional(wire="metric_name")
    """Metrics: column with the metric's name."""
    metric_value: Prop[str] = _optional_column("metric_value")
    """Metrics: column with the metric's value."""
    numerator: Prop[str] = _optional_column("numerator")
    """Metrics: column with the numerator of a ratio."""
    denominator: Prop[str] = _optional_column("denominator")
    """Metrics: column with the denominator of a ratio."""
    event_name: Prop[str] = optional(wire="event_name")
    """Events: column with the event's name."""
    experiment: Prop[str] = optional()
    """Exposures: column with the experiment's id."""
    group_id: Prop[str] = optional(wire="group_id")
    """Exposures: column with the group's id."""
    timestamp: Prop[str] = optional()
    """Events and exposures: column with the time, in seconds since 1970."""
    ids: MapProp[str] = optional()
    """Events and exposures: columns with unit ids, by unit type, such as ``{"userID": "user_id"}``."""
    metadata: MapProp[str] = optional()
    """Events and exposures: columns with metadata, by the name of the metadata field."""
    metadata_object: Prop[str] = _optional_column("metadata_object")
    """Events and exposures: column with all metadata as one object."""
    event_value: Prop[str] = optional(wire="event_value")
    """Events and exposures: column with the event's value."""

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        """Add an empty ``ids``, which the API requires for events and exposures."""
        return {"ids": {}} | body if values.keys() & {"event_name", "experiment"} else body


class IngestionSourceClient(ResourceClient):
    """The requests of sources. Type, dataset and name select one, in the query or in the body."""

    def get(self, key: str) -> LiveObject | None:
        selectors = self._selectors(key)
        try:
            return self._source(selectors, self.client.get_object("ingestion", selectors))
        except NotFoundError:
            return None

    def list_all(self) -> Iterator[LiveObject]:
        """Yield the sources with an ingestion in the last 90 days; the API lists no others."""
        today = datetime.now(UTC).date()
        query = {"startDate": str(today - LISTED_PERIOD), "endDate": str(today + timedelta(days=1))}
        rows = [
            (
                str(row.get("ingestion_source")),
                str(row.get("ingestion_dataset")).lower(),
                str(row.get("source_name") or ""),
            )
            for row in self.client.pages("ingestion/status", query, limit=None)
        ]
        for warehouse, lower, name in dict.fromkeys(rows):
            dataset = next((normalize_dataset(known) for known in get_args(Ingested) if known.lower() == lower), None)
            # The API may omit the warehouse. Then every type of warehouse is tried.
            for type_ in [warehouse] if warehouse in get_args(Warehouse) else get_args(Warehouse):
                live = self.get(f"{type_}/{dataset}/{name}") if dataset and name else None
                if live is not None:
                    yield live

    def find(self, inputs: Mapping[str, Json]) -> LiveObject | None:
        return self.get(self.key("", inputs))

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        # The API does not return when or by whom a source was created: after a lost response, one that did not
        # exist before is this one.
        existed = self.find(inputs) is not None
        try:
            response = self.client.create("ingestion", body, lambda: None if existed else find_created())
        except NotFoundError as error:
            raise ingestion.explain_missing_connection(error, inputs["type"]) from None
        if isinstance(response, LiveObject):
            return response
        return self._source(body, response) if isinstance(response, dict) and response else self.find_new(inputs)

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        """Send a PATCH with the full mapping: it is not documented whether the API merges or replaces it."""
        declared, current = changed.get("column_mapping"), live.get("column_mapping")
        if isinstance(declared, dict) and isinstance(current, dict):
            columns = {
                p.wire: current.get(p.wire) for name, p in ColumnMapping.properties.items() if name not in declared
            }
            kept = {wire: column for wire, column in columns.items() if column not in UNMAPPED}
            body = {**body, "column_mapping": body["column_mapping"] | kept}
        response = self.client.change("PATCH", "ingestion", body)
        return self._source(body, response) if isinstance(response, dict) and response else self.get_changed(key)

    def delete(self, key: str, body: Json = None) -> None:
        query = self._selectors(key)
        self.end(lambda: self.client.send("DELETE", "ingestion", query=query), lambda: self.get(key) is None)

    def _selectors(self, key: str) -> dict[str, str]:
        try:
            selectors = self.endpoint.split_id(key)
        except ValueError:
            kind = self.declaration.kind
            raise GoneError(
                f"{kind} '{key}' does not exist: the id of a source is 'type/dataset/source_name'"
            ) from None
        return selectors | {"dataset": str(normalize_dataset(selectors["dataset"]))}

    def _source(self, selectors: Mapping[str, Json], response: Mapping[str, Json]) -> LiveObject:
        """Return the source of a response, completed by the type, dataset and name, which the API omits."""
        return self.live({**response, **{name: selectors[name] for name in self.endpoint.key_names}})


class IngestionSource(Entity, endpoint=Endpoint("ingestion", key=("type", "dataset", "source_name"))):
    """A query or a shared table of a warehouse from which Statsig ingests events, metrics or exposures.

    Created with ``POST /ingestion`` and updated with ``PATCH /ingestion``, which changes only the properties in the
    request; ``column_mapping`` is always sent in full. The API guarantees to return only ``enabled``, so drift of other
    properties is detected only if it returns them. The resource's id is ``type/dataset/source_name``.

    Example::

        import statsig_pulumi as statsig

        statsig.IngestionSource(
            "orders",
            type="snowflake-v2",
            dataset="Events",
            source_name="orders",
            query="SELECT user_id, 'order' AS event, ordered_at, total FROM shop.orders",
            column_mapping=statsig.ColumnMapping(
                event_name="event",
                timestamp="ordered_at",
                ids={"userID": "user_id"},
                event_value="total",
            ),
            enabled=True,
        )
    """

    category = "Warehouse"
    resource_client = IngestionSourceClient

    type: Prop[Warehouse] = required(replace_on_changes=True, always_sent=True, refers_to=_referenced_connection)
    """Type of the warehouse. The project must be connected to it; for ``databricks``, use ``DatabricksConnection``."""
    dataset: Prop[Ingested] = required(replace_on_changes=True, always_sent=True, normalize_fn=normalize_dataset)
    """Dataset to ingest into. ``Exposures`` and ``export_exposures`` are the same."""
    source_name: Prop[NonEmptyStr] = required(wire="source_name", replace_on_changes=True, always_sent=True)
    """Name, unique among the sources of one warehouse type and dataset."""
    query: Prop[str] = optional(language="sql")
    """SQL query to run in the warehouse."""
    column_mapping: Prop[ColumnMapping] = optional(wire="column_mapping")
    """Mapping of the query's columns."""
    use_delta_sharing: Prop[Literal[True]] = optional(wire="use_delta_sharing", replace_on_changes=True)
    """Databricks: reads a table shared with Delta Sharing instead of a query."""
    share: Prop[str] = optional()
    """Delta Sharing: name of the share."""
    schema: Prop[str] = optional()
    """Delta Sharing: name of the schema in the share."""
    table: Prop[str] = optional()
    """Delta Sharing: name of the table in the schema."""
    enabled: Prop[bool] = optional()
    """Whether the source is ingested each day."""
    ingestion_id: Prop[str] = computed(wire="id")
    """Statsig's id of the ingestion."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the documented properties, and those in ``data``, which the API does not document."""
        data = response.get("data")
        extra = data if isinstance(data, dict) else {}
        documented = {name: value for name, value in response.items() if name != "data"}
        return documented | {
            name: extra[name] for name, kind in DATA_TYPES.items() if isinstance(extra.get(name), kind)
        }

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the declared values of properties that the API does not return."""
        return {name: declared[name] for name in DATA_TYPES if name in declared and name not in live}

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        """Check that the mapping contains the columns of its dataset and no others."""
        dataset, mapping = normalize_dataset(get_known(values, "dataset")), values.get("column_mapping")
        if dataset is None or not isinstance(mapping, dict):
            return
        for name in mapping:
            if name in ColumnMapping.properties and name not in ALLOWED_COLUMNS[dataset]:
                allowed = ", ".join(ALLOWED_COLUMNS[dataset])
                yield Problem(f"column_mapping.{name}", f"is not a column of {dataset}; allowed are {allowed}")
        for name in REQUIRED_COLUMNS[dataset]:
            if name not in mapping:
                yield Problem(f"column_mapping.{name}", f"is required for {dataset}")
