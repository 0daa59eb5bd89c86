"""Data sources of segments."""

from __future__ import annotations

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError

NL = {"type": "country", "operator": "any", "targetValue": "NL"}


def test_a_segment_reads_with_its_rules(emulator: Emulator) -> None:
    rules = [{"name": "Holland", "passPercentage": 33.33, "conditions": [NL]}]
    emulator.add("segments", {"name": "Dutch users", "rules": rules, "tags": ["web"], "idType": "companyID"})
    segment = statsig.get_segment("dutch_users")
    assert (segment.id, segment.name, segment.type, segment.id_type, segment.tags, segment.count) == (
        ("dutch_users", "Dutch users", "rule_based", "companyID", ["web"], None)
    )
    assert [rule.pass_percentage for rule in segment.rules] == [33.33]
    assert segment.rules[0].conditions[0].target_value == ["NL"]


def test_a_missing_segment_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(GoneError, match="there is no segment 'nowhere' in this Statsig project"):
        statsig.get_segment("nowhere")


def test_segments_of_all_types_are_listed(emulator: Emulator) -> None:
    emulator.quirk(max_page_size=2)
    for type_ in ("rule_based", "id_list", "analysis_list"):
        emulator.add("segments", {"name": type_, "type": type_})
    assert [(each.name, each.type) for each in statsig.list_segments()] == [
        ("rule_based", "rule_based"),
        ("id_list", "id_list"),
        ("analysis_list", "analysis_list"),
    ]


def test_the_ids_of_a_list_are_read_to_the_last_page(emulator: Emulator, client: Client) -> None:
    emulator.quirk(max_page_size=2)
    emulator.add("segments", {"name": "vip", "type": "id_list"})
    client.change("PATCH", "segments/vip/id_list", {"ids": ["a", "b", "c"]})
    assert statsig.list_segment_ids("vip") == ["a", "b", "c"]
    metadata = statsig.get_segment_id_list_metadata("vip")
    assert metadata == {"current_version": 1, "is_updating": False}
    with pytest.raises(GoneError, match="there is no segment 'nowhere'"):
        statsig.list_segment_ids("nowhere")
    with pytest.raises(GoneError, match="there is no segment 'nowhere'"):
        statsig.get_segment_id_list_metadata("nowhere")
