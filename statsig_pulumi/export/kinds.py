"""The kinds of objects that can be listed."""

from __future__ import annotations

from ..schema.declaration import REGISTRY, Declaration


def listable_kinds() -> dict[str, Declaration]:
    """Return the declarations whose objects can be found: they have a list, or belong to objects that have one."""
    return {kind: d for kind, d in sorted(REGISTRY.items()) if d.endpoint.lists != "none" or d.endpoint.subpath}
