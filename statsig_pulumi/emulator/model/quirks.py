"""Quirks: settings for behaviour of the API that is uncertain, or that differs between its versions.

`docs/emulator.md` documents each quirk: what it changes, and which behaviour of the API is uncertain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .json_values import Json, Record

DOCUMENTATION: Final = "docs/emulator.md"


@dataclass(frozen=True)
class Quirk:
    """One setting. Without choices, it takes any value."""

    name: str
    default: Json
    sentence: str
    choices: tuple[Json, ...] = ()

    @property
    def documentation(self) -> str:
        return f"{DOCUMENTATION}#{self.name}"

    def as_json(self) -> Record:
        return {**vars(self), "documentation": self.documentation}


ON_OFF: Final = (True, False)
ACCEPT_REJECT: Final = ("accept", "reject")

TABLE: Final[tuple[Quirk, ...]] = (
    # HTTP
    Quirk("rate_limit", True, "Mutations are limited per project.", ON_OFF),
    Quirk("rate_limit_windows", [[100, 10], [900, 900]], "The limits: pairs of requests and seconds."),
    Quirk("retry_after_seconds", None, "The Retry-After header of a 429, or null for none."),
    Quirk("latency_ms", 0, "The delay of each response."),
    Quirk(
        "error_shape", "status", "The key that repeats the status in the body of an error.", ("status", "statusCode")
    ),
    Quirk("strict_version", False, "Requests without STATSIG-API-VERSION 20240601 are errors.", ON_OFF),
    Quirk("strict_body", False, "Undocumented keys in a body are errors; otherwise they are ignored.", ON_OFF),
    Quirk("default_page_size", 100, "The number of items per page if `limit` is omitted."),
    Quirk("max_page_size", 1000, "The maximum of `limit`; larger values are reduced to it."),
    Quirk("list_order", "created", "The order of lists.", ("created", "newest")),
    Quirk(
        "archived_configs_listed",
        "asked",
        "When lists contain archived dynamic configs: with includeArchived, always or never.",
        ("asked", "always", "never"),
    ),
    Quirk("delete_missing_status", 404, "The status of a delete of an object that does not exist.", (404, 400, 200)),
    Quirk("project_shown", True, "GET /project exists.", ON_OFF),
    Quirk("api_2026_10", True, "The operations exist that the API added in October 2026.", ON_OFF),
    Quirk("company_shown", True, "GET /company is not refused.", ON_OFF),
    Quirk("warehouse_native", False, "The project is warehouse native.", ON_OFF),
    Quirk("audit_logs_newest_first", True, "The audit log begins with the latest entry.", ON_OFF),
    Quirk(
        "team_missing",
        "reject",
        "Whether a gate, config or the like is created without a team if the settings of teams require one.",
        ACCEPT_REJECT,
    ),
    # Names and references
    Quirk("shared_namespace", False, "Gates, configs, segments and experiments share one namespace of ids.", ON_OFF),
    Quirk("unique_display_names", False, "A rename to a name in use is an error, as it is for a create.", ON_OFF),
    Quirk(
        "unknown_references",
        "accept",
        "Whether a body may refer to a tag, team, target app, gate, segment or member that does not exist.",
        ACCEPT_REJECT,
    ),
    Quirk("default_tags", [], "The tags of each new gate, dynamic config and experiment."),
    # Rules
    Quirk("scalar_target_values", True, "Responses have a single target value without a list.", ON_OFF),
    Quirk("numeric_target_values", True, "Responses have numeric texts as numbers for numeric operators.", ON_OFF),
    Quirk("validate_operators", True, "An operator that a condition type does not have is an error.", ON_OFF),
    Quirk("operator_required", True, "A missing operator is an error if the condition type has operators.", ON_OFF),
    Quirk(
        "null_condition_keys",
        "accept",
        "Whether targetValue, field and customID of a condition may be null.",
        ACCEPT_REJECT,
    ),
    Quirk("match_rules_by_name", False, "Rules and groups without ids keep the ids of those of the same name.", ON_OFF),
    Quirk(
        "rule_id_suffix",
        "edit",
        "Which edit changes the id of a rule to baseID:percentage:n.",
        ("edit", "pass_percentage", "never"),
    ),
    Quirk("rollouts_in_rules", True, "Responses have the automated rollouts of rules.", ON_OFF),
    Quirk("unique_rule_names", False, "Repeated names in a full list of rules are an error.", ON_OFF),
    Quirk("gate_rules_endpoints", True, "POST and PATCH /gates/{id}/rules exist.", ON_OFF),
    Quirk("dc_rule_endpoints", True, "The rule endpoints of dynamic configs of March 2025 exist.", ON_OFF),
    Quirk("dc_empty_rule_id", "reject", "Whether the id of a dynamic config's rule may be empty.", ACCEPT_REJECT),
    Quirk("dc_pass_percentage_default", 100, "The passPercentage of a dynamic config's rule if it is omitted."),
    # Lifecycle
    Quirk("gate_type_default", "TEMPORARY", "The type of a new gate if it is omitted.", ("TEMPORARY", "PERMANENT")),
    Quirk("launch_disables", True, "A launched gate has isEnabled false.", ON_OFF),
    Quirk("full_update_resets", False, "A full update resets the fields that it omits to their defaults.", ON_OFF),
    Quirk("archived_updates", "accept", "Whether an archived config can be updated.", ACCEPT_REJECT),
    Quirk(
        "archive_referenced",
        "accept",
        "Whether a gate in use can be archived without forceArchive.",
        ACCEPT_REJECT,
    ),
    # Segments
    Quirk(
        "segment_rules_body",
        "array",
        "The body that sets the rules of a segment: the list, or an object with it.",
        ("array", "object"),
    ),
    Quirk(
        "segment_rules_answer", "message", "The response to it has the segment or a message.", ("message", "segment")
    ),
    Quirk("segment_delete_used", "reject", "Whether a segment that rules name can be deleted.", ACCEPT_REJECT),
    Quirk(
        "segment_archived",
        "disabled",
        "What shows that a segment is archived: isEnabled, nothing, or that lists omit it.",
        ("disabled", "nothing", "unlisted"),
    ),
    Quirk("id_list_limit", [[12, 10], [900, 900]], "The limits of writes to id lists: pairs of requests and seconds."),
    Quirk("id_list_read_limit", [[100, 10]], "The limits of reads of id lists: pairs of requests and seconds."),
    Quirk("id_list_polls", 0, "The number of reads of the metadata before an update of an id list has finished."),
    Quirk("user_store_shown", True, "The ids of a list in the user store can be read.", ON_OFF),
    # Experiments
    Quirk(
        "experiment_locks",
        "targeting",
        "The locked fields of a started experiment: its targeting gate; with strict, its unit type and the names, "
        "sizes and parameters of its groups too.",
        ("targeting", "strict", "off"),
    ),
    Quirk("delete_active_experiment", "accept", "Whether an active experiment can be deleted.", ACCEPT_REJECT),
    Quirk("reset_active_experiment", "accept", "Whether an active experiment can be reset.", ACCEPT_REJECT),
    Quirk("implicit_layer_id", True, "Responses have the implicit layer of experiments without a layer.", ON_OFF),
    Quirk("named_overrides", False, "Overrides of experiments are read with `name` instead of `id`.", ON_OFF),
    Quirk("pulse_load_polls", 0, "The number of reads of the history before a load of results has finished."),
    # Layers and holdouts
    Quirk(
        "layer_parameter_types",
        "reject",
        "Whether the default of a layer's parameter may have another type than the parameter.",
        ACCEPT_REJECT,
    ),
    Quirk(
        "holdout_targeting",
        "id",
        "How the targeting gate of a holdout is read and cleared. It is read by its id, or by an internal one. "
        "With `null_clears`, null alone clears it; with `internal_id`, an empty text alone.",
        ("id", "null_clears", "internal_id"),
    ),
    Quirk(
        "holdout_experiments",
        "experiments",
        "Whether a held experiment without a layer is read as an experiment or as its implicit layer.",
        ("experiments", "layers"),
    ),
    Quirk(
        "holdout_id_types",
        "accept",
        "Whether a holdout may hold objects of another unit type.",
        ACCEPT_REJECT,
    ),
    Quirk(
        "layer_overrides_delete",
        "all",
        "Whether a DELETE of the overrides of a layer removes all of them or those in its body.",
        ("all", "body"),
    ),
    # Param stores
    Quirk(
        "param_store_missing_status",
        404,
        "The status of a read or update of a param store that does not exist.",
        (404, 400),
    ),
    # Autotunes
    Quirk("autotune_locked", True, "Variants, success event and windows of a started autotune are locked.", ON_OFF),
    Quirk(
        "autotune_windows", "sent", "The form of windows in responses: as sent, 24 or 24hrs.", ("sent", "number", "hrs")
    ),
    Quirk("autotune_start_again", "reject", "Whether a started autotune can be started again.", ACCEPT_REJECT),
    Quirk("autotune_reset_restarts", False, "An autotune is started after a reset.", ON_OFF),
    Quirk("autotune_decision_stops", False, "An autotune with a winner is not started.", ON_OFF),
    Quirk("delete_started_autotune", "accept", "Whether a started autotune can be deleted.", ACCEPT_REJECT),
    # Reviews
    Quirk("reviews_required", False, "The project requires a review of each change of a config.", ON_OFF),
    Quirk("review_answer", "held", "A change that requires a review is stored apart or is a 403.", ("held", "refused")),
    # Teams, users, tags, target apps
    Quirk("team_precedence", "teamID", "The key that applies if a body has `team` and `teamID`.", ("teamID", "team")),
    Quirk(
        "team_defaults",
        "fill",
        "A team's defaults fill the fields that a create omits, are added to its fields, or are not applied.",
        ("fill", "union", "off"),
    ),
    Quirk("team_id_on_configs", True, "Responses have the teamID of gates and configs.", ON_OFF),
    Quirk("team_id_in_answers", True, "Responses have the id of a team; lists always do.", ON_OFF),
    Quirk("list_teams_with_members", False, "The list of teams has members and admins.", ON_OFF),
    Quirk("admins_appear_in_members", False, "The members of a team include its admins.", ON_OFF),
    Quirk("team_missing_status", 404, "The status of a read or update of a team that does not exist.", (404, 400)),
    Quirk("company_domain", "example.com", "The domain of addresses that can be invited."),
    Quirk("invited_users_visible", True, "Users are listed before they accept their invitation.", ON_OFF),
    Quirk("lower_case_roles", True, "Responses have built-in roles in lower case.", ON_OFF),
    Quirk("tag_id_is_name", False, "The id of a tag is its name.", ON_OFF),
    Quirk("tag_update_resets_core", False, "An update of a tag without isCore sets it to false.", ON_OFF),
    Quirk("target_app_description", False, "Responses have the description of target apps.", ON_OFF),
    Quirk("overrides_replaced_whole", False, "A POST of overrides of a gate also removes the forms it omits.", ON_OFF),
    # Access: roles, unit id types and settings
    Quirk(
        "settings_omitted",
        "reset",
        "What a POST of settings does to optional ones that it omits. The default unit type is always reset.",
        ("reset", "keep"),
    ),
    Quirk(
        "key_visible",
        True,
        "Reads and lists have the API keys, if the calling key has the scope can_access_keys.",
        ON_OFF,
    ),
    Quirk("rotate_keeps_old", False, "A rotated API key stays active beside the new one.", ON_OFF),
    Quirk("role_patch_whole", True, "A PATCH of a role resets the permissions that it omits.", ON_OFF),
    Quirk(
        "role_permissions_listed",
        "set",
        "Whether responses have the permissions of a role that were set, or all with false for the others.",
        ("set", "all"),
    ),
    Quirk("built_in_roles_listed", False, "The list of roles has the built-in ones.", ON_OFF),
    Quirk("role_delete_used", "reject", "Whether a role that users have can be deleted.", ACCEPT_REJECT),
    Quirk(
        "role_missing_status",
        404,
        "The status of a read or update of a role or unit id type that does not exist.",
        (404, 400),
    ),
    Quirk("unit_id_type_delete_used", "reject", "Whether a unit id type in use can be deleted.", ACCEPT_REJECT),
    # Sources of warehouse-native projects
    Quirk("source_update_resets", False, "A POST to a source resets the optional fields that it omits.", ON_OFF),
    Quirk("source_name_taken", "Name is already in use", "The message for a name of a source that is in use."),
    Quirk("sql_errors", "", "A query that contains this text is an SQL error."),
    Quirk(
        "metric_source_missing_status",
        404,
        "The status of a read or update of a metric source that does not exist.",
        (404, 400),
    ),
    Quirk(
        "entity_property_missing_status",
        404,
        "The status of a read of an entity property source that does not exist.",
        (404, 400),
    ),
    Quirk("metric_source_placeholders", False, "The list of metric sources has empty names and mappings.", ON_OFF),
    # Metrics
    Quirk("metric_rename_keeps_id", False, "A renamed metric keeps its id, which has its old name.", ON_OFF),
    Quirk("metric_renames", True, "An update can rename a metric; otherwise its name is ignored.", ON_OFF),
    Quirk("nested_replaced", True, "An update of a nested object replaces it as a whole.", ON_OFF),
    Quirk("metric_required_fields", True, "A create without a field that its type requires is an error.", ON_OFF),
    Quirk("metric_archive_grace", True, "A metric is archived a day after the request; otherwise at once.", ON_OFF),
    Quirk(
        "metric_cancel_archive_status",
        404,
        "The status of cancelling the archive of a metric if none is scheduled.",
        (404, 400),
    ),
    Quirk("metrics_of_2026", True, "Metrics have the fields of 2026.", ON_OFF),
    Quirk("metric_sources_derived", False, "Responses derive metricSources from metricSourceName.", ON_OFF),
    Quirk("report_listed", False, "The response of a report is a list of one.", ON_OFF),
    # Ingestion
    Quirk(
        "connected_types",
        ["redshift", "bigquery-v2", "snowflake-v2", "azure-synapse", "s3", "athena", "adls"],
        "The warehouse types that are connected. The API can only connect databricks.",
    ),
    Quirk("ingestion_data", "echo", "The content of `data` of an ingestion.", ("echo", "empty")),
    Quirk("ingestion_enabled_default", False, "Whether a new source is enabled if `enabled` is omitted.", ON_OFF),
    Quirk("column_mapping_merges", False, "A PATCH keeps the columns of the mapping that it omits.", ON_OFF),
    Quirk(
        "ingestion_run_error_shape",
        "statusCode",
        "The error_shape for a run that does not exist.",
        ("statusCode", "status"),
    ),
    Quirk("ingestion_status_source", True, "Statuses have the warehouse type; otherwise it is null.", ON_OFF),
    Quirk("backfill_polls", 0, "The number of reads of a run before it has finished."),
    Quirk("backfill_outcome", "completed", "The last status of a run.", ("completed", "download_error")),
)

BY_NAME: Final[Mapping[str, Quirk]] = {quirk.name: quirk for quirk in TABLE}


class UnknownQuirkError(ValueError):
    """Raised for a quirk that does not exist, or for a value that it does not take."""


class Quirks:
    """The values of all quirks, read as `quirks["name"]`."""

    def __init__(self, changes: Mapping[str, Json] | None = None) -> None:
        self._values: Record = {quirk.name: quirk.default for quirk in TABLE}
        self.change(changes or {})

    def __getitem__(self, name: str) -> Json:
        return self._values[name]

    def change(self, changes: Mapping[str, Json]) -> None:
        """Set the values of quirks.

        Raises:
            UnknownQuirkError: if one of the changes is not valid. In that case none is applied.
        """
        for name, value in changes.items():
            _validate(name, value)
        self._values.update(changes)

    def as_json(self) -> Record:
        return dict(self._values)


def _validate(name: str, value: Json) -> None:
    quirk = BY_NAME.get(name)
    if quirk is None:
        raise UnknownQuirkError(f"There is no quirk {name!r}; there are: {', '.join(sorted(BY_NAME))}.")
    # In Python 1 == True, so compare the types too.
    if quirk.choices and not any(value == choice and type(value) is type(choice) for choice in quirk.choices):
        raise UnknownQuirkError(f"Quirk {name!r} takes one of {list(quirk.choices)}, not {value!r}.")
