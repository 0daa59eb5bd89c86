"""The lifecycle of any resource where the service does what its documentation leaves open in another way.

`VARIANTS` sets the quirks of the emulator; `statsig_pulumi/emulator` says why each of them exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.api.generations import list_operations
from statsig_pulumi.emulator.model.quirks import Quirks
from statsig_pulumi.schema.declaration import Declaration

from .conftest import DECLARATIONS, by_kind
from .console_user import is_singleton
from .inputs import two_versions
from .project import Project, assert_no_difference

contract = settings(settings.get_profile("contract"), max_examples=16)
BEFORE_OCTOBER_2026 = "the API before October 2026"
VARIANTS: dict[str, dict[str, Any]] = {
    "strict bodies and versions": {"strict_body": True, "strict_version": True, "unique_rule_names": True},
    "target values as they were sent": {"scalar_target_values": False, "numeric_target_values": False},
    "single target values in lists": {"scalar_target_values": False},
    "numbers read back as strings": {"numeric_target_values": False},
    "rule ids that never change": {"rule_id_suffix": "never"},
    "rule ids that change with the percentage": {"rule_id_suffix": "pass_percentage", "rollouts_in_rules": False},
    "rules matched by name": {"match_rules_by_name": True, "dc_empty_rule_id": "accept"},
    "the API of 2026": {"gate_rules_endpoints": False, "dc_rule_endpoints": False, "list_order": "newest"},
    "the teams of 2025": {"list_teams_with_members": True},
    "team ids in lists only": {"team_id_in_answers": False},
    "configs without team ids": {"team_id_on_configs": False},
    "admins among the members": {"admins_appear_in_members": True, "team_missing_status": 400},
    "tags identified by name": {"tag_id_is_name": True, "tag_update_resets_core": True},
    "launched gates that stay enabled": {"launch_disables": False, "gate_type_default": "PERMANENT"},
    "one namespace": {"shared_namespace": True, "unique_display_names": True, "team_precedence": "team"},
    "deletes of missing objects answer 400": {"delete_missing_status": 400, "error_shape": "statusCode"},
    "deletes of missing objects answer 200": {"delete_missing_status": 200},
    "rules of segments in an object": {"segment_rules_body": "object", "segment_rules_answer": "segment"},
    "segments that show no archive": {"segment_archived": "nothing", "segment_delete_used": "accept"},
    "holdouts of 2026-10": {"holdout_targeting": "internal_id", "holdout_experiments": "layers"},
    "targeting gates that null clears": {"holdout_targeting": "null_clears", "layer_parameter_types": "accept"},
    "deletes of layer overrides with a body": {"layer_overrides_delete": "body"},
    "strict experiments": {"experiment_locks": "strict", "match_rules_by_name": True},
    "experiments without a layer": {"implicit_layer_id": False, "named_overrides": True},
    "sources that a full update resets": {"source_update_resets": True, "metric_source_placeholders": True},
    "missing sources answer 400": {"metric_source_missing_status": 400, "entity_property_missing_status": 400},
    "missing param stores answer 400": {"param_store_missing_status": 400},
    "metrics that keep their id": {"metric_rename_keeps_id": True, "nested_replaced": False},
    "metrics that are archived at once": {"metric_archive_grace": False, "metric_cancel_archive_status": 400},
    "sources of metrics in both forms": {"metric_sources_derived": True, "metric_required_fields": False},
    "ingestion without data in responses": {"ingestion_data": "empty", "column_mapping_merges": True},
    "invited users are hidden": {"invited_users_visible": False, "lower_case_roles": False},
    "settings that a POST keeps": {"settings_omitted": "keep"},
    "keys that are hidden": {"key_visible": False},
    "keys that a rotation keeps": {"rotate_keeps_old": True},
    "roles with all permissions": {"role_permissions_listed": "all", "built_in_roles_listed": True},
    "roles that a PATCH merges": {"role_patch_whole": False, "role_missing_status": 400},
    "overrides that a POST replaces": {"overrides_replaced_whole": True},
    "autotunes that are not locked": {"autotune_locked": False, "autotune_windows": "number"},
    "autotunes that a reset restarts": {"autotune_reset_restarts": True, "autotune_windows": "hrs"},
    "autotunes that a decision stops": {"autotune_decision_stops": True, "autotune_start_again": "accept"},
    BEFORE_OCTOBER_2026: {"api_2026_10": False},
    "pages of one object": {"max_page_size": 1, "default_page_size": 1},
}


def needs_october_2026(declaration: Declaration) -> bool:
    """Return whether some requests of the objects need an API of October 2026.

    Deletes that older versions lack do not count: other requests take their place.
    """
    operations = [operation.split() for operation in list_operations("2026-10")]
    paths = [path for method, path in operations if method != "DELETE"]
    return any(path.split("/")[1] == declaration.endpoint.collection for path in paths)


def is_kept(declaration: Declaration, quirks: dict[str, Any]) -> bool:
    """Return whether the API lacks the delete of the objects, so that a destroy leaves them."""
    deletes = [operation.rpartition("/")[0] for operation in list_operations("2026-10")]
    return quirks.get("api_2026_10") is False and f"DELETE /{declaration.endpoint.collection}" in deletes


@contextmanager
def recorded_quirks() -> Iterator[set[str]]:
    """Collect the names of the quirks that the emulator reads."""
    names, read = set[str](), Quirks.__getitem__

    def read_and_record(quirks: Quirks, name: str) -> Any:
        names.add(name)
        return read(quirks, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Quirks, "__getitem__", read_and_record)
        yield names


def for_each_variant(declaration: Declaration, check: Callable[[dict[str, Any]], None]) -> None:
    """Run the check with the quirks of each variant that has the endpoints; an error names the variant.

    A variant whose quirks the emulator does not read would be the same run as the one without quirks.
    """
    with recorded_quirks() as names:
        check({})
    assert "strict_version" in names, "the emulator reads it for each request"
    for name, quirks in VARIANTS.items():
        if names.isdisjoint(quirks):
            continue
        if name == BEFORE_OCTOBER_2026 and needs_october_2026(declaration):
            continue
        try:
            check(quirks)
        except Exception as error:
            error.add_note(f"with quirks: {name}")
            raise


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_every_step_of_the_lifecycle_settles(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    before, after = data.draw(two_versions(declaration))

    def check(quirks: dict[str, Any]) -> None:
        empty = project.reset(**quirks).with_parents_of(declaration).objects()
        resource = project.resource(declaration).up(before)
        assert_no_difference(resource)
        resource.up(after)
        assert_no_difference(resource)
        resource.destroy_permanently()
        if is_kept(declaration, quirks):
            assert resource.read() is not None
        elif not is_singleton(declaration) and not quirks.get("rotate_keeps_old"):
            assert empty == project.objects()
            assert resource.read() is None
        resource.destroy()

    for_each_variant(declaration, check)
