"""Errors of the test kit."""

from __future__ import annotations


class CannotEvaluateError(Exception):
    """Raised if Statsig's documentation does not say, or a hash decides, what Statsig returns for a user."""


class ProgramError(Exception):
    """Raised if the program of a test cannot run, or fails."""
