"""Data sources of dynamic configs, their rules and versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack, overload

from pulumi import Output

from ..errors import GoneError
from ..resources.types.rules import ConfigRule
from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source, data_source_by_id
from .query import build_query
from .records.configurations import DynamicConfigRecord
from .rules import has_rule, list_rules, read_rules

CONFIGS = Endpoint("dynamic_configs")


class DynamicConfigFilters(ReadOptions, total=False):
    """Filters of ``list_dynamic_configs``. A config matches a filter with several tags if it has any of them."""

    tags: str | Sequence[str]
    creator_name: str
    creator_id: str
    release_pipeline_id: str


@data_source
def list_dynamic_configs(reader: Reader, **filters: Unpack[DynamicConfigFilters]) -> list[DynamicConfigRecord]:
    """Return the dynamic configs that match all filters.

    Raises TypeError if a filter is unknown.

    Console API: ``GET /dynamic_configs``.
    """
    return reader.list_records(
        DynamicConfigRecord, CONFIGS.collection, query=build_query(reader.data_source, DynamicConfigFilters, filters)
    )


@overload
def list_dynamic_config_versions(config_id: str, **options: Unpack[ReadOptions]) -> list[DynamicConfigRecord]: ...
@overload
def list_dynamic_config_versions(
    config_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[list[DynamicConfigRecord]]: ...
@data_source_by_id
def list_dynamic_config_versions(reader: Reader, config_id: str) -> list[DynamicConfigRecord]:
    """Return all versions of a dynamic config.

    Raises GoneError if the config does not exist.

    Console API: ``GET /dynamic_configs/{id}/versions``.
    """
    return reader.list_records(DynamicConfigRecord, CONFIGS.path(config_id, "versions"), _title(config_id))


@overload
def list_dynamic_config_rules(config_id: str, **options: Unpack[ReadOptions]) -> list[ConfigRule]: ...
@overload
def list_dynamic_config_rules(config_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[ConfigRule]]: ...
@data_source_by_id
def list_dynamic_config_rules(reader: Reader, config_id: str) -> list[ConfigRule]:
    """Return the rules of a dynamic config, in order.

    Raises GoneError if the config does not exist.

    Console API: ``GET /dynamic_configs/{id}/rules``.
    """
    return _rules(reader, config_id)


@overload
def get_dynamic_config_rule(config_id: str, rule_id: str, **options: Unpack[ReadOptions]) -> ConfigRule: ...
@overload
def get_dynamic_config_rule(
    config_id: Output[str], rule_id: str | Output[str], **options: Unpack[ReadOptions]
) -> Output[ConfigRule]: ...
@overload
def get_dynamic_config_rule(
    config_id: str, rule_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[ConfigRule]: ...
@data_source_by_id
def get_dynamic_config_rule(reader: Reader, config_id: str, rule_id: str) -> ConfigRule:
    """Return one rule of a dynamic config, given by its id or base id.

    Raises GoneError if the config or the rule does not exist.

    Console API: ``GET /dynamic_configs/{id}/rule/{ruleId}``.
    """
    title = f"rule '{rule_id}' of {_title(config_id)}"
    path = Endpoint(CONFIGS.path(config_id, "rule")).path(rule_id)
    data = reader.get_data(path, title, is_missing_fn=lambda: not has_rule(_rules(reader, config_id), rule_id))
    rules = read_rules(ConfigRule, data)
    if not rules:
        raise GoneError(f"there is no {title} in this Statsig project")
    return rules[0]


def _rules(reader: Reader, config_id: str) -> list[ConfigRule]:
    return list_rules(reader, ConfigRule, CONFIGS.path(config_id, "rules"), _title(config_id))


def _title(config_id: str) -> str:
    return f"dynamic config '{config_id}'"
