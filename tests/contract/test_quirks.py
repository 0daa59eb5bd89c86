"""The same life where the service behaves in another of the ways it may: console-api.md, section 14."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.schema.declaration import Declaration

from . import values
from .ground import is_standing
from .project import Project
from .test_any_inputs import is_as_declared

contract = settings(settings.get_profile("contract"), max_examples=8)
WORLDS: dict[str, dict[str, Any]] = {
    "a strict service": {"strict_body": True, "strict_version": True, "unique_rule_names": True},
    "target values as they were sent": {"scalar_target_values": False, "numeric_target_values": False},
    "single target values in lists": {"scalar_target_values": False},
    "numbers read back as texts": {"numeric_target_values": False},
    "rule ids that never move": {"rule_id_suffix": "never"},
    "rule ids that move with the percentage": {"rule_id_suffix": "pass_percentage", "rollouts_in_rules": False},
    "rules known by their names": {"match_rules_by_name": True, "dc_empty_rule_id": "accept"},
    "the API of 2026": {"gate_rules_endpoints": False, "dc_rule_endpoints": False, "list_order": "newest"},
    "the teams of 2025": {"list_teams_with_members": True},
    "teams whose ids the list alone tells": {"team_id_in_answers": False},
    "configs without the ids of teams": {"team_id_on_configs": False},
    "admins among the members": {"admins_appear_in_members": True, "team_missing_status": 400},
    "tags known by their names": {"tag_id_is_name": True, "tag_update_resets_core": True},
    "launched gates that stay enabled": {"launch_disables": False, "gate_type_default": "PERMANENT"},
    "one namespace": {"shared_namespace": True, "unique_display_names": True, "team_precedence": "team"},
    "deletes that answer 400": {"delete_missing_status": 400, "error_shape": "statusCode"},
    "deletes that answer 200": {"delete_missing_status": 200},
    "strict experiments": {"experiment_locks": "strict", "match_rules_by_name": True},
    "experiments in no layer": {"implicit_layer_id": False, "named_overrides": True},
    "sources that a full update resets": {"source_update_resets": True, "metric_source_placeholders": True},
    "missing sources that answer 400": {"metric_source_missing_status": 400, "entity_property_missing_status": 400},
    "ingestion that tells nothing": {"ingestion_data": "empty", "column_mapping_merges": True},
    "users who are seen when they accept": {"invited_users_visible": False, "lower_case_roles": False},
    "overrides that a POST replaces whole": {"overrides_replaced_whole": True},
    "small pages": {"max_page_size": 1, "default_page_size": 1},
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
@contract
@given(data=st.data())
def test_a_life_settles_at_each_step(
    project: Project, declaration: Declaration, world: dict[str, Any], data: st.DataObject
) -> None:
    before, after = data.draw(values.two_versions(declaration))
    empty = project.fresh(**world).ready_for(declaration).objects()
    resource = project.resource(declaration).up(before)
    is_as_declared(resource)
    resource.up(after)
    is_as_declared(resource)
    resource.destroy_for_good()
    if not is_standing(declaration):
        assert empty == project.objects()
        assert resource.read() is None
    resource.destroy()
