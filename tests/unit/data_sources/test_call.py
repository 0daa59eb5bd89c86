"""How look-ups ask: with which settings, as whom, with Outputs, and what they say when nothing is there."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pulumi import Output

import statsig_pulumi as statsig
from statsig_pulumi.data_sources import call
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError, InvalidSettingError, MissingKeyError, UnauthorizedError

from .program import asked, not_known_yet, run

ANA = {"email": "ana@example.com", "firstName": "Ana", "lastName": "Bo", "role": "Admin"}
LOOKUPS: dict[str, Any] = {
    name: value
    for name, value in vars(statsig).items()
    if inspect.isfunction(value) and value.__module__.startswith("statsig_pulumi.data_sources.")
}


def test_importing_the_package_opens_no_connection_and_loads_no_client() -> None:
    program = "import sys, statsig_pulumi\nprint('httpx' in sys.modules, 'statsig_pulumi.api.client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_lookup_works_outside_of_a_program_by_the_environment(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    assert statsig.get_user("ana@example.com").first_name == "Ana"


def test_without_a_key_it_says_what_to_set() -> None:
    with pytest.raises(MissingKeyError, match="STATSIG_CONSOLE_KEY"):
        statsig.list_users()


def test_the_stack_s_configuration_is_taken_where_the_environment_says_nothing(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STATSIG_CONSOLE_KEY")
    monkeypatch.delenv("STATSIG_CONSOLE_URL")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"statsig:apiKey": emulator.key, "statsig:baseUrl": emulator.url}))
    emulator.add("users", ANA)
    assert [user.email for user in statsig.list_users()] == ["ana@example.com"]


def test_the_environment_comes_before_the_configuration(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"statsig:apiKey": "console-of-the-stack"}))
    assert statsig.list_users() == []
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-of-nobody")
    with pytest.raises(UnauthorizedError) as refused:
        statsig.list_users()
    assert "console-of-nobody" not in str(refused.value)


def test_threads_share_one_client(emulator: Emulator) -> None:
    call._client_for.cache_clear()
    emulator.add("users", ANA)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: statsig.get_user("ana@example.com").role, range(16)))
    assert found == ["admin"] * 16
    assert call._client_for.cache_info().misses == 1


def test_requests_name_the_lookup_that_asks(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    statsig.get_user("ana@example.com")
    statsig.list_gates()
    agents = [entry["headers"]["user-agent"] for entry in emulator.requests()["log"]]
    assert [agent.partition(" ")[2] for agent in agents] == ["(get_user)", "(list_gates)"]


@pytest.mark.parametrize("shape", ["status", "statusCode"])
def test_what_is_not_there_is_said_in_one_sentence(emulator: Emulator, shape: str) -> None:
    emulator.quirk(error_shape=shape)
    with pytest.raises(GoneError) as gone:
        statsig.get_user("nobody@example.com")
    assert str(gone.value) == "there is no user 'nobody@example.com' in this Statsig project"


def test_a_wrong_base_url_is_not_taken_for_a_missing_object(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_URL", f"{emulator.root}/elsewhere")
    with pytest.raises(InvalidSettingError, match="STATSIG_CONSOLE_URL"):
        statsig.get_user("ana@example.com")


@pytest.mark.parametrize("wrong", ["", "  ", None, 3])
def test_an_id_that_cannot_be_one_stops_before_anything_is_sent(emulator: Emulator, wrong: Any) -> None:
    with pytest.raises(InvalidInputsError, match=r"^list_gate_versions: gate_id: "):
        statsig.list_gate_versions(wrong)
    with pytest.raises(InvalidInputsError, match=r"^get_dynamic_config_rule: rule_id: "):
        statsig.get_dynamic_config_rule("prices", rule_id=wrong)
    assert asked(emulator) == []


def test_all_ids_that_are_wrong_are_named_at_once(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match=r"gate_id: must not be empty; rule_id: must not be empty"):
        statsig.get_gate_pulse_results("", "")


def test_an_id_that_is_a_path_stays_an_id(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "new checkout"})
    with pytest.raises(GoneError, match=r"no gate '\.\./gates/new_checkout' in"):
        statsig.list_gate_rules("../gates/new_checkout")
    with pytest.raises(GoneError, match=r"no rule '\.\./versions' of a gate"):
        statsig.list_gate_pulse_loads("new_checkout", "../versions")


def test_a_misspelt_filter_does_not_list_everything(emulator: Emulator) -> None:
    with pytest.raises(TypeError, match=r"list_gates\(\) got an unexpected keyword argument 'tag'; it takes tags, "):
        statsig.list_gates(tag="core")  # type: ignore[call-arg]
    assert asked(emulator) == []


def test_a_filter_that_is_an_output_is_not_sent_as_what_it_prints(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match="list_experiments: team_id: takes no Output: look up inside of its"):
        statsig.list_experiments(team_id=Output.from_input("t"))  # type: ignore[arg-type]
    assert asked(emulator) == []


def test_an_output_gives_an_output_that_resources_take(emulator: Emulator) -> None:
    emulator.add("users", ANA)

    def program() -> None:
        user = statsig.get_user(Output.from_input("ana@example.com"))
        statsig.Team("owners", name="Owners", members=[user.apply(lambda found: found.email)])

    assert run(program)["owners"]["members"] == ["ana@example.com"]


def test_one_output_among_the_ids_is_enough(emulator: Emulator) -> None:
    rule = {"name": "All", "passPercentage": 10, "conditions": []}
    emulator.add("dynamic_configs", {"name": "prices", "rules": [rule]})
    (live,) = statsig.list_dynamic_config_rules("prices")
    found: list[str] = []

    def program() -> None:
        statsig.get_dynamic_config_rule("prices", Output.from_input(live.id)).apply(lambda r: found.append(r.name))
        statsig.get_dynamic_config_rule(Output.from_input("prices"), live.id).apply(lambda r: found.append(r.name))

    run(program)
    assert found == ["All", "All"]


def test_options_go_along_with_an_output(emulator: Emulator) -> None:
    gate = emulator.add("gates", {"name": "g_1", "rules": [{"name": "All", "passPercentage": 10, "conditions": []}]})
    run(lambda: statsig.get_gate_pulse_results(Output.from_input("g_1"), gate["rules"][0]["id"], cuped=True))
    assert emulator.requests()["log"][-1]["query"] == {"cuped": "true"}


def test_in_a_preview_an_unknown_id_sends_nothing_and_gives_what_is_not_known(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    found: list[object] = []

    def program() -> None:
        statsig.get_user(not_known_yet()).apply(found.append)
        statsig.get_gate_pulse_results("g", not_known_yet()).apply(found.append)

    run(program, preview=True)
    assert (found, asked(emulator)) == ([], [])


def test_in_a_preview_a_known_id_is_looked_up(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    found: list[str] = []
    run(lambda: statsig.get_user("ana@example.com").role, preview=True)
    run(
        lambda: statsig.get_user(Output.from_input("ana@example.com")).apply(lambda u: found.append(u.role)),
        preview=True,
    )
    assert found == ["admin"]


def test_a_secret_id_gives_a_secret_record(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    answers: list[bool] = []

    def program() -> None:
        user = statsig.get_user(Output.secret("ana@example.com"))
        Output.from_input(user.is_secret()).apply(answers.append)

    run(program)
    assert answers == [True]


def test_an_empty_id_beside_an_output_stops_at_the_program_s_line(emulator: Emulator) -> None:
    def program() -> None:
        with pytest.raises(InvalidInputsError, match="rule_id: must not be empty"):
            statsig.list_gate_pulse_loads(Output.from_input("g"), "")

    run(program)
    assert asked(emulator) == []


@pytest.mark.parametrize("name", sorted(LOOKUPS))
def test_a_lookup_says_what_it_gives_and_where_it_comes_from(name: str) -> None:
    doc = inspect.getdoc(LOOKUPS[name]) or ""
    assert doc.partition("\n")[0].endswith(".")
    assert "Console API: ``GET /" in doc


@pytest.mark.parametrize("name", sorted(LOOKUPS))
def test_the_signature_of_a_lookup_is_that_of_programs(name: str) -> None:
    assert "api" not in inspect.signature(LOOKUPS[name]).parameters


def test_a_lookup_takes_its_ids_by_name_too(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    assert statsig.get_user(email="ana@example.com").last_name == "Bo"
    with pytest.raises(TypeError, match="email"):
        statsig.get_user()  # type: ignore[call-overload]
