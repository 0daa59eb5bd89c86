"""Checks of a Pulumi program: the environment that runs it, and the settings of its stack."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import yaml

from .finding import Finding
from .installation import DISTRIBUTION, run

PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
ENVIRONMENT: Final = "Program environment"
STACK: Final = "Stack"
LIST_VERSIONS: Final = f"""
import json, platform
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
print(json.dumps([platform.python_version(), version("{DISTRIBUTION}"), version("pulumi")]))
"""


@dataclass(frozen=True)
class Program:
    """A Pulumi project with its folder."""

    folder: Path
    file: str
    runtime: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Configuration:
    """The configuration of a stack, with decrypted secrets; empty if it cannot be read."""

    finding: Finding
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    project: str = ""
    """The name of the Pulumi project."""


def find(folder: Path) -> Program | Finding:
    """Return the program in this folder or above it, or the finding that there is none."""
    start = folder.resolve()
    for each in (start, *start.parents):
        for name in PROJECT_FILES:
            if (each / name).is_file():
                return _parse(each, name)
    summary = f"there is no {PROJECT_FILES[0]} in {start} or above it"
    return Finding(ENVIRONMENT, "skipped", summary, "run this in the folder of a program, or use --folder")


def _parse(folder: Path, name: str) -> Program | Finding:
    try:
        runtime = yaml.safe_load((folder / name).read_text(encoding="utf-8"))["runtime"]
        options = runtime.get("options") or {} if isinstance(runtime, dict) else {}
        return Program(folder, name, runtime if isinstance(runtime, str) else runtime["name"], options)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError):
        summary = f"{folder / name} has no runtime"
        return Finding(ENVIRONMENT, "error", summary, "write `runtime: python` into it")


def check_environment(program: Program | Finding) -> Iterator[Finding]:
    """Yield whether the Python that runs the program has this package."""
    if isinstance(program, Finding):
        yield program
    elif program.runtime != "python":
        summary = f"{program.file} has the runtime {program.runtime}"
        yield Finding(ENVIRONMENT, "error", summary, "statsig_pulumi is for programs with `runtime: python`")
    else:
        yield _check_python(program, *_find_python(program))


def _find_python(program: Program) -> tuple[str | None, str]:
    """Return the Python that runs a program, and what to do if there is none."""
    toolchain = str(program.options.get("toolchain") or "pip")
    if toolchain == "poetry":
        return run(
            ["poetry", "env", "info", "--executable"], program.folder
        ).text, "install poetry, then `poetry install`"
    virtualenv = program.options.get("virtualenv") or (".venv" if toolchain == "uv" else None)
    if not virtualenv:
        return shutil.which("python3") or shutil.which("python"), "install Python 3.11 or newer"
    executable = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
    python = program.folder / str(virtualenv) / executable
    return str(python) if python.is_file() else None, f"run `pulumi install` in {program.folder}, which creates it"


def _check_python(program: Program, python: str | None, how_to_create: str) -> Finding:
    if python is None:
        return Finding(
            ENVIRONMENT, "error", f"the Python environment of {program.folder} does not exist", how_to_create
        )
    answer = run([python, "-c", LIST_VERSIONS], program.folder)
    try:
        python_version, package, sdk = json.loads(answer.text or "")
    except ValueError:
        return Finding(ENVIRONMENT, "error", f"{python} does not run: {answer.error}", how_to_create)
    if package is None:
        install = f"add {DISTRIBUTION} to requirements.txt or pyproject.toml, then run `pulumi install`"
        return Finding(ENVIRONMENT, "error", f"{python} (Python {python_version}) has no {DISTRIBUTION}", install)
    summary = f"{DISTRIBUTION} {package}, Pulumi SDK {sdk}, Python {python_version} at {python}"
    if package != (own := version(DISTRIBUTION)):
        update = f"this command is of {own}; install the same version in both"
        return Finding(ENVIRONMENT, "warning", summary, update)
    return Finding(ENVIRONMENT, "ok", summary)


def read_configuration(program: Program | Finding, stack: str | None) -> Configuration:
    """Return the configuration of a stack of the program, and whether it could be read."""
    if isinstance(program, Finding):
        return Configuration(Finding(STACK, "skipped", "there is no program, so the environment counts alone"))
    select = ["--stack", stack] if stack else []
    words = ["pulumi", "config", "--json", "--show-secrets", "--non-interactive", *select]
    answer = run(words, program.folder)
    try:
        values = json.loads(answer.text or "")
        texts = {key: str(each["value"]) for key, each in values.items() if "value" in each}
    except (ValueError, TypeError, AttributeError):
        next_step = "select a stack with `pulumi stack select`, and set PULUMI_CONFIG_PASSPHRASE if it has one"
        title = f"the stack {stack}" if stack else "the selected stack"
        summary = f"the configuration of {title} cannot be read: {answer.error}"
        return Configuration(Finding(STACK, "error" if stack else "warning", summary, next_step))
    ours = sorted(key for key in texts if key.startswith("statsig:"))
    finding = Finding(STACK, "ok", f"sets {', '.join(ours)}" if ours else "sets no statsig: keys")
    return Configuration(finding, texts, _project_name(program))


def _project_name(program: Program) -> str:
    return str(yaml.safe_load((program.folder / program.file).read_text(encoding="utf-8")).get("name") or "")
