"""Data sources: settings, user agents, Outputs as ids, and errors for missing objects."""

from __future__ import annotations

import inspect
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest
from pulumi import Output

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError, InvalidSettingError, MissingKeyError, UnauthorizedError

from .program import list_requests, run, unknown_output

ANA = {"email": "ana@example.com", "firstName": "Ana", "lastName": "Bo", "role": "Admin"}
DATA_SOURCES: dict[str, Any] = {
    name: value
    for name, value in inspect.getmembers(statsig)
    if inspect.isfunction(value) and value.__module__.startswith("statsig_pulumi.data_sources.")
}


def test_a_data_source_works_outside_of_a_program(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    assert statsig.get_user("ana@example.com").first_name == "Ana"


def test_a_missing_key_is_an_error_that_names_the_variable() -> None:
    with pytest.raises(MissingKeyError, match="STATSIG_CONSOLE_KEY"):
        statsig.list_users()


def test_the_stack_configuration_is_used_if_the_environment_is_unset(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STATSIG_CONSOLE_KEY")
    monkeypatch.delenv("STATSIG_CONSOLE_URL")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"statsig:apiKey": emulator.key, "statsig:baseUrl": emulator.url}))
    emulator.add("users", ANA)
    assert [user.email for user in statsig.list_users()] == ["ana@example.com"]


def test_the_configuration_takes_precedence_over_the_environment(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-of-nobody")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"statsig:apiKey": emulator.key}))
    assert statsig.list_users() == []
    monkeypatch.setenv("PULUMI_CONFIG", "{}")
    with pytest.raises(UnauthorizedError) as refused:
        statsig.list_users()
    assert "console-of-nobody" not in str(refused.value)


def test_threads_share_one_client(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator.add("users", ANA)
    create, created = Client.from_settings, list[Client]()

    def create_and_count(*args: Any, **kwargs: Any) -> Client:
        created.append(create(*args, **kwargs))
        return created[-1]

    monkeypatch.setattr(Client, "from_settings", create_and_count)
    monkeypatch.setenv("STATSIG_CONSOLE_URL", f"{emulator.url}/")  # another test has not used this spelling
    with ThreadPoolExecutor(8) as pool:
        roles = list(pool.map(lambda _: statsig.get_user("ana@example.com").role, range(16)))
    assert roles == ["admin"] * 16
    assert len(created) == 1


def test_the_user_agent_names_the_data_source(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    statsig.get_user("ana@example.com")
    statsig.list_gates()
    agents = [entry["headers"]["user-agent"] for entry in emulator.requests()["log"]]
    assert [agent.partition(" ")[2] for agent in agents] == ["(get_user)", "(list_gates)"]


@pytest.mark.parametrize("shape", ["status", "statusCode"])
def test_a_missing_object_is_an_error_of_one_sentence(emulator: Emulator, shape: str) -> None:
    emulator.quirk(error_shape=shape)
    with pytest.raises(GoneError) as gone:
        statsig.get_user("nobody@example.com")
    assert str(gone.value) == "there is no user 'nobody@example.com' in this Statsig project"


def test_a_wrong_base_url_is_not_reported_as_a_missing_object(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_URL", f"{emulator.root}/elsewhere")
    with pytest.raises(InvalidSettingError, match="STATSIG_CONSOLE_URL"):
        statsig.get_user("ana@example.com")


@pytest.mark.parametrize("wrong", ["", "  ", None, 3])
def test_an_invalid_id_is_an_error_before_any_request(emulator: Emulator, wrong: Any) -> None:
    with pytest.raises(InvalidInputsError, match=r"^list_gate_versions: gate_id: "):
        statsig.list_gate_versions(wrong)
    with pytest.raises(InvalidInputsError, match=r"^get_dynamic_config_rule: rule_id: "):
        statsig.get_dynamic_config_rule("prices", rule_id=wrong)
    assert list_requests(emulator) == []


def test_all_invalid_ids_are_reported_at_once(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match=r"gate_id: must not be empty; rule_id: must not be empty"):
        statsig.get_gate_pulse_results("", "")


def test_an_id_with_slashes_is_quoted_in_the_path(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "new checkout"})
    with pytest.raises(GoneError, match=r"no gate '\.\./gates/new_checkout' in"):
        statsig.list_gate_rules("../gates/new_checkout")
    with pytest.raises(GoneError, match=r"no rule '\.\./versions' of gate"):
        statsig.list_gate_pulse_loads("new_checkout", "../versions")


def test_an_unknown_filter_is_an_error_before_any_request(emulator: Emulator) -> None:
    with pytest.raises(TypeError, match=r"list_gates\(\) got an unexpected keyword argument 'tag'; it takes tags, "):
        statsig.list_gates(tag="core")  # type: ignore[call-arg]
    assert list_requests(emulator) == []


def test_a_filter_that_is_an_output_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match="list_experiments: team_id: must not be an Output"):
        statsig.list_experiments(team_id=Output.from_input("t"))  # type: ignore[arg-type]
    assert list_requests(emulator) == []


def test_an_output_as_id_returns_an_output_that_resources_accept(emulator: Emulator) -> None:
    emulator.add("users", ANA)

    def program() -> None:
        user = statsig.get_user(Output.from_input("ana@example.com"))
        statsig.Team("owners", name="Owners", members=[user.apply(lambda found: found.email)])

    assert run(program)["owners"]["members"] == ["ana@example.com"]


def test_one_output_among_several_ids_returns_an_output(emulator: Emulator) -> None:
    rule = {"name": "All", "passPercentage": 10, "conditions": []}
    emulator.add("dynamic_configs", {"name": "prices", "rules": [rule]})
    (live,) = statsig.list_dynamic_config_rules("prices")
    found: list[str] = []

    def program() -> None:
        statsig.get_dynamic_config_rule("prices", Output.from_input(live.id)).apply(lambda r: found.append(r.name))
        statsig.get_dynamic_config_rule(Output.from_input("prices"), live.id).apply(lambda r: found.append(r.name))

    run(program)
    assert found == ["All", "All"]


def test_options_are_sent_if_an_id_is_an_output(emulator: Emulator) -> None:
    gate = emulator.add("gates", {"name": "g_1", "rules": [{"name": "All", "passPercentage": 10, "conditions": []}]})
    run(lambda: statsig.get_gate_pulse_results(Output.from_input("g_1"), gate["rules"][0]["id"], cuped=True))
    assert emulator.requests()["log"][-1]["query"] == {"cuped": "true"}


def test_an_unknown_id_sends_no_request_in_a_preview(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    found: list[object] = []

    def program() -> None:
        statsig.get_user(unknown_output()).apply(found.append)
        statsig.get_gate_pulse_results("g", unknown_output()).apply(found.append)

    run(program, preview=True)
    assert (found, list_requests(emulator)) == ([], [])


def test_a_known_id_is_read_in_a_preview(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    found: list[str] = []
    run(lambda: statsig.get_user("ana@example.com").role, preview=True)
    run(
        lambda: statsig.get_user(Output.from_input("ana@example.com")).apply(lambda u: found.append(u.role)),
        preview=True,
    )
    assert found == ["admin"]


def test_a_secret_id_returns_a_secret_record(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    results: list[bool] = []

    def program() -> None:
        user = statsig.get_user(Output.secret("ana@example.com"))
        Output.from_input(user.is_secret()).apply(results.append)

    run(program)
    assert results == [True]


def test_an_empty_id_next_to_an_output_is_an_error_at_the_call(emulator: Emulator) -> None:
    def program() -> None:
        with pytest.raises(InvalidInputsError, match="rule_id: must not be empty"):
            statsig.list_gate_pulse_loads(Output.from_input("g"), "")

    run(program)
    assert list_requests(emulator) == []


def test_every_docstring_is_an_imperative_that_names_the_endpoint() -> None:
    docs = {name: inspect.getdoc(function) or "" for name, function in DATA_SOURCES.items()}
    violations = [
        name for name, doc in docs.items() if not doc.startswith("Return ") or "Console API: ``GET /" not in doc
    ]
    assert violations == []


def test_signatures_do_not_show_the_reader() -> None:
    assert [name for name in DATA_SOURCES if "reader" in inspect.signature(DATA_SOURCES[name]).parameters] == []


def test_ids_can_be_keyword_arguments(emulator: Emulator) -> None:
    emulator.add("users", ANA)
    assert statsig.get_user(email="ana@example.com").last_name == "Bo"
    with pytest.raises(TypeError, match="email"):
        statsig.get_user()  # type: ignore[call-overload]


@pytest.mark.parametrize("option", ["provider", "providers", "map of providers", "nested component", "resource"])
def test_the_provider_of_the_parent_selects_the_project(emulator: Emulator, option: str) -> None:
    emulator.add("gates", {"name": "of the stack"})
    found: list[Any] = []
    with Emulator(key="console-eu") as eu:
        eu.add("gates", {"name": "of eu"})

        def program() -> None:
            provider = statsig.Provider("eu", api_key=eu.key, base_url=eu.url)
            options = {
                "provider": pulumi.ResourceOptions(provider=provider),
                "providers": pulumi.ResourceOptions(providers=[provider]),
                "map of providers": pulumi.ResourceOptions(providers={"pulumi-python": provider}),
            }
            parent: pulumi.Resource
            if option == "resource":
                parent = statsig.Tag("tag", name="one", opts=pulumi.ResourceOptions(provider=provider))
            else:
                parent = pulumi.ComponentResource("my:c:Outer", "outer", opts=options.get(option, options["providers"]))
            if option == "nested component":
                parent = pulumi.ComponentResource("my:c:Inner", "inner", opts=pulumi.ResourceOptions(parent=parent))
            found.extend(statsig.list_gates(opts=pulumi.InvokeOptions(parent=parent)))

        run(program)
    assert [gate.name for gate in found] == ["of eu"]


def test_a_parent_without_a_provider_reads_from_the_project_of_the_stack(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "of the stack"})
    found: list[Any] = []

    def program() -> None:
        parent = pulumi.ComponentResource("my:c:Outer", "outer")
        found.extend(statsig.list_gates(opts=pulumi.InvokeOptions(parent=parent)))

    run(program)
    assert [gate.name for gate in found] == ["of the stack"]


@pytest.mark.parametrize(
    ("expected", "tags"),
    [
        ("tags: must be a JSON value, not set; write a list, such as sorted(values)", {"a"}),
        (
            "tags[0]: must be a JSON value, not Output; call the function inside of its .apply()",
            [Output.from_input("a")],
        ),
        (
            "tags[0]: contains the text of an Output; use pulumi.Output.format() or .apply()",
            [str(Output.from_input("a"))],
        ),
    ],
)
def test_what_no_request_can_hold_is_refused_and_nothing_is_sent(emulator: Emulator, expected: str, tags: Any) -> None:
    with pytest.raises(InvalidInputsError) as error:
        statsig.list_gates(tags=tags)
    assert str(error.value) == f"list_gates: {expected}"
    assert [entry for entry in emulator.requests()["log"] if entry["path"] == "/gates"] == []


def test_a_secret_id_is_not_in_the_error_of_a_program(emulator: Emulator) -> None:
    with pytest.raises(pulumi.RunError) as error:
        run(lambda: pulumi.export("team", statsig.get_team(Output.secret("hush-team"))))
    assert isinstance(error.value, GoneError)
    place, _, text = str(error.value).partition(": ")
    assert "test_call.py:" in place
    assert text == "there is no team '[secret]' in this Statsig project"
