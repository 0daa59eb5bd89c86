"""Overrides of a layer (Console API: ``/layers/{id}/overrides``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from ..errors import ChangedMeanwhileError, NoSuchEndpointError, NotFoundError, Problem, RejectedError
from ..json_values import NONE, Json, has_unknown
from ..lifecycle.resource_client import ResourceClient
from ..lifecycle.restart import restart_if_changed
from ..lifecycle.singleton import Singleton
from ..lifecycle.update import Updater
from ..schema import codec, state
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import optional, required
from ..schema.properties import Fields, ListProp, NestedType, Prop
from ..schema.state import Inputs
from .bases.entity import Entity
from .experiment import IMPLICIT_LAYER
from .types.shared import NonEmptyStr, OwnerID, iterate_objects

Row = Mapping[str, Json]
LISTS: Final = ("conditional_overrides", "id_overrides")
MAX_SINGLE_DELETES: Final = 10
"""Up to so many overrides are removed by requests of their own, which touch no other."""


def _get_reference(override: Row) -> str:
    return {"gate": "Gate.id", "segment": "Segment.id"}.get(str(override.get("type")), "")


class LayerOverride(NestedType):
    """Base of both types of rows, which all their properties but the ids identify."""

    @classmethod
    def to_compared(cls, old: Row, new: Row) -> tuple[Row, Row]:
        # A row that no longer names its environment is another row, not the same one with an undeclared value.
        missing = dict.fromkeys(cls.identity, NONE)
        return missing | dict(old), missing | dict(new)


class LayerConditionalOverride(LayerOverride):
    """Assigns the units that pass a gate, or are in a segment, to a group of an experiment in the layer."""

    identity = ("type", "name", "experiment_name", "group_name", "environment")

    type: Prop[Literal["gate", "segment"]] = required()
    """Whether a gate or a segment selects the units."""
    name: Prop[NonEmptyStr] = required(refers_to=_get_reference)
    """Id of the gate or segment."""
    experiment_name: Prop[NonEmptyStr] = required(refers_to="Experiment.id")
    """Id of the experiment."""
    group_name: Prop[NonEmptyStr] = required()
    """Name of the group."""
    environment: Prop[str | None] = optional(refers_to="Environments.named")
    """Name of the environment. If omitted, the override applies to all environments. Needs version 2026-10 of the
    Console API."""


class LayerIDOverride(LayerOverride):
    """Assigns units, by their ids, to a group of an experiment in the layer."""

    identity = ("group_name", "experiment_name", "id_type", "environment")

    group_name: Prop[NonEmptyStr] = required()
    """Name of the group."""
    ids: ListProp[NonEmptyStr] = required(unordered=True, shared=True)
    """Ids of the units."""
    id_type: Prop[str | None] = optional(refers_to="UnitIDType.name")
    """The unit type, such as ``userID``."""
    environment: Prop[str | None] = optional(refers_to="Environments.named")
    """Name of the environment. If omitted, the override applies to all environments."""
    experiment_name: Prop[str | None] = optional(refers_to="Experiment.id")
    """Id of the experiment. It tells groups of the same name apart."""


class LayerOverridesClient(ResourceClient):
    """The requests of a layer's overrides. A body has all overrides of the layer, also those of others."""

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        """Replace the overrides; remove a few of them by requests that leave what others write meanwhile."""
        removed, added = _subtract(live, body, is_exact=True), _subtract(body, live, is_exact=True)
        if not any(added.values()) and (paths := self._list_single_deletes(key, removed)):
            try:
                for path, query in paths:
                    self.client.send("DELETE", path, query=query)
                return self.get_changed(key)
            except (NotFoundError, RejectedError, NoSuchEndpointError):
                pass  # older versions of the API lack these requests
        return self.call("POST", key, body=body)

    def _list_single_deletes(self, key: str, removed: Mapping[str, Sequence[Row]]) -> list[tuple[str, dict[str, str]]]:
        """Return the paths and queries that remove these overrides; none if they are many, or if one has none."""
        paths: list[tuple[str, dict[str, str]]] = []
        for row in removed["conditionalOverrides"]:
            base = Endpoint(self.path(key, "conditional", str(row["type"])))
            paths.append((base.path(str(row["name"])), _build_query(row, "environment")))
        for row in removed["idOverrides"]:
            query = _build_query(row, "idType", "environment")
            paths += [(Endpoint(self.path(key, "userID")).path(str(id_)), query) for id_ in row["ids"]]
        has_all = all("experimentName" in query for _, query in paths)
        return paths if has_all and len(paths) <= MAX_SINGLE_DELETES else []


def _build_query(row: Row, *optional_names: str) -> dict[str, str]:
    names = ("groupName", "experimentName", *optional_names)
    return {name: str(row[name]) for name in names if row.get(name)}


class LayerOverridesUpdater(Updater):
    """Updates of a layer's overrides, which keep the rows that the program never declared."""

    def request_body(
        self,
        changed: Mapping[str, Json],
        outputs: Mapping[str, Json],
        inputs: Mapping[str, Json],
        live: LiveObject,
    ) -> Inputs:
        body = super().request_body(changed, outputs, inputs, live)
        if not body:
            return {}
        encoded = codec.encode(self.declaration.properties, inputs)
        before = codec.encode(self.declaration.properties, state.restore_inputs(self.declaration, outputs))
        changed_wires = {self.declaration.properties[name].wire for name in changed}
        for wire, row_type in ROWS.items():
            rows = [_select_fields(row_type, row) for row in live.get(wire) or []]
            if wire in changed_wires:
                owned = [*pair_rows(encoded[wire], rows), *pair_rows(before.get(wire) or [], rows)]
                others = [row for row in rows if not any(row is one for one in owned)]
                body[wire] = [*others, *body[wire]]
            else:
                body[wire] = rows
        return body


class LayerOverridesLifecycle(Singleton):
    """Behaviour of a layer's overrides. A create fails if it would remove ids of others from a row."""

    keeps_on_delete = False

    def held_by_others(self, inputs: Mapping[str, Json], differing: list[str], live: LiveObject) -> list[str]:
        declared = inputs.get("id_overrides") or []
        pairs = zip(declared, pair_rows(declared, live.decoded["id_overrides"] or []), strict=True)
        is_held = any(held and set(held["ids"] or ()) - set(row["ids"]) for row, held in pairs)
        return ["id_overrides"] if is_held and "id_overrides" in differing else []

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Remove the declared overrides; keep all others."""
        key, client = self.resource_client.key(id_, outputs), self.resource_client
        if self.deletion.is_kept_by_another(id_, outputs):
            return
        declared = codec.encode(self.declaration.properties, state.restore_inputs(self.declaration, outputs))

        def remove() -> None:
            live = client.get(key)
            if live is None or (rest := _subtract(live, declared)) == (before := _subtract(live, {})):
                return

            def check() -> None:
                now = client.get(key)
                if now is None or _subtract(now, {}) != before:
                    raise ChangedMeanwhileError(f"the overrides of layer '{key}' were changed while a request waited")

            with self.client.guarded(check):
                client.update(key, {}, rest, live)

        def is_removed() -> bool:
            left = client.get(key)
            return left is None or _subtract(left, declared) == _subtract(left, {})

        client.end(lambda: restart_if_changed(remove), is_removed)


class LayerOverridesFields(Fields):
    """Fields of a layer's overrides."""

    conditional_overrides: ListProp[LayerConditionalOverride] = optional(unordered=True)
    """Overrides by gate or segment."""
    id_overrides: ListProp[LayerIDOverride] = optional(unordered=True)
    """Overrides by unit id."""


class LayerOverrides(
    Entity,
    LayerOverridesFields,
    endpoint=Endpoint(
        "layers",
        key="layerID",
        subpath="overrides",
        update="replace",
        lists="none",
        listed_together=("overrides", "layers"),
    ),
):
    """Overrides of one layer, which assign units to groups of its experiments.

    A row that the program does not declare is of others: it is no difference, and stays. ``POST
    /layers/{id}/overrides`` sends it back. Few overrides that the program no longer declares are removed one by one.
    ``pulumi destroy`` removes the declared overrides only. The resource's id is the layer's id.

    Example::

        import statsig_pulumi as statsig

        feed = statsig.Layer("feed", name="Homepage feed", id_type="userID")
        ranking = statsig.Experiment(
            "ranking",
            name="feed_ranking",
            layer_id=feed.id,
            groups=[
                statsig.Group(name="Recent", size=50),
                statsig.Group(name="Friends", size=50),
            ],
        )
        statsig.LayerOverrides(
            "testers",
            layer_id=feed.id,
            id_overrides=[
                statsig.LayerIDOverride(
                    group_name="Friends", ids=["ana", "ben"], experiment_name=ranking.id
                )
            ],
        )
    """

    category = "Experiments"
    lifecycle = LayerOverridesLifecycle
    resource_client = LayerOverridesClient
    updater = LayerOverridesUpdater

    layer_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="Layer.id")
    """The layer's id."""

    @classmethod
    def explain_exclusion(cls, live: LiveObject) -> str:
        is_implicit = str(live.get("layerID")).startswith(IMPLICIT_LAYER)
        return "Statsig made the layer for an experiment without a layer" if is_implicit else ""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Ignore the rows that are not declared."""
        values: dict[str, Json] = {}
        for name in LISTS:
            if isinstance(rows := declared.get(name), list):
                pairs = zip(rows, pair_rows(rows, live.decoded[name] or []), strict=True)
                values[name] = [_drop_filled_in(row, one) for row, one in pairs if one is not None]
        return values

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        for name in LISTS:
            nested, first = cls.properties[name].nested, dict[tuple[str, ...], int]()
            for index, row in iterate_objects(values, name):
                identity = nested.get_identity(row) if nested and not has_unknown(row) else (str(index), "unknown")
                if first.setdefault(identity, index) != index:
                    yield Problem(f"{name}[{index}]", f"is the same row as {name}[{first[identity]}]: declare it once")


# -- rows

ROWS: Final[Mapping[str, type[NestedType]]] = {
    "conditionalOverrides": LayerConditionalOverride,
    "idOverrides": LayerIDOverride,
}
"""The type of the rows of each list, by the name of the list in the API."""
IDENTITY: Final = frozenset(
    spelling
    for row_type in ROWS.values()
    for name in row_type.identity
    for spelling in (name, row_type.properties[name].wire)
)
"""The names of what identifies a row, in Python and in the API."""
FILLED_IN: Final = frozenset({"id_type", "idType", "experiment_name", "experimentName"})
"""Those of them that the API may fill in if a row omits them."""


def pair_rows(declared: Iterable[Row], live: Sequence[Row], *, is_exact: bool = False) -> list[Row | None]:
    """Return the live row of each declared one, or None. Unless ``is_exact``, the API may have filled it in."""
    pairs: list[Row | None] = []
    for row in declared:
        exact = [one for one in live if _is_same(row, one, IDENTITY)]
        unfilled = IDENTITY - {name for name in FILLED_IN if _is_missing(row, name)}
        filled = [] if is_exact else [one for one in live if _is_same(row, one, unfilled)]
        pairs.append(exact[0] if exact else filled[0] if len(filled) == 1 else None)
    return pairs


def _is_missing(row: Row, name: str) -> bool:
    return row.get(name) in (None, NONE, "")


def _is_same(row: Row, other: Row, names: Iterable[str]) -> bool:
    return all(
        row.get(name) == other.get(name) or (_is_missing(row, name) and _is_missing(other, name)) for name in names
    )


def _drop_filled_in(row: Row, live: Row) -> Row:
    """Return a live row without what the API filled in."""
    return {name: value for name, value in live.items() if name not in FILLED_IN or not _is_missing(row, name)}


def _select_fields(row_type: type[NestedType], row: Row) -> Row:
    """Return a row of a response with the fields that a request may have."""
    wires = {p.wire for p in row_type.properties.values()}
    return {name: value for name, value in row.items() if name in wires}


def _subtract(overrides: Row, others: Row, *, is_exact: bool = False) -> dict[str, list[Row]]:
    """Return overrides without others, in the form of a request; a row by id keeps the ids that the others lack."""
    rest: dict[str, list[Row]] = {}
    for wire, row_type in ROWS.items():
        rows = [_select_fields(row_type, row) for row in overrides.get(wire) or []]
        removed = list(others.get(wire) or [])
        paired = zip(removed, pair_rows(removed, rows, is_exact=is_exact), strict=True)
        pairs = [(row, other) for other, row in paired if row is not None]
        rest[wire] = []
        for row in rows:
            matches = [other for one, other in pairs if one is row]
            gone = {id_ for other in matches for id_ in other.get("ids") or ()}
            left = [id_ for id_ in row.get("ids") or () if id_ not in gone]
            if left or not (matches or "ids" in row):
                rest[wire].append({**row, "ids": left} if "ids" in row else row)
    return rest
