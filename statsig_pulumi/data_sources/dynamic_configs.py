"""Look-ups of dynamic configs, their rules and versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack, overload

from pulumi import Output

from ..errors import GoneError
from ..resources.types.rules import ConfigRule
from ..schema.declaration import Endpoint
from .call import Api, lookup, lookup_by_id
from .query import query_of
from .records.configurations import DynamicConfigRecord
from .rules import is_without, rules_at, rules_in

CONFIGS = Endpoint("dynamic_configs")


class DynamicConfigFilters(TypedDict, total=False):
    """What dynamic configs can be listed by; several tags are those that fit any of them."""

    tags: str | Sequence[str]
    creator_name: str
    creator_id: str
    release_pipeline_id: str


@lookup
def list_dynamic_configs(api: Api, **filters: Unpack[DynamicConfigFilters]) -> list[DynamicConfigRecord]:
    """The dynamic configs that fit all filters.

    Console API: ``GET /dynamic_configs``.
    """
    return api.every(DynamicConfigRecord, CONFIGS.collection, query=query_of(api.asker, DynamicConfigFilters, filters))


@overload
def list_dynamic_config_versions(config_id: str) -> list[DynamicConfigRecord]: ...
@overload
def list_dynamic_config_versions(config_id: Output[str]) -> Output[list[DynamicConfigRecord]]: ...
@lookup_by_id
def list_dynamic_config_versions(api: Api, config_id: str) -> list[DynamicConfigRecord]:
    """The config as each of its versions was; a GoneError where there is no such config.

    Console API: ``GET /dynamic_configs/{id}/versions``.
    """
    return api.every(DynamicConfigRecord, CONFIGS.path(config_id, "versions"), _config(config_id))


@overload
def list_dynamic_config_rules(config_id: str) -> list[ConfigRule]: ...
@overload
def list_dynamic_config_rules(config_id: Output[str]) -> Output[list[ConfigRule]]: ...
@lookup_by_id
def list_dynamic_config_rules(api: Api, config_id: str) -> list[ConfigRule]:
    """The rules of a config, in their order; a GoneError where there is no such config.

    Console API: ``GET /dynamic_configs/{id}/rules``.
    """
    return _rules(api, config_id)


@overload
def get_dynamic_config_rule(config_id: str, rule_id: str) -> ConfigRule: ...
@overload
def get_dynamic_config_rule(config_id: Output[str], rule_id: str | Output[str]) -> Output[ConfigRule]: ...
@overload
def get_dynamic_config_rule(config_id: str, rule_id: Output[str]) -> Output[ConfigRule]: ...
@lookup_by_id
def get_dynamic_config_rule(api: Api, config_id: str, rule_id: str) -> ConfigRule:
    """One rule of a config, by its id or base id; a GoneError where there is no such config or rule.

    Console API: ``GET /dynamic_configs/{id}/rule/{ruleId}``.
    """
    what = f"rule '{rule_id}' of a {_config(config_id)}"
    path = Endpoint(CONFIGS.path(config_id, "rule")).path(rule_id)
    data = api.data(path, what, is_missing=lambda: is_without(_rules(api, config_id), rule_id))
    rules = rules_in(ConfigRule, data)
    if not rules:
        raise GoneError(f"there is no {what} in this Statsig project")
    return rules[0]


def _rules(api: Api, config_id: str) -> list[ConfigRule]:
    return rules_at(api, ConfigRule, CONFIGS.path(config_id, "rules"), _config(config_id))


def _config(config_id: str) -> str:
    return f"dynamic config '{config_id}'"
