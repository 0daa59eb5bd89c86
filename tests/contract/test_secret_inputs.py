"""Each text that a program can declare, as a secret: in no error and no message, whatever the API answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from statsig_pulumi import provider
from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import StatsigError
from statsig_pulumi.lifecycle.reporter import Reporter, Severity
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.provider import EntityProvider
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.properties import Property

from .examples import Path, examples, replace
from .inputs import is_valid
from .values import Json, Values

MARK = "hush"
CANDIDATES = (
    "hush_mark_1",
    "hush-mark",
    "hush@mark.example",
    "https://hush.example/mark",
    "2031-01-02T03:04:05.hush",
)
"""Texts with the mark; each property accepts one of them, or none."""


class Recorder(Reporter):
    """Keeps the messages."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def say(self, severity: Severity, message: str) -> None:
        self.messages.append(message)

    def show(self, message: str) -> None:
        self.messages.append(message)


def repeat(request: httpx.Request) -> httpx.Response:
    """Refuse a request, and repeat all of it."""
    if request.url.path == "/console/v1/project":
        return httpx.Response(404, json={"message": "Not found", "status": 404})
    message = f"{request.url} {request.content.decode()} {dict(request.headers)} is refused"
    return httpx.Response(400, json={"message": message, "status": 400, "errors": [message]})


def text_paths(value: Json, path: Path = ()) -> Iterator[Path]:
    match value:
        case dict():
            for key, item in value.items():
                yield from text_paths(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from text_paths(item, (*path, index))
        case str():
            yield path


def place_of(path: Path) -> str:
    return ".".join(str(part) for part in path if not isinstance(part, int))


def marked_inputs(declaration: Declaration) -> dict[str, Values]:
    """Return valid inputs with the mark in one text, by the place of the text."""
    found: dict[str, Values] = {}
    for name, p in declaration.inputs.items():
        for values in examples(declaration.kind, name) if not is_number(p) else ():
            for path in text_paths(values[name], (name,)):
                marked = (replace(values, path, text) for text in CANDIDATES)
                if place_of(path) not in found and (valid := next(filter(is_valid_of(declaration), marked), None)):
                    found[place_of(path)] = valid
    return found


def is_number(p: Property[Any]) -> bool:
    return p.item in (bool, int, float)


def is_valid_of(declaration: Declaration) -> Any:
    return lambda values: is_valid(declaration, values)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Have providers send their requests to a server that refuses and repeats them; return their messages."""
    recorder = Recorder()

    class OneContext(provider.Contexts):
        def get(self, configuration: Mapping[str, str], reporter: Reporter | None = None) -> RunContext:
            client = Client("console-hush-KEY123", transport=httpx.MockTransport(repeat))
            return RunContext(client, recorder)

    monkeypatch.setattr(provider, "CONTEXTS", OneContext())
    return recorder


def texts_of_calls(declaration: Declaration, inputs: Values, root: str, recorder: Recorder) -> Iterator[str]:
    """Yield the errors and messages of all calls about an object with a secret property."""
    kind, names = declaration.kind, declaration.endpoint.key_names
    id_ = "/".join(["1", *["an_id"] * (len(names) - 1)]) if names else declaration.endpoint.collection
    secret = inputs | {"__secret": [root]}
    outputs = secret | {"__declared": sorted(inputs)}
    other = {name: value for name, value in secret.items() if name != root}
    calls = {
        "check": lambda: EntityProvider(kind).check({}, secret),
        "create": lambda: EntityProvider(kind).create(secret),
        "import": lambda: EntityProvider(kind).create(secret | {"__import": id_}),
        "read": lambda: EntityProvider(kind).read(id_, outputs),
        "change": lambda: EntityProvider(kind).update(id_, outputs, secret | {"description": "other"}),
        "diff": lambda: EntityProvider(kind).diff(id_, outputs, other | {"__secret": []}),
        "set": lambda: EntityProvider(kind).update(id_, outputs | {root: None}, secret),
        "delete": lambda: EntityProvider(kind).delete(id_, outputs),
    }
    for name, call in calls.items():
        try:
            result: Any = call()
        except StatsigError as error:
            yield f"{name}: {error} {error!r} {vars(error)}"
        else:
            if name == "check":
                yield from (f"{name}: {failure.reason}" for failure in result.failures)
    yield from recorder.messages
    recorder.messages.clear()


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_a_secret_text_is_in_no_error_and_no_message(kind: str, recorder: Recorder) -> None:
    declaration = REGISTRY[kind]
    texts = {
        place: list(texts_of_calls(declaration, inputs, place.partition(".")[0], recorder))
        for place, inputs in marked_inputs(declaration).items()
    }
    assert [(place, text) for place, shown in texts.items() for text in shown if MARK in text] == []
    assert all(texts.values()), "the server refuses everything"
