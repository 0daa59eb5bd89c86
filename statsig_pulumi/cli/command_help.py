"""The end of a command's help: examples, environment variables and exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ..settings import ALLOW_HTTP, API_KEY, BASE_URL, Setting

SUCCESS: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
FOUND: Final = 3
INTERRUPTED: Final = 130
"""The exit code after Ctrl-C, as of other programs; only ``emulate`` then succeeds."""
EXIT_CODES: Final[Mapping[int, str]] = MappingProxyType(
    {
        SUCCESS: "The command succeeded.",
        FAILED: "The command failed. Standard error has one line that says why.",
        WRONG_USE: "The arguments are wrong. Nothing was read or written.",
        FOUND: "The command succeeded and found something.",
    }
)
"""The meaning of each exit code, for all commands."""

CONNECTION: Final = (API_KEY, BASE_URL, ALLOW_HTTP)
"""The settings of commands that send requests."""


def build_epilogue(*examples: tuple[str, str], settings: Iterable[Setting] = (), found: str = "") -> str:
    """Return the end of the help of a command, in Markdown.

    An example is a purpose and a command line. ``settings`` are those that the command reads from the environment.
    ``found`` says when the exit code is 3; without it, the command has no such exit code.
    """
    codes = {code: meaning for code, meaning in EXIT_CODES.items() if code != FOUND}
    codes |= {FOUND: found} if found else {}
    return "\n".join([*_format_examples(examples), *_format_variables(settings), *format_exit_codes(codes)])


def format_exit_codes(codes: Mapping[int, str] = EXIT_CODES) -> list[str]:
    """Return the lines of a list of exit codes, in Markdown."""
    return ["**Exit codes**", "", *(f"* `{code}`: {meaning}" for code, meaning in codes.items()), ""]


def _format_examples(examples: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield from ("**Examples**", "")
    for purpose, command in examples:
        yield from (f"{purpose}:", "", *(f"    {line}" for line in command.splitlines()), "")


def _format_variables(settings: Iterable[Setting]) -> Iterator[str]:
    variables = [f"* `{each.variable}`: {each.doc}" for each in settings if each.variable]
    if variables:
        yield from ("**Environment variables**", "", *variables, "")
