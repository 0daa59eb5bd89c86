"""The CI recipes: their jobs run the script, with the right key, and the script comments once for each stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

pytestmark = pytest.mark.slow

Json = Any
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SCRIPT = EXAMPLES / "github_actions" / "statsig_ci.py"
RECORDED = ROOT / "tests" / "unit" / "review" / "recorded"
JOBS = {"review", "deploy", "drift", "unmanaged"}


@dataclass
class Comments:
    """A service with the comments of one pull request or merge request."""

    url: str
    bodies: dict[int, str] = field(default_factory=dict)
    writes: list[tuple[str, str]] = field(default_factory=list)
    """The method and the path of each write."""
    tokens: set[str] = field(default_factory=set)


@pytest.fixture
def comments() -> Iterator[Comments]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int, value: Json) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            items = [{"id": number, "body": body} for number, body in found.bodies.items()]
            found.tokens.add(self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"])
            self.answer(200, items[size * (page - 1) : size * page])

        def write(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            last = self.path.rpartition("/")[2]
            number = int(last) if last.isdigit() else len(found.bodies) + 1
            found.bodies[number] = body
            found.writes.append((self.command, self.path))
            self.answer(200, {"id": number})

        do_POST = do_PUT = do_PATCH = write

        def log_message(self, format: str, *args: Json) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Comments(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a command ``pulumi`` that prints a recorded plan and state."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    script = f'case "$1" in preview) cat {RECORDED}/plan.json;; *) cat {RECORDED}/state.json;; esac'
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return tmp_path


def review(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    dropped = ("GITHUB_", "CI_", "GITLAB_", "STATSIG_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    path = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), env["PATH"]])
    command = [sys.executable, str(SCRIPT), "review", "prod"]
    return subprocess.run(
        command, cwd=folder, env=env | {"PATH": path} | variables, capture_output=True, text=True, check=False
    )


def on_github(comments: Comments) -> dict[str, str]:
    return {
        "GITHUB_API_URL": comments.url,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_TOKEN": "token-of-the-job",
    }


def on_gitlab(comments: Comments) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": comments.url,
        "CI_PROJECT_ID": "12",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_TOKEN": "token-of-the-project",
    }


def test_a_comment_on_github_is_created_once_and_then_edited(folder: Path, comments: Comments) -> None:
    comments.bodies = {number: f"Comment {number}" for number in range(1, 151)}
    assert review(folder, **on_github(comments)).returncode == 0
    assert comments.writes == [("POST", "/repos/acme/shop/issues/7/comments")]
    assert "launched: passes for everyone" in comments.bodies[151]
    comments.bodies[151] = comments.bodies[151].replace("\n", "\r\n").replace("launched", "old")
    assert review(folder, **on_github(comments)).returncode == 0
    assert comments.writes[1:] == [("PATCH", "/repos/acme/shop/issues/comments/151")]
    assert "launched: passes for everyone" in comments.bodies[151]
    assert comments.tokens == {"Bearer token-of-the-job"}


def test_a_comment_on_gitlab_is_created_once_and_then_edited(folder: Path, comments: Comments) -> None:
    for _ in range(2):
        assert review(folder, **on_gitlab(comments)).returncode == 0
    notes = "/projects/12/merge_requests/7/notes"
    assert comments.writes == [("POST", notes), ("PUT", f"{notes}/1")]
    assert comments.tokens == {"token-of-the-project"}


def test_another_stack_has_a_comment_of_its_own(folder: Path, comments: Comments) -> None:
    comments.bodies = {1: "<!-- statsig-pulumi review: engine/other -->\nOther"}
    assert review(folder, **on_github(comments)).returncode == 0
    assert comments.writes == [("POST", "/repos/acme/shop/issues/7/comments")]


def test_without_a_token_the_report_is_in_the_summary_or_the_log(folder: Path) -> None:
    summary = folder / "summary.md"
    assert review(folder, GITHUB_REF="refs/pull/7/merge", GITHUB_STEP_SUMMARY=str(summary)).returncode == 0
    assert "launched: passes for everyone" in summary.read_text()
    assert "launched: passes for everyone" in review(folder, GITLAB_CI="true").stdout


def test_a_broken_policy_is_in_the_comment_and_fails_the_job(folder: Path, comments: Comments) -> None:
    (folder / "pyproject.toml").write_text('[tool.statsig-pulumi.review]\nforbid = ["delete"]\n')
    assert review(folder, **on_github(comments)).returncode == 3
    assert "### Broken policies" in comments.bodies[1]


def test_wrong_arguments_print_the_usage() -> None:
    for arguments in ([], ["reviews", "prod"], ["review"], ["unmanaged"]):
        done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, "Usage: python statsig_ci.py" in done.stderr) == (2, True)


def scripts_of(job: Json) -> list[str]:
    """Return the commands of a job, on GitHub or on GitLab."""
    return job.get("script") or [step["run"] for step in job["steps"] if "run" in step]


def keys_of(job: Json) -> list[str]:
    """Return the secrets that a job takes as its console key."""
    values = [job.get("variables") or {}, *(step.get("env") or {} for step in job.get("steps") or ())]
    return [each["STATSIG_CONSOLE_KEY"] for each in values if "STATSIG_CONSOLE_KEY" in each]


def test_each_job_on_github_runs_the_script_and_only_the_deployment_may_write() -> None:
    workflow = yaml.safe_load((EXAMPLES / "github_actions" / "statsig.yml").read_text())
    jobs = workflow["jobs"]
    assert {name: scripts_of(job)[-1] for name, job in jobs.items()} == {
        name: f'python ci/statsig_ci.py {name} "$STACK"' for name in JOBS
    }
    assert {name for name, job in jobs.items() if "WRITE_KEY" in "".join(keys_of(job))} == {"deploy"}
    assert all(len(keys_of(job)) == 1 for job in jobs.values())
    assert workflow["permissions"] == {"contents": "read"}
    crons = {each["cron"] for each in workflow[True]["schedule"]}  # YAML reads the key `on` as true
    assert {job["if"].partition("== ")[2].strip("'") for job in (jobs["drift"], jobs["unmanaged"])} == crons


def test_each_job_on_gitlab_runs_the_script_and_only_the_deployment_may_write() -> None:
    pipeline = yaml.safe_load((EXAMPLES / "gitlab_ci" / ".gitlab-ci.yml").read_text())
    jobs = {name: pipeline[".statsig"] | pipeline[name] for name in JOBS}
    assert {name: scripts_of(job)[-1] for name, job in jobs.items()} == {
        name: f'python ci/statsig_ci.py {name} "$STACK"' for name in JOBS
    }
    assert {name for name, job in jobs.items() if "WRITE_KEY" in "".join(keys_of(job))} == {"deploy"}
    assert {job["extends"] for job in jobs.values()} == {".statsig"}


@pytest.mark.parametrize("recipe", ["github_actions/statsig.yml", "gitlab_ci/.gitlab-ci.yml"])
def test_each_job_installs_into_the_environment_of_the_documented_project(recipe: str, tmp_path: Path) -> None:
    recipes = yaml.safe_load((EXAMPLES / recipe).read_text())
    jobs = [(recipes.get("jobs") or recipes)[name] for name in sorted(JOBS)]
    steps = recipes.get(".statsig", {}).get("before_script") or scripts_of(jobs[0])[:-1]
    assert all(scripts_of(job)[:-1] in ([], steps) for job in jobs)
    virtualenv = yaml.safe_load((EXAMPLES / "template" / "Pulumi.yaml").read_text())["runtime"]["options"]["virtualenv"]

    (tmp_path / "requirements.txt").touch()
    path = tmp_path / "path"
    path.touch()
    env = {"PATH": f"{sys.base_prefix}/bin:/usr/bin:/bin", "GITHUB_PATH": str(path), "HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-euc", "\n".join([*steps, "command -v python"])],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    python = tmp_path / virtualenv / "bin" / "python"
    assert python.exists()
    assert str(python.parent) in (path.read_text().splitlines() or done.stdout)
