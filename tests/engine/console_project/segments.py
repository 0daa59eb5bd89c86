"""Segments of every type, with rules of every condition type that segments take, chains and odd texts."""

from __future__ import annotations

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.emulator.api.rule_bodies import SEGMENT_CONDITION_TYPES
from statsig_pulumi.emulator.api.segments import TYPES

from .gates import condition, rule


def fill(emulator: Emulator) -> None:
    for number, type_ in enumerate(TYPES):
        body = {"name": f"Segment of {type_}", "type": type_, "tags": ["checkout"] * (number % 2)}
        emulator.add("segments", body | ({"idType": "companyID"} if number % 2 else {}))
    emulator.add(
        "segments", {"id": "odd", "name": "Ödd {name}", "description": "line\nbreak \U0001f680", "team": "Checkout"}
    )
    for type_ in SEGMENT_CONDITION_TYPES:
        emulator.add(
            "segments", {"name": f"by {type_}", "rules": [rule("Match", 12.5, _condition(type_), environments=["qa"])]}
        )
    emulator.add("segments", {"name": "many", "type": "id_list"})
    _add_ids(emulator)
    # The API accepts fewer types of conditions than the console.
    emulator.add("segments", {"name": "by public", "rules": [rule("Everyone", 100, {"type": "public"})]})
    emulator.add(
        "gates",
        {"name": "gate of a segment", "rules": [rule("In", 100, condition("passes_segment", None, "by_country"))]},
    )


def _add_ids(emulator: Emulator) -> None:
    client = Client(emulator.key, emulator.url)
    few = ["ünï 😀", "two words", "a/b", "007", "{id}", '"quoted"', "<none>x"]
    client.change("PATCH", "segments/segment_of_id_list/id_list", {"ids": few})
    client.change("PATCH", "segments/segment_of_user_store_id_list/add_ids", {"ids": [f"u{n}" for n in range(100)]})
    client.change("PATCH", "segments/many/id_list", {"ids": [f"id-{n}" for n in range(10_001)]})


def _condition(type_: str) -> dict[str, object]:
    if type_.endswith("_segment"):
        return condition(type_, None, "segment_of_id_list")
    operator = "version_gte" if type_.endswith("_version") else "any"
    more = {"custom_field": {"field": "plan"}, "unit_id": {"customID": "companyID"}}.get(type_, {})
    return condition(type_, operator, ["1.2", "2"][:1] if operator == "version_gte" else ["a", "b"], **more)
