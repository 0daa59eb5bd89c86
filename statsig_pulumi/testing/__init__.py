"""Test kit: run a program on the emulator, and assert what users get from the Statsig project that it makes."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import CannotEvaluateError as CannotEvaluateError
    from .errors import ProgramError as ProgramError
    from .program import run_program as run_program
    from .project import DynamicConfig as DynamicConfig
    from .project import Experiment as Experiment
    from .project import Gate as Gate
    from .project import Project as Project
    from .project import Segment as Segment

_MODULES = {
    "CannotEvaluateError": "errors",
    "DynamicConfig": "project",
    "Experiment": "project",
    "Gate": "project",
    "ProgramError": "errors",
    "Project": "project",
    "Segment": "project",
    "run_program": "program",
}
__all__ = ["CannotEvaluateError", "DynamicConfig", "Experiment", "Gate", "ProgramError", "Project", "Segment"]
__all__ += ["run_program"]


def __getattr__(name: str) -> Any:
    # Imported on first use: pytest loads the plugin of this package in every session.
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
