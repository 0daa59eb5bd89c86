"""The table of kinds, and the routes of the API.

To add a plain kind, define its shape and its `Kind` in the module of its API group and add it to `KINDS`. Irregular
endpoints are handlers in a `routes` object of that module, which is added to `HANDLERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from . import (
    alerts,
    audit_logs,
    autotune_overrides,
    autotune_reviews,
    autotunes,
    dynamic_config_rules,
    environments,
    events,
    experiment_lifecycle,
    experiment_overrides,
    experiment_pulse,
    gate_overrides,
    gate_pulse,
    gate_references,
    gate_rules,
    gates,
    holdout_overrides,
    holdouts,
    ingestion,
    ingestion_events,
    ingestion_runs,
    ingestion_schedule,
    keys,
    layer_overrides,
    layers,
    metric_sources,
    metrics,
    override_audit,
    projects,
    segment_ids,
    segments,
    settings,
    target_apps,
    users,
)
from .alerts import ALERT_EVENTS, ALERTS
from .assignment_sources import ASSIGNMENT_SOURCES
from .audit_logs import AUDIT_LOGS
from .autotunes import AUTOTUNES
from .config_kind import VersionedKind
from .dynamic_configs import DYNAMIC_CONFIGS
from .entity_properties import ENTITY_PROPERTIES
from .environments import ENVIRONMENTS
from .experiments import EXPERIMENTS
from .gates import GATES
from .holdouts import HOLDOUTS
from .ingestion import INGESTION_CONNECTIONS, INGESTION_SOURCES
from .ingestion_runs import INGESTION_RUNS
from .ingestion_schedule import INGESTION_SCHEDULES
from .keys import KEYS
from .kind import Kind
from .layers import LAYERS
from .metric_sources import METRIC_SOURCES, QUALIFYING_EVENTS
from .metrics import METRICS
from .param_stores import PARAM_STORES
from .roles import ROLES
from .routes import Routes
from .segments import SEGMENTS
from .settings import SETTINGS
from .tags import TAGS
from .target_apps import TARGET_APPS
from .teams import TEAMS
from .unit_id_types import UNIT_ID_TYPES
from .users import USERS

KINDS: Final[tuple[Kind, ...]] = (
    GATES,
    DYNAMIC_CONFIGS,
    EXPERIMENTS,
    SEGMENTS,
    LAYERS,
    HOLDOUTS,
    TAGS,
    TARGET_APPS,
    USERS,
    TEAMS,
    ROLES,
    UNIT_ID_TYPES,
    ENVIRONMENTS,
    KEYS,
    SETTINGS,
    ASSIGNMENT_SOURCES,
    ENTITY_PROPERTIES,
    METRIC_SOURCES,
    QUALIFYING_EVENTS,
    METRICS,
    PARAM_STORES,
    INGESTION_SOURCES,
    INGESTION_CONNECTIONS,
    INGESTION_SCHEDULES,
    INGESTION_RUNS,
    AUDIT_LOGS,
    AUTOTUNES,
    ALERTS,
    ALERT_EVENTS,
)
HANDLERS: Final[tuple[Routes, ...]] = (
    gates.routes,
    gate_rules.routes,
    gate_overrides.routes,
    gate_pulse.routes,
    gate_references.routes,
    dynamic_config_rules.routes,
    experiment_lifecycle.routes,
    experiment_overrides.routes,
    experiment_pulse.routes,
    layers.routes,
    layer_overrides.routes,
    holdouts.routes,
    holdout_overrides.routes,
    target_apps.routes,
    projects.routes,
    segments.routes,
    environments.routes,
    settings.routes,
    segment_ids.routes,
    users.routes,
    keys.routes,
    metric_sources.routes,
    metrics.routes,
    events.routes,
    ingestion.routes,
    ingestion_schedule.routes,
    ingestion_runs.routes,
    ingestion_events.routes,
    audit_logs.routes,
    override_audit.routes,
    autotunes.routes,
    autotune_overrides.routes,
    autotune_reviews.routes,
    alerts.routes,
)
KINDS_BY_NAME: Final[Mapping[str, Kind]] = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> Kind:
    """Return a kind.

    The console can also store objects of kinds that have no routes, such as autotunes.
    """
    return KINDS_BY_NAME.get(name) or VersionedKind(name=name)


@cache
def all_routes() -> Routes:
    """Return the routes of the API, which all emulators of a process share."""
    routes = Routes()
    for kind in KINDS:
        routes.include(kind.routes())
    for handlers in HANDLERS:
        routes.include(handlers)
    return routes
