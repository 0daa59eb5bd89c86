"""A stand-in for Statsig's Console API over HTTP, which knows nothing of the provider."""

from typing import TYPE_CHECKING, Any

from .model.quirks import TABLE as QUIRKS
from .model.quirks import Quirk, UnknownQuirkError

if TYPE_CHECKING:
    from .server.emulator import DEFAULT_KEY, Emulator, serve

__all__ = ["DEFAULT_KEY", "QUIRKS", "Emulator", "Quirk", "UnknownQuirkError", "serve"]


def __getattr__(name: str) -> Any:
    # When asked for: pytest loads the plugin in here wherever the package is installed, with or without the extra.
    if name in ("DEFAULT_KEY", "Emulator", "serve"):
        from .server import emulator

        return getattr(emulator, name)
    raise AttributeError(name)
