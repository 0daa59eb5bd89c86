"""Dynamic configs (Console API: ``/dynamic_configs``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ..errors import Problem
from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional
from ..schema.properties import ListProp, MapProp, Prop
from .bases.config import ConfigID, RuleBasedConfig
from .types.json5 import comparable, in_one_form, misfits, schema_of, twin_problems, value_of
from .types.rules import ConfigRule, known_items
from .types.shared import Owner, is_a_key


def _text_or_null(text: str) -> str | None:
    return text or None


# The query is documented for gates only, and does no harm where it is not known.
class DynamicConfig(RuleBasedConfig, endpoint=Endpoint("dynamic_configs", listings=({"includeArchived": "true"},))):
    """A dynamic config: a JSON object, decided by rules for each unit.

    Updates are partial (``PATCH /dynamic_configs/{id}``), because whether the full update resets
    what is not sent is not documented.
    """

    terraform_type = "dynamic_config"

    dynamic_config_id: Prop[ConfigID] = optional(wire="id", replace_on_changes=True)
    """The id that code asks for, where it is not to be made from the name; fixed for life."""
    default_value: MapProp[Any] = optional(alternative="default_value_json5")
    """The JSON object for units that no rule matches; Statsig's values take no null. An output, unless
    the program declares the JSON5 text instead."""
    default_value_json5: Prop[str] = optional(wire="defaultValueJson5", only_if_declared=True)
    """The same as JSON5 text, which may hold comments; stored as written. An output where it is declared."""
    rules: ListProp[ConfigRule] = optional()
    """Tried in order; the first whose conditions hold decides."""
    schema: Prop[str | None] = optional(compare_fn=comparable, to_wire=_text_or_null, alternative="schema_json5")
    """A JSON Schema (Draft 2020-12) as JSON text, which every value has to fit."""
    schema_json5: Prop[str | None] = optional(wire="schemaJson5", to_wire=_text_or_null, only_if_declared=True)
    """The same as JSON5 text, which may hold comments. An output where it is declared."""
    owner: Prop[Owner] = optional(default=is_a_key)
    """Who owns the config."""
    status: Prop[Literal["Enabled", "Disabled", "Archived"]] = computed()
    """Where the config stands in its life."""
    checks_per_hour: Prop[float] = computed()
    """How often it is asked for."""

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        written = in_one_form(super().to_program(values), "default_value", "default_value_json5")
        return in_one_form(written, "schema", "schema_json5")

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().problems(values)
        yield from twin_problems(values, "default_value", "default_value_json5")
        validator, wrong = schema_of(values, "schema", "schema_json5")
        yield from wrong
        for place, returned, name in _returned_values(values):
            if place:
                yield from (
                    Problem(f"{place}{p.place}", p.reason) for p in twin_problems(returned, name, f"{name}_json5")
                )
            value = value_of(returned, name, f"{name}_json5")
            if validator is not None and value is not None:
                yield from misfits(
                    validator, value, f"{place}{name}", "schema" if "schema" in values else "schema_json5"
                )


def _returned_values(values: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json], str]]:
    """Every place that may hold a value: its prefix, what stands there, and the property's name."""
    yield "", values, "default_value"
    for i, rule in enumerate(known_items(values, "rules")):
        if isinstance(rule, dict):
            yield f"rules[{i}].", rule, "return_value"
            for j, variant in enumerate(known_items(rule, "variants")):
                if isinstance(variant, dict):
                    yield f"rules[{i}].variants[{j}].", variant, "return_value"
