"""A Pulumi stack on the real engine: a program, the commands that a user runs, and their output."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .fork_server import fork_servers
from .pip_listing import pip_listing
from .vault import PROVIDER, vault

PREAMBLE = "import pulumi\nimport statsig_pulumi as statsig\n"
LIMIT_S = 600
LARGE_LIMIT_S = 3_600
"""The limit for a command of thousands of resources: the CLI writes the whole state at each step."""
NO_GARBAGE_COLLECTION = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""Settings of the CLI: most commands need little memory, and its garbage collector an eighth of their CPU time."""
ENGINE_ERRORS = (
    "error: update failed",
    "error: preview failed",
    "error: Resource monitor has terminated, shutting down",  # since 3.276, if another resource is on its way
)


def heed_sigint() -> None:
    """Have a new process not ignore SIGINT, as it does under nohup: then plugins do not end before they are killed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Answer:
    """The output and the exit code of one command."""

    code: int
    text: str

    def __str__(self) -> str:
        return self.text

    def __contains__(self, words: str) -> bool:
        return words in self.text

    @property
    def error_lines(self) -> list[str]:
        """The error lines under Diagnostics, without those that the engine adds to every failure."""
        found = [line.strip() for line in self.text.splitlines() if line.strip().startswith("error:")]
        return [line for line in dict.fromkeys(found) if line not in ENGINE_ERRORS]


@dataclass
class Stack:
    """One stack of one project, in its own folder and with its own backend."""

    folder: Path
    env: dict[str, str]
    name: str = "test"
    project: str = "engine"
    is_forked: bool = True
    """Whether commands take less time than those of users, as by forked processes; a benchmark measures the latter."""
    limit_s: float = LIMIT_S
    """The time that a command may take."""
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "state").mkdir(parents=True, exist_ok=True)
        (self.folder / "Pulumi.yaml").write_text(f"name: {self.project}\nruntime: python\n")
        self.env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_BACKEND_URL": f"file://{self.folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "engine-tests",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(pip_listing().path), os.environ.get("PYTHONPATH")])),
            **(fork_servers() | NO_GARBAGE_COLLECTION if self.is_forked else {}),
            **vault(),
            **self.env,
        }

    def program(self, text: str) -> Stack:
        """Set the program; ``pulumi`` and ``statsig`` are imported for it."""
        # Python takes the compiled program for that of another text of the same length and second.
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)
        (self.folder / "__main__.py").write_text(PREAMBLE + textwrap.dedent(text))
        return self

    def run(self, *words: str, ok: bool | None = True) -> Answer:
        """Run one ``pulumi`` command and assert that it succeeds, or fails if ``ok`` is False; None accepts both."""
        done = subprocess.run(
            ["pulumi", "--non-interactive", "--color=never", *words],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=self.limit_s,
            check=False,
            preexec_fn=heed_sigint,
        )
        answer = Answer(done.returncode, done.stdout)
        self.answers.append(answer)
        if ok is not None:
            assert ok == (done.returncode == 0), (
                f"pulumi {' '.join(words)} ended with {done.returncode}:\n{done.stdout}"
            )
        return answer

    def env_for_interrupts(self) -> dict[str, str]:
        """Return the environment of a command that is interrupted: it starts Python itself."""
        return {name: value for name, value in self.env.items() if name not in fork_servers()}

    def init(self, *words: str) -> Stack:
        self.run("stack", "init", self.name, *words)
        return self

    def init_with_vault(self) -> Stack:
        """Initialize a stack whose key is in a vault, and not derived from the passphrase: see `vault.py`."""
        return self.init("--secrets-provider", PROVIDER)

    def init_as(self, template: Stack) -> Stack:
        """Become a copy of a stack that is initialized and empty; it must have the same name and project."""
        shutil.copytree(template.folder, self.folder, dirs_exist_ok=True)
        self.env |= {"PULUMI_STACK": self.name}
        return self

    def up(self, *words: str, ok: bool | None = True) -> Answer:
        return self.run("up", "--yes", "--skip-preview", *words, ok=ok)

    def preview(self, *words: str, ok: bool | None = True) -> Answer:
        return self.run("preview", *words, ok=ok)

    def preview_is_empty(self) -> Answer:
        """Assert that a preview changes nothing."""
        return self.run("preview", "--diff", "--expect-no-changes")

    def refresh(self, *words: str, ok: bool | None = True) -> Answer:
        return self.run("refresh", "--yes", "--skip-preview", *words, ok=ok)

    def refresh_is_empty(self) -> Answer:
        """Assert that a refresh changes nothing."""
        return self.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")

    def destroy(self, *words: str, ok: bool | None = True) -> Answer:
        return self.run("destroy", "--yes", "--skip-preview", *words, ok=ok)

    def set_secret(self, name: str, value: str) -> None:
        self.run("config", "set", "--secret", name, value)

    def exported(self) -> str:
        """Return the state as text."""
        return self.run("stack", "export").text

    def all_resources(self) -> list[dict[str, Any]]:
        """Return the state of every Statsig resource, as the file of the backend has it: secrets are encrypted."""
        backend = Path(self.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
        project = yaml.safe_load((self.folder / "Pulumi.yaml").read_text())["name"]
        path = backend / ".pulumi" / "stacks" / project / f"{self.env.get('PULUMI_STACK', self.name)}.json"
        latest = json.loads(path.read_text())["checkpoint"].get("latest") or {}
        resources = latest.get("resources", [])
        return [r for r in resources if r["type"].startswith("pulumi-python:dynamic/statsig:")]

    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the state of each Statsig resource, by its Pulumi name."""
        return {r["urn"].rsplit("::", 1)[1]: r for r in self.all_resources()}

    def output(self, name: str) -> Any:
        """Return one stack output."""
        return json.loads(self.run("stack", "output", "--json", "--show-secrets").text)[name]
