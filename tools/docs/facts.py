"""Facts about resources that their declarations do not hold. tests/tools/test_resource_pages.py shows each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from statsig_pulumi.resources.types.autotune import LOCKED as LOCKED_IN_AUTOTUNES
from statsig_pulumi.resources.types.experiment_status import LOCKED as LOCKED_IN_EXPERIMENTS

LOCKED: Final[Mapping[str, tuple[str, ...]]] = {
    "Experiment": LOCKED_IN_EXPERIMENTS,
    "Autotune": LOCKED_IN_AUTOTUNES,
}
"""Arguments that cannot change after the start, by resource."""

DELETED: Final = "`pulumi destroy` deletes the object in Statsig."
KEPT: Final = "The API cannot delete the object. `pulumi destroy` removes it from the state, and says that it is kept."
SETTINGS_KEPT: Final = (
    "Every project has these settings. `pulumi destroy` removes them from the state and leaves them as they are."
)
JOB_KEPT: Final = "`pulumi destroy` removes the resource from the state. A run that was started is not stopped."
REFUSED_IF_USED: Final = f"{DELETED} If other objects refer to it, Statsig rejects that, and the error lists them."
ARCHIVED: Final = (
    f"{REFUSED_IF_USED} With `archive_on_delete=True`, or `statsig:archiveOnDelete`, the object is archived instead."
)


@dataclass(frozen=True)
class Facts:
    """The import and the deletion of a resource."""

    id_form: str
    """What the id of an import is; empty if the resource cannot be imported."""
    example_id: str
    """The id of the example; empty if Statsig makes it at random."""
    deletion: str
    """What ``pulumi destroy`` does."""
    deletes: bool = True
    """Whether destroying the example sends a DELETE."""


FACTS: Final[Mapping[str, Facts]] = {
    "Alert": Facts("Statsig's id of the alert, such as the output `alert_id` of `list_alerts()`", "", DELETED),
    "AssignmentSource": Facts("the name of the source", "Exposures", DELETED),
    "Autotune": Facts(
        "the id of the autotune",
        "button_color",
        f"{DELETED} While the autotune is started, that is an error, unless it declares `delete_while_started=True`.",
    ),
    "AutotuneOverrides": Facts(
        "the id of the autotune", "button_color", "`pulumi destroy` removes the declared overrides, and no others."
    ),
    "DatabricksConnection": Facts("", "", KEPT, deletes=False),
    "DynamicConfig": Facts("the id of the dynamic config", "checkout_limits", ARCHIVED),
    "DynamicConfigRule": Facts(
        "`dynamic_config_id/base_id`, where `base_id` is Statsig's permanent id of the rule",
        "",
        "`pulumi destroy` deletes this rule, and keeps all others.",
    ),
    "EntityPropertySource": Facts("the name of the source", "Customers", DELETED),
    "Environments": Facts("always `environments`", "environments", SETTINGS_KEPT, deletes=False),
    "Experiment": Facts(
        "the id of the experiment",
        "checkout_test",
        f"{ARCHIVED} While the experiment is active, deleting it is an error, unless it declares"
        " `delete_while_active=True`.",
    ),
    "ExperimentOverrides": Facts(
        "the id of the experiment", "checkout_test", "`pulumi destroy` removes the declared lists of overrides."
    ),
    "Gate": Facts("the id of the gate", "new_checkout", ARCHIVED),
    "GateOverrides": Facts(
        "the id of the gate", "new_checkout", "`pulumi destroy` removes the declared lists of overrides."
    ),
    "GateRule": Facts(
        "`gate_id/base_id`, where `base_id` is Statsig's permanent id of the rule",
        "",
        "`pulumi destroy` deletes this rule, and keeps all others.",
    ),
    "Holdout": Facts(
        "the id of the holdout",
        "feed_holdout",
        f"{DELETED} While it holds units out, that is an error, unless it declares `delete_while_enabled=True`.",
    ),
    "HoldoutOverrides": Facts(
        "the id of the holdout", "feed_holdout", "`pulumi destroy` removes the declared lists of overrides."
    ),
    "IngestionBackfill": Facts("", "", JOB_KEPT, deletes=False),
    "IngestionSchedule": Facts("the dataset", "Events", KEPT, deletes=False),
    "IngestionSource": Facts("`type/dataset/source_name`", "snowflake-v2/Events/orders", DELETED),
    "Key": Facts(
        "the fingerprint of the key, or its description if no other key has it",
        "Shop, production",
        f"{DELETED} While the key is active, that is an error. `deactivate_on_delete=True` deactivates the key and"
        " keeps it, `delete_while_active=True` deletes it nevertheless.",
        deletes=False,
    ),
    "Layer": Facts("the id of the layer", "homepage_feed", REFUSED_IF_USED),
    "LayerOverrides": Facts(
        "the id of the layer", "homepage_feed", "`pulumi destroy` removes the declared overrides, and no others."
    ),
    "Metric": Facts(
        "Statsig's id of the metric, `name::type`",
        "Net revenue::sum",
        f"{DELETED} While experiments use the metric, or while it is permanent, that is an error, unless it declares"
        " `delete_while_used=True`. With `archive_on_delete=True`, the metric is archived instead.",
    ),
    "MetricReload": Facts("", "", JOB_KEPT, deletes=False),
    "MetricSource": Facts("the name of the source", "Purchases", REFUSED_IF_USED),
    "ProjectReviewSettings": Facts("always `settings/reviews`", "settings/reviews", SETTINGS_KEPT, deletes=False),
    "ProjectSettings": Facts("always `settings/project`", "settings/project", SETTINGS_KEPT, deletes=False),
    "PulseLoad": Facts("", "", JOB_KEPT, deletes=False),
    "QualifyingEvent": Facts("the name of the source", "Checkout opened", DELETED),
    "Role": Facts(
        "the name of the role", "Analyst", f"{DELETED} While users have the role, that is an error that names them."
    ),
    "RoleSettings": Facts("always `settings/roles`", "settings/roles", SETTINGS_KEPT, deletes=False),
    "Segment": Facts(
        "the id of the segment",
        "dutch_customers",
        f"{DELETED} While rules name the segment, that is an error, unless it declares `delete_while_used=True`. With"
        " `archive_on_delete=True`, the segment is archived instead, which the API cannot undo.",
    ),
    "SegmentIDs": Facts("the id of the segment", "vip_users", "`pulumi destroy` removes the declared ids."),
    "Tag": Facts("Statsig's id of the tag, such as the output `tag_id` of `list_tags()`", "", DELETED),
    "TargetApp": Facts(
        "Statsig's id of the target app, such as in `list_target_apps()`",
        "",
        f"{DELETED} While other objects name the app, that is an error that names them, unless it declares"
        " `delete_while_used=True`.",
    ),
    "Team": Facts("Statsig's id of the team, such as in `list_teams()`", "", REFUSED_IF_USED),
    "TeamSettings": Facts("always `settings/teams`", "settings/teams", SETTINGS_KEPT, deletes=False),
    "UnitIDType": Facts("the name of the unit id type", "companyID", DELETED),
    "User": Facts("the email address", "ana@example.com", KEPT, deletes=False),
}
