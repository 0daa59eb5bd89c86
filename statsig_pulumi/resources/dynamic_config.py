"""Dynamic configs (Console API: ``/dynamic_configs``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from ..errors import Problem
from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional
from ..schema.properties import ListProp, MapProp, Prop, SparseProp
from ..schema.sentences import Sentence
from .bases.config import ARCHIVED, ConfigID, ConfigResource, RuleBasedFields
from .types.audience import find_consequences
from .types.json5 import (
    find_json5_problems,
    find_schema_violations,
    get_value,
    keep_one_form,
    load_schema,
    parse_or_keep,
)
from .types.rules import ConfigRule
from .types.shared import Owner, is_api_key, iterate_objects


def _to_null_if_empty(text: str) -> str | None:
    return text or None


class DynamicConfigFields(RuleBasedFields):
    """Fields of dynamic configs."""

    default_value: MapProp[Any] = optional(alternative="default_value_json5")
    """JSON object for units that no rule matches. It must not contain null. Not an output if the program sets
    ``default_value_json5`` instead."""
    default_value_json5: SparseProp[str] = optional(wire="defaultValueJson5", language="json5")
    """The default value as JSON5 text, which may contain comments. Statsig stores it as written. On a resource, an
    output only if the program sets it."""
    rules: ListProp[ConfigRule] = optional()
    """Rules, evaluated in order. The first rule whose conditions all match decides."""
    schema: Prop[str | None] = optional(
        compare_fn=parse_or_keep, to_wire=_to_null_if_empty, alternative="schema_json5", language="json"
    )
    """JSON Schema (Draft 2020-12) as JSON text. Every value must match it."""
    schema_json5: Prop[str | None] = optional(wire="schemaJson5", to_wire=_to_null_if_empty, language="json5")
    """The JSON Schema as JSON5 text, which may contain comments. On a resource, an output only if the program sets
    it."""
    owner: SparseProp[Owner] = optional(default=is_api_key)
    """The config's owner. If omitted, the owner is the API key."""


class DynamicConfig(ConfigResource, DynamicConfigFields, endpoint=Endpoint("dynamic_configs")):
    """A dynamic config: a JSON object that rules decide for each unit.

    Created with ``POST /dynamic_configs`` and updated with ``PATCH /dynamic_configs/{id}``, which changes only the
    properties in the request. ``PUT /dynamic_configs/{id}/archive`` and ``unarchive`` archive and restore it.

    Example::

        import statsig_pulumi as statsig

        statsig.DynamicConfig(
            "checkout-limits",
            name="checkout_limits",
            description="Limits of the checkout",
            schema='{"type": "object", "properties": {"max_items": {"type": "integer"}}}',
            default_value={"max_items": 50},
            rules=[
                statsig.ConfigRule(
                    name="Benelux",
                    pass_percentage=100,
                    conditions=statsig.Condition.country(any_of=["BE", "NL", "LU"]),
                    return_value={"max_items": 200},
                ),
            ],
        )
    """

    category = "Feature flags"
    terraform_type = "dynamic_config"
    loss = "code that reads it gets the default in the code"

    dynamic_config_id: Prop[ConfigID] = optional(wire="id", replace_on_changes=True)
    """The config's id, which code refers to: 3 to 100 letters, digits, ``_``, ``-`` and ``.``. If omitted, Statsig
    derives it from the name."""
    is_archived: Prop[bool] = optional(default=False, action=ARCHIVED)
    """Whether the config is archived. Its history is kept."""
    status: Prop[Literal["Enabled", "Disabled", "Archived"]] = computed()
    """The config's status."""

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterable[Sentence]:
        return find_consequences(before, after, "", "returns its default value to everyone", by_rules=False)

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        values = keep_one_form(super().to_program(values), "default_value", "default_value_json5")
        return keep_one_form(values, "schema", "schema_json5")

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().validate(values)
        yield from find_json5_problems(values, "default_value", "default_value_json5")
        validator, problems = load_schema(values, "schema", "schema_json5")
        yield from problems
        for place, holder, name in _iterate_values(values):
            if place:
                yield from (
                    Problem(f"{place}{p.place}", p.reason) for p in find_json5_problems(holder, name, f"{name}_json5")
                )
            value = get_value(holder, name, f"{name}_json5")
            if validator is not None and value is not None:
                yield from find_schema_violations(
                    validator, value, f"{place}{name}", "schema" if "schema" in values else "schema_json5"
                )


def _iterate_values(values: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json], str]]:
    """Yield every object that may contain a value: its place, its properties, and the name of the value."""
    yield "", values, "default_value"
    for i, rule in iterate_objects(values, "rules"):
        yield f"rules[{i}].", rule, "return_value"
        for j, variant in iterate_objects(rule, "variants"):
            yield f"rules[{i}].variants[{j}].", variant, "return_value"
