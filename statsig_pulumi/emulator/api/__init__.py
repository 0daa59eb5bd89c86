"""The endpoints of the Console API, a file for each entity; a new file is one line in `FILES`."""

from __future__ import annotations

from typing import Final

from ..routes import Routes
from . import (
    dynamic_config_rules,
    dynamic_configs,
    gate_overrides,
    gate_pulse,
    gate_references,
    gate_rules,
    gates,
    tags,
    target_app,
    teams,
    users,
)

FILES: Final = (
    gates,
    gate_rules,
    gate_overrides,
    gate_pulse,
    gate_references,
    dynamic_configs,
    dynamic_config_rules,
    tags,
    target_app,
    users,
    teams,
)


def all_routes() -> Routes:
    routes = Routes()
    for file in FILES:
        routes.include(file.routes)
    return routes
