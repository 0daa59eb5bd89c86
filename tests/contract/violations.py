"""Run one property-based check over many cases and collect what fails."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any


def violations(check: Callable[..., None], cases: Mapping[str, tuple[Any, ...]]) -> list[str]:
    """Run ``check`` with the arguments of each case; return one line per case that fails.

    The tracebacks, with the examples that Hypothesis found, go to stderr, which pytest shows for a failed test.
    """
    assert cases, "no case is left to check"
    failures = []
    for name, arguments in cases.items():
        try:
            check(*arguments)
        except Exception as error:  # noqa: BLE001 - every failure is a violation
            sys.stderr.write(f"--- {name}\n{''.join(traceback.format_exception(error))}\n")
            reason = str(error).partition("\n")[0]
            failures.append(f"{name}: {type(error).__name__}: {reason}")
    return failures
