"""Print the results of the checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from ..output import print_json
from .finding import Finding


def print_findings(findings: Iterable[Finding], *, as_json: bool, quiet: bool) -> list[Finding]:
    """Print each result when its check has ended, or with ``as_json`` all at the end; return all results.

    With ``quiet``, print warnings and errors only.
    """
    found: list[Finding] = []
    for each in findings:
        found.append(each)
        if _is_shown(each, quiet) and not as_json:
            print(f"{each.status:8} {each.check}: {each.summary}", flush=True)
            if each.next_step:
                print(f"{'':8} -> {each.next_step}", flush=True)
    if as_json:
        print_json([asdict(each) for each in found if _is_shown(each, quiet)])
    return found


def _is_shown(finding: Finding, quiet: bool) -> bool:
    return not quiet or finding.status in ("warning", "error")
