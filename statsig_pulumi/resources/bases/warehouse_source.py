"""Base and shared fields of metric sources, assignment sources and entity property sources.

Console API: ``/metrics/metric_source``, ``/experiments/assignment_sources``, ``/experiments/entity_properties``,
in warehouse-native projects. A source is identified by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ...errors import GoneError, NotFoundError, Problem
from ...json_values import Json
from ...lifecycle.creation import Creation
from ...lifecycle.dry_run import DryRunLifecycle
from ...lifecycle.resource_client import ResourceClient
from ...schema.live_object import LiveObject
from ...schema.options import optional, required
from ...schema.properties import Fields, ListProp, NestedType, Prop, SparseProp
from ...schema.state import Inputs
from ...schema.validation import get_known
from ..types.shared import NonEmptyStr, find_duplicates
from .entity import Entity

KEY_OWNER: Final = "SDK_KEY"
"""The type of the owner that the API sets if an API key created the source."""


class IdTypeMapping(NestedType):
    """The column that contains the ids of a unit type."""

    identity = ("statsig_unit_id",)

    statsig_unit_id: Prop[NonEmptyStr] = required(refers_to="UnitIDType.name")
    """The unit type in Statsig, such as ``userID``."""
    column: Prop[NonEmptyStr] = required()
    """Name of the column with the unit's ids."""


class WarehouseSourceClient(ResourceClient):
    """The requests of sources. The name of a source is its key."""

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        sent = dict(body)
        if sent.get("name") == key:
            del sent["name"]  # the API would reject the name as already in use
        if "owner" not in changed and (sent.get("owner") or {}).get("ownerType") == KEY_OWNER:
            del sent["owner"]  # the API sets it
        return super().update(key, changed, sent, live)

    def call(self, method: str, key: str, *more: str, body: Json = None) -> LiveObject:
        try:
            return super().call(method, key, *more, body=body)
        except (NotFoundError, GoneError):
            # A rename whose response was lost is sent again, to a name that no longer exists.
            name = body.get("name") if isinstance(body, dict) else None
            renamed = self.get(str(name)) if name not in (None, key) else None
            if renamed is None:
                raise
            return renamed


class WarehouseSourceCreation(Creation):
    """Creates sources. After a lost response, a source that a user owns is of somebody else."""

    def is_own(self, inputs: Mapping[str, Json], live: LiveObject, within_s: float) -> bool:
        """Return False for a source that a user owns. The API does not return the creation time."""
        is_owned_by_user = (live.get("owner") or {}).get("ownerType") == "USER" and "owner" not in inputs
        return not is_owned_by_user and super().is_own(inputs, live, within_s)


class WarehouseSourceFields(Fields):
    """Fields of metric sources, assignment sources and entity property sources."""

    name: Prop[NonEmptyStr] = required()
    """Name, which identifies the source."""
    description: Prop[str] = optional()
    """Description."""
    tags: ListProp[str] = optional(unordered=True, refers_to="Tag.name")
    """Names of tags."""
    sql: Prop[NonEmptyStr] = required(language="sql")
    """Query in the SQL dialect of the warehouse. Statsig stores it as written."""
    timestamp_column: SparseProp[NonEmptyStr] = required()
    """Name of the column with the timestamp."""
    id_type_mapping: ListProp[IdTypeMapping] = required()
    """Columns with unit ids, by unit type. At least one."""
    team: Prop[str | None] = optional(conflicts_with=("team_id",), refers_to="Team.name")
    """Name of the responsible team. Set either ``team`` or ``team_id``."""
    team_id: Prop[str | None] = optional(conflicts_with=("team",), exported=False, refers_to="Team.team_id")
    """Id of the responsible team. Set either ``team`` or ``team_id``."""


class WarehouseSource(Entity):
    """Base of metric sources, assignment sources and entity property sources."""

    lifecycle = DryRunLifecycle
    creation = WarehouseSourceCreation
    resource_client = WarehouseSourceClient

    is_read_only: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the source can be edited only through the Console API, and not in the console."""
    validate_on_preview: Prop[bool] = optional(local=True)
    """Whether a preview validates the query with a dry run on the warehouse (``dryRun``), and fails if the warehouse
    rejects it. Nothing is saved, but each preview and each ``up`` uses one write of the project's write budget for
    each new or changed source. Skipped while a value is unknown. Do not use it if the same program creates the table.
    The setting ``statsig:validateOnPreview`` is the default for the whole stack."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Keep an empty owner, which matches any owner, and a team id if the API returns only the team's name."""
        values: Inputs = {"owner": {}} if declared.get("owner") == {} else {}
        if "team_id" in declared and live.get("team") and not live.get("teamID"):
            values["team_id"] = declared["team_id"]
        return values

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if "team" in values and "team_id" in values:
            yield Problem("team_id", "conflicts with team: set only one of them")
        mapping = get_known(values, "id_type_mapping")
        if mapping == []:
            yield Problem("id_type_mapping", "must map at least one unit type")
        yield from find_duplicates(values, "id_type_mapping", "statsig_unit_id")
