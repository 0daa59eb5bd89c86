"""Checks of this installation: Python, the Pulumi CLI, the packages, the extras."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Final, NamedTuple

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from .finding import Finding

DISTRIBUTION: Final = "statsig-pulumi"
LANGUAGE_HOST: Final = "pulumi-language-python"
COMMAND_S: Final = 60


def check() -> Iterator[Finding]:
    """Yield what this installation has, and what it lacks."""
    yield _check_packages()
    yield _check_cli(shutil.which("pulumi"))
    yield _check_language_host(shutil.which("pulumi"))
    yield _check_extras()


def _check_packages() -> Finding:
    """Compare the installed packages with what this one requires."""
    missing = list(_find_missing(_requirements()))
    sdk = f", Pulumi SDK {version('pulumi')}" if not missing else ""
    summary = f"{DISTRIBUTION} {version(DISTRIBUTION)}{sdk}, Python {platform.python_version()}"
    if not missing:
        return Finding("Packages", "ok", summary)
    return Finding("Packages", "error", f"{summary}; {', '.join(missing)}", f"pip install --upgrade {DISTRIBUTION}")


def _check_cli(path: str | None) -> Finding:
    install = "install the CLI: https://www.pulumi.com/docs/install/"
    if path is None:
        return Finding("Pulumi CLI", "error", "there is no pulumi on PATH", install)
    answer = run([path, "version"])
    try:
        found = Version(answer.text or "")
    except InvalidVersion:
        return Finding("Pulumi CLI", "error", f"{path} does not show its version: {answer.error}", install)
    # The SDK does not compare itself with the CLI: with an old one, secrets and refreshes fail.
    sdk = next(each for each in _requirements() if each.name == "pulumi")
    oldest = next(each.version for each in sdk.specifier if each.operator == ">=")
    if found < Version(oldest):
        return Finding("Pulumi CLI", "error", f"{found} at {path} is older than {oldest}", install)
    return Finding("Pulumi CLI", "ok", f"{found} at {path}")


def _check_language_host(cli: str | None) -> Finding:
    beside = Path(cli).resolve().parent / LANGUAGE_HOST if cli else None
    found = shutil.which(LANGUAGE_HOST) or (beside and shutil.which(beside))
    if found:
        return Finding("Language host", "ok", str(found))
    summary = f"there is no {LANGUAGE_HOST} beside the CLI or on PATH"
    return Finding("Language host", "error", summary, "install the CLI with its own installer, which has both")


def _check_extras() -> Finding:
    every = list(map(Requirement, requires(DISTRIBUTION) or ()))
    extras = {
        name: [each for each in every if each.marker and each.marker.evaluate({"extra": name})]
        for name in metadata(DISTRIBUTION).get_all("Provides-Extra") or ()
    }
    missing = sorted(name for name, needed in extras.items() if any(_find_missing(needed)))
    installed = sorted(extras.keys() - missing)
    summary = f"installed: {', '.join(installed) or 'none'}"
    if not missing:
        return Finding("Extras", "ok", summary)
    return Finding(
        "Extras",
        "ok",
        f"{summary}; not installed: {', '.join(missing)}",
        f"to add them: pip install '{DISTRIBUTION}[{','.join(missing)}]'",
    )


def _requirements() -> list[Requirement]:
    """Return the requirements without those of the extras."""
    every = map(Requirement, requires(DISTRIBUTION) or ())
    return [each for each in every if each.marker is None or each.marker.evaluate({"extra": ""})]


def _find_missing(requirements: Iterable[Requirement]) -> Iterator[str]:
    """Yield a sentence for each requirement that no installed package satisfies."""
    for each in requirements:
        try:
            found = version(each.name)
        except PackageNotFoundError:
            yield f"{each.name} is not installed"
        else:
            if not each.specifier.contains(found, prereleases=True):
                yield f"{each.name} {found} is not {each.specifier}"


class Answer(NamedTuple):
    """The end of another command."""

    text: str | None
    """What it printed; None if it failed."""
    error: str = ""
    """The first line of its error, if it failed."""


def run(words: list[str], folder: Path | None = None) -> Answer:
    """Run a command without input, and return how it ended."""
    try:
        done = subprocess.run(
            words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Answer(None, f"{words[0]} takes longer than {COMMAND_S} s")
    except (OSError, ValueError) as error:
        return Answer(None, f"{words[0]}: {getattr(error, 'strerror', None) or error}")
    if done.returncode == 0:
        return Answer(done.stdout.strip())
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or [f"exit code {done.returncode}"]
    return Answer(None, lines[0].removeprefix("error: "))
