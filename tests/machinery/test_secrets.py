"""Secret values: in no error, message or repr, and encrypted in the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pulumi
import pytest

from statsig_pulumi.errors import StatsigError
from statsig_pulumi.lifecycle.call import Call
from statsig_pulumi.lifecycle.crud import Lifecycle, LiveState
from statsig_pulumi.lifecycle.job import Job
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.lifecycle.write_only import WriteOnly
from statsig_pulumi.schema.declaration import Declaration, Endpoint
from statsig_pulumi.schema.live_object import LiveObject

from ..unit.conftest import RecordingReporter
from .conftest import Api, Collection, checked
from .kinds import KINDS, Key, Token

LifecycleOf = Callable[..., Lifecycle]
SECRET = "hush hush/1"
QUOTED = "hush%20hush%2F1"
STATE = {"key": SECRET, "key_hash": "h", "description": "a", "rotate": "1", "__declared": ["description", "rotate"]}
LOST = httpx.ReadError(f"no route to keys/{QUOTED}")


CALLS: dict[str, Callable[[Lifecycle], object]] = {
    "read": lambda resource: resource.read("h", STATE),
    "update": lambda resource: resource.update("h", STATE, {"description": "b", "rotate": "1"}),
    "rotate": lambda resource: resource.update("h", STATE, {"description": "a", "rotate": "2"}),
    "delete": lambda resource: resource.delete("h", STATE),
}
"""The calls of the engine that send requests with the secret in the path."""


@pytest.mark.parametrize("failure", [400, 401, 404, 429, 500, LOST, "no object"])
def test_no_error_or_message_contains_a_secret_of_the_state(
    failure: Any, api: Api, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    api.reason = f"{SECRET} is refused, and so is {QUOTED}"
    reads = [] if failure == 404 else [{"key": SECRET, "description": "a"}]
    texts: list[str] = []
    for name, call in CALLS.items():
        read = [failure] if name == "read" or not reads else reads
        api.answers = {f"GET keys/{QUOTED}": read, "GET keys": [[]]}
        api.answers |= {f"{verb} keys/{QUOTED}": [failure] for verb in ("PATCH", "DELETE")}
        api.answers[f"PATCH keys/{QUOTED}/rotate"] = [failure]
        try:
            call(lifecycle_of("Key", STATE))
        except StatsigError as error:
            texts.append(f"{error} {error!r} {vars(error)}")
    texts += [message for _, message in reporter.messages]
    assert texts != []
    assert [text for text in texts if "hush" in text] == []


def test_a_secret_that_a_response_brings_is_hidden_in_later_errors(api: Api, lifecycle_of: LifecycleOf) -> None:
    api.answers |= {
        "GET keys/k1": [{"key": "k1", "description": "a"}],
        "PATCH keys/k1/rotate": [{"key": SECRET, "description": "a"}],
        f"PATCH keys/{QUOTED}": [400],
    }
    api.reason = f"{SECRET} is refused"
    with pytest.raises(StatsigError) as error:
        lifecycle_of("Key").update("h", STATE | {"key": "k1"}, {"description": "b", "rotate": "2"})
    assert str(error.value).startswith("PATCH /keys/[secret] answered 400: [secret] is refused")


def test_a_secret_input_is_hidden_in_the_errors_of_a_create(api: Api, lifecycle_of: LifecycleOf) -> None:
    api.answers["POST tokens"], api.reason = [400], f"{SECRET} is too short"
    inputs = {"name": "t", "password": SECRET}
    with pytest.raises(StatsigError, match=r"\[secret\] is too short"):
        lifecycle_of("Token", inputs).create(inputs)


def test_a_write_only_singleton_hides_its_secrets(api: Api, lifecycle_of: LifecycleOf) -> None:
    class Lifecycle(WriteOnly):
        def id(self, inputs: Any) -> str:
            return "token"

    api.answers["POST tokens"], api.reason = [400], f"{SECRET} is too short"
    inputs = {"name": "t", "password": SECRET}
    resource = Lifecycle(KINDS["Token"], lifecycle_of("Token").context, Call(values=(inputs,)))
    with pytest.raises(StatsigError, match=r"\[secret\] is too short"):
        resource.create(inputs)


def test_a_job_hides_its_secrets(api: Api, lifecycle_of: LifecycleOf) -> None:
    class Run(Job):
        def start(self, inputs: Any) -> tuple[str, LiveObject]:
            raise AssertionError(self.client.change("POST", "tokens"))

        def poll(self, id_: str, values: Any) -> LiveObject | None:
            raise AssertionError(self.client.get("tokens/t"))

    api.answers |= {"POST tokens": [400], "GET tokens/t": [400]}
    api.reason = f"{SECRET} is too short"
    values = {"name": "t", "password": SECRET, "__declared": ["name", "password"]}
    context = lifecycle_of("Token").context
    runs: list[Callable[[Run], object]] = [
        lambda run: run.create(values),
        lambda run: run.read("1", values),
        lambda run: run.update("1", values, values),
    ]
    for run in runs:
        with pytest.raises(StatsigError, match=r"\[secret\] is too short"):
            run(Run(KINDS["Token"], context, Call(values=(values,))))


def test_an_error_of_another_resource_in_the_same_run_hides_nothing(api: Api, lifecycle_of: LifecycleOf) -> None:
    token = lifecycle_of("Token", {"password": "metrics"})
    metric = KINDS["Metric"].cls.lifecycle(KINDS["Metric"], token.context)
    api.answers["GET metrics/a/b"] = [400]
    with pytest.raises(StatsigError, match="GET /metrics/a/b answered 400"):
        metric.read("a/b", {})


def test_a_message_contains_no_secret_of_the_state(lifecycle_of: LifecycleOf, reporter: RecordingReporter) -> None:
    resource = lifecycle_of("Key", STATE)
    resource.reporter.say("warning", f"the key {SECRET} expires")
    assert reporter.messages == [("warning", "the key [secret] expires")]


def test_a_problem_contains_no_secret_key(lifecycle_of: LifecycleOf) -> None:
    resource = lifecycle_of("Webhook", {"url": SECRET})
    problems = [
        [str(problem) for problem in resource.redact(resource.check(inputs, new=False)[1], inputs)]
        for inputs in ({"url": SECRET, "__resource": name} for name in ("one", "two"))
    ]
    assert problems[0] == []
    assert ["Webhook '[secret]' is managed by" in problem for problem in problems[1]] == [True]
    assert "hush" not in str(problems)


def read_key(context: RunContext, key: str) -> LiveState | None:
    """Read the object of a state with this key, as a refresh does."""
    outputs = STATE | {"key": key}
    resource: Lifecycle = KINDS["Key"].cls.lifecycle(KINDS["Key"], context, Call(values=(outputs,)))
    return resource.read("h", outputs)


def test_a_read_beside_the_list_hides_the_secret_of_its_resource(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "keys", hush0={"key": "hush0", "description": "a"})
    context = lifecycle_of("Key").context
    assert read_key(context, "hush0") is not None
    api.answers["GET keys/other1"] = [400]
    with pytest.raises(StatsigError, match=r"^GET /keys/\[secret\] answered 400"):
        read_key(context, "other1")
    assert api.requests == ["GET keys/hush0", "GET keys", "GET keys/other1"]


def test_reads_of_several_resources_hide_the_secret_of_each(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "keys", **{f"hush{n}": {"key": f"hush{n}", "description": "a"} for n in range(2)})
    context = lifecycle_of("Key").context
    for n in range(2):
        api.answers[f"GET keys/hush{n}"] = [400]
        with pytest.raises(StatsigError) as error:
            read_key(context, f"hush{n}")
        assert "hush" not in str(error.value)


def test_the_repr_of_a_live_object_shows_no_values(lifecycle_of: LifecycleOf) -> None:
    live = lifecycle_of("Key").resource_client.live({"key": SECRET, "description": "a"})
    assert repr(live) == "LiveObject(key, description, keyHash)"


def test_a_secret_property_cannot_be_the_id_in_the_state() -> None:
    with pytest.raises(ValueError, match=r"^Key\.key is secret and cannot be the id; set state_id of its endpoint$"):
        Declaration("Key", Key, Endpoint("keys", key="key"), Key.properties)


def test_a_secret_property_that_is_not_declared_is_not_in_the_state(api: Api, lifecycle_of: LifecycleOf) -> None:
    api.answers["POST tokens"] = [{"name": "t", "serverID": "srv-1", "pin": "1234", "value": "v"}]
    resource = lifecycle_of("Token")
    _, outputs = resource.create(checked(resource, name="t"))
    assert "pin" not in outputs
    _, outputs = resource.create(checked(resource, name="t", pin="1234"))
    assert outputs["pin"] == "1234"


def test_secret_outputs_are_additional_secret_outputs_of_the_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, pulumi.ResourceOptions | None] = {}

    def register(self: Any, type_: str, name: str, props: Any, opts: pulumi.ResourceOptions | None) -> None:
        options[name] = opts

    monkeypatch.setattr(pulumi.CustomResource, "__init__", register)
    Token("plain", name="t")
    Token("more", name="t", opts=pulumi.ResourceOptions(protect=True, additional_secret_outputs=["name"]))
    Token.get("read", "srv-1")
    KINDS["Metric"].cls("without", type="a", name="b")
    secret = {name: opts and opts.additional_secret_outputs for name, opts in options.items()}
    assert secret == {"plain": ["value"], "more": ["name", "value"], "read": ["value"], "without": None}
    assert options["more"] is not None
    assert options["more"].protect
