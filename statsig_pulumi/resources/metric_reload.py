"""Reloads of metrics from the warehouse (Console API: ``/metrics/{id}/reload``)."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import NotFoundError
from ..json_values import Json
from ..lifecycle.job import Job, Outcome
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Prop
from .bases.job import TriggeredResource
from .types.shared import NonEmptyStr

METRICS = Endpoint("metrics")


class MetricReloadJob(Job):
    """Behaviour of reloads.

    The response names no run, and no endpoint lists reloads. So the id is ``{metric}/{time of the request}``, and what
    may have been started is not started again.
    """

    shows_runs = False

    def start(self, inputs: Mapping[str, Json]) -> tuple[str, LiveObject]:
        started_ms = round(self.client.server_time_s() * 1000)
        metric_id, query = str(inputs["metric_id"]), {}
        if "incremental" in inputs:
            query["incremental"] = str(inputs["incremental"]).lower()
        try:
            self.client.send("POST", METRICS.path(metric_id, "reload"), query=query, repeatable=False)
        except NotFoundError as error:
            error.next_step = f"there is no metric '{metric_id}': check metric_id"
            raise
        return self._describe(metric_id, started_ms)

    def find_started(self, inputs: Mapping[str, Json], since_s: float) -> tuple[str, LiveObject] | None:
        """Return the reload that an interrupted run requested: whether Statsig has started it cannot be read."""
        return self._describe(str(inputs["metric_id"]), round(since_s * 1000))

    def poll(self, id_: str, values: Mapping[str, Json]) -> LiveObject | None:
        metric_id, _, started_ms = id_.rpartition("/")
        return self._describe(metric_id, int(started_ms))[1] if metric_id and started_ms.isdecimal() else None

    def outcome(self, live: LiveObject) -> tuple[Outcome, str]:
        return "finished", "requested"

    def _describe(self, metric_id: str, started_ms: int) -> tuple[str, LiveObject]:
        return f"{metric_id}/{started_ms}", self.resource_client.live({"startedTime": started_ms})


class MetricReload(TriggeredResource, endpoint=Endpoint("metrics", key="startedTime", lists="none")):
    """A reload of a metric's data from the warehouse. Requested once, when the resource is created.

    Warehouse-native projects only. Sends ``POST /metrics/{id}/reload``, which costs computing time of the warehouse.
    Any change, including a change of ``triggers``, requests a new reload. Statsig does not tell how far a reload is, so
    the provider does not wait for it. ``pulumi destroy`` changes nothing.

    Example::

        import statsig_pulumi as statsig

        orders = statsig.MetricSource(
            "orders",
            name="Orders",
            sql="SELECT user_id, ordered_at, total FROM shop.orders",
            timestamp_column="ordered_at",
            id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
        )
        revenue = statsig.Metric(
            "revenue",
            name="Revenue",
            type="user_warehouse",
            unit_types=["userID"],
            warehouse_native=statsig.WarehouseNativeMetric(
                aggregation="sum", metric_source_name=orders.name, value_column="total"
            ),
        )
        statsig.MetricReload("revenue", metric_id=revenue.metric_id, triggers=[orders.sql])
    """

    category = "Metrics and alerts"
    lifecycle = MetricReloadJob

    metric_id: Prop[NonEmptyStr] = required(write_only=True, replace_on_changes=True, refers_to="Metric.metric_id")
    """Statsig's id of the metric, such as ``Orders::user_warehouse``."""
    incremental: Prop[bool] = optional(write_only=True, replace_on_changes=True)
    """Whether only new data is loaded, instead of all."""
    started_time: Prop[int] = computed()
    """Time of the request, in milliseconds since 1970."""
