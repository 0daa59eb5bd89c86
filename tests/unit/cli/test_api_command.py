"""``statsig-pulumi api``: any endpoint of the Console API, those that no resource uses among them."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from statsig_pulumi.cli.main import main
from statsig_pulumi.emulator import Emulator

from ...emulator import openapi
from ...emulator.conftest import condition, rule

Json = Any
README = Path(__file__).parents[3] / "README.md"


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Shell:
    """A terminal of someone whose environment names one Statsig project."""

    def __init__(self, emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
        self.emulator, self.capsys = emulator, capsys

    def run(self, *words: str) -> Said:
        code = 0
        try:
            main(["api", *words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            if isinstance(end.code, str):
                sys.stderr.write(f"{end.code}\n")  # as the interpreter does
        return Said(code, *self.capsys.readouterr())

    def __call__(self, method: str, path: str, body: Json = None, *words: str) -> Json:
        """The data of a request that has to succeed."""
        given = [] if body is None else ["--body", json.dumps(body)]
        said = self.run(method, path, *given, *words)
        assert (said.code, said.err) == (0, "")
        return json.loads(said.out).get("data")

    def log(self) -> list[Json]:
        found: list[Json] = self.emulator.requests()["log"]
        return found


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator() as running:
        monkeypatch.setenv("STATSIG_CONSOLE_URL", running.url)
        monkeypatch.setenv("STATSIG_CONSOLE_KEY", running.key)
        yield running


@pytest.fixture
def api(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    shell = Shell(emulator, capsys)
    yield shell
    if openapi.SPEC_FILE.exists():
        assert openapi.check_log(entry for entry in shell.log() if entry["status"] < 500) == []


@pytest.fixture
def gate(api: Shell) -> str:
    rules = [rule("Staff", 100, condition("email", "str_contains_any", ["@example.com"])), rule("Some", 10)]
    return f"gates/{api('POST', 'gates', {'name': 'new checkout', 'rules': rules})['id']}"


def valued(name: str, value: Json, pass_percentage: float = 100) -> Json:
    return rule(name, pass_percentage, returnValue=value)


@pytest.fixture
def config(api: Shell) -> str:
    body = {"name": "limits", "defaultValue": {"most": 1}, "rules": [valued("Staff", {"most": 2})]}
    return f"dynamic_configs/{api('POST', 'dynamic_configs', body)['id']}"


def by_name(rules: list[Json]) -> dict[str, float]:
    return {each["name"]: each["passPercentage"] for each in rules}


# -- the words


def test_the_answer_is_printed_whole_and_readable(api: Shell, gate: str) -> None:
    out = api.run("GET", gate).out
    assert json.loads(out)["data"]["id"] == "new_checkout"
    assert json.loads(out)["message"]
    assert out.startswith('{\n  "message": ')


def test_text_is_printed_as_it_is(api: Shell) -> None:
    assert '"description": "Käse ★"' in api.run("POST", "tags", "--body", '{"name": "a", "description": "Käse ★"}').out


@pytest.mark.parametrize(
    "path",
    ["gates/new_checkout", "/gates/new_checkout", "/console/v1/gates/new_checkout", "console/v1/gates/new_checkout/"],
)
def test_a_path_is_taken_as_the_documentation_or_a_person_writes_it(api: Shell, gate: str, path: str) -> None:
    assert api("GET", path)["id"] == "new_checkout"


def test_a_method_may_be_written_small(api: Shell, gate: str) -> None:
    assert api("put", f"{gate}/disable")["isEnabled"] is False


def test_a_query_stands_in_the_path_or_beside_it(api: Shell) -> None:
    api("GET", "gates?limit=7", None, "--query", "tags=a", "tags=b=c", "--query", "page=1")
    assert api.log()[-1]["query"] == {"limit": "7", "tags": ["a", "b=c"], "page": "1"}


def test_all_pages_are_one_list(api: Shell) -> None:
    for number in range(5):
        api("POST", "gates", {"name": f"gate {number}"})
    said = api.run("GET", "gates", "--query", "limit=2", "--pages")
    assert [gate["id"] for gate in json.loads(said.out)] == [f"gate_{number}" for number in range(5)]
    assert [entry["query"]["page"] for entry in api.log()[-3:]] == ["1", "2", "3"]


def test_a_body_may_come_from_a_file_or_from_standard_input(
    api: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gate.json").write_text('{"name": "from a file"}')
    assert api("POST", "gates", None, "--body", f"@{tmp_path}/gate.json")["id"] == "from_a_file"
    monkeypatch.setattr("sys.stdin", io.StringIO('{"name": "from a pipe"}'))
    assert api("POST", "gates", None, "--body", "-")["id"] == "from_a_pipe"


def test_the_api_is_told_who_asks(api: Shell, gate: str) -> None:
    assert {entry["headers"]["user-agent"].rpartition(" ")[2] for entry in api.log()} == {"(api)"}


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("METHOD is one of GET, POST, PUT, PATCH, DELETE, not 'LIST'", ["LIST", "gates"]),
        ("PATH is a path of the Console API", ["GET", "https://example.com/console/v1/gates"]),
        ("PATH is a path of the Console API", ["GET", "//example.com/gates"]),
        ("PATH is a path of the Console API", ["GET", "gates#a"]),
        ("PATH is a path of the Console API", ["GET", "/console/v1/"]),
        ("PATH is a path of the Console API", ["GET", "gates/\x00"]),
        ("PATH is a path of the Console API", ["GET", "http://[/gates"]),
        ("parameter PATH requires an argument", ["GET"]),
        ("--query takes name=value, not 'limit'", ["GET", "gates", "--query", "limit"]),
        ("--body is not JSON", ["POST", "gates", "--body", "{name: 1}"]),
        ("--body is not JSON", ["POST", "gates", "--body", '{"limit": NaN}']),
        ("--body takes a JSON object", ["POST", "gates", "--body", "null"]),
        (
            "--body: nowhere.json cannot be read: No such file or directory",
            ["POST", "gates", "--body", "@nowhere.json"],
        ),
        ("--pages is for a GET without a body", ["POST", "gates", "--body", "{}", "--pages"]),
        ("--nope", ["GET", "gates", "--nope"]),
    ],
)
def test_words_that_make_no_request_are_one_line_and_code_2(api: Shell, expected: str, words: list[str]) -> None:
    said = api.run(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert expected in said.err
    assert api.log() == []


# -- what goes wrong


def test_what_the_api_refuses_is_one_line_and_code_1(api: Shell) -> None:
    assert api.run("GET", "gates/nowhere") == (1, "", "GET /gates/nowhere answered 404: Gate not found.\n")


def test_a_path_that_the_api_does_not_serve_is_told(api: Shell) -> None:
    said = api.run("GET", "flags")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert said.err.startswith("GET /flags answered 404: the API does not serve this")


def test_a_key_that_is_refused_is_not_shown(api: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-SECRET123")
    said = api.run("GET", "gates")
    assert (said.code, said.out) == (1, "")
    assert "answered 401" in said.err
    assert "SECRET123" not in said.err


def test_a_missing_key_is_told_with_where_this_command_looks_for_it(
    api: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STATSIG_CONSOLE_KEY")
    expected = "no Statsig Console API key is configured; set the environment variable STATSIG_CONSOLE_KEY\n"
    assert api.run("GET", "gates") == (1, "", expected)


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status", "status": 503, "applied": True}])
def test_a_post_that_may_have_been_applied_is_sent_once(api: Shell, gate: str, fault: Json) -> None:
    api.emulator.fault(method="POST", path=f"/{gate}/rule", times=1, **fault)
    said = api.run("POST", f"{gate}/rule", "--body", json.dumps(rule("New")))
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "it may have been applied, so it was not sent again" in said.err
    assert list(by_name(api("GET", gate)["rules"])).count("New") == 1


def test_a_post_over_the_write_budget_waits_and_says_so(api: Shell, gate: str) -> None:
    api.emulator.fault(
        method="POST", path=f"/{gate}/rule", times=1, kind="status", status=429, headers={"Retry-After": "7"}
    )
    said = api.run("POST", f"{gate}/rule", "--body", json.dumps(rule("New")))
    assert (said.code, said.err) == (0, "waiting 7 s for Statsig's write budget\n")
    assert "New" in by_name(json.loads(said.out)["data"]["rules"])


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_is_safe_to_repeat_is_repeated(api: Shell, gate: str, method: str) -> None:
    path = gate if method == "GET" else f"{gate}/disable"
    api.emulator.fault(method=method, path=f"/{path}", times=1, kind="drop_after")
    assert api(method, path)["id"] == "new_checkout"


def test_a_command_ends_as_a_process_does(emulator: Emulator) -> None:
    command = [sys.executable, "-m", "statsig_pulumi.cli", "api"]
    done = subprocess.run([*command, "GET", "gates/nowhere"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "GET /gates/nowhere answered 404: Gate not found.\n"
    done = subprocess.run([*command, "LIST", "gates"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_reader_that_has_seen_enough_is_no_crash(emulator: Emulator) -> None:
    for number in range(100):
        emulator.add("gates", {"name": f"gate {number}", "description": "long " * 150})
    command = f"{shlex.quote(sys.executable)} -m statsig_pulumi.cli api GET gates --pages | head -c 2"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[\n", "")


# -- what the README shows


def test_every_command_of_the_readme_is_answered(
    api: Shell, gate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = README.read_text().partition("`statsig-pulumi api`\n")[2]
    block = re.search(r"^```sh\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
    assert block is not None
    monkeypatch.chdir(tmp_path)
    Path("new_checkout.json").write_text('{"isEnabled": true, "description": "", "rules": []}')
    for line in block[1].splitlines():
        _, _, *words = shlex.split(line.partition(" | ")[0])
        assert api.run(*words).code == 0, line


# -- gates


def test_a_gate_is_fully_updated(api: Shell, gate: str) -> None:
    body = {"isEnabled": False, "description": "On one page", "rules": [rule("All")]}
    api("POST", gate, body)
    live = api("GET", gate)
    assert (live["isEnabled"], live["description"], by_name(live["rules"])) == (False, "On one page", {"All": 100})


def test_a_gate_is_disabled_and_enabled(api: Shell, gate: str) -> None:
    api("PUT", f"{gate}/disable")
    assert api("GET", gate)["isEnabled"] is False
    api("PUT", f"{gate}/enable")
    assert api("GET", gate)["isEnabled"] is True


def test_the_rules_of_a_gate_are_read_added_and_changed(api: Shell, gate: str) -> None:
    (page,) = api("GET", f"{gate}/rules")
    assert by_name(page["rules"]) == {"Staff": 100, "Some": 10}
    api("POST", f"{gate}/rules", {"rules": [rule("More", 20), rule("All", 50)]})
    assert by_name(api("GET", gate)["rules"]) == {"Staff": 100, "Some": 10, "More": 20, "All": 50}
    api("PATCH", f"{gate}/rules", {"rules": [{"id": page["rules"][1]["id"], "passPercentage": 33.33}]})
    assert by_name(api("GET", gate)["rules"]) == {"Staff": 100, "Some": 33.33, "More": 20, "All": 50}


def test_overrides_are_added_to_those_of_a_gate(api: Shell, gate: str) -> None:
    api("PATCH", f"{gate}/overrides", {"passingUserIDs": ["ana"], "failingUserIDs": []})
    api("PATCH", f"{gate}/overrides", {"passingUserIDs": ["bo"], "failingUserIDs": ["cy"]})
    held = api("GET", f"{gate}/overrides")
    assert (held["passingUserIDs"], held["failingUserIDs"]) == (["ana", "bo"], ["cy"])


# -- dynamic configs


def test_a_config_is_fully_updated(api: Shell, config: str) -> None:
    body = {"isEnabled": True, "description": "How many", "rules": [valued("All", {"most": 9})]}
    api("POST", config, body | {"defaultValue": {"most": 3}})
    live = api("GET", config)
    assert (live["description"], live["defaultValue"], by_name(live["rules"])) == (
        "How many",
        {"most": 3},
        {"All": 100},
    )


def test_a_config_is_disabled_and_enabled(api: Shell, config: str) -> None:
    api("PUT", f"{config}/disable")
    assert api("GET", config)["isEnabled"] is False
    api("PUT", f"{config}/enable")
    assert api("GET", config)["isEnabled"] is True


def test_the_rules_of_a_config_are_read_added_and_changed(api: Shell, config: str) -> None:
    api("POST", f"{config}/rules", {"rules": [valued("Some", {"most": 5}, 20), valued("More", {"most": 6}, 30)]})
    (page,) = api("GET", f"{config}/rules")
    assert by_name(page["rules"]) == {"Staff": 100, "Some": 20, "More": 30}
    changed = {"id": page["rules"][1]["id"], "passPercentage": 25, "returnValue": {"most": 7}}
    api("PATCH", f"{config}/rules", {"rules": [changed]})
    rules = api("GET", config)["rules"]
    assert by_name(rules) == {"Staff": 100, "Some": 25, "More": 30}
    assert [each["returnValue"] for each in rules] == [{"most": 2}, {"most": 7}, {"most": 6}]


def test_a_rule_of_a_config_is_read_by_its_id(api: Shell, config: str) -> None:
    (held,) = api("GET", config)["rules"]
    found = api("GET", f"{config}/rule/{held['id']}")
    assert (found["name"], found["returnValue"]) == ("Staff", {"most": 2})


def test_a_rule_of_a_config_is_changed_and_deleted_by_its_name(api: Shell, config: str) -> None:
    api("POST", f"{config}/rules", {"rules": [valued("Low Countries", {"most": 5}, 20)]})
    api("PATCH", f"{config}/rule/name/Low Countries", {"passPercentage": 40})
    assert by_name(api("GET", config)["rules"]) == {"Staff": 100, "Low Countries": 40}
    api("DELETE", f"{config}/rule/name/Low%20Countries")
    assert by_name(api("GET", config)["rules"]) == {"Staff": 100}


# -- experiments


@pytest.fixture
def experiment(api: Shell) -> str:
    groups = [{"name": name, "size": 50, "parameterValues": {"page": name}} for name in ("Control", "Test")]
    return f"experiments/{api('POST', 'experiments', {'name': 'one page', 'groups': groups})['id']}"


def test_an_experiment_is_fully_updated(api: Shell, experiment: str) -> None:
    before = api("GET", experiment)
    kept = {name: before[name] for name in ("idType", "groups", "targetingGateID", "status")}
    stated = {"description": "Short", "hypothesis": "Fewer steps, more orders", "allocation": 40}
    api("POST", experiment, kept | stated | {"bonferroniCorrection": True, "defaultConfidenceInterval": "90"})
    live = api("GET", experiment)
    assert {name: live[name] for name in stated} == stated
    assert (live["bonferroniCorrection"], live["defaultConfidenceInterval"]) == (True, "90")
    assert [group["name"] for group in live["groups"]] == ["Control", "Test"]


def test_overrides_are_added_to_those_of_an_experiment(api: Shell, experiment: str) -> None:
    for ids in (["ana"], ["bo"]):
        api("PATCH", f"{experiment}/overrides", {"overrides": [], "userIDOverrides": [{"groupID": "Test", "ids": ids}]})
    (held,) = api("GET", f"{experiment}/overrides")["userIDOverrides"]
    assert (held["groupID"], held["ids"]) == ("Test", ["ana", "bo"])
