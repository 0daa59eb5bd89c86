"""The lists of a live project, and how few requests they need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import ApiError, InvalidInputsError, UnauthorizedError
from statsig_pulumi.export.filters import Filters
from statsig_pulumi.export.inventory import Inventory, list_objects
from statsig_pulumi.export.kinds import listable_kinds
from statsig_pulumi.schema.declaration import REGISTRY


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        for number in range(3):
            running.add("gates", {"name": f"gate {number}", "rules": []})
        running.add("teams", {"name": "Shop", "members": ["casey@example.com"]})
        running.clear_requests()
        yield running


def client(emulator: Emulator) -> Client:
    return Client(emulator.key, emulator.url)


def inventory(emulator: Emulator) -> Inventory:
    return Inventory(client(emulator), lambda kind, count, total: None)


def override(emulator: Emulator, number: int) -> None:
    """Let a user pass one of the gates."""
    body = {"passingUserIDs": ["ana"], "failingUserIDs": []}
    client(emulator).change("POST", f"gates/gate_{number}/overrides", body)
    emulator.clear_requests()


def teams(emulator: Emulator) -> list[str]:
    return [team["id"] for team in emulator.objects("teams")]


def take_paths(emulator: Emulator) -> list[str]:
    """Return the paths of the requests since the last call."""
    paths = [entry["path"] for entry in emulator.requests()["log"]]
    emulator.clear_requests()
    return paths


def test_only_kinds_without_a_list_are_not_listable() -> None:
    without_list = {
        "DatabricksConnection",
        "GateRule",
        "DynamicConfigRule",
        "PulseLoad",
        "IngestionBackfill",
        "MetricReload",
    }
    assert REGISTRY.keys() - listable_kinds().keys() == without_list


def test_overrides_are_listed_by_one_request_and_rules_are_not(emulator: Emulator) -> None:
    override(emulator, 1)
    objects, not_readable = list_objects(client(emulator), Filters(kind=("Team", "GateOverrides")))
    assert ([(each.kind, each.id, each.name) for each in objects], not_readable) == (
        [("GateOverrides", "gate_1", "gate_1"), ("Team", teams(emulator)[0], "Shop")],
        [],
    )
    assert take_paths(emulator) == ["/overrides", "/users/teams"]


def test_overrides_of_all_kinds_are_listed_by_the_same_request(emulator: Emulator) -> None:
    override(emulator, 1)
    row = {"groupName": "Test", "experimentName": "one", "ids": ["ana"]}
    emulator.add("layers", {"name": "Home"})
    emulator.add("layer_overrides", {"id": "home", "conditionalOverrides": [], "idOverrides": [row]})
    emulator.add("layers", {"id": "statsig::one_layer", "name": "statsig::one_layer", "isImplicitLayer": True})
    emulator.add("layer_overrides", {"id": "statsig::one_layer", "conditionalOverrides": [], "idOverrides": [row]})
    emulator.add("holdouts", {"name": "Half year"})
    emulator.add("holdout_overrides", {"id": "half_year", "passingUserIDs": ["ana"], "failingUserIDs": []})
    emulator.clear_requests()
    kinds = ("GateOverrides", "HoldoutOverrides", "LayerOverrides")
    objects, _ = list_objects(client(emulator), Filters(kind=kinds))
    assert [(each.kind, each.id) for each in objects] == list(zip(kinds, ("gate_1", "half_year", "home"), strict=True))
    assert take_paths(emulator) == ["/overrides"]


def test_overrides_are_not_listed_by_an_api_before_october_2026(emulator: Emulator) -> None:
    emulator.quirk(api_2026_10=False)
    override(emulator, 1)
    objects, not_readable = list_objects(client(emulator), Filters())
    assert "GateOverrides" not in {each.kind for each in objects}
    kinds = [kind for kind in listable_kinds() if kind.endswith("Overrides")]
    assert [each.title for each in not_readable] == kinds
    assert len(kinds) == 5
    assert "needs version 2026-10" in not_readable[0].reason


def test_a_kind_that_is_not_listable_is_refused_before_a_request(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match="--kind: cannot export PulseLoad; choose from Alert, "):
        list_objects(client(emulator), Filters(kind=("PulseLoad",)))
    assert take_paths(emulator) == []


def test_a_complete_list_needs_one_read_to_compare(emulator: Emulator) -> None:
    gates, declaration = inventory(emulator), REGISTRY["Gate"]
    objects = list(gates.read_objects(declaration, gates.list_kind(declaration)))
    assert [key for key, _ in objects] == ["gate_0", "gate_1", "gate_2"]
    list_path, read_path = take_paths(emulator)
    assert list_path == "/gates"
    assert read_path.startswith("/gates/")


def test_of_an_incomplete_list_each_object_is_read_once(emulator: Emulator) -> None:
    teams, declaration = inventory(emulator), REGISTRY["Team"]
    for _ in range(2):
        ((_, live),) = teams.read_objects(declaration, teams.list_kind(declaration))
        assert [member["email"] for member in live["members"]] == ["casey@example.com"]
    assert [path.startswith("/users/teams/") for path in take_paths(emulator)] == [False, True]


def read_both(emulator: Emulator) -> list[str]:
    """Read gates and their overrides; return the ids of the gates that have overrides."""
    both = inventory(emulator)
    gates, overrides = (
        list(both.read_objects(REGISTRY[kind], both.list_kind(REGISTRY[kind]))) for kind in ("Gate", "GateOverrides")
    )
    assert len(gates) == 3
    return [key for key, live in overrides if live["passingUserIDs"]]


def test_the_overrides_of_all_gates_are_read_by_one_request(emulator: Emulator) -> None:
    override(emulator, 1)
    override(emulator, 2)
    assert read_both(emulator) == ["gate_1", "gate_2"]
    paths = take_paths(emulator)
    assert (paths.count("/gates"), paths.count("/overrides")) == (1, 1)
    assert len([path for path in paths if path.endswith("/overrides")]) == 2, "the longest set is compared with a read"


@pytest.mark.parametrize("reason", ["an older API", "a key without the right", "a response with less than a read"])
def test_overrides_that_one_request_does_not_return_are_read_one_by_one(emulator: Emulator, reason: str) -> None:
    override(emulator, 1)
    match reason:
        case "an older API":
            emulator.quirk(api_2026_10=False)
        case "a key without the right":
            emulator.fault(path="/overrides", status=403, times=None)
        case _:
            less = {"gates": [{"id": "gate_1", "name": "gate 1", "passingUserIDs": []}]}
            emulator.fault(path="/overrides", status=200, body={"message": "", "data": less}, times=None)
    assert read_both(emulator) == ["gate_1"]
    paths = take_paths(emulator)
    assert paths.count("/gates") == 1
    assert {f"/gates/gate_{number}/overrides" for number in range(3)} <= set(paths)


def test_an_object_that_is_gone_since_it_was_listed_is_skipped(emulator: Emulator) -> None:
    teams, declaration = inventory(emulator), REGISTRY["Team"]
    listed = teams.list_kind(declaration)
    emulator.remove("teams", *listed)
    assert list(teams.read_objects(declaration, listed)) == []


def test_a_kind_without_access_is_reported(emulator: Emulator) -> None:
    emulator.fault(path="/users/teams", status=403, times=None)
    objects, not_readable = list_objects(client(emulator), Filters())
    assert {each.kind for each in objects} >= {"Gate"}
    assert [each.title for each in not_readable] == ["Team"]
    assert "answered 403" in not_readable[0].reason


def test_a_key_that_is_not_accepted_is_an_error(emulator: Emulator) -> None:
    emulator.fault(path="/users/teams", status=401, times=None)
    with pytest.raises(UnauthorizedError):
        list_objects(client(emulator), Filters())


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405])
def test_a_project_whose_lists_are_all_refused_is_an_error(emulator: Emulator, status: int) -> None:
    emulator.fault(status=status, body={"status": status, "message": "not for you"}, times=None)
    with pytest.raises(ApiError, match=f"answered {status}: not for you"):
        list_objects(client(emulator), Filters())


def test_refused_schedules_are_not_readable(emulator: Emulator) -> None:
    emulator.fault(path="/ingestion/schedule", status=404, body={"status": 404, "message": "no"}, times=None)
    _, not_readable = list_objects(client(emulator), Filters())
    assert [each.title for each in not_readable] == ["IngestionSchedule"]
