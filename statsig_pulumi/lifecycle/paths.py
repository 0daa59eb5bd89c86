"""Sets of paths of objects: what happens to one object concerns those above or below it."""

from __future__ import annotations

from collections.abc import Callable


class Paths:
    """The paths of some objects of a run; any thread may use it."""

    def __init__(self) -> None:
        self._paths: set[str] = set()

    def add(self, path: str) -> None:
        self._paths.add(f"{path}/")

    def has_above(self, path_fn: Callable[[], str]) -> bool:
        """Return whether the object at a path belongs to one of these objects."""
        return bool(self._paths) and path_fn().startswith(tuple(self._paths))

    def has_below(self, path: str) -> bool:
        """Return whether one of these objects belongs to the object at a path."""
        above = f"{path}/"
        return any(other.startswith(above) and other != above for other in self._paths.copy())
