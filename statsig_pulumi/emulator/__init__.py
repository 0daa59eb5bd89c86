"""A stand-in for Statsig's Console API over HTTP, which knows nothing of the provider."""

from .quirks import TABLE as QUIRKS
from .quirks import Quirk, UnknownQuirkError
from .server import DEFAULT_KEY, Emulator, serve

__all__ = ["DEFAULT_KEY", "QUIRKS", "Emulator", "Quirk", "UnknownQuirkError", "serve"]
