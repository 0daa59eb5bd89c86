"""Settings: their sources, their precedence, and which values are accepted."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from statsig_pulumi.errors import InvalidSettingError, MissingKeyError
from statsig_pulumi.settings import (
    API_KEY,
    BASE_URL,
    DEFAULT_WRITE_BUDGET,
    SETTINGS,
    STACK_KEYS,
    Policy,
    Settings,
    Window,
    check_stack_keys,
)

STACK = {"statsig:apiKey": "console-stack", "statsig:baseUrl": "https://stack.example"}
ENVIRONMENT = {"STATSIG_CONSOLE_KEY": "console-env", "STATSIG_CONSOLE_URL": "https://env.example/v1/"}


def read(stack: dict[str, str] | None = None, **sources: Any) -> Settings:
    """The settings of a stack, with an empty environment."""
    return Settings.from_sources(stack_configuration=stack, **{"environment": {}} | sources)


def test_without_any_source_settings_have_their_defaults() -> None:
    assert read() == Settings()
    assert (Settings().base_url, Settings().write_budget) == ("https://statsigapi.net/console/v1", DEFAULT_WRITE_BUDGET)
    assert Settings().policy == Policy(False, False, "fail", "fail")


def test_every_field_has_one_setting_and_every_setting_a_field_and_a_doc() -> None:
    names = {field.name for cls in (Settings, Policy) for field in fields(cls)} - {"policy", "api_key_source"}
    assert sorted(names) == sorted(setting.field for setting in SETTINGS)
    assert [setting.field for setting in SETTINGS if not setting.doc.endswith(".")] == []
    assert [setting.field for setting in SETTINGS if not (setting.key or setting.variable)] == []


def test_the_stack_configuration_is_used() -> None:
    settings = read(STACK)
    assert (settings.api_key, settings.base_url) == ("console-stack", "https://stack.example")


def test_the_environment_is_used_for_what_the_stack_does_not_set() -> None:
    settings = read({"statsig:apiKey": "console-stack"}, environment=ENVIRONMENT)
    assert (settings.api_key, settings.base_url) == ("console-stack", "https://env.example/v1/")


def test_the_stack_configuration_goes_before_the_environment() -> None:
    settings = read(STACK, environment=ENVIRONMENT)
    assert (settings.api_key, settings.base_url) == ("console-stack", "https://stack.example")


def test_arguments_go_before_the_stack_configuration() -> None:
    settings = read(STACK, environment=ENVIRONMENT, arguments={"api_key": "console-argument"})
    assert (settings.api_key, settings.base_url) == ("console-argument", "https://stack.example")


def test_the_environment_of_the_process_is_used_if_none_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-env")
    assert Settings.from_sources().api_key == "console-env"


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_a_blank_value_counts_as_not_set(blank: str) -> None:
    assert read(STACK, environment={"STATSIG_CONSOLE_KEY": blank}).api_key == "console-stack"
    assert read(dict.fromkeys(STACK_KEYS, blank)) == Settings()


@pytest.mark.parametrize("key", [" console-env\n", "\tconsole-env\r\n"])
def test_white_space_around_a_value_is_stripped(key: str) -> None:
    environment = {"STATSIG_CONSOLE_KEY": key, "STATSIG_CONSOLE_URL": " https://env.example\n"}
    settings = read(environment=environment)
    assert (settings.api_key, settings.base_url) == ("console-env", "https://env.example")


@pytest.mark.parametrize(
    ("expected", "stack"),
    [
        (Settings(respect_reviews=True), {"statsig:respectReviews": "true"}),
        (Settings(respect_reviews=True), {"statsig:respectReviews": "True"}),
        (Settings(), {"statsig:respectReviews": "false"}),
        (Settings(policy=Policy(archive_on_delete=True)), {"statsig:archiveOnDelete": " True "}),
        (Settings(policy=Policy(validate_on_preview=True)), {"statsig:validateOnPreview": "true"}),
        (Settings(policy=Policy(on_existing="adoptIdentical")), {"statsig:onExisting": "adoptIdentical"}),
        (Settings(policy=Policy(on_existing="adopt")), {"statsig:onExisting": "adopt"}),
        (Settings(policy=Policy(import_mismatch="adopt")), {"statsig:importMismatch": "adopt"}),
        (Settings(write_budget=()), {"statsig:writeBudget": "off"}),
        (Settings(write_budget=(Window(50, 10),)), {"statsig:writeBudget": "50/10s"}),
        (Settings(), {"statsig:writeBudget": " 900/15m , 100/10s "}),
        (Settings(write_budget=(Window(5000, 7200),)), {"statsig:writeBudget": "5000/2h"}),
        (Settings(write_budget_store="rediss://a:b@host/0"), {"statsig:writeBudgetStore": " rediss://a:b@host/0\n"}),
        (
            Settings(write_budget_store="postgresql://h1:1,h2:2/db"),
            {"statsig:writeBudgetStore": "postgresql://h1:1,h2:2/db"},
        ),
    ],
)
def test_accepted_values_of_a_stack(expected: Settings, stack: dict[str, str]) -> None:
    assert expected == read(stack)


@pytest.mark.parametrize(("expected", "text"), [(True, "1"), (False, "0"), (False, "")])
def test_the_environment_turns_debugging_on(expected: bool, text: str) -> None:
    assert read(environment={"STATSIG_DEBUG": text}).debug is expected


@pytest.mark.parametrize(
    "url",
    ["http://localhost:1", "http://api.localhost", "http://127.0.0.1:8181/console/v1", "http://[::1]", "https://a"],
)
def test_encrypted_and_local_base_urls_are_accepted(url: str) -> None:
    assert read({"statsig:baseUrl": url}).base_url == url


@pytest.mark.parametrize(
    "url", ["http://emulator:8181", "http://128.0.0.1", "HTTP://example.com", "http://localhost.com"]
)
def test_an_unencrypted_base_url_must_be_allowed(url: str) -> None:
    with pytest.raises(InvalidSettingError, match=r"must start with https://, .* set STATSIG_ALLOW_HTTP .* to true$"):
        read({"statsig:baseUrl": url})
    assert read({"statsig:baseUrl": url, "statsig:allowHttp": "true"}).base_url == url
    assert read({"statsig:baseUrl": url}, environment={"STATSIG_ALLOW_HTTP": "true"}).base_url == url


@pytest.mark.parametrize(
    ("key", "project", "hint"),
    [
        ("statsig:archiveOnDelet", "shop", "did you mean statsig:archiveOnDelete?"),
        ("statsig:apikey", "statsig", "did you mean statsig:apiKey?"),
        ("statsig:region", "shop", "the settings are statsig:allowHttp, statsig:apiKey,"),
    ],
)
def test_an_unknown_key_of_a_stack_is_an_error_with_the_nearest_one(key: str, project: str, hint: str) -> None:
    with pytest.raises(InvalidSettingError) as error:
        check_stack_keys([*STACK_KEYS, "shop:region", key], project)
    assert str(error.value).startswith(f"{key} is not a setting; {hint}")


def test_keys_of_the_program_are_no_settings() -> None:
    check_stack_keys([*STACK_KEYS, "shop:apikey", "statsigx:apiKey", "aws:region"], "shop")
    check_stack_keys([*STACK_KEYS, "statsig:region"], "statsig")


URL = "a whole URL, such as https://statsigapi.net/console/v1"
BUDGET = "such as '100/10s, 900/15m', or 'off'"


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("statsig:onExisting", "Adopt", "must be fail, adoptIdentical or adopt, not 'Adopt'"),
        ("statsig:importMismatch", "yes", "must be fail or adopt, not 'yes'"),
        ("statsig:archiveOnDelete", "yes", "must be true or false, not 'yes'"),
        ("statsig:validateOnPreview", "1", "must be true or false, not '1'"),
        ("statsig:respectReviews", "ture", "must be true or false, not 'ture'"),
        ("statsig:baseUrl", "localhost:8181", f"must be {URL}, not 'localhost:8181'"),
        ("statsig:baseUrl", "http://", f"must be {URL}, not 'http://'"),
        ("statsig:baseUrl", "ftp://localhost/console/v1", f"must be {URL}, not 'ftp://localhost/console/v1'"),
        ("statsig:baseUrl", "/console/v1", f"must be {URL}, not '/console/v1'"),
        ("statsig:writeBudget", "100", f"must be {BUDGET}, not '100'"),
        ("statsig:writeBudget", "0/10s", f"must be {BUDGET}, not '0/10s'"),
        ("statsig:writeBudget", "100/10", f"must be {BUDGET}, not '100/10'"),
        ("statsig:writeBudget", "100/10s;900/15m", f"must be {BUDGET}, not '100/10s;900/15m'"),
        ("statsig:writeBudget", "none", f"must be {BUDGET}, not 'none'"),
        ("statsig:writeBudget", "100/10s,", f"must be {BUDGET}, not '100/10s,'"),
        (
            "statsig:writeBudget",
            "100/10s,100/15m",
            f"must be {BUDGET}, not '100/10s,100/15m': 100 in 10 s and 100 in 15 min do not limit each other",
        ),
        (
            "statsig:writeBudget",
            "9/1s,90/5s",
            f"must be {BUDGET}, not '9/1s,90/5s': 9 in 1 s and 90 in 5 s do not limit each other",
        ),
    ],
)
def test_an_error_names_the_key_and_the_accepted_values(key: str, text: str, message: str) -> None:
    with pytest.raises(InvalidSettingError) as error:
        read({key: text})
    assert str(error.value) == f"{key} {message}"


def test_an_error_names_the_source_of_the_value() -> None:
    with pytest.raises(InvalidSettingError, match=r"^STATSIG_CONSOLE_URL must be a whole URL, .*, not 'env'$"):
        read(environment={"STATSIG_CONSOLE_URL": "env"})
    with pytest.raises(InvalidSettingError, match=r"^base_url must be a whole URL, .*, not 'argument'$"):
        read(STACK, arguments={"base_url": "argument"})
    with pytest.raises(InvalidSettingError, match=r"^STATSIG_DEBUG must be 1 or 0, not 'yes'$"):
        read(environment={"STATSIG_DEBUG": "yes"})


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("statsig:apiKey", "console-ключ"),
        ("statsig:apiKey", "console-a\nb"),
        ("statsig:writeBudgetStore", "mysql://me:pass-word@x"),
        ("statsig:writeBudgetStore", "pass-word.example"),
        ("statsig:writeBudgetStore", "redis//pass-word"),
        ("statsig:writeBudgetStore", "postgresql://[pass-word/"),
    ],
)
def test_an_error_of_a_secret_setting_does_not_show_the_value(key: str, text: str) -> None:
    with pytest.raises(InvalidSettingError) as error:
        read({key: text})
    assert str(error.value).startswith(f"{key} must be ")
    assert text not in str(error.value)
    assert "pass-word" not in str(error.value)
    assert error.value.__cause__ is None


def test_no_secret_is_in_a_repr() -> None:
    secrets = {setting.field: "redis://:s3cret@host" for setting in SETTINGS if setting.is_secret}
    assert set(secrets) == {"api_key", "write_budget_store"}
    assert "s3cret" not in repr(read(arguments=secrets))


def test_the_error_for_a_missing_key_names_the_setting() -> None:
    assert [name for name in (API_KEY.key, API_KEY.variable) if str(name) not in str(MissingKeyError())] == []
    assert (API_KEY.title, BASE_URL.title) == (
        "STATSIG_CONSOLE_KEY (or statsig:apiKey)",
        "STATSIG_CONSOLE_URL (or statsig:baseUrl)",
    )
