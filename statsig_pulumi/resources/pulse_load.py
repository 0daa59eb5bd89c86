"""Loads of Pulse results (Console API: ``load_pulse`` and ``pulse_load_history``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..api.settling import is_found
from ..errors import NotFoundError, Problem, StatsigError
from ..json_values import Json
from ..lifecycle.adoption import CLOCK_STEP_S
from ..lifecycle.job import Job, Outcome
from ..schema import codec
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional
from ..schema.properties import Fields, ListProp, Prop, SparseProp
from .bases.job import JobResource
from .types.shared import OwnerID

EXPERIMENTS, GATES = Endpoint("experiments"), Endpoint("gates")
FAILED: Final = ("failure", "partial_failure", "cancelled", "timeout")

Load = Mapping[str, Any]


@dataclass(frozen=True)
class LoadTarget:
    """What a load computes results for: an experiment, or a rule of a gate."""

    id: str
    """Prefix of the ids of its loads. For a rule it contains the base id, which never changes."""
    post: str
    """Path that starts a load."""
    history: str
    """Path of the load history."""
    rule_id: str | None = None


class NoSuchRuleError(StatsigError):
    """The gate has no such rule."""


class PulseLoadJob(Job):
    """Behaviour of loads.

    The endpoint that starts a load does not return it, so it is identified in the history. The id is
    ``experiments/{experiment}/{load}`` or ``gates/{gate}/{base id of the rule}/{load}``. The last segment is the id of
    the load, or its creation time if the API returns no id.
    """

    def start(self, inputs: Mapping[str, Json]) -> tuple[str, LiveObject]:
        try:
            target = self._find_target(inputs)
            before = {_load_key(load) for load in self._history(target)}
        except NotFoundError as error:
            raise StatsigError(f"{error.summary}; check the experiment, or the gate and rule, of the load") from None
        started_ms = round(self.client.server_time_s() * 1000)

        def find_started() -> Load | None:
            loads = [load for load in _loads_since(started_ms, self._history(target)) if _load_key(load) not in before]
            # Another user may have started a load at the same time.
            return next((load for load in loads if not _has_other_options(load, inputs)), None)

        properties = self.declaration.properties
        body = codec.encode({name: properties[name] for name in ("refresh", "metric_ids", "turbo_mode")}, inputs)
        self.client.create(
            target.post,
            body | ({"ruleId": target.rule_id} if target.rule_id else {}),
            lambda: self.client.read_until(find_started, is_found),
        )
        load: Load | None = None
        with suppress(StatsigError):  # the load runs already: an error here would drop it from the state
            load = self.client.read_until(find_started, is_found)
        load = load or {"createdTime": started_ms}
        return f"{target.id}/{_load_key(load)}", self.resource_client.live(load)

    def find_started(self, inputs: Mapping[str, Json], since_s: float) -> tuple[str, LiveObject] | None:
        target = self._find_target(inputs)
        loads = _loads_since(round(since_s * 1000), self._history(target))
        load = next((load for load in loads if not _has_other_options(load, inputs)), None)
        return (f"{target.id}/{_load_key(load)}", self.resource_client.live(load)) if load else None

    def poll(self, id_: str, values: Mapping[str, Json]) -> LiveObject | None:
        try:
            match id_.split("/"):
                case ["experiments", experiment, key]:
                    history = list(self._history(_experiment_target(experiment)))
                case ["gates", gate, rule, key]:
                    history = list(self._history(self._find_rule_target(gate, rule)))
                case _:
                    return None
        except (NotFoundError, NoSuchRuleError):
            return None
        # If the history did not contain the load when it was started, its id is the start time.
        later = _loads_since(int(key), history) if key.isdigit() else []
        load = next((load for load in history if _load_key(load) == key), later[0] if later else None)
        return None if load is None else self.resource_client.live(load)

    def outcome(self, live: LiveObject) -> tuple[Outcome, str]:
        state = live.get("finishedState")
        if state in FAILED:
            return "failed", str(state)
        if state is None and live.get("finishedTime") is None:
            return "running", "loading"
        return "finished", str(state or "finished")

    def _find_target(self, inputs: Mapping[str, Json]) -> LoadTarget:
        if "experiment_id" in inputs:
            return _experiment_target(str(inputs["experiment_id"]))
        return self._find_rule_target(str(inputs["gate_id"]), str(inputs["rule"]))

    def _find_rule_target(self, gate: str, name: str) -> LoadTarget:
        """Return the rule with this base id, id or name, in this order; raises NoSuchRuleError."""
        path = GATES.path(gate)
        rules = [r for r in self.resource_client.objects_in(path, self.client.get(path), "rules") if r.get("id")]
        for field in ("baseID", "id", "name"):
            for rule in rules:
                if rule.get(field) == name:
                    base = rule.get("baseID") or rule["id"]
                    history = GATES.path(gate, "rules", str(rule["id"]), "pulse_load_history")
                    return LoadTarget(f"gates/{gate}/{base}", GATES.path(gate, "load_pulse"), history, str(rule["id"]))
        names = ", ".join(f"'{rule.get('name')}'" for rule in rules) or "none"
        raise NoSuchRuleError(f"gate '{gate}' has no rule '{name}'; its rules are {names}")

    def _history(self, target: LoadTarget) -> Iterator[Load]:
        return self.client.pages(target.history)


def _experiment_target(id_: str) -> LoadTarget:
    path = EXPERIMENTS.path
    return LoadTarget(f"experiments/{id_}", path(id_, "load_pulse"), path(id_, "pulse_load_history"))


def _load_key(load: Load) -> str:
    """Return what identifies a load among those of the same experiment or rule."""
    return str(load.get("dagID") or int(_created_ms(load)))


def _created_ms(load: Load) -> float:
    created = load.get("createdTime")
    return created if isinstance(created, (int, float)) else 0


def _loads_since(started_ms: int, history: Iterable[Load]) -> list[Load]:
    """Return the loads that were created since then, oldest first."""
    earliest_ms = started_ms - CLOCK_STEP_S * 1000
    loads = [load for load in history if _created_ms(load) >= earliest_ms]
    return sorted(loads, key=_created_ms)


def _has_other_options(load: Load, inputs: Mapping[str, Json]) -> bool:
    """Return whether a load runs with other options than the declared ones."""
    options = {"reloadType": inputs.get("refresh", "full"), "turboMode": inputs.get("turbo_mode", False)}
    return any(load.get(name, value) != value for name, value in options.items())


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

    Example::

        import statsig_pulumi as statsig

        checkout_test = statsig.Experiment(
            "checkout-test",
            name="checkout_test",
            groups=[
                statsig.Group(name="Three pages", size=50),
                statsig.Group(name="One page", size=50),
            ],
            status="active",
            delete_while_active=True,
        )
        statsig.PulseLoad(
            "checkout-results",
            experiment_id=checkout_test.id,
            refresh="full",
            triggers=["2026-01"],
        )
    """

    category = "Experiments"
    lifecycle = PulseLoadJob

    experiment_id: Prop[OwnerID] = optional(write_only=True, replace_on_changes=True, refers_to="Experiment.id")
    """Id of the experiment. Set either this, or ``gate_id`` and ``rule``."""
    gate_id: Prop[OwnerID] = optional(write_only=True, replace_on_changes=True, refers_to="Gate.id")
    """Id of the gate. Requires ``rule``."""
    rule: Prop[str] = optional(write_only=True, replace_on_changes=True)
    """Name, id or base id of the gate's rule. Requires ``gate_id``."""
    refresh: Prop[Literal["full", "incremental", "metric"]] = optional(write_only=True, replace_on_changes=True)
    """Results to load: all (``full``), new ones (``incremental``) or those of ``metric_ids`` (``metric``). If omitted,
    it is ``full``."""
    metric_ids: ListProp[str] = optional(
        write_only=True, replace_on_changes=True, unordered=True, refers_to="Metric.metric_id"
    )
    """Ids of the metrics to load. Used with ``refresh="metric"``."""
    turbo_mode: Prop[bool] = optional(wire="turboMode", write_only=True, replace_on_changes=True)
    """Whether to use turbo mode, which loads only the latest results and is faster."""
    started_time: Prop[int] = computed(wire="createdTime")
    """Time when the load started, in milliseconds since 1970."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if ("experiment_id" in values) == ("gate_id" in values):
            yield Problem(
                "experiment_id", "a load needs an experiment or a gate: set either experiment_id, or gate_id and rule"
            )
        elif "gate_id" in values and "rule" not in values:
            yield Problem("rule", "is required with gate_id: results are loaded for a rule")
        elif "experiment_id" in values and "rule" in values:
            yield Problem("rule", "requires gate_id; experiments have no rules: omit it")
