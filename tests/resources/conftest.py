"""Fixtures of the witness ring: a program in, the exact requests out; real constructors, and no engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.rpc import unwrap_rpc_secret

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import USUAL, Json, Project, Resource, Sent
from ..emulator import openapi

Program = Callable[[], object]


class Witness:
    """Runs programs against one project, and tells what was sent for them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.resources: dict[str, Resource] = {}

    def up(self, program: Program) -> list[Sent]:
        """Create and update what the program declares; the mutations, in their order."""
        for typ, name, inputs in registered(program):
            kind = typ.removeprefix("pulumi-python:dynamic/statsig:")
            resource = self.resources.setdefault(name, self.project.resource(REGISTRY[kind]))
            resource.up(inputs)
            assert not resource.preview(), "what was just made differs from the program"
        return self.project.sent()

    def refresh(self) -> dict[str, Json]:
        """Read everything; the inputs by resource."""
        return {name: resource.refresh() for name, resource in self.resources.items()}

    def destroy(self) -> list[Sent]:
        for name in reversed(list(self.resources)):
            self.resources.pop(name).destroy()
        return self.project.sent()

    def rules(self, name: str) -> list[Json]:
        """The live rules of a resource."""
        return self.resources[name].live()["rules"]


def registered(program: Program) -> list[tuple[str, str, Any]]:
    """What the constructors in the program hand to the engine: type, name and inputs."""
    found: list[tuple[str, str, Any]] = []

    class Engine(Mocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
            found.append((args.typ, args.name, {n: in_clear(v) for n, v in args.inputs.items() if n != "__provider"}))
            return f"{args.name}-id", args.inputs

        def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
            raise AssertionError(f"no program here calls {args.token}")

    def stack() -> None:
        # An awaited result would have to be one that pulumi can serialize: the program returns none.
        program()

    pulumi.runtime.set_mocks(Engine(), preview=False)
    pulumi.runtime.test(stack)()
    return found


def in_clear(value: Json) -> Json:
    """A value with its secrets unwrapped, as the engine hands it to the provider."""
    match unwrap_rpc_secret(value):
        case dict() as items:
            return {key: in_clear(item) for key, item in items.items()}
        case list() as items:
            return [in_clear(item) for item in items]
        case item:
            return item


@pytest.fixture(scope="session")
def witnessed_project() -> Iterator[Project]:
    with Emulator(quirks=USUAL) as emulator:
        yield Project(emulator)


@pytest.fixture
def witness(witnessed_project: Project) -> Iterator[Witness]:
    project = witnessed_project.fresh()
    project.exchanges.clear()
    yield Witness(project)
    project.sent()
    if openapi.SPEC_FILE.exists():
        assert openapi.check_log(project.exchanges) == []
