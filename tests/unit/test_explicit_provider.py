"""Explicit providers: wrong settings are one line with the name of the setting, and no key is in it."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidSettingError

from .test_program import run

Provider: Any = statsig.Provider
"""The class for calls that type checkers reject."""
KEY = "console-hush"
KEY_TEXT = "must be a key of printable ASCII characters"
WRONG: list[tuple[str, dict[str, Any]]] = [
    # Without a key, that of the environment would count, which may be of another project.
    (f"api_key {KEY_TEXT}; it is empty", {"api_key": None}),
    (f"api_key {KEY_TEXT}; it is empty", {"api_key": ""}),
    (f"api_key {KEY_TEXT}; it is empty", {"api_key": " "}),
    (f"api_key {KEY_TEXT}, not int", {"api_key": 7}),
    (f"api_key {KEY_TEXT}, not list", {"api_key": ["hush"]}),
    (f"api_key {KEY_TEXT}, not bytes", {"api_key": b"hush"}),
    (f"api_key {KEY_TEXT}", {"api_key": "hush\nhush"}),
    (f"api_key {KEY_TEXT}", {"api_key": "hush-\ud800"}),
    ("base_url must be a whole URL, such as https://statsigapi.net/console/v1, not int", {"base_url": 7}),
    ("on_existing must be fail, adoptIdentical or adopt, not 'Adopt'", {"on_existing": "Adopt"}),
    ("on_existing must be fail, adoptIdentical or adopt, not bool", {"on_existing": True}),
    ("archive_on_delete must be true or false, not int", {"archive_on_delete": 1}),
    ("archive_on_delete must be true or false, not 'yes'", {"archive_on_delete": "yes"}),
    ("write_budget must be such as '100/10s, 900/15m', or 'off', not int", {"write_budget": 100}),
    ("write_budget_store must be a URL such as postgresql://… or redis://…", {"write_budget_store": "mysql://hush"}),
    ("project must be the id or name of a Statsig project, not list", {"project": ["a"]}),
]


@pytest.mark.parametrize(("expected", "wrong"), WRONG)
def test_a_wrong_setting_is_one_line(expected: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettingError) as error:
        Provider("eu", **{"api_key": KEY} | wrong)
    assert str(error.value) == f"Provider 'eu': {expected}"


def test_credentials_in_a_url_are_not_shown() -> None:
    with pytest.raises(InvalidSettingError, match=r"not 'ftp://\[secret\]@host'$"):
        Provider("eu", api_key=KEY, base_url="ftp://hush:hush@host")


@pytest.mark.parametrize(("expected", "wrong"), WRONG)
def test_a_wrong_value_of_an_output_fails_before_the_provider_is_registered(
    expected: str, wrong: dict[str, Any]
) -> None:

    def program() -> None:
        Provider("eu", **{"api_key": KEY} | {name: pulumi.Output.secret(value) for name, value in wrong.items()})

    with pytest.raises(pulumi.RunError) as error:
        run(program)
    place, _, text = str(error.value).partition(": ")
    assert place.endswith(f"{__name__.rpartition('.')[2]}.py:{place.rpartition(':')[2]}")
    assert text.startswith(f"Provider 'eu': {expected.partition(' ')[0]} must be ")
    assert "hush" not in text


@pytest.mark.parametrize(
    ("expected", "arguments", "settings"),
    [
        ("Provider: got an unexpected keyword argument 'projct'", (), {"api_key": KEY, "projct": "a"}),
        ("Provider: too many positional arguments", (KEY,), {}),
        ("Provider: missing a required argument: 'api_key'", (), {}),
        ("Provider 'eu': opts must be ResourceOptions, not int", (), {"api_key": KEY, "opts": 7}),
    ],
)
def test_wrong_arguments_are_no_traceback_of_a_program(
    expected: str, arguments: tuple[Any, ...], settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback repeats the line, which may hold the key."""
    with pytest.raises(TypeError, match=expected.partition(": ")[2]):
        Provider("eu", *arguments, **settings)
    with pytest.raises(pulumi.RunError) as error:
        run(lambda: Provider("eu", *arguments, **settings))
    assert isinstance(error.value, TypeError)
    assert str(error.value).partition(": ")[2] == expected
    monkeypatch.setenv("STATSIG_DEBUG", "1")
    with pytest.raises(TypeError) as shown:
        run(lambda: Provider("eu", *arguments, **settings))
    assert not isinstance(shown.value, pulumi.RunError)


def test_an_output_and_a_boolean_are_settings() -> None:
    run(lambda: Provider("eu", api_key=pulumi.Output.secret(KEY), archive_on_delete=True, respect_reviews="false"))
    settings: list[Any] = []
    run(lambda: settings.append(Provider("eu", api_key=KEY, allow_http=True).settings))
    assert settings == [{"statsig:apiKey": KEY, "statsig:allowHttp": "true"}]
