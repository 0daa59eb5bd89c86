"""What every project has once: its environments and its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from .issuer import Issuer
from .json_values import Record

ENVIRONMENTS: Final = "environments"
SETTINGS: Final = "settings"
INITIAL_ENVIRONMENTS: Final = ("development", "staging", "production")
INITIAL_SETTINGS: Final[Mapping[str, Record]] = {
    "project": {"name": "Emulated project", "visibility": "OPEN"},
    "reviews": {
        "is_config_review_required": False,
        "is_metric_review_required": False,
        "is_metric_review_required_on_verified_only": False,
    },
    "roles": {"default_project_role": "Member"},
    "teams": {"require_teams_on_configs": False},
}


def initial_records(issuer: Issuer) -> Iterator[tuple[str, Record]]:
    """Yield the records of a new project, each with its kind."""
    environments = [
        {
            "name": name,
            "id": issuer.new_environment_id(),
            "isProduction": name == "production",
            "requiresReview": False,
            "requiresReleasePipeline": False,
        }
        for name in INITIAL_ENVIRONMENTS
    ]
    yield ENVIRONMENTS, {"id": ENVIRONMENTS, "environments": environments}
    for group, values in INITIAL_SETTINGS.items():
        yield SETTINGS, {"id": f"{SETTINGS}/{group}", **values}
