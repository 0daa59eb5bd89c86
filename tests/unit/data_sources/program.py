"""Programs that call data sources, run with the SDK's mocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi import Output
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from statsig_pulumi.emulator import Emulator


def run(program: Callable[[], object], *, preview: bool = False) -> dict[str, Any]:
    """Run a program with mocks; return the inputs of its resources by name."""
    found: dict[str, Any] = {}

    class Engine(Mocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
            found[args.name] = args.inputs
            return f"{args.name}-id", args.inputs

        def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
            raise AssertionError(f"no program here calls {args.token}")

    def stack() -> None:
        program()

    pulumi.runtime.set_mocks(Engine(), preview=preview)
    pulumi.runtime.test(stack)()
    return found


def unknown_output() -> Output[str]:
    """Return an output as it is in a preview before its resource is created."""
    value, is_known = asyncio.Future[str](), asyncio.Future[bool]()
    value.set_result("")
    is_known.set_result(False)
    return Output(set(), value, is_known)


def list_requests(emulator: Emulator) -> list[str]:
    """Return the verbs and paths of the requests, in order."""
    return [f"{entry['method']} {entry['path']}" for entry in emulator.requests()["log"]]
