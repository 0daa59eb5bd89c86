"""Overrides of an autotune (Console API: ``/autotunes/{id}/overrides``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from ..errors import NoSuchEndpointError, NotFoundError
from ..json_values import Json, drop_nulls
from ..schema import codec
from ..schema.declaration import Endpoint
from ..schema.options import required
from ..schema.properties import Prop
from .bases.entity import Entity
from .bases.overrides import OverridesClient, OverridesLifecycle, select_form
from .experiment_overrides import ExperimentOverrides, ExperimentOverridesFields
from .types.shared import OwnerID

MAX_SINGLE_DELETES: Final = 10
"""Up to so many overrides are removed one by one, which cannot remove what others add meanwhile."""


class AutotuneOverridesClient(OverridesClient):
    """The requests of an autotune's overrides. Its DELETE would remove the overrides of others too."""

    forms = ({"overrides": [], "userIDOverrides": []},)

    def remove(self, key: str, body: Mapping[str, Json]) -> None:
        """Remove the overrides of a body: few of them one by one, else by a POST of the rest."""
        deletes = list(self._iterate_deletes(key, body))
        if len(deletes) <= MAX_SINGLE_DELETES:
            # 404 means that the autotune is gone, or only the variant of an override, which then is in the rest.
            with suppress(NoSuchEndpointError, NotFoundError):
                for path, query in deletes:
                    self.client.send("DELETE", path, query=query)
                return
        with self.client.rewrite_lock.exclusive():
            self._post_rest(key, body)

    def _iterate_deletes(self, key: str, body: Mapping[str, Json]) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the path and the query of each single delete."""
        for row in body["overrides"]:
            path = Endpoint(self.path(key, "conditional", row["type"])).path(row["id"])
            yield path, _select_words(row, "groupID", "environment")
        for row in body["userIDOverrides"]:
            for unit_id in row["ids"]:
                path = Endpoint(self.path(key, "userID")).path(unit_id)
                yield path, _select_words(row, "groupID", "unitType", "environment")

    def _post_rest(self, key: str, body: Mapping[str, Json]) -> None:
        live = self.get(key)
        if live is None:
            return
        removed = codec.decode(self.declaration.readable, body)
        conditions = {_place(row) for row in removed["overrides"] or ()}
        ids = {(_place(row), unit_id) for row in removed["user_id_overrides"] or () for unit_id in row["ids"]}
        units = [
            row | {"ids": [unit_id for unit_id in row["ids"] if (_place(row), unit_id) not in ids]}
            for row in live.decoded["user_id_overrides"] or ()
        ]
        rest = {
            "overrides": [row for row in live.decoded["overrides"] or () if _place(row) not in conditions],
            "user_id_overrides": [row for row in units if row["ids"]],
        }
        encoded = codec.encode(self.declaration.properties, drop_nulls(rest))
        self.client.change("POST", self.path(key), select_form(self.forms[0], encoded))


def _select_words(row: Mapping[str, Json], *names: str) -> dict[str, str]:
    return {name: row[name] for name in names if row.get(name)}


def _place(row: Mapping[str, Json]) -> tuple[Json, ...]:
    """Return what identifies a row; a missing value and null are the same."""
    return tuple(row.get(name) for name in ("type", "id", "group", "environment", "unit_type"))


class AutotuneOverrides(
    Entity,
    ExperimentOverridesFields,
    endpoint=Endpoint(
        "autotunes",
        key="autotuneID",
        subpath="overrides",
        update="replace",
        lists="none",
        listed_together=("overrides", "autotunes"),
    ),
):
    """The overrides of one autotune, which assign units to variants. They need version 2026-10 of the Console API.

    ``POST /autotunes/{id}/overrides`` replaces the lists that the program sets; other lists are unchanged.
    ``pulumi destroy`` removes the declared overrides, and keeps those of others. The resource's id is the autotune's
    id.

    Example::

        import statsig_pulumi as statsig

        button_color = statsig.Autotune(
            "button-color",
            name="button_color",
            variants=[
                statsig.AutotuneVariant(name="Green", json={"color": "green"}),
                statsig.AutotuneVariant(name="Blue", json={"color": "blue"}),
            ],
            success_event="purchase",
            exploration_window="24",
            attribution_window="1",
            winner_threshold="95%",
        )
        statsig.AutotuneOverrides(
            "testers",
            autotune_id=button_color.id,
            user_id_overrides=[statsig.UserIDOverride(group="Blue", ids=["ana", "ben"])],
        )
    """

    category = "Experiments"
    lifecycle = OverridesLifecycle
    resource_client = AutotuneOverridesClient

    autotune_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="Autotune.id")
    """The autotune's id."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        return ExperimentOverrides.from_response(response)
