"""Composite keys, a single object without a key, and ids in the state that are not the key in paths."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from statsig_pulumi.errors import GoneError, TakenError
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.import_inputs import derive_inputs
from statsig_pulumi.schema.state import IMPORT

from .conftest import Api, Collection, checked
from .kinds import KINDS, Json, hash_of

LifecycleOf = Callable[..., Lifecycle]
CPU = {"type": "sum", "name": "cpu/user time"}
CPU_PATH = "metrics/sum/cpu%2Fuser%20time"
CPU_ID = "sum/cpu/user time"


# -- composite keys


def test_an_object_with_a_composite_key_is_created_changed_and_deleted(api: Api, lifecycle_of: LifecycleOf) -> None:
    metrics, metric = Collection(api, "metrics"), lifecycle_of("Metric")
    inputs = checked(metric, **CPU, description="a")
    api.answers["POST metrics"] = lambda body: metrics.serve("sum/cpu%2Fuser%20time", body) or body
    id_, outputs = metric.create(inputs)
    assert id_ == CPU_ID
    outputs = metric.update(id_, outputs, inputs | {"description": "b"})
    assert metric.deletes_before_replacing(outputs, inputs)
    metric.delete(id_, outputs)
    assert api.new_requests() == [
        ("POST metrics", {**CPU, "description": "a"}),
        f"GET {CPU_PATH}",
        (f"PATCH {CPU_PATH}", {"description": "b"}),
        (f"DELETE {CPU_PATH}", None),
    ]


def test_an_object_with_a_composite_key_is_read_and_imported_by_its_id(api: Api, lifecycle_of: LifecycleOf) -> None:
    # The response lacks the type, which is in the path.
    Collection(api, "metrics", **{"sum/cpu%2Fuser%20time": {"name": CPU["name"], "description": "a"}})
    live = lifecycle_of("Metric").read(CPU_ID, {})
    assert live is not None
    assert live.outputs == {**CPU, "description": "a", "__declared": []}
    metric = lifecycle_of("Metric")
    inputs = checked(metric, **CPU, **{IMPORT: CPU_ID})
    assert metric.create(inputs)[0] == CPU_ID
    assert set(api.requests) == {f"GET {CPU_PATH}"}


def test_a_create_that_conflicts_is_found_by_the_whole_key(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(
        api, "metrics", **{"sum/cpu": {"type": "sum", "name": "cpu"}, "mean/cpu": {"type": "mean", "name": "cpu"}}
    )
    api.answers["POST metrics"], api.reason = [409], "exists"
    metric = lifecycle_of("Metric")
    with pytest.raises(TakenError, match="id 'mean/cpu'"):
        metric.create(checked(metric, type="mean", name="cpu"))
    assert api.requests == [("POST metrics", {"type": "mean", "name": "cpu"}), "GET metrics/mean/cpu"]


def test_a_list_of_objects_with_composite_keys_serves_reads(api: Api, lifecycle_of: LifecycleOf) -> None:
    objects = {f"sum/{n}": {"type": "sum", "name": str(n)} for n in range(5)}
    Collection(api, "metrics", **objects)
    metric = lifecycle_of("Metric")
    assert [live and live.outputs["name"] for n in range(5) for live in [metric.read(f"sum/{n}", {})]] == list("01234")
    assert api.requests == ["GET metrics/sum/0", "GET metrics"]


# -- keys that the API makes of properties


def measures_of(api: Api, *, keeps_id: bool) -> Collection:
    """Serve one measure, whose key a rename changes unless ``keeps_id``."""
    measures = Collection(api, "measures", **{"a%3A%3Asum": {"id": "a::sum", "name": "a", "type": "sum"}})

    def rename(body: Json) -> Json:
        renamed = measures.objects["a%3A%3Asum"] | body
        if keeps_id:
            measures.objects["a%3A%3Asum"] = renamed
            return renamed
        del measures.objects["a%3A%3Asum"]
        measures.serve("b%3A%3Asum", renamed | {"id": "b::sum"})
        return measures.objects["b%3A%3Asum"]

    api.answers["PATCH measures/a%3A%3Asum"] = rename
    return measures


@pytest.mark.parametrize("keeps_id", [False, True])
def test_a_renamed_object_keeps_the_key_of_the_last_response(
    api: Api, lifecycle_of: LifecycleOf, keeps_id: bool
) -> None:
    measures_of(api, keeps_id=keeps_id)
    measure, inputs = lifecycle_of("Measure"), {"name": "a", "type": "sum"}
    id_, outputs = measure.create(checked(measure, **inputs, **{IMPORT: "a::sum"}))
    outputs = measure.update(id_, outputs, inputs | {"name": "b"})
    assert outputs["measure_id"] == ("a::sum" if keeps_id else "b::sum")
    live = lifecycle_of("Measure").read(id_, outputs)
    assert live is not None
    assert live.inputs == {"name": "b", "type": "sum"}


def test_a_rename_by_an_interrupted_run_is_found_by_the_new_key(api: Api, lifecycle_of: LifecycleOf) -> None:
    measures = measures_of(api, keeps_id=False)
    measure, inputs = lifecycle_of("Measure"), {"name": "a", "type": "sum"}
    id_, outputs = measure.create(checked(measure, **inputs, **{IMPORT: "a::sum"}))
    api.answers["PATCH measures/a%3A%3Asum"]({"name": "b"})  # type: ignore[operator]
    api.new_requests()
    outputs = lifecycle_of("Measure").update(id_, outputs, inputs | {"name": "b"})
    assert outputs["measure_id"] == "b::sum"
    assert api.requests == ["GET measures/a%3A%3Asum", "GET measures/b%3A%3Asum"]
    assert len(measures.objects) == 1


@pytest.mark.parametrize("id_", ["b::sum", "a::sum"])
def test_a_conflict_is_found_by_all_parts_of_the_key(api: Api, lifecycle_of: LifecycleOf, id_: str) -> None:
    other, renamed = {"id": "b::mean", "name": "b", "type": "mean"}, {"id": id_, "name": "b", "type": "sum"}
    Collection(api, "measures", **{"b%3A%3Amean": other, id_.replace(":", "%3A"): renamed})
    api.answers["POST measures"], api.reason = [409], "exists"
    measure = lifecycle_of("Measure")
    with pytest.raises(TakenError, match=f"id '{id_}'"):
        measure.create(checked(measure, name="b", type="sum"))


def test_two_objects_may_share_one_part_of_the_key(api: Api, lifecycle_of: LifecycleOf) -> None:
    measure = lifecycle_of("Measure")
    checked(measure, name="a", type="sum", __resource="first")
    checked(measure, name="a", type="mean", __resource="second")
    _, problems = measure.check({"name": "a", "type": "sum", "__resource": "third"}, new=True)
    assert len(problems) == 1
    assert "Measure 'a::sum' is managed by" in str(problems[0])
    assert not measure.deletes_before_replacing({"name": "a", "type": "sum"}, {"name": "a", "type": "mean"})
    assert measure.deletes_before_replacing({"name": "a", "type": "sum"}, {"name": "a", "type": "sum"})


# -- keys that no id can express


def test_a_key_that_no_id_can_express_is_a_problem_and_sends_nothing(api: Api, lifecycle_of: LifecycleOf) -> None:
    _, problems = lifecycle_of("Metric").check({"type": "a/b", "name": "c"}, new=True)
    assert [str(problem) for problem in problems] == [
        "only the last segment of an id may contain '/', not in ['a/b', 'c']"
    ]
    assert api.requests == []


def test_an_id_with_too_few_segments_is_a_problem_of_an_import(api: Api, lifecycle_of: LifecycleOf) -> None:
    _, problems = lifecycle_of("Metric").check({**CPU, IMPORT: "cpu"}, new=True)
    assert [str(problem) for problem in problems] == [
        "Metric 'cpu' does not exist: its id must have the form 'type/name'"
    ]
    assert api.requests == []


# -- no key


def environments(*names: str) -> Json:
    return {"environments": [{"name": name} for name in names]}


def test_an_object_without_a_key_has_its_path_as_id_and_is_updated_by_a_create(
    api: Api, lifecycle_of: LifecycleOf
) -> None:
    api.answers["GET environments"] = [environments("dev")]
    api.answers["POST environments"] = lambda body: body
    resource = lifecycle_of("Environments")
    inputs = checked(resource, **environments("dev", "qa"))
    id_, outputs = resource.create(inputs)
    assert id_ == "environments"
    assert api.new_requests() == ["GET environments", ("POST environments", environments("dev", "qa"))]
    resource.update(id_, outputs, environments("qa"))
    resource.delete(id_, outputs)
    assert api.new_requests() == ["GET environments", ("POST environments", environments("qa"))]


def test_an_object_without_a_key_is_read_listed_and_imported_by_its_path(api: Api, lifecycle_of: LifecycleOf) -> None:
    api.answers["GET environments"] = [environments("dev")]
    resource = lifecycle_of("Environments")
    live = resource.read("environments", {})
    assert live is not None
    assert live.outputs == {**environments("dev"), "__declared": []}
    assert [dict(item) for item in resource.resource_client.list_all()] == [environments("dev")]
    inputs = checked(resource, **environments("dev"), **{IMPORT: "environments"})
    assert resource.create(inputs)[0] == "environments"
    assert set(api.requests) == {"GET environments"}
    with pytest.raises(GoneError, match="its id must be 'environments'"):
        resource.read("other", {})


def test_two_resources_of_an_object_without_a_key_conflict(api: Api, lifecycle_of: LifecycleOf) -> None:
    api.answers["GET environments"] = [environments("dev")]
    resource = lifecycle_of("Environments")
    _, first = resource.check({**environments("dev"), "__resource": "one"}, new=True)
    _, second = resource.check({**environments("dev"), "__resource": "two"}, new=True)
    assert first == []
    assert [problem.reason.partition(" is managed by")[0] for problem in second] == ["Environments 'environments'"]


# -- an id that is not the key


def token(name: str, server_id: str) -> Json:
    return {"name": name, "serverID": server_id}


def test_the_state_has_the_own_id_and_paths_have_the_key(api: Api, lifecycle_of: LifecycleOf) -> None:
    tokens, resource = Collection(api, "tokens"), lifecycle_of("Token")
    api.answers["POST tokens"] = lambda body: tokens.serve("ci", token("ci", "srv-1")) or tokens.objects["ci"]
    inputs = checked(resource, name="ci")
    id_, outputs = resource.create(inputs)
    assert id_ == "srv-1"
    tokens.serve("deploy")
    tokens.objects["deploy"] = tokens.objects["ci"]
    outputs = resource.update(id_, outputs, {"name": "deploy"})
    assert outputs["name"] == "deploy"
    assert resource.read(id_, outputs) is not None
    resource.delete(id_, outputs)
    assert api.new_requests() == [
        ("POST tokens", {"name": "ci"}),
        "GET tokens/ci",
        ("PATCH tokens/ci", {"name": "deploy"}),
        "GET tokens/deploy",
        ("DELETE tokens/deploy", None),
    ]


def test_an_own_id_is_searched_in_the_list_to_read_and_to_import(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "tokens", a=token("a", "srv-1"), b=token("b", "srv-2"))
    live = lifecycle_of("Token").read("srv-2", {})
    assert live is not None
    assert live.outputs == {"name": "b", "server_id": "srv-2", "__declared": []}
    assert api.new_requests() == ["GET tokens", "GET tokens/b"]
    resource = lifecycle_of("Token")
    assert resource.create(checked(resource, name="b", **{IMPORT: "srv-2"}))[0] == "srv-2"
    assert set(api.new_requests()) == {"GET tokens", "GET tokens/b"}
    with pytest.raises(GoneError, match="'srv-3' does not exist"):
        resource.read("srv-3", {})


def test_an_error_for_an_existing_object_names_its_own_id(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "tokens", a=token("a", "srv-1"))
    api.answers["POST tokens"], api.reason = [409], "exists"
    resource = lifecycle_of("Token")
    with pytest.raises(TakenError) as error:
        resource.create({"name": "a"})
    assert error.value.import_id == "srv-1"


def test_a_secret_key_has_a_hash_as_id(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "keys", **{"secret-1": {"key": "secret-1", "description": "a"}})
    live = lifecycle_of("Key").read(hash_of("secret-1"), {})
    assert live is not None
    assert (live.outputs["key"], live.outputs["key_hash"]) == ("secret-1", hash_of("secret-1"))
    assert KINDS["Key"].title(live.outputs, "some id") == "Key 'a'"


def test_a_key_that_an_import_file_left_out_is_found_in_the_list(api: Api, lifecycle_of: LifecycleOf) -> None:
    keys = Collection(api, "keys", **{"secret-1": {"key": "secret-1", "description": "a"}})
    imported = {"key_hash": hash_of("secret-1"), "description": "a", "__declared": ["description"]}
    outputs = lifecycle_of("Key").update(hash_of("secret-1"), imported, {"description": "b"})
    assert (outputs["key"], keys.objects["secret-1"]["description"]) == ("secret-1", "b")
    lifecycle_of("Key").delete(hash_of("secret-1"), imported)
    assert keys.objects == {}


def test_a_key_that_a_response_hides_is_kept(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "keys", **{"secret-1": {"key": "secret-1", "description": "a"}})
    live = lifecycle_of("Key").read(hash_of("secret-1"), {})
    assert live is not None
    api.answers["GET keys/secret-1"] = [{"key": None, "description": "b"}]
    hidden = lifecycle_of("Key").read(hash_of("secret-1"), live.outputs)
    assert hidden is not None
    assert (hidden.outputs["key"], hidden.outputs["description"]) == ("secret-1", "b")


def test_an_import_file_holds_no_secret(api: Api, lifecycle_of: LifecycleOf) -> None:
    resource = lifecycle_of("Key")
    live = resource.resource_client.live({"key": "secret-1", "description": "a"})
    derived = derive_inputs(resource.declaration, live)
    assert "secret-1" not in str(derived)
    assert derived.outputs["key_hash"] == hash_of("secret-1")
