"""Schedules of ingestion (Console API: ``/ingestion/schedule``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, get_args

from pydantic import Field

from ..errors import NotFoundError, RejectedError
from ..json_values import Json
from ..lifecycle.resource_client import ResourceClient
from ..lifecycle.singleton import Singleton
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import required
from ..schema.properties import Prop
from .bases.entity import Entity
from .types.ingestion import Dataset, spelled

DEFAULT_HOUR: Final = 10


class ScheduleClient(ResourceClient):
    """The requests of schedules: each dataset has one, which the query selects."""

    def list_all(self) -> Iterator[LiveObject]:
        """Yield the schedules that somebody set; the others have the API's default hour."""
        for dataset in get_args(Dataset):
            live = self.get(dataset) if dataset == spelled(dataset) else None
            if live is not None and live.get("scheduled_hour_pst") not in (None, DEFAULT_HOUR):
                yield live

    def get(self, key: str) -> LiveObject | None:
        try:
            response = self.client.send("GET", self.endpoint.collection, query={"dataset": spelled(key)}).get("data")
        except (NotFoundError, RejectedError):
            return None  # there is no such dataset
        return self.live({**response, "dataset": spelled(key)}) if isinstance(response, dict) else None

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        response = self.client.change("POST", self.endpoint.collection, body)
        return self.live({**response, "dataset": key}) if isinstance(response, dict) else self.get_changed(key)


class IngestionSchedule(
    Entity, endpoint=Endpoint("ingestion/schedule", key="dataset", update="POST", posts_partly=True)
):
    """The hour at which a dataset is ingested each day.

    Each dataset has one at any time, which is set as declared (``POST /ingestion/schedule``) where it is not
    so already. The API has no way to unset it: destroying the resource leaves it as it is.
    """

    lifecycle = Singleton
    resource_client = ScheduleClient

    dataset: Prop[Dataset] = required(replace_on_changes=True, always_sent=True, normalize_fn=spelled)
    """The dataset; ``Exposures`` and ``export_exposures`` are the same."""
    scheduled_hour_pst: Prop[Annotated[int, Field(ge=0, le=23)]] = required(wire="scheduled_hour_pst")
    """The hour of the day, 0 to 23, in Pacific Standard Time; 10 where nobody set it."""
