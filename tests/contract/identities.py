"""What identifies the resources of a story, and the inputs that a program declares for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hypothesis import strategies as st

from statsig_pulumi.resources.types.ingestion import normalize_dataset
from statsig_pulumi.schema.declaration import REGISTRY, Declaration

from .console_user import AUTOTUNE, CONFIG, EXPERIMENT, GATE, HOLDOUT, LAYER, METRIC, SEGMENT, is_job
from .inputs import is_valid, some_inputs
from .project import permissions
from .small_engine import Declared
from .values import Json, Values

PARENTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "GateRule": ("gate_id", (GATE, f"{GATE}_too")),
    "DynamicConfigRule": ("dynamic_config_id", (CONFIG, f"{CONFIG}_too")),
    "GateOverrides": ("gate_id", (GATE, f"{GATE}_too")),
    "ExperimentOverrides": ("experiment_id", (EXPERIMENT, f"{EXPERIMENT}_too")),
    "LayerOverrides": ("layer_id", (LAYER, f"{LAYER}_too")),
    "HoldoutOverrides": ("holdout_id", (HOLDOUT, f"{HOLDOUT}_too")),
    "AutotuneOverrides": ("autotune_id", (AUTOTUNE, f"{AUTOTUNE}_too")),
}
"""By kind, the property with the object that its objects belong to, and the ids of those objects."""
COLLECTIONS: Final = {
    "gates": "GateRule",
    "dynamic_configs": "DynamicConfigRule",
    "experiments": "ExperimentOverrides",
    "layers": "LayerOverrides",
    "holdouts": "HoldoutOverrides",
    "autotunes": "AutotuneOverrides",
}
"""The collections of these parents."""
ONE_EACH: Final[Mapping[str, tuple[Values, ...]]] = {
    "GateOverrides": tuple({"gate_id": gate} for gate in PARENTS["GateOverrides"][1]),
    "ExperimentOverrides": tuple({"experiment_id": id_} for id_ in PARENTS["ExperimentOverrides"][1]),
    "LayerOverrides": tuple({"layer_id": id_} for id_ in PARENTS["LayerOverrides"][1]),
    "HoldoutOverrides": tuple({"holdout_id": id_} for id_ in PARENTS["HoldoutOverrides"][1]),
    "AutotuneOverrides": tuple({"autotune_id": id_} for id_ in PARENTS["AutotuneOverrides"][1]),
    "IngestionSchedule": tuple({"dataset": dataset} for dataset in ("Events", "Metrics", "Exposures")),
    "SegmentIDs": ({"segment_id": SEGMENT},),
    "DatabricksConnection": ({},),
    **{kind: ({},) for kind, declaration in REGISTRY.items() if not declaration.endpoint.key_names},
}
"""By kind, the identities that objects can have, each once in a project."""
JOBS: Final[Mapping[str, Values]] = {
    "IngestionBackfill": {
        "datestamp_start": "2026-03-01",
        "datestamp_end": "2026-03-02",
        "type": "redshift",
        "dataset": "Events",
    },
    "PulseLoad": {"experiment_id": EXPERIMENT},
    "MetricReload": {"metric_id": METRIC},
}
"""The inputs of jobs, without triggers."""
RESET: Final = "reset"
NEXT_STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "setup": ("active", "archived"),
    "active": ("decision_made", "abandoned", "archived"),
    "decision_made": ("archived",),
    "abandoned": ("archived",),
    "archived": ("archived",),
}
"""By status of an experiment, those that can follow."""
IDENTIFIED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "User": ("email",),
    "Key": ("description",),
    "IngestionSource": ("source_name",),
    "IngestionSchedule": ("dataset",),
    "SegmentIDs": ("segment_id",),
    "DatabricksConnection": (),
    **{kind: () for kind, declaration in REGISTRY.items() if not declaration.endpoint.key_names},
}
"""By kind, the properties that identify its objects, if these are not the name, the id and the parent."""
CONFIG_KINDS: Final = ("Gate", "DynamicConfig", "Experiment", "Segment")
"""Kinds whose id is derived from the name, or declared."""


def new_identity(
    data: st.DataObject, declaration: Declaration, number: int, used: Iterable[Declared], taken: Iterable[Values]
) -> Values | None:
    """Return properties that make an object of the kind unique; None if all possible ones are in use.

    ``used`` are the resources that there are, ``taken`` further identities.
    """
    kind = declaration.kind
    if kind in ONE_EACH:
        others = [*(identity_of(other) for other in used if other.kind == kind), *taken]
        free = [one for one in ONE_EACH[kind] if _normal(one) not in map(_normal, others)]
        return data.draw(st.sampled_from(free), label="identity") if free else None
    match kind:
        case _ if is_job(declaration):
            return JOBS[kind] | {"triggers": [str(number)]}
        case "User":
            return {"email": f"user{number}@example.com"}
        case "Key":
            return {"description": f"key {number}"}
        case "IngestionSource":
            return {"source_name": f"source_{number}"}
    identity: Values = {"name": f"{kind.lower()} {number}"}
    if kind in PARENTS:
        property_, ids = PARENTS[kind]
        identity[property_] = data.draw(st.sampled_from(ids))
    elif (key := declaration.key_property) and key != "name" and declaration.properties[key].settable:
        identity |= {key: f"id_{number}"} if data.draw(st.booleans(), label="with an id") else {}
    return identity


def identity_of(declared: Declared) -> Values:
    """Return the properties that identify the object of a resource."""
    declaration, inputs = REGISTRY[declared.kind], declared.inputs
    if is_job(declaration):
        return inputs
    parent, _ = PARENTS.get(declared.kind, ("", ()))
    names = IDENTIFIED_BY.get(declared.kind, ("name", parent, declaration.key_property or ""))
    return {name: inputs[name] for name in names if name in inputs}


def is_kept(values: Values) -> bool:
    """Return whether the object of a resource is archived or deactivated instead of deleted."""
    return bool(values.get("archive_on_delete") or values.get("deactivate_on_delete"))


def draw_inputs(data: st.DataObject, declaration: Declaration, fixed: Values) -> Values | None:
    """Draw inputs with these values; None if they are not valid together."""
    if is_job(declaration):
        return fixed
    inputs: Values = shorten(data.draw(some_inputs(declaration, fixed=fixed)))
    if declaration.kind in CONFIG_KINDS and declaration.key_property not in fixed:
        inputs.pop(str(declaration.key_property), None)
    if not is_kept(inputs):
        inputs |= dict.fromkeys(permissions(declaration), True)
    if declaration.kind == "Environments":  # otherwise, what the console adds is not removed
        inputs |= {"allow_removal": True}
    return inputs if is_valid(declaration, inputs) else None


def with_next_status(data: st.DataObject, inputs: Values, number: int) -> Values:
    """Return the inputs of an experiment with a status that can follow, or with another reset."""
    status = inputs.get("status", "setup")
    kept = {n: v for n, v in inputs.items() if n not in ("launched_group", "decision_reason", "archive_reason")}
    following = NEXT_STATUSES[status] + ((RESET,) if "reset_trigger" in inputs and status != "setup" else ())
    target = data.draw(st.sampled_from(following), label="status")
    groups = [group["name"] for group in inputs.get("groups", ())] or ["Control", "Test"]
    reason: Values = {"decision_reason": f"reason {number}"}
    match target:
        case "reset":
            status = data.draw(st.sampled_from(["setup", "active"]), label="status after the reset")
            return kept | {"reset_trigger": str(number), "status": status}
        case "active":
            trigger = {"reset_trigger": "first"} if data.draw(st.booleans(), label="with a trigger") else {}
            return trigger | kept | {"status": target}
        case "decision_made":
            return kept | {"status": target, "launched_group": data.draw(st.sampled_from(groups))} | reason
        case "abandoned":
            return kept | {"status": target} | reason
        case _:
            return inputs | {"status": target}


def shorten(value: Json) -> Json:
    """Return a value without texts of maximum length, which would make failures hard to read."""
    match value:
        case str() if value.startswith("x" * 50):
            return "x" * 5
        case list():
            return [shorten(item) for item in value]
        case dict():
            return {name: shorten(item) for name, item in value.items()}
        case _:
            return value


def _normal(identity: Values) -> Values:
    return {name: normalize_dataset(value) if name == "dataset" else value for name, value in identity.items()}
