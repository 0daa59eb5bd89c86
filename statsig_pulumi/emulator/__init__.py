"""Emulator of Statsig's Console API over HTTP. It imports nothing of the provider."""

from typing import TYPE_CHECKING, Any

from .model.quirks import TABLE as QUIRKS
from .model.quirks import Quirk, UnknownQuirkError

if TYPE_CHECKING:
    from .server.emulator import DEFAULT_KEY, Emulator, serve

__all__ = ["DEFAULT_KEY", "QUIRKS", "Emulator", "Quirk", "UnknownQuirkError", "serve"]


def __getattr__(name: str) -> Any:
    # Imported on first use: pytest loads the plugin of this package even if the extra `emulator` is not installed.
    if name in ("DEFAULT_KEY", "Emulator", "serve"):
        from .server import emulator

        return getattr(emulator, name)
    raise AttributeError(name)
