"""The endpoints of the Console API, a file for each entity; a new file is one line in `FILES`."""

from __future__ import annotations

from typing import Final

from . import (
    assignment_sources,
    dynamic_config_rules,
    dynamic_configs,
    entity_properties,
    experiment_lifecycle,
    experiment_overrides,
    experiment_pulse,
    experiments,
    gate_overrides,
    gate_pulse,
    gate_references,
    gate_rules,
    gates,
    ingestion,
    ingestion_events,
    ingestion_runs,
    ingestion_schedule,
    metric_sources,
    tags,
    target_apps,
    teams,
    users,
)
from .routes import Routes

FILES: Final = (
    gates,
    gate_rules,
    gate_overrides,
    gate_pulse,
    gate_references,
    dynamic_configs,
    dynamic_config_rules,
    experiments,
    experiment_lifecycle,
    experiment_overrides,
    experiment_pulse,
    tags,
    target_apps,
    users,
    teams,
    assignment_sources,
    entity_properties,
    metric_sources,
    ingestion,
    ingestion_schedule,
    ingestion_runs,
    ingestion_events,
)


def all_routes() -> Routes:
    routes = Routes()
    for file in FILES:
        routes.include(file.routes)
    return routes
