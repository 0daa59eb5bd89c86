"""Who uses a gate: the three `/gates/{id}/*_references` lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..model import configs, references
from . import experiments
from .gates import GATE
from .pages import page
from .responses import Answer, Json, Record
from .routes import Call, Handler, Routes

routes: Final = Routes()
MOST_PER_PAGE: Final = 100

Present = Callable[[Call, Record], Json]


def _lister(kind: str, message: str, present: Present) -> Handler:
    def handle(call: Call) -> Answer:
        users = references.users_of_gate(call.project, kind, GATE.find(call)["id"])
        return page(call, message, users, lambda record: present(call, record), most=MOST_PER_PAGE)

    return handle


routes.add("GET", "/gates/{id}/gate_references", _lister("gates", "Gates listed successfully.", configs.presented))
routes.add(
    "GET",
    "/gates/{id}/dynamic_config_references",
    _lister("dynamic_configs", "Dynamic Configs listed successfully.", configs.presented),
)
routes.add(
    "GET",
    "/gates/{id}/experiment_references",
    _lister("experiments", "Experiments listed successfully.", experiments.presented),
)
