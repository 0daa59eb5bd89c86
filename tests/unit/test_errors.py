"""Errors: their text, and the data they hold for the layers above."""

from __future__ import annotations

import traceback

import pytest

from statsig_pulumi import errors
from statsig_pulumi.errors import (
    GoneError,
    ImportMismatchError,
    InvalidInputsError,
    MissingKeyError,
    Problem,
    RejectedError,
    StatsigError,
    TakenError,
    UnreachableError,
)

ERRORS = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, StatsigError)]


def test_tracebacks_name_errors_by_the_public_module() -> None:
    assert [cls.__name__ for cls in ERRORS if cls.__module__ != "statsig_pulumi"] == []
    (line,) = traceback.format_exception_only(GoneError("Gate 'a' does not exist"))
    assert line == "statsig_pulumi.GoneError: Gate 'a' does not exist\n"


def test_every_error_class_says_when_it_is_raised() -> None:
    undocumented = [cls.__name__ for cls in ERRORS if not (cls.__doc__ or "").startswith(("Raised", "Base"))]
    assert undocumented == []


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        ("it failed", StatsigError("it failed")),
        ("it failed; run it again", StatsigError("it failed", next_step="run it again")),
        (
            "POST /gates answered 400: no; fix the declaration, then run it again",
            RejectedError("POST", "/gates", 400, "no"),
        ),
        (
            "PATCH /gates/a answered 409: no; it conflicts with what Statsig has: run `pulumi refresh`,"
            " then `pulumi up`",
            RejectedError("PATCH", "/gates/a", 409, "no"),
        ),
        (
            "GET /gates got no usable response: lost; check the network and STATSIG_CONSOLE_URL, then run it again",
            UnreachableError("GET", "/gates", "lost"),
        ),
        (
            "no Statsig Console API key is configured; set the environment variable STATSIG_CONSOLE_KEY,"
            " or run `pulumi config set --secret statsig:apiKey`",
            MissingKeyError(),
        ),
        (
            "Gate 'a': name: is required; rules[0].name: must not be empty",
            InvalidInputsError(
                "Gate 'a'", [Problem("name", "is required"), Problem("rules[0].name", "must not be empty")]
            ),
        ),
        ("Gate 'a': too many rules", InvalidInputsError("Gate 'a'", [Problem("", "too many rules")])),
    ],
)
def test_the_text_is_the_summary_and_the_next_step(expected: str, error: StatsigError) -> None:
    assert str(error) == expected
    assert "; ".join(filter(None, [error.summary, error.next_step])) == expected


def test_the_subject_is_added_to_errors_that_do_not_name_it() -> None:
    error = UnreachableError("GET", "/gates/a", "lost")
    assert error.with_subject("Gate 'a'") is error
    assert error.summary == "Gate 'a': GET /gates/a got no usable response: lost"
    once = str(error)
    assert str(error.with_subject("Gate 'a'")) == once


def test_an_error_without_an_import_id_gives_no_advice_to_import() -> None:
    assert (str(TakenError("Gate 'a' exists")), TakenError("Gate 'a' exists").import_id) == ("Gate 'a' exists", None)
    assert str(ImportMismatchError("Gate 'a' differs")) == "Gate 'a' differs"


def test_the_next_step_of_an_importable_object_can_be_reworded_from_its_import_id() -> None:
    error = TakenError("Gate 'a' exists", import_id="a")
    assert str(error) == "Gate 'a' exists; to manage it here, import the id 'a'"
    error.next_step = f"import {error.import_id!r} with `import_`"
    assert str(error) == "Gate 'a' exists; import 'a' with `import_`"
    mismatch = ImportMismatchError("Gate 'a' differs in name", next_step="change the program", import_id="a")
    assert (str(mismatch), mismatch.import_id) == ("Gate 'a' differs in name; change the program", "a")
