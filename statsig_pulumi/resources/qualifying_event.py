"""Qualifying events (Console API: ``/experiments/qualifying_events``, warehouse-native projects)."""

from __future__ import annotations

from ..schema.declaration import Endpoint
from .bases.table_source import TableSource


class QualifyingEvent(
    TableSource,
    endpoint=Endpoint("experiments/qualifying_events", key="name", update="replace", missing_statuses=(400, 404)),
):
    """A warehouse table or query with the events that qualify a unit for the analysis of an experiment.

    Warehouse-native projects only. Experiments select qualifying events in the console: the API does not tell which
    experiments use one. The API has no partial update: ``POST /experiments/qualifying_events/{name}`` replaces the
    qualifying event, and the provider sends the current values of properties that the program omits.

    Example::

        import statsig_pulumi as statsig

        statsig.QualifyingEvent(
            "checkout-opened",
            name="Checkout opened",
            sql="SELECT user_id, opened_at FROM shop.checkouts",
            timestamp_column="opened_at",
            id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
        )
    """

    category = "Warehouse"
    terraform_type = "qualifying_event"
