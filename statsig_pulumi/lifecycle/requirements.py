"""Properties that the settings of a project require of new objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from threading import Lock

from ..errors import StatsigError
from ..json_values import NONE, Json
from ..schema.declaration import REGISTRY, Declaration
from .program import Program

ReadFn = Callable[[Declaration], Mapping[str, Json] | None]


class Requirements:
    """The settings of a project that require properties; any thread may use it. Each is read once in a run."""

    def __init__(self, program: Program) -> None:
        self._program, self._lock = program, Lock()
        self._live: dict[str, Mapping[str, Json]] = {}

    def find_missing(
        self, declaration: Declaration, inputs: Mapping[str, Json], read_fn: ReadFn
    ) -> Iterator[tuple[str, str]]:
        """Yield each property without which Statsig refuses a create with these inputs, and the setting.

        ``read_fn`` reads the settings of a kind. Settings that the program declares count more than live ones.
        """
        for name, p in declaration.inputs.items():
            is_declared = any(inputs.get(n) not in (None, NONE, "") for n in (name, *p.options.conflicts_with))
            if p.options.required_by and not is_declared and self._is_on(p.options.required_by, read_fn):
                yield name, p.options.required_by

    def _is_on(self, setting: str, read_fn: ReadFn) -> bool:
        kind, _, name = setting.partition(".")
        for declared in self._program.list_inputs(kind):
            return declared.get(name) is True
        with self._lock:
            if kind not in self._live:
                self._live[kind] = {}
                with suppress(StatsigError):  # a key may lack the right to read settings: the create will show it
                    self._live[kind] = read_fn(REGISTRY[kind]) or {}
            return self._live[kind].get(name) is True
