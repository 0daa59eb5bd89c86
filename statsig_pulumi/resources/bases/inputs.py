"""The inputs of a resource as a program writes them: their Outputs, and the problems of what is known of them."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Awaitable, Generator, Iterator, Mapping
from inspect import isawaitable
from typing import Any, Final, TypeAlias

from pulumi import Output
from pulumi.output import Unknown
from pulumi.runtime import is_dry_run

from ...errors import Problem, root_of
from ...json_values import FOREIGN_KEY, MAX_DEPTH, TOO_DEEP, UNKNOWN, Json, normalize_json
from ...program import Program, find_line
from ...schema.validation import Validated, find_problems

PlacedOutputs: TypeAlias = list[tuple[str, Output[Any]]]
"""Outputs with their places, such as ``rules[0].name``."""
NOT_READ: Final[Mapping[int, Json]] = {}


def find_known_problems(
    cls: Validated, inputs: Mapping[str, Any], outputs: Mapping[int, Json] = NOT_READ
) -> list[Problem]:
    """Return every problem of the values that are known; ``outputs`` are the values of Outputs, by their identity."""
    return list(find_problems(cls, normalize_json(_get_known(inputs, outputs))))


def start_check(cls: Validated, subject: str, inputs: Mapping[str, Any], program: Program) -> Future[None] | None:
    """Check the inputs again when their Outputs are known, and add the problems to the program.

    None if there are no Outputs. Secret ones are not read: the plugin checks them, and removes them from errors.
    """
    outputs = [output for _, output in list_outputs(inputs)]
    if not outputs:
        return None
    line = find_line()

    async def check() -> None:
        values = await program.read([_read(output) for output in outputs], UNKNOWN)
        by_output = {id(output): value for output, value in zip(outputs, values, strict=True)}
        program.add(subject, find_known_problems(cls, inputs, by_output), line)

    return program.start(check())


async def _read(output: Output[Any]) -> Json:
    """Return the value of an Output; UNKNOWN if it is secret, not known yet, or what it depends on has failed."""
    try:
        # The id of a new object is "" until it is known.
        if not await output.is_known():
            return UNKNOWN
        value = _read_json(await output.future())
        return _hide_json(value) if await output.is_secret() else value
    except Exception:  # noqa: BLE001 - its own resource, or the function of an `apply`, fails with this error
        return UNKNOWN


def _read_json(value: Any, depth: int = 0) -> Json:
    """Return the value of an Output with UNKNOWN for what is not known, and for null, which the engine drops."""
    match value:
        case dict() | list() | tuple() if depth > MAX_DEPTH:
            return TOO_DEEP
        case dict():
            return {
                key: _read_json(item, depth + 1) if isinstance(key, str) else FOREIGN_KEY for key, item in value.items()
            }
        case list() | tuple():
            return [_read_json(item, depth + 1) for item in value]
        case None | Unknown() | Output():
            return UNKNOWN
        case _ if isawaitable(value):
            return UNKNOWN
        case _:
            return value


def _hide_json(value: Json) -> Json:
    """Return UNKNOWN for a secret value, but not for one that is no JSON: its type is not secret."""
    match value:
        case list():
            return list(map(_hide_json, value))
        case str() | int() | float() | dict():
            return UNKNOWN
        case _:
            return value


def _get_known(value: Any, outputs: Mapping[int, Json], depth: int = 0) -> Json:
    """Return a value with the values of its Outputs, and UNKNOWN for what is not known while the program runs."""
    match value:
        case Output():
            return outputs.get(id(value), UNKNOWN)
        case dict() | list() | tuple() if depth > MAX_DEPTH:
            return TOO_DEEP
        case dict():
            return {
                key: _get_known(item, outputs, depth + 1) if isinstance(key, str) else FOREIGN_KEY
                for key, item in value.items()
            }
        case list() | tuple():
            return [_get_known(item, outputs, depth + 1) for item in value]
        case _ if isawaitable(value):
            return UNKNOWN
        case _:
            return value


class WithoutValue:
    """An input of a resource: the names of the properties whose Outputs have no value in an update; None without any.

    In a preview, that is usual. In an update, the resource that the value comes from failed, or is not part of it.
    """

    def __init__(self, outputs: PlacedOutputs) -> None:
        self._outputs = outputs

    def __await__(self) -> Generator[Any, None, list[str] | None]:
        return self._find().__await__()

    async def _find(self) -> list[str] | None:
        if is_dry_run():
            return None
        return sorted({root_of(place) for place, output in self._outputs if not await output.is_known()}) or None


def list_outputs(inputs: Mapping[str, Any]) -> PlacedOutputs:
    """Return the Outputs in the inputs, at any depth, with their places."""
    return [found for name, value in inputs.items() for found in _iterate_outputs(value, name)]


def find_secret_places(outputs: PlacedOutputs) -> Output[list[str]]:
    """Return the places of the Outputs that are secret."""

    def select(are_secret: list[bool]) -> list[str]:
        return [place for (place, _), is_secret in zip(outputs, are_secret, strict=True) if is_secret]

    return Output.all(*(_is_secret(output) for _, output in outputs)).apply(select)


def _is_secret(output: Output[Any]) -> Output[bool]:
    is_secret: Awaitable[bool] = output.is_secret()
    return Output.from_input(is_secret)


def _iterate_outputs(value: Any, place: str) -> Iterator[tuple[str, Output[Any]]]:
    match value:
        case Output():
            yield place, value
        case dict():
            for key, item in value.items():
                yield from _iterate_outputs(item, f"{place}.{key}")
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _iterate_outputs(item, f"{place}[{index}]")
