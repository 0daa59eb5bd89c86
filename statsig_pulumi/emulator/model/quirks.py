"""The table of switches: what the API is not known to do, or does in more than one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..api.responses import Json, Record


@dataclass(frozen=True)
class Quirk:
    name: str
    default: Json
    sentence: str
    section: str
    choices: tuple[Json, ...] = ()


ON_OFF: Final = (True, False)

TABLE: Final[tuple[Quirk, ...]] = (
    # the wire
    Quirk("rate_limit", True, "Mutations are limited per project.", "1.5", ON_OFF),
    Quirk("rate_limit_windows", [[100, 10], [900, 900]], "Pairs of requests and seconds.", "1.5"),
    Quirk("retry_after_seconds", None, "A 429 carries Retry-After with this many seconds; null leaves it out.", "14.1"),
    Quirk("latency_ms", 0, "Each answer is held back this long.", "15.31"),
    Quirk(
        "error_shape", "status", "The key that repeats the status in an error body.", "1.4", ("status", "statusCode")
    ),
    Quirk("strict_version", False, "Requests without STATSIG-API-VERSION 20240601 are refused.", "15.2", ON_OFF),
    Quirk("strict_body", False, "Keys that are not documented are refused instead of ignored.", "14.16", ON_OFF),
    Quirk("default_page_size", 100, "Items per page when limit is not given.", "1.3"),
    Quirk("max_page_size", 1000, "A larger limit counts as this one.", "1.3"),
    Quirk(
        "list_order", "created", "The order of lists, which the API does not promise.", "14.1", ("created", "newest")
    ),
    Quirk(
        "archived_configs_listed",
        "asked",
        "When lists have archived dynamic configs: includeArchived is documented for gates only.",
        "4.1",
        ("asked", "always", "never"),
    ),
    Quirk("delete_missing_status", 404, "The answer to a delete of what is gone.", "14.7", (404, 400, 200)),
    # names and references
    Quirk("shared_namespace", False, "Gates, configs, segments and experiments share their ids.", "14.6", ON_OFF),
    Quirk("unique_display_names", False, "A rename to a name in use is refused, as a create is.", "14.5", ON_OFF),
    Quirk(
        "unknown_references",
        "accept",
        "What an unknown tag, team, target app, gate or member does.",
        "14.9",
        ("accept", "reject"),
    ),
    Quirk("default_tags", [], "Tags that every new gate and config gets.", "2.6"),
    # rules
    Quirk("scalar_target_values", True, "A single target value is read back without its list.", "15.13", ON_OFF),
    Quirk(
        "numeric_target_values", True, "Number-like texts of numeric operators come back as numbers.", "15.13", ON_OFF
    ),
    Quirk("validate_operators", True, "Operators are checked per condition type.", "15.14", ON_OFF),
    Quirk("operator_required", True, "A condition type with operators needs one.", "2.2", ON_OFF),
    Quirk(
        "null_condition_keys",
        "accept",
        "What null does in targetValue, field and customID: the specification has it, a live test had it refused.",
        "2.2",
        ("accept", "reject"),
    ),
    Quirk(
        "match_rules_by_name", False, "Rules and groups sent without ids keep their identity by name.", "14.4", ON_OFF
    ),
    Quirk(
        "rule_id_suffix",
        "edit",
        "What rewrites a rule's id to baseID:percentage:n.",
        "14.4",
        ("edit", "pass_percentage", "never"),
    ),
    Quirk("rollouts_in_rules", True, "Rules are read with their automated rollouts.", "2.1", ON_OFF),
    Quirk("unique_rule_names", False, "A whole list of rules with a repeated name is refused too.", "2.1", ON_OFF),
    Quirk("gate_rules_endpoints", True, "POST and PATCH /gates/{id}/rules still work.", "14.15", ON_OFF),
    Quirk("dc_rule_endpoints", True, "The config rule endpoints of March 2025 still work.", "14.15", ON_OFF),
    Quirk("dc_empty_rule_id", "reject", 'What `id: ""` does in a config rule.', "2.1", ("reject", "accept")),
    Quirk("dc_pass_percentage_default", 100, "The passPercentage of a config rule without one.", "2.1"),
    # lifecycle
    Quirk("gate_type_default", "TEMPORARY", "The type of a gate made without one.", "3.2", ("TEMPORARY", "PERMANENT")),
    Quirk("launch_disables", True, "A launched gate reads as isEnabled false.", "15.16", ON_OFF),
    Quirk("full_update_resets", False, "A full update resets what it omits to the defaults.", "14.3", ON_OFF),
    Quirk("archived_updates", "accept", "What an update of something archived does.", "14.12", ("accept", "reject")),
    Quirk(
        "archive_referenced",
        "accept",
        "What archiving a referenced gate does without forceArchive.",
        "14.12",
        ("accept", "reject"),
    ),
    # experiments
    Quirk(
        "experiment_locks",
        "targeting",
        "What an update may not change once an experiment has started: its targeting gate; under strict its unit type "
        "and its groups' number, names, sizes and parameters as well.",
        "14.11",
        ("targeting", "strict", "off"),
    ),
    Quirk(
        "delete_active_experiment", "accept", "What deleting an active experiment does.", "14.11", ("accept", "reject")
    ),
    Quirk(
        "reset_active_experiment", "accept", "What resetting an active experiment does.", "5.2", ("accept", "reject")
    ),
    Quirk("implicit_layer_id", True, "Experiments without a layer are read with their implicit one.", "15.23", ON_OFF),
    Quirk("named_overrides", False, "Overrides are read with `name` where they were written with `id`.", "5.2", ON_OFF),
    Quirk("pulse_load_polls", 0, "How often the history is read before a load of results has finished.", "5.1"),
    # reviews
    Quirk("reviews_required", False, "The project wants a review for each change of a config.", "15.35", ON_OFF),
    Quirk("review_answer", "held", "What a change does that a review holds back.", "14.2", ("held", "refused")),
    # teams, users, tags, target apps
    Quirk("team_precedence", "teamID", "Which wins when both are sent.", "14.13", ("teamID", "team")),
    Quirk(
        "team_defaults",
        "fill",
        "A team's defaults fill what a create omits, are added to it, or are left out.",
        "14.13",
        ("fill", "union", "off"),
    ),
    Quirk("team_id_on_configs", True, "Gates and configs are read with teamID.", "3.3", ON_OFF),
    Quirk("team_id_in_answers", True, "Teams are read with their id.", "9.2", ON_OFF),
    Quirk("list_teams_with_members", False, "The list of teams has members and admins, as in 2025.", "15.28", ON_OFF),
    Quirk("admins_appear_in_members", False, "A team's admins are among its members too.", "9.2", ON_OFF),
    Quirk("team_missing_status", 404, "The answer to a team that does not exist.", "14.7", (404, 400)),
    Quirk("company_domain", "example.com", "Only addresses of this domain can be invited.", "10"),
    Quirk("invited_users_visible", True, "An invited user is listed before having accepted.", "10", ON_OFF),
    Quirk("lower_case_roles", True, "The built-in roles are read in lower case.", "15.29", ON_OFF),
    Quirk("tag_id_is_name", False, "A tag's id is its name.", "11", ON_OFF),
    Quirk("tag_update_resets_core", False, "A tag update without isCore sets it to false.", "11", ON_OFF),
    Quirk("target_app_description", False, "Target apps are read with their description.", "11", ON_OFF),
    Quirk("overrides_replaced_whole", False, "A POST of a gate's overrides in one form ends the other.", "2.3", ON_OFF),
    # sources of warehouse-native projects
    Quirk("source_update_resets", False, "A POST to a source resets the optional fields it omits.", "14.3", ON_OFF),
    Quirk("source_name_taken", "Name is already in use", "What a source is told whose name is in use.", "14.8"),
    Quirk("sql_errors", "", "A query that contains this text fails in the warehouse.", "14.14"),
    Quirk("metric_source_missing_status", 404, "The answer to a metric source that is not there.", "14.7", (404, 400)),
    Quirk("entity_property_missing_status", 404, "The answer to a read of no entity property.", "14.7", (404, 400)),
    Quirk("metric_source_placeholders", False, "The list shows empty table names and mappings.", "15.26", ON_OFF),
    # ingestion
    Quirk(
        "connected_types",
        ["redshift", "bigquery-v2", "snowflake-v2", "azure-synapse", "s3", "athena", "adls"],
        "The warehouses that were connected in the console; databricks can be connected by the API.",
        "15.27",
    ),
    Quirk("ingestion_data", "echo", "What an ingestion has under data.", "14.10", ("echo", "empty")),
    Quirk("ingestion_enabled_default", False, "Whether a source made without enabled is on.", "8.2", ON_OFF),
    Quirk("column_mapping_merges", False, "A PATCH keeps the columns that it omits.", "14.10", ON_OFF),
    Quirk(
        "ingestion_run_error_shape",
        "statusCode",
        "The error_shape of a run that is not there.",
        "15.27",
        ("statusCode", "status"),
    ),
    Quirk("ingestion_status_source", True, "A status tells the warehouse; in the example it is null.", "8.5", ON_OFF),
    Quirk("backfill_polls", 0, "How often a run is read before it is finished.", "8.5"),
    Quirk("backfill_outcome", "completed", "How a run finishes.", "8.5", ("completed", "download_error")),
)

BY_NAME: Final[Mapping[str, Quirk]] = {quirk.name: quirk for quirk in TABLE}


class UnknownQuirkError(ValueError):
    """A quirk that is not in the table, or a value that it cannot take."""


class Quirks:
    """The switches as they stand, read as `quirks["name"]`."""

    def __init__(self, changes: Mapping[str, Json] | None = None) -> None:
        self._values: Record = {quirk.name: quirk.default for quirk in TABLE}
        self.change(changes or {})

    def __getitem__(self, name: str) -> Json:
        return self._values[name]

    def change(self, changes: Mapping[str, Json]) -> None:
        """All of the changes, or none when one of them is wrong."""
        for name, value in changes.items():
            _refuse_nonsense(name, value)
        self._values.update(changes)

    def as_json(self) -> Record:
        return dict(self._values)


def _refuse_nonsense(name: str, value: Json) -> None:
    quirk = BY_NAME.get(name)
    if quirk is None:
        raise UnknownQuirkError(f"There is no quirk {name!r}; there are: {', '.join(sorted(BY_NAME))}.")
    # 1 == True in Python: the type has to agree as well.
    if quirk.choices and not any(value == choice and type(value) is type(choice) for choice in quirk.choices):
        raise UnknownQuirkError(f"Quirk {name!r} takes one of {list(quirk.choices)}, not {value!r}.")
