"""The command ``statsig-pulumi review``: read or make a plan, and print the report on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from ..api.client import Client
from ..errors import StatsigError
from ..review.live import LiveFacts, read_live_facts
from ..review.markdown import GITHUB_LIMIT, to_markdown
from ..review.plain import Style, to_json, to_lines
from ..review.plan import Plan, parse_plan
from ..review.policies import Policies, Violation, find_violations
from ..review.report import Report, build_report
from ..review.state import StoredObject, parse_state
from ..settings import Settings
from .output import print_json, print_lines, print_note, read_text

Form = Literal["terminal", "markdown", "json"]
STYLES: Final[Mapping[Style, str]] = {
    "plain": "",
    "title": "bold",
    "high": "red",
    "medium": "yellow",
    "low": "",
    "detail": "dim",
}


class PreviewError(StatsigError):
    """Raised when the Pulumi CLI cannot be run, or fails."""


@dataclass(frozen=True)
class Sources:
    """Where the plan and the state come from: files, ``-`` for standard input, or the Pulumi CLI."""

    plan: str | None
    state: str | None
    stack: str | None
    is_drift: bool = False
    """Whether to run a refresh in place of a preview."""

    def read(self) -> tuple[Plan, Sequence[StoredObject] | None]:
        """Return the plan and the objects of the stack, None without a state; raises StatsigError."""
        if self.plan is None:
            words = ("refresh", "--preview-only", "--json") if self.is_drift else ("preview", "--json")
            plan = parse_plan(self._run(*words))
            state = self._run("stack", "export") if self.state is None else read_text(self.state)
            return plan, parse_state(state)
        stored = parse_state(read_text(self.state)) if self.state is not None else None
        return parse_plan(read_text(self.plan)), stored

    def _run(self, *words: str) -> str:
        """Return the output of a command of the Pulumi CLI; raises StatsigError if it fails."""
        stack = ["--stack", self.stack] if self.stack else []
        command = ["pulumi", *words, *stack, "--non-interactive"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            reason = error.strerror or error
            raise PreviewError(f"cannot run pulumi: {reason}; install the Pulumi CLI, or pass a plan") from None
        if done.returncode:
            if done.stdout.startswith("{"):
                parse_plan(done.stdout)  # raises the errors that the preview reports
            raise PreviewError(f"`{' '.join(command)}` failed: {' '.join(done.stderr.split())}")
        return done.stdout


def make_report(sources: Sources, say_fn: Callable[[str], None], *, offline: bool) -> Report:
    """Return the report; raises StatsigError. Without a key, nothing is read from Statsig."""
    plan, stored = sources.read()
    return build_report(plan, stored, {} if offline else _read_facts(plan, say_fn))


def load_policies(file: Path | None, options: Mapping[str, Any]) -> Policies:
    """Return the policies of a file with these options in place of its own; raises InvalidSettingError."""
    return Policies.load(file).override(options)


def print_report(report: Report, policies: Policies, form: Form) -> list[Violation]:
    """Print a report, and return the policies that are broken. Drift breaks none: it has happened already."""
    violations = [] if report.is_refresh else find_violations(report, policies, datetime.now(UTC))
    match form:
        case "json":
            print_json(to_json(report, violations))
        case "markdown":
            sys.stdout.write(to_markdown(report, violations, GITHUB_LIMIT))
        case "terminal":
            print_lines((line.text, STYLES[line.style]) for line in to_lines(report, violations))
    return violations


def _read_facts(plan: Plan, say_fn: Callable[[str], None]) -> Mapping[str, LiveFacts]:
    settings = Settings.from_sources()
    if not settings.api_key:
        return {}
    try:
        client = Client.from_settings(settings, on_message=say_fn).on_behalf_of("review")
        return read_live_facts(client, plan.changes)
    except StatsigError as error:
        print_note(f"warning: nothing was read from Statsig: {error}")
        return {}
