"""Run a Pulumi program on an emulator, by Pulumi's Automation API.

The program runs in a process of its own, with the Python of the tests, so mocks of ``pulumi.runtime.set_mocks`` in the
same test run do not see it. Its stack, state, plugins and settings are in a temporary folder.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from ..settings import API_KEY, BASE_URL, NAMESPACE, SETTINGS
from .errors import ProgramError
from .project import Project

if TYPE_CHECKING:
    from pulumi.automation import CommandError, Stack

    from ..emulator import Emulator

Json = Any
FILES: Final = ("Pulumi.yaml", "Pulumi.yml")
REPLACED: Final = (
    "api_key",
    "base_url",
    "allow_http",
    "project",
    "offline_preview",
    "write_budget",
    "write_budget_store",
)
"""Settings that belong to the real project of a stack."""
DYNAMIC: Final = ("pulumi:pulumi:", "pulumi:providers:", "pulumi-python:dynamic")
ADDED: Final = (
    "Program failed with an unhandled exception",
    "an unhandled error occurred: program exited",
    "update failed",
    "preview failed",
    "Resource monitor has",
)
"""How the errors start that the CLI adds to others."""
EXTRA: Final = "pip install 'statsig-pulumi[emulator]'"


@contextmanager
def run_program(
    folder: str | os.PathLike[str], *, stack: str = "test", config: Mapping[str, str] | None = None
) -> Iterator[Project]:
    """Apply the program in a folder to a new emulator, and yield the Statsig project that it makes.

    ``stack`` is the name of the stack. If the folder has its configuration, ``Pulumi.<stack>.yaml``, the program gets
    it, without the connection to the real Statsig project. ``config`` adds to it, and has to contain its secrets.

    Resources of other providers are created for real, and destroyed at the end. Raises ProgramError if the program
    cannot run, or fails.
    """
    source = Path(folder).resolve()
    project_file = _read_project(source)
    configuration = _configuration(source, str(project_file["name"]), stack, config or {})
    with _start_emulator() as emulator, tempfile.TemporaryDirectory(prefix="statsig-program-") as made:
        work = Path(made)
        _write_workspace(work, source, project_file, stack, configuration)
        with _applied(work, stack, emulator, source) as outputs:
            yield Project(emulator, outputs)


@contextmanager
def _start_emulator() -> Iterator[Emulator]:
    try:
        from ..emulator import Emulator
    except ModuleNotFoundError as error:
        raise ProgramError(f"the test kit needs {error.name}: {EXTRA}") from None
    with Emulator(quirks={"rate_limit": False}) as emulator:
        yield emulator


def _read_project(source: Path) -> dict[str, Json]:
    """Return the content of Pulumi.yaml."""
    file = next((source / name for name in FILES if (source / name).is_file()), None)
    if file is None:
        raise ProgramError(f"there is no Pulumi.yaml in {source}")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ProgramError(f"cannot read {file}: {' '.join(str(error).split())}") from None
    runtime = content.get("runtime") if isinstance(content, dict) else None
    if (runtime.get("name") if isinstance(runtime, dict) else runtime) != "python" or not content.get("name"):
        raise ProgramError(f"{file} does not describe a Python program: set name, and runtime to python")
    return dict(content)


def _configuration(source: Path, project: str, stack: str, config: Mapping[str, str]) -> dict[str, Json]:
    """Return the configuration of a stack, with full keys."""
    given = {key if ":" in key else f"{project}:{key}": value for key, value in config.items()}
    file = source / f"Pulumi.{stack}.yaml"
    stored = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("config") or {} if file.is_file() else {}
    stored = {key if ":" in key else f"{project}:{key}": value for key, value in stored.items()}
    replaced = {setting.key for setting in SETTINGS if setting.field in REPLACED}
    merged = {key: value for key, value in {**stored, **given}.items() if key not in replaced}
    if secrets := sorted(key for key, value in merged.items() if _has_secret(value)):
        names = ", ".join(secrets)
        raise ProgramError(f"{file.name} has encrypted values: pass config={{...}} with a value for {names}")
    return merged | {f"{NAMESPACE}:writeBudget": "off"}


def _has_secret(value: Json) -> bool:
    if isinstance(value, dict):
        return "secure" in value or any(map(_has_secret, value.values()))
    return isinstance(value, list) and any(map(_has_secret, value))


def _write_workspace(
    work: Path, source: Path, project_file: dict[str, Json], stack: str, configuration: Mapping[str, Json]
) -> None:
    """Write a Pulumi project whose program is in the folder of the user, so that nothing is written there."""
    (work / "program").symlink_to(source, target_is_directory=True)
    main = Path("program") / str(project_file.get("main") or "")
    kept = {name: value for name, value in project_file.items() if name not in ("backend", "stackConfigDir")}
    (work / "Pulumi.yaml").write_text(yaml.safe_dump(kept | {"runtime": "python", "main": str(main)}))
    (work / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": dict(configuration)}))
    (work / "state").mkdir()
    (work / "home").mkdir()
    plugins = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "plugins"
    if plugins.is_dir():  # of other providers, which take long to download
        (work / "home" / "plugins").symlink_to(plugins, target_is_directory=True)


@contextmanager
def _applied(work: Path, name: str, emulator: Emulator, source: Path) -> Iterator[dict[str, Json]]:
    """Run ``pulumi up``, and yield the outputs of the stack."""
    from pulumi import automation

    try:
        options = automation.LocalWorkspaceOptions(
            env_vars=_environment(work, emulator), pulumi_home=str(work / "home")
        )
        stack = automation.create_stack(name, work_dir=str(work), opts=options)
        result = stack.up()
    except automation.CommandError as error:
        raise ProgramError(f"the program in {source} fails: {_describe(error)}") from None
    except (OSError, automation.InvalidVersionError) as error:
        raise ProgramError(
            f"the Pulumi CLI does not run ({error}): install it from https://www.pulumi.com/docs/install/"
        ) from None
    try:
        yield {key: output.value for key, output in result.outputs.items()}
    finally:
        if _has_other_resources(stack):
            stack.destroy()


def _environment(work: Path, emulator: Emulator) -> dict[str, str]:
    others = {str(setting.variable): "" for setting in SETTINGS if setting.variable and setting.field != "debug"}
    return others | {
        str(API_KEY.variable): emulator.key,
        str(BASE_URL.variable): emulator.url,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PULUMI_BACKEND_URL": f"file://{work}/state",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }


def _describe(error: CommandError) -> str:
    """Return the errors of a command in one line, without tracebacks and what the CLI adds to each failure."""
    text = str(error)
    diagnostics = text.partition("\nDiagnostics:\n")[2].partition("\nResources:\n")[0] or text
    exceptions = re.findall(r"^ +Traceback .*\n(?: {5,}.*\n)+ +(.+)$", diagnostics, flags=re.MULTILINE)
    blocks = re.findall(r"^ *error: (.+)((?:\n {5,}.+)*)$", diagnostics, flags=re.MULTILINE)
    errors = (f"{first} {'; '.join(map(str.strip, more.splitlines()[1:]))}".strip() for first, more in blocks)
    own = [each for each in dict.fromkeys([*errors, *exceptions]) if not each.startswith(ADDED)]
    return "; ".join(own) or " ".join(text.split())


def _has_other_resources(stack: Stack) -> bool:
    resources = stack.export_stack().deployment.get("resources") or []  # type: ignore[union-attr]
    return any(each.get("custom") and not each["type"].startswith(DYNAMIC) for each in resources)
