"""Fixtures of the resource tests: a program in, the exact requests out; real constructors, and no engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.rpc import unwrap_rpc_secret

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import QUIRK_DEFAULTS, Json, Project, Request, Resource
from ..emulator import openapi

Program = Callable[[], object]


class Deployment:
    """A stack without an engine: it runs programs against one project and returns the requests."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.resources: dict[str, Resource] = {}

    def up(self, program: Program) -> list[Request]:
        """Create and update what the program declares; return the writes in their order."""
        for token, name, inputs in registrations(program):
            kind = token.removeprefix("pulumi-python:dynamic/statsig:")
            resource = self.resources.setdefault(name, self.project.resource(REGISTRY[kind]))
            resource.up(inputs)
            assert not resource.preview(), "a resource differs from the program right after its update"
        return self.project.new_writes()

    def refresh(self) -> dict[str, Json]:
        """Refresh every resource; return the inputs by resource name."""
        return {name: resource.refresh() for name, resource in self.resources.items()}

    def destroy(self) -> list[Request]:
        """Destroy every resource, the last one first; return the writes."""
        for name in reversed(list(self.resources)):
            self.resources.pop(name).destroy()
        return self.project.new_writes()

    def rules(self, name: str) -> list[Json]:
        """Return the live rules of a resource."""
        rules: list[Json] = self.resources[name].live()["rules"]
        return rules


def registrations(program: Program) -> list[tuple[str, str, Any]]:
    """Return what the constructors of the program pass to the engine: type token, name and inputs."""
    registered: list[tuple[str, str, Any]] = []

    class Engine(Mocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
            inputs = {name: unwrap_secrets(value) for name, value in args.inputs.items() if name != "__provider"}
            registered.append((args.typ, args.name, inputs))
            return f"{args.name}-id", args.inputs

        def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
            raise AssertionError(f"no program here calls {args.token}")

    def stack() -> None:
        # Pulumi would have to serialize a result, so the program returns none.
        program()

    pulumi.runtime.set_mocks(Engine(), preview=False)
    pulumi.runtime.test(stack)()
    return registered


def unwrap_secrets(value: Json) -> Json:
    """Return a value without its secret marks, as the engine passes it to the provider."""
    match unwrap_rpc_secret(value):
        case dict() as items:
            return {key: unwrap_secrets(item) for key, item in items.items()}
        case list() as items:
            return [unwrap_secrets(item) for item in items]
        case item:
            return item


@pytest.fixture(scope="session")
def deployment_project() -> Iterator[Project]:
    with Emulator(quirks=QUIRK_DEFAULTS) as emulator:
        yield Project(emulator)


@pytest.fixture
def deployment(deployment_project: Project, no_waits: None) -> Iterator[Deployment]:
    """A deployment in an empty project, whose exchanges must match the API's OpenAPI description."""
    project = deployment_project.reset()
    project.exchanges.clear()
    yield Deployment(project)
    project.new_writes()
    if openapi.SPEC_FILE.exists():
        assert openapi.check_log(project.exchanges) == []
