"""Schedules of ingestion (Console API: ``/ingestion/schedule``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final, get_args

from ..errors import NotFoundError, RejectedError, UnreachableError
from ..json_values import Json
from ..lifecycle.resource_client import ResourceClient
from ..lifecycle.singleton import Singleton
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import required
from ..schema.properties import Prop
from .bases.entity import Entity
from .types.ingestion import Dataset, normalize_dataset
from .types.shared import HourOfDay

DEFAULT_HOUR: Final = 10


class ScheduleClient(ResourceClient):
    """The requests of schedules: each dataset has one, which the query selects."""

    def list_all(self) -> Iterator[LiveObject]:
        """Yield the schedules that differ from the API's default hour; raises RejectedError if all are refused."""
        refusals = []
        datasets = [dataset for dataset in get_args(Dataset) if dataset == normalize_dataset(dataset)]
        for dataset in datasets:
            try:
                live = self._read(dataset)
            except (NotFoundError, RejectedError) as error:
                refusals.append(error)
                continue
            if live.get("scheduled_hour_pst") not in (None, DEFAULT_HOUR):
                yield live
        if len(refusals) == len(datasets):
            raise refusals[0]

    def get(self, key: str) -> LiveObject | None:
        try:
            return self._read(normalize_dataset(key))
        except NotFoundError:
            return None
        except RejectedError as error:
            if error.status != HTTPStatus.BAD_REQUEST:
                raise
            return None  # there is no such dataset

    def _read(self, dataset: str) -> LiveObject:
        path = self.endpoint.collection
        response = self.client.get_object(path, {"dataset": dataset})
        if normalize_dataset(response.get("dataset", dataset)) != dataset:
            raise UnreachableError("GET", f"/{path}", "the response is about another dataset")
        return self.live({**response, "dataset": dataset})

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        response = self.client.change("POST", self.endpoint.collection, body)
        if isinstance(response, dict) and response:
            return self.live({**response, "dataset": key})
        return self.get_changed(key)


class IngestionSchedule(Entity, endpoint=Endpoint("ingestion/schedule", key="dataset", update="merge")):
    """The hour at which a dataset is ingested each day.

    Every dataset always has a schedule. It is set with ``POST /ingestion/schedule`` if it differs from the declared
    one. The API cannot unset it, so ``pulumi destroy`` leaves it unchanged.

    Example::

        import statsig_pulumi as statsig

        statsig.IngestionSchedule("nightly", dataset="Events", scheduled_hour_pst=2)
    """

    category = "Warehouse"
    lifecycle = Singleton
    resource_client = ScheduleClient

    dataset: Prop[Dataset] = required(replace_on_changes=True, always_sent=True, normalize_fn=normalize_dataset)
    """Dataset to ingest. ``Exposures`` and ``export_exposures`` are the same."""
    scheduled_hour_pst: Prop[HourOfDay] = required(wire="scheduled_hour_pst")
    """Hour of the day, 0 to 23, in Pacific Standard Time. Statsig's default is 10."""
