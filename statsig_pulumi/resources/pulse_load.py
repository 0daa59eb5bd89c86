"""Loads of Pulse results (Console API: ``load_pulse`` and ``pulse_load_history`` of experiments and gates)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..errors import NotFoundError, Problem, StatsigError
from ..json_values import Json
from ..lifecycle.crud import CLOCK_STEP_S
from ..lifecycle.job import Job, Outcome
from ..schema import codec
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional
from ..schema.properties import Fields, ListProp, Prop, SparseProp
from .bases.job import JobResource

EXPERIMENTS, GATES = Endpoint("experiments"), Endpoint("gates")
FAILED: Final = ("failure", "partial_failure", "cancelled", "timeout")

Load = Mapping[str, Any]


@dataclass(frozen=True)
class Loaded:
    """What results are loaded of: an experiment, or a rule of a gate."""

    id: str
    """What the ids of its loads begin with; of a rule it has the base id, which stays."""
    post: str
    history: str
    rule_id: str | None = None


class NoSuchRuleError(StatsigError):
    """The gate has no such rule."""


class PulseLoadJob(Job):
    """A load is started by an endpoint that does not tell which load it is: it is recognised in the history.

    Its id is ``experiments/{experiment}/{load}`` or ``gates/{gate}/{base id of the rule}/{load}``; the load has
    an id in newer APIs, else it is told by the time it was made.
    """

    def start(self, inputs: Mapping[str, Json]) -> tuple[str, LiveObject]:
        try:
            loaded = self._loaded(inputs)
            before = {_key(load) for load in self._history(loaded)}
        except NotFoundError as error:
            raise StatsigError(f"{error.summary}; check what the load is declared for") from None
        asked_ms = round(self.client.server_time_s() * 1000)

        def begun() -> Load | None:
            found = [load for load in _since(asked_ms, self._history(loaded)) if _key(load) not in before]
            # Somebody else may have started one in the same moment.
            return next((load for load in found if not _is_other(load, inputs)), None)

        properties = self.declaration.properties
        body = codec.encode({name: properties[name] for name in ("refresh", "metric_ids", "turbo_mode")}, inputs)
        self.client.create(loaded.post, body | ({"ruleId": loaded.rule_id} if loaded.rule_id else {}), begun)
        load: Load | None = None
        with suppress(StatsigError):  # the load is started: an error here would leave it out of the state
            load = begun()
        load = load or {"createdTime": asked_ms}
        return f"{loaded.id}/{_key(load)}", self.resource_client.live(load)

    def poll(self, id_: str, values: Mapping[str, Json]) -> LiveObject | None:
        try:
            match id_.split("/"):
                case ["experiments", experiment, key]:
                    history = list(self._history(_of_experiment(experiment)))
                case ["gates", gate, rule, key]:
                    history = list(self._history(self._of_gate(gate, rule)))
                case _:
                    return None
        except (NotFoundError, NoSuchRuleError):
            return None
        # Where it was not in the history yet when it was started, its id is the time of that.
        late = _since(int(key), history) if key.isdigit() else []
        load = next((load for load in history if _key(load) == key), late[0] if late else None)
        return None if load is None else self.resource_client.live(load)

    def outcome(self, live: LiveObject) -> tuple[Outcome, str]:
        state = live.get("finishedState")
        if state in FAILED:
            return "failed", str(state)
        if state is None and live.get("finishedTime") is None:
            return "running", "loading"
        return "finished", str(state or "finished")

    def _loaded(self, inputs: Mapping[str, Json]) -> Loaded:
        if "experiment_id" in inputs:
            return _of_experiment(str(inputs["experiment_id"]))
        return self._of_gate(str(inputs["gate_id"]), str(inputs["rule"]))

    def _of_gate(self, gate: str, name: str) -> Loaded:
        """A rule of a gate, by its base id, its id or its name, in this order."""
        live = self.client.get(GATES.path(gate))
        rules = [rule for rule in (live or {}).get("rules") or () if rule.get("id")]
        for by in ("baseID", "id", "name"):
            for rule in rules:
                if rule.get(by) == name:
                    base = rule.get("baseID") or rule["id"]
                    path = GATES.path(gate, "rules", str(rule["id"]), "pulse_load_history")
                    return Loaded(f"gates/{gate}/{base}", GATES.path(gate, "load_pulse"), path, str(rule["id"]))
        known = ", ".join(f"'{rule.get('name')}'" for rule in rules) or "none"
        raise NoSuchRuleError(f"gate '{gate}' has no rule '{name}'; its rules are {known}")

    def _history(self, loaded: Loaded) -> Iterator[Load]:
        return self.client.pages(loaded.history)


def _of_experiment(id_: str) -> Loaded:
    path = EXPERIMENTS.path
    return Loaded(f"experiments/{id_}", path(id_, "load_pulse"), path(id_, "pulse_load_history"))


def _key(load: Load) -> str:
    """What tells a load from the others of the same experiment or rule."""
    return str(load.get("dagID") or int(load.get("createdTime") or 0))


def _since(asked_ms: int, history: Iterable[Load]) -> list[Load]:
    """The loads that were made since then, the first of them first."""
    earliest_ms = asked_ms - CLOCK_STEP_S * 1000
    found = [load for load in history if (load.get("createdTime") or 0) >= earliest_ms]
    return sorted(found, key=lambda load: float(load["createdTime"]))


def _is_other(load: Load, inputs: Mapping[str, Json]) -> bool:
    """Whether the load is of another kind than what was asked for."""
    asked = {"reloadType": inputs.get("refresh", "full"), "turboMode": inputs.get("turbo_mode", False)}
    return any(load.get(name, value) != value for name, value in asked.items())


class PulseLoadFields(Fields):
    """Fields of loads of Pulse results."""

    dag_id: SparseProp[str] = computed()
    """Statsig's id of the load, if the API returns it."""
    finished_time: SparseProp[int] = computed()
    """Time when the load finished, in milliseconds since 1970."""
    finished_state: SparseProp[str] = computed()
    """Result: ``success``, ``failure``, ``partial_failure``, ``cancelled`` or ``timeout``."""
    start_ds: Prop[str] = computed()
    """First day of the loaded results, such as ``2024-09-12``."""
    end_ds: Prop[str] = computed()
    """Last day of the loaded results, such as ``2024-09-12``."""


class PulseLoad(JobResource, PulseLoadFields, endpoint=Endpoint("experiments", key="dagID", lists="none")):
    """A load of Pulse results from the warehouse. Runs once, when the resource is created.

    Warehouse-native projects only. Loads the results of an experiment (``POST /experiments/{id}/load_pulse``) or of a
    gate's rule (``POST /gates/{id}/load_pulse``). Any change, including a change of ``triggers``, runs a new load. The
    resource's id is ``experiments/{id}/{load}`` or ``gates/{id}/{rule}/{load}``. ``pulumi destroy`` keeps the results.
    """

    lifecycle = PulseLoadJob

    experiment_id: Prop[str] = optional(write_only=True, replace_on_changes=True)
    """Id of the experiment. Set either this, or ``gate_id`` and ``rule``."""
    gate_id: Prop[str] = optional(write_only=True, replace_on_changes=True)
    """Id of the gate. Requires ``rule``."""
    rule: Prop[str] = optional(write_only=True, replace_on_changes=True)
    """Name, id or base id of the gate's rule. Requires ``gate_id``."""
    refresh: Prop[Literal["full", "incremental", "metric"]] = optional(write_only=True, replace_on_changes=True)
    """Results to load: all (``full``), new ones (``incremental``) or those of ``metric_ids`` (``metric``). If omitted,
    it is ``full``."""
    metric_ids: ListProp[str] = optional(write_only=True, replace_on_changes=True, unordered=True)
    """Ids of the metrics to load. Used with ``refresh="metric"``."""
    turbo_mode: Prop[bool] = optional(wire="turboMode", write_only=True, replace_on_changes=True)
    """Whether to use turbo mode, which loads only the latest results and is faster."""
    started_time: Prop[int] = computed(wire="createdTime")
    """Time when the load started, in milliseconds since 1970."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if ("experiment_id" in values) == ("gate_id" in values):
            yield Problem("experiment_id", "a load is of an experiment or of a gate: declare one of the two")
        elif "gate_id" in values and "rule" not in values:
            yield Problem("rule", "is required with gate_id: results are loaded for a rule")
        elif "experiment_id" in values and "rule" in values:
            yield Problem("rule", "goes with gate_id: an experiment is loaded as a whole")
