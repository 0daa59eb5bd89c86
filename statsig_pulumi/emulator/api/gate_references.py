"""Users of a gate: the lists `/gates/{id}/*_references`."""

from __future__ import annotations

from typing import Final

from ..model import references
from ..model.json_values import Json, Record
from .config_kind import ConfigKind
from .dynamic_configs import DYNAMIC_CONFIGS
from .experiments import EXPERIMENTS
from .gates import GATES
from .pages import page
from .responses import Response
from .routes import Call, Routes

routes: Final = Routes()

MAX_PAGE_SIZE: Final = 100


def _list_users(call: Call, kind: ConfigKind, message: str) -> Response:
    def present(record: Record) -> Json:
        return kind.present(call, record)

    users = references.users_of_gate(call.project, kind.name, GATES.find(call)["id"])
    return page(call, message, users, present, MAX_PAGE_SIZE)


@routes.on("GET", "/gates/{id}/gate_references")
def list_gate_references(call: Call) -> Response:
    return _list_users(call, GATES, "Gates listed successfully.")


@routes.on("GET", "/gates/{id}/dynamic_config_references")
def list_dynamic_config_references(call: Call) -> Response:
    return _list_users(call, DYNAMIC_CONFIGS, "Dynamic Configs listed successfully.")


@routes.on("GET", "/gates/{id}/experiment_references")
def list_experiment_references(call: Call) -> Response:
    return _list_users(call, EXPERIMENTS, "Experiments listed successfully.")
