"""Schedules of ingestion (Console API: ``/ingestion/schedule``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, get_args

from ..errors import GoneError, NotFoundError, RejectedError
from ..json_values import Json
from ..lifecycle.resource_client import Live, ResourceClient
from ..lifecycle.singleton import Singleton
from ..schema.declaration import Endpoint
from ..schema.options import required
from ..schema.properties import Prop
from .bases.entity import Entity
from .types.ingestion import Dataset, spelled
from .types.shared import HourOfDay

HOUR_OF_NOBODY: Final = 10


class ScheduleClient(ResourceClient):
    """There is one schedule for each dataset, set or not; the query says which."""

    def listed(self) -> Iterator[Live]:
        """The schedules that somebody has set; where nobody did, it is the API's own."""
        for dataset in get_args(Dataset):
            live = self.read(dataset) if dataset == spelled(dataset) else None
            if live is not None and live.get("scheduled_hour_pst") not in (None, HOUR_OF_NOBODY):
                yield live

    def read(self, key: str) -> Live | None:
        try:
            answer = self.client.send("GET", self.endpoint.collection, query={"dataset": spelled(key)}).get("data")
        except (NotFoundError, RejectedError):
            return None  # there is no such dataset
        return {**answer, "dataset": spelled(key)} if isinstance(answer, dict) else None

    def updated(self, key: str, changed: Iterable[str], body: Json) -> Live:
        answer = self.client.change("POST", self.endpoint.collection, body)
        live = answer if isinstance(answer, dict) else self.read(key)
        if live is None:
            raise GoneError(f"{self.declaration.kind} '{key}' was set, but Statsig does not tell it")
        return {**live, "dataset": key}


class IngestionSchedule(
    Entity, endpoint=Endpoint("ingestion/schedule", key="dataset", update="POST", posts_partly=True)
):
    """The hour at which a dataset is ingested each day.

    Every dataset always has a schedule. It is set with ``POST /ingestion/schedule`` if it differs from the declared
    one. The API cannot unset it, so ``pulumi destroy`` leaves it unchanged.
    """

    lifecycle = Singleton
    resource_client = ScheduleClient

    dataset: Prop[Dataset] = required(replace_on_changes=True, always_sent=True, normalize_fn=spelled)
    """Dataset to ingest. ``Exposures`` and ``export_exposures`` are the same."""
    scheduled_hour_pst: Prop[HourOfDay] = required(wire="scheduled_hour_pst")
    """Hour of the day, 0 to 23, in Pacific Standard Time. Statsig's default is 10."""
