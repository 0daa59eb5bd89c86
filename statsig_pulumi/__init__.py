"""Statsig as code: every entity of the Console API as a Pulumi resource."""

import re as _re
import sys as _sys
from importlib import import_module as _import_module
from pathlib import Path as _Path
from typing import Any as _Any


def _read_stub() -> dict[str, str]:
    """Return the module of each public name. Its only list is the stub, which type checkers and editors read."""
    stub = _Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    imports = _re.findall(r"^from (\S+) import (\w+) as \w+$", stub, flags=_re.MULTILINE)
    return {name: module for module, name in imports}


_MODULES = _read_stub()
__all__ = [*sorted(_MODULES), "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> _Any:
    """Import a public name when it is first used: most programs use few, and the plugin uses none."""
    if name in _MODULES:
        value = getattr(_import_module(_MODULES[name], __name__), name)
    elif name == "__version__":
        from importlib.metadata import version

        value = version("statsig-pulumi")
    else:
        message = f"module '{__name__}' has no attribute '{name}'"
        raise AttributeError(message, name=name, obj=_sys.modules[__name__])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
