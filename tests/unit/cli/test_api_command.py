"""``statsig-pulumi api``: requests to any endpoint of the Console API, including those without a resource."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ...emulator import openapi
from ...emulator.conftest import condition, rule
from .command_line import CommandLine, Result

Json = Any
ROOT = Path(__file__).parents[3]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


class Api:
    """The command ``api`` in an environment with the key and the URL of an emulator."""

    def __init__(self, emulator: Emulator, command_line: CommandLine) -> None:
        self.emulator, self._command_line = emulator, command_line

    def run(self, *arguments: str) -> Result:
        return self._command_line.run("api", *arguments)

    def __call__(self, method: str, path: str, body: Json = None, *options: str) -> Json:
        """Return the data of a response; the request has to succeed."""
        body_option = [] if body is None else ["--body", json.dumps(body)]
        result = self.run(method, path, *body_option, *options)
        assert (result.code, result.err) == (0, "")
        return json.loads(result.out).get("data")

    def log(self) -> list[Json]:
        entries: list[Json] = self.emulator.requests()["log"]
        return entries


@pytest.fixture
def api(emulator: Emulator, command_line: CommandLine) -> Iterator[Api]:
    api = Api(emulator, command_line)
    yield api
    if openapi.SPEC_FILE.exists():
        assert openapi.check_log(entry for entry in api.log() if entry["status"] < 500) == []


@pytest.fixture
def gate(api: Api) -> str:
    rules = [rule("Staff", 100, condition("email", "str_contains_any", ["@example.com"])), rule("Some", 10)]
    return f"gates/{api('POST', 'gates', {'name': 'new checkout', 'rules': rules})['id']}"


def valued(name: str, value: Json, pass_percentage: float = 100) -> Json:
    return rule(name, pass_percentage, returnValue=value)


@pytest.fixture
def config(api: Api) -> str:
    body = {"name": "limits", "defaultValue": {"most": 1}, "rules": [valued("Staff", {"most": 2})]}
    return f"dynamic_configs/{api('POST', 'dynamic_configs', body)['id']}"


def by_name(rules: list[Json]) -> dict[str, float]:
    return {each["name"]: each["passPercentage"] for each in rules}


# -- arguments


def test_the_response_is_printed_with_indentation(api: Api, gate: str) -> None:
    out = api.run("GET", gate).out
    assert json.loads(out)["data"]["id"] == "new_checkout"
    assert json.loads(out)["message"]
    assert out.startswith('{\n  "message": ')


def test_text_is_printed_without_escapes(api: Api) -> None:
    assert '"description": "Käse ★"' in api.run("POST", "tags", "--body", '{"name": "a", "description": "Käse ★"}').out


@pytest.mark.parametrize(
    "path",
    ["gates/new_checkout", "/gates/new_checkout", "/console/v1/gates/new_checkout", "console/v1/gates/new_checkout/"],
)
def test_a_path_may_contain_the_base_path_and_slashes(api: Api, gate: str, path: str) -> None:
    assert api("GET", path)["id"] == "new_checkout"


def test_a_method_may_be_lower_case(api: Api, gate: str) -> None:
    assert api("put", f"{gate}/disable")["isEnabled"] is False


def test_query_parameters_of_path_and_options_are_combined(api: Api) -> None:
    api("GET", "gates?limit=7", None, "--query", "tags=a", "tags=b=c", "--query", "page=1")
    assert api.log()[-1]["query"] == {"limit": "7", "tags": ["a", "b=c"], "page": "1"}


def test_all_pages_are_printed_as_one_list(api: Api) -> None:
    for number in range(5):
        api("POST", "gates", {"name": f"gate {number}"})
    result = api.run("GET", "gates", "--query", "limit=2", "--pages")
    assert [gate["id"] for gate in json.loads(result.out)] == [f"gate_{number}" for number in range(5)]
    assert [entry["query"]["page"] for entry in api.log()[-3:]] == ["1", "2", "3"]


def test_a_body_is_read_from_a_file_or_standard_input(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gate.json").write_text('{"name": "from a file"}')
    assert api("POST", "gates", None, "--body", f"@{tmp_path}/gate.json")["id"] == "from_a_file"
    monkeypatch.setattr("sys.stdin", io.StringIO('{"name": "from a pipe"}'))
    assert api("POST", "gates", None, "--body", "-")["id"] == "from_a_pipe"


def test_the_user_agent_names_the_command(api: Api, gate: str) -> None:
    assert {entry["headers"]["user-agent"].rpartition(" ")[2] for entry in api.log()} == {"(api)"}


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        ("METHOD must be one of GET, POST, PUT, PATCH, DELETE, not 'LIST'", ["LIST", "gates"]),
        ("PATH must be a path of the Console API", ["GET", "https://example.com/console/v1/gates"]),
        ("PATH must be a path of the Console API", ["GET", "//example.com/gates"]),
        ("PATH must be a path of the Console API", ["GET", "gates#a"]),
        ("PATH must be a path of the Console API", ["GET", "/console/v1/"]),
        ("PATH must be a path of the Console API", ["GET", "gates/\x00"]),
        ("PATH must be a path of the Console API", ["GET", "http://[/gates"]),
        ("requires an argument", ["GET"]),
        ("--query must be name=value, not 'limit'", ["GET", "gates", "--query", "limit"]),
        ("--body is not JSON", ["POST", "gates", "--body", "{name: 1}"]),
        ("--body is not JSON", ["POST", "gates", "--body", '{"limit": NaN}']),
        ("--body must be a JSON object", ["POST", "gates", "--body", "null"]),
        (
            "--body: cannot read nowhere.json: No such file or directory",
            ["POST", "gates", "--body", "@nowhere.json"],
        ),
        ("--pages requires a GET without a body", ["POST", "gates", "--body", "{}", "--pages"]),
        ("--nope", ["GET", "gates", "--nope"]),
    ],
)
def test_wrong_arguments_print_one_line_and_exit_with_2(api: Api, expected: str, arguments: list[str]) -> None:
    result = api.run(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert expected in result.err
    assert api.log() == []


# -- errors


def test_a_refused_request_prints_one_line_and_exits_with_1(api: Api) -> None:
    assert api.run("GET", "gates/nowhere") == (1, "", "GET /gates/nowhere answered 404: Gate not found.\n")


def test_an_unknown_endpoint_is_reported(api: Api) -> None:
    result = api.run("GET", "flags")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert result.err.startswith("GET /flags answered 404: the API has no such endpoint")


def test_a_refused_key_is_not_printed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-SECRET123")
    result = api.run("GET", "gates")
    assert (result.code, result.out) == (1, "")
    assert "answered 401" in result.err
    assert "SECRET123" not in result.err


def test_a_missing_key_names_the_environment_variable(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STATSIG_CONSOLE_KEY")
    expected = "no Statsig Console API key is configured; set the environment variable STATSIG_CONSOLE_KEY\n"
    assert api.run("GET", "gates") == (1, "", expected)


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status", "status": 503, "applied": True}])
def test_a_post_that_may_have_been_applied_is_sent_once(api: Api, gate: str, fault: Json) -> None:
    api.emulator.fault(method="POST", path=f"/{gate}/rule", times=1, **fault)
    result = api.run("POST", f"{gate}/rule", "--body", json.dumps(rule("New")))
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "the request may have been applied: check the object before you send it again" in result.err
    assert list(by_name(api("GET", gate)["rules"])).count("New") == 1


def test_a_post_over_the_write_budget_waits_with_a_note(api: Api, gate: str) -> None:
    api.emulator.fault(
        method="POST", path=f"/{gate}/rule", times=1, kind="status", status=429, headers={"Retry-After": "7"}
    )
    result = api.run("POST", f"{gate}/rule", "--body", json.dumps(rule("New")))
    assert (result.code, result.err) == (0, "waiting 7 s for Statsig's write budget\n")
    assert "New" in by_name(json.loads(result.out)["data"]["rules"])


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_idempotent_request_is_sent_again(api: Api, gate: str, method: str) -> None:
    path = gate if method == "GET" else f"{gate}/disable"
    api.emulator.fault(method=method, path=f"/{path}", times=1, kind="drop_after")
    assert api(method, path)["id"] == "new_checkout"


# -- documentation


def test_every_documented_command_succeeds(
    api: Api, gate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS).partition("`statsig-pulumi api`\n")[2]
    block = re.search(r"^```sh\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
    assert block is not None
    monkeypatch.chdir(tmp_path)
    Path("new_checkout.json").write_text('{"isEnabled": true, "description": "", "rules": []}')
    for line in block[1].splitlines():
        _, _, *arguments = shlex.split(line.partition(" | ")[0])
        assert api.run(*arguments).code == 0, line


# -- gates


def test_a_gate_is_fully_updated(api: Api, gate: str) -> None:
    body = {"isEnabled": False, "description": "On one page", "rules": [rule("All")]}
    api("POST", gate, body)
    live = api("GET", gate)
    assert (live["isEnabled"], live["description"], by_name(live["rules"])) == (False, "On one page", {"All": 100})


def test_a_gate_is_disabled_and_enabled(api: Api, gate: str) -> None:
    api("PUT", f"{gate}/disable")
    assert api("GET", gate)["isEnabled"] is False
    api("PUT", f"{gate}/enable")
    assert api("GET", gate)["isEnabled"] is True


def test_the_rules_of_a_gate_are_read_added_and_changed(api: Api, gate: str) -> None:
    (page,) = api("GET", f"{gate}/rules")
    assert by_name(page["rules"]) == {"Staff": 100, "Some": 10}
    api("POST", f"{gate}/rules", {"rules": [rule("More", 20), rule("All", 50)]})
    assert by_name(api("GET", gate)["rules"]) == {"Staff": 100, "Some": 10, "More": 20, "All": 50}
    api("PATCH", f"{gate}/rules", {"rules": [{"id": page["rules"][1]["id"], "passPercentage": 33.33}]})
    assert by_name(api("GET", gate)["rules"]) == {"Staff": 100, "Some": 33.33, "More": 20, "All": 50}


def test_overrides_are_added_to_those_of_a_gate(api: Api, gate: str) -> None:
    api("PATCH", f"{gate}/overrides", {"passingUserIDs": ["ana"], "failingUserIDs": []})
    api("PATCH", f"{gate}/overrides", {"passingUserIDs": ["bo"], "failingUserIDs": ["cy"]})
    held = api("GET", f"{gate}/overrides")
    assert (held["passingUserIDs"], held["failingUserIDs"]) == (["ana", "bo"], ["cy"])


# -- layers


def test_a_layer_is_fully_updated(api: Api) -> None:
    layer = f"layers/{api('POST', 'layers', {'name': 'checkout', 'idType': 'userID'})['id']}"
    parameters = [{"name": "flow", "type": "string", "defaultValue": "a"}]
    api("POST", layer, {"description": "How to pay", "parameters": parameters})
    live = api("GET", layer)
    assert (live["description"], live["parameters"]) == ("How to pay", parameters)


def test_overrides_of_a_layer_are_added_and_all_cleared(api: Api) -> None:
    layer = f"layers/{api('POST', 'layers', {'name': 'checkout', 'idType': 'userID'})['id']}/overrides"
    row = {"groupName": "Test", "ids": ["ana"], "experimentName": "one_page"}
    api("PATCH", layer, {"op": "add", "conditionalOverrides": [], "idOverrides": [row]})
    assert [each["ids"] for each in api("GET", layer)["idOverrides"]] == [["ana"]]
    assert api("DELETE", layer) == {"conditionalOverrides": [], "idOverrides": []}


def test_overrides_are_added_to_those_of_a_holdout(api: Api) -> None:
    holdout = f"holdouts/{api('POST', 'holdouts', {'name': 'long term'})['id']}/overrides"
    for ids in (["ana"], ["bo"]):
        api("PATCH", holdout, {"passingUserIDs": ids, "failingUserIDs": []})
    assert api("GET", holdout)["passingUserIDs"] == ["ana", "bo"]


# -- dynamic configs


def test_a_config_is_fully_updated(api: Api, config: str) -> None:
    body = {"isEnabled": True, "description": "How many", "rules": [valued("All", {"most": 9})]}
    api("POST", config, body | {"defaultValue": {"most": 3}})
    live = api("GET", config)
    assert (live["description"], live["defaultValue"], by_name(live["rules"])) == (
        "How many",
        {"most": 3},
        {"All": 100},
    )


def test_a_config_is_disabled_and_enabled(api: Api, config: str) -> None:
    api("PUT", f"{config}/disable")
    assert api("GET", config)["isEnabled"] is False
    api("PUT", f"{config}/enable")
    assert api("GET", config)["isEnabled"] is True


def test_the_rules_of_a_config_are_read_added_and_changed(api: Api, config: str) -> None:
    api("POST", f"{config}/rules", {"rules": [valued("Some", {"most": 5}, 20), valued("More", {"most": 6}, 30)]})
    (page,) = api("GET", f"{config}/rules")
    assert by_name(page["rules"]) == {"Staff": 100, "Some": 20, "More": 30}
    changed = {"id": page["rules"][1]["id"], "passPercentage": 25, "returnValue": {"most": 7}}
    api("PATCH", f"{config}/rules", {"rules": [changed]})
    rules = api("GET", config)["rules"]
    assert by_name(rules) == {"Staff": 100, "Some": 25, "More": 30}
    assert [each["returnValue"] for each in rules] == [{"most": 2}, {"most": 7}, {"most": 6}]


def test_a_rule_of_a_config_is_read_by_its_id(api: Api, config: str) -> None:
    (held,) = api("GET", config)["rules"]
    found = api("GET", f"{config}/rule/{held['id']}")
    assert (found["name"], found["returnValue"]) == ("Staff", {"most": 2})


def test_a_rule_of_a_config_is_changed_and_deleted_by_its_name(api: Api, config: str) -> None:
    api("POST", f"{config}/rules", {"rules": [valued("Low Countries", {"most": 5}, 20)]})
    api("PATCH", f"{config}/rule/name/Low Countries", {"passPercentage": 40})
    assert by_name(api("GET", config)["rules"]) == {"Staff": 100, "Low Countries": 40}
    api("DELETE", f"{config}/rule/name/Low%20Countries")
    assert by_name(api("GET", config)["rules"]) == {"Staff": 100}


# -- experiments


@pytest.fixture
def experiment(api: Api) -> str:
    groups = [{"name": name, "size": 50, "parameterValues": {"page": name}} for name in ("Control", "Test")]
    return f"experiments/{api('POST', 'experiments', {'name': 'one page', 'groups': groups})['id']}"


def test_an_experiment_is_fully_updated(api: Api, experiment: str) -> None:
    before = api("GET", experiment)
    kept = {name: before[name] for name in ("idType", "groups", "targetingGateID", "status")}
    stated = {"description": "Short", "hypothesis": "Fewer steps, more orders", "allocation": 40}
    api("POST", experiment, kept | stated | {"bonferroniCorrection": True, "defaultConfidenceInterval": "90"})
    live = api("GET", experiment)
    assert {name: live[name] for name in stated} == stated
    assert (live["bonferroniCorrection"], live["defaultConfidenceInterval"]) == (True, "90")
    assert [group["name"] for group in live["groups"]] == ["Control", "Test"]


def test_overrides_are_added_to_those_of_an_experiment(api: Api, experiment: str) -> None:
    for ids in (["ana"], ["bo"]):
        api("PATCH", f"{experiment}/overrides", {"overrides": [], "userIDOverrides": [{"groupID": "Test", "ids": ids}]})
    (held,) = api("GET", f"{experiment}/overrides")["userIDOverrides"]
    assert (held["groupID"], held["ids"]) == ("Test", ["ana", "bo"])


def test_a_review_of_a_segment_is_committed(api: Api) -> None:
    api.emulator.add("segments", {"name": "Dutch users"})
    api.emulator.add("reviews", {"id": "r1", "kind": "segments", "configID": "dutch_users", "change": {"rules": []}})
    api("PUT", "segments/dutch_users/reviews/r1/commit")
    assert api.emulator.objects("reviews") == []


def test_a_review_of_a_segment_is_cancelled(api: Api) -> None:
    api.emulator.add("segments", {"name": "Dutch users"})
    change = {"rules": [{"name": "NL", "passPercentage": 1, "conditions": []}]}
    api.emulator.add("reviews", {"id": "r1", "kind": "segments", "configID": "dutch_users", "change": change})
    api("DELETE", "segments/dutch_users/reviews/r1")
    assert api.emulator.objects("reviews") == api.emulator.object("segments", "dutch_users")["rules"] == []


def test_a_load_of_an_experiment_is_cancelled(api: Api, emulator: Emulator) -> None:
    emulator.quirk(pulse_load_polls=9)
    emulator.add("experiments", {"id": "button_colour", "name": "Button colour"})
    history = "experiments/button_colour/pulse_load_history"
    api("POST", "experiments/button_colour/load_pulse")
    [load] = api("GET", history)
    api("POST", f"{history}/{load['dagID']}/cancel")
    assert [load["finishedState"] for load in api("GET", history)] == ["cancelled"]


def test_target_apps_are_assigned_to_several_objects_at_once(api: Api, gate: str) -> None:
    app = api("POST", "target_app", {"name": "Web", "description": ""})
    api("PATCH", "target_app", {"targetApps": [app["id"]], "gates": [gate.rpartition("/")[2]]})
    assert api("GET", gate)["targetApps"] == ["Web"]


# -- autotunes, layers, holdouts and alerts


@pytest.fixture
def autotune(api: Api) -> str:
    api.emulator.quirk(api_2026_10=True)
    body = {
        "name": "banner",
        "variants": [{"name": "Red", "json": {}}, {"name": "Blue", "json": {}}],
        "successEvent": "click",
        "explorationWindow": "24",
        "attributionWindow": "1",
        "winnerThreshold": "95%",
    }
    return f"autotunes/{api('POST', 'autotunes', body)['id']}"


def test_an_autotune_is_fully_updated(api: Api, autotune: str) -> None:
    before = api("GET", autotune)
    required = ("variants", "successEvent", "explorationWindow", "attributionWindow", "winnerThreshold")
    variants = [{name: value for name, value in each.items() if name != "id"} for each in before["variants"]]
    api("POST", autotune, {name: before[name] for name in required} | {"variants": variants, "description": "Best"})
    assert api("GET", autotune)["description"] == "Best"


def test_overrides_of_an_autotune_are_added_and_cleared(api: Api, autotune: str) -> None:
    body = {"overrides": [], "userIDOverrides": [{"groupID": "Red", "ids": ["ana"]}]}
    api("PATCH", f"{autotune}/overrides", body)
    assert [each["ids"] for each in api("GET", f"{autotune}/overrides")["userIDOverrides"]] == [["ana"]]
    api("DELETE", f"{autotune}/overrides")
    assert api("GET", f"{autotune}/overrides")["userIDOverrides"] == []


def test_a_review_of_an_autotune_is_proposed_edited_and_committed(api: Api, autotune: str) -> None:
    path = f"{autotune}/reviews"
    first, second, third = (api("POST", path, {"type": "start"})["review_id"] for _ in range(3))
    api("PUT", f"{path}/{first}", {"description": "Start it"})
    api("PUT", f"{path}/{first}/approve", {})
    api("PUT", f"{path}/{first}/commit", {})
    assert api("GET", autotune)["isStarted"] is True
    api("PUT", f"{path}/{second}/reject", {"reason": "Later"})
    api("DELETE", f"{path}/{third}")
    found = {each["review_id"]: each["status"] for each in api("GET", path)}
    assert (found[first], found[second], third in found) == ("committed", "rejected", False)
    assert api("GET", f"{path}/{first}")["description"] == "Start it"


def test_alerts_of_metrics_are_resolved(api: Api, gate: str, experiment: str) -> None:
    for path in (gate, experiment):
        assert api("POST", f"{path}/alerts/m1/resolve", {"reasoning": "A known outage"})["resolvedAt"] > 0
