"""Base and shared fields of metric sources, assignment sources and entity property sources.

Console API: ``/metrics/metric_source``, ``/experiments/assignment_sources``, ``/experiments/entity_properties``,
in warehouse-native projects. A source is identified by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ...errors import GoneError, InvalidInputsError, NotFoundError, Problem, RejectedError, StatsigError
from ...json_values import Json, has_unknown
from ...lifecycle.crud import Lifecycle
from ...lifecycle.resource_client import Live, ResourceClient
from ...schema.diff import Changes
from ...schema.options import optional, required
from ...schema.properties import Fields, ListProp, NestedType, Prop, SparseProp
from ...schema.state import IMPORT, Values
from ...schema.validation import known
from ..types.shared import NonEmptyStr
from .entity import Entity

KEY_S: Final = "SDK_KEY"
"""The type of owner of what a key made, where nobody says otherwise."""
NOT_TRIED: Final = ("tags", "team", "team_id")
"""Left out of a dry run: what they name may be made by the same program, only later."""


class IdTypeMapping(NestedType):
    """The column that contains the ids of a unit type."""

    identity = ("statsig_unit_id",)

    statsig_unit_id: Prop[NonEmptyStr] = required()
    """The unit type in Statsig, such as ``userID``."""
    column: Prop[NonEmptyStr] = required()
    """Name of the column with the unit's ids."""


class WarehouseSourceClient(ResourceClient):
    """Sources, whose names are their keys."""

    def updated(self, key: str, changed: Iterable[str], body: Json) -> Live:
        sent = dict(body)
        if sent.get("name") == key:
            del sent["name"]  # a name in the body is a new one, and this one is in use
        if "owner" not in changed and (sent.get("owner") or {}).get("ownerType") == KEY_S:
            del sent["owner"]  # the API fills it in
        return super().updated(key, changed, sent)

    def changed(self, method: str, key: str, *more: str, body: Json = None) -> Live:
        try:
            return super().changed(method, key, *more, body=body)
        except (NotFoundError, GoneError):
            # A rename whose answer was lost is sent again, to a name that is no more.
            name = body.get("name") if isinstance(body, dict) else None
            renamed = self.read(str(name)) if name not in (None, key) else None
            if renamed is None:
                raise
            return renamed


class WarehouseSourceLifecycle(Lifecycle):
    """A source can be tried on the warehouse in a preview: the API's dry run, which saves nothing."""

    def check(self, news: Mapping[str, Json], *, new: bool) -> tuple[Values, list[Problem]]:
        inputs, found = super().check(news, new=new)
        if new and not found and IMPORT not in inputs and self._is_to_be_tried(inputs):
            found += self._problems_of_dry_run(self.resource_client.endpoint.collection, inputs, inputs, new=True)
        return inputs, found

    def diff(self, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Changes:
        found = super().diff(olds, news)
        differs = any(self.declaration.properties[name].sent and name not in NOT_TRIED for name in found.changed)
        # The engine checks a replacement as the new source that it is.
        if differs and not found.replaces and self._is_to_be_tried(news):
            key = self.resource_client.key("", olds)
            said = {name: value for name, value in news.items() if (name, value) != ("name", key)}
            if problems := self._problems_of_dry_run(self.resource_client.path(key), said, news, new=False):
                raise InvalidInputsError(self.declaration.title(news), problems)
        return found

    def _is_to_be_tried(self, inputs: Mapping[str, Json]) -> bool:
        asked = inputs.get("validate_on_preview")
        return bool(self.policy.validate_on_preview if asked is None else asked) and not has_unknown(dict(inputs))

    def _problems_of_dry_run(
        self, path: str, said: Mapping[str, Json], inputs: Mapping[str, Json], *, new: bool
    ) -> list[Problem]:
        """What the API refuses; where it cannot tell, a warning says so."""
        body = self._body_of_create({name: value for name, value in said.items() if name not in NOT_TRIED})
        try:
            self.client.once("POST", path, body | {"dryRun": True})
        except StatsigError as error:
            # A source of the name may be this one's predecessor: whether it is in the way is told by the create.
            if isinstance(error, RejectedError) and not (new and self.resource_client.find(inputs)):
                return [Problem("", f"Statsig's dry run says: {error.reason}")]
            self.reporter.say("warning", f"{self.declaration.title(inputs)} was not validated: {error.words}")
        return []

    def _is_made_by(self, inputs: Mapping[str, Json], there: Live, within_s: float) -> bool:
        """A source does not tell when it was made, but whether it is a person's."""
        is_a_person_s = (there.get("owner") or {}).get("ownerType") == "USER" and "owner" not in inputs
        return not is_a_person_s and super()._is_made_by(inputs, there, within_s)


class WarehouseSourceFields(Fields):
    """Fields of metric sources, assignment sources and entity property sources."""

    name: Prop[NonEmptyStr] = required()
    """Name, which identifies the source."""
    description: Prop[str] = optional()
    """Description."""
    tags: ListProp[str] = optional(unordered=True, refers_to="Tag.name")
    """Names of tags."""
    sql: Prop[NonEmptyStr] = required()
    """Query in the SQL dialect of the warehouse. Statsig stores it as written."""
    timestamp_column: SparseProp[NonEmptyStr] = required()
    """Name of the column with the timestamp."""
    id_type_mapping: ListProp[IdTypeMapping] = required()
    """Columns with unit ids, by unit type. At least one."""
    team: Prop[str | None] = optional(conflicts_with=("team_id",), refers_to="Team.name")
    """Name of the responsible team. Set either ``team`` or ``team_id``."""
    team_id: Prop[str | None] = optional(conflicts_with=("team",), exported=False)
    """Id of the responsible team. Set either ``team`` or ``team_id``."""


class WarehouseSource(Entity):
    """Base of metric sources, assignment sources and entity property sources."""

    lifecycle = WarehouseSourceLifecycle
    resource_client = WarehouseSourceClient

    is_read_only: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the source can be edited only through the Console API, and not in the console."""
    validate_on_preview: Prop[bool] = optional(local=True)
    """Whether a preview validates the query with a dry run on the warehouse (``dryRun``), and fails if the warehouse
    rejects it. Nothing is saved, but each preview and each ``up`` uses one write of the project's write budget for
    each new or changed source. Skipped while a value is unknown. Do not use it if the same program creates the table.
    The setting ``statsig:validateOnPreview`` is the default for the whole stack."""

    @classmethod
    def suppress_drift(cls, live: Mapping[str, Json], declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Ignore the owner if the declared one is empty, and the team id if the API returns only the team's name."""
        suppressed = dict(live)
        if declared.get("owner") == {}:
            suppressed["owner"] = {}
        if "team_id" in declared and live.get("team") and not live.get("teamID"):
            suppressed["teamID"] = declared["team_id"]
        return suppressed

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if "team" in values and "team_id" in values:
            yield Problem("team_id", "conflicts with team: set only one of them")
        mapping = known(values, "id_type_mapping")
        if mapping == []:
            yield Problem("id_type_mapping", "must map one unit at least")
        yield from repeated(values, "id_type_mapping", "statsig_unit_id", "unit")


def repeated(values: Mapping[str, Json], name: str, key: str, what: str) -> Iterator[Problem]:
    """The items of a list that map again what another one maps."""
    items = values.get(name)
    seen: set[str] = set()
    for index, item in enumerate(items if isinstance(items, list) else []):
        said = item.get(key) if isinstance(item, dict) else None
        if isinstance(said, str) and said in seen:
            yield Problem(f"{name}[{index}].{key}", f"the {what} '{said}' is mapped already")
        seen |= {said} if isinstance(said, str) else set()
