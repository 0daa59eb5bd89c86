"""The jobs of CI: review a pull request, deploy, find drift, and find objects that no stack manages.

Usage: python statsig_ci.py review|deploy|drift|unmanaged [STACK ...]

It needs Python, the Pulumi CLI and the packages of the program. It works on GitHub and on GitLab: `review` writes a
comment to the pull request or merge request if there is a token, else to the summary of the job.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PLAN, STATE = Path("plan.json"), Path("state.json")


def run(*command: str, into: Path | None = None) -> int:
    """Run a command, which prints to the log or into a file, and return its exit code."""
    print(f"$ {' '.join(command)}", file=sys.stderr, flush=True)
    if into is None:
        return subprocess.run(command, check=False).returncode
    with into.open("w", encoding="utf-8") as file:
        return subprocess.run(command, check=False, stdout=file).returncode


def review(stack: str) -> int:
    """Comment what the stack would change. The exit code is 3 if a change breaks a policy, 1 if the preview fails."""
    comment = Path("comment.md")
    run("pulumi", "preview", "--stack", stack, "--json", into=PLAN)  # the review reports a failure
    if code := run("pulumi", "stack", "export", "--stack", stack, into=STATE):
        return code
    code = run(
        *("statsig-pulumi", "review", str(PLAN), "--state", str(STATE), "--format", "markdown"),
        into=comment,
    )
    if text := comment.read_text(encoding="utf-8"):
        publish(text)
    return code


def deploy(stack: str) -> int:
    """Apply the program."""
    return run("pulumi", "up", "--stack", stack, "--yes", "--skip-preview")


def drift(stack: str) -> int:
    """Report what somebody changed in Statsig, of what the stack declares. The exit code is 3 if there is something."""
    return run("statsig-pulumi", "review", "--drift", "--stack", stack)


def unmanaged(stacks: Sequence[str]) -> int:
    """List the objects of the Statsig project that none of its stacks manages. The exit code is 3 if there are some."""
    files = [Path(f"state-{index}.json") for index, _ in enumerate(stacks)]
    for stack, file in zip(stacks, files, strict=True):
        if code := run("pulumi", "stack", "export", "--stack", stack, into=file):
            return code
    return run("statsig-pulumi", "unmanaged", *map(str, files))


# -- comments


def publish(text: str) -> None:
    """Create the comment of this stack, or edit it if there is one. Its first line identifies it."""
    if os.environ.get("GITLAB_CI"):
        publish_on_gitlab(text)
    else:
        publish_on_github(text)


def publish_on_github(text: str) -> None:
    """Comment on the pull request; without a token, as for forks, write to the summary of the job."""
    token, number = os.environ.get("GITHUB_TOKEN"), re.match(r"refs/pull/(\d+)/", os.environ.get("GITHUB_REF", ""))
    if not token or number is None:
        write_summary(text)
        return
    api = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    for comment in pages(f"{api}/{number[1]}/comments", headers):
        if is_ours(comment["body"], text):
            request("PATCH", f"{api}/comments/{comment['id']}", headers, {"body": text})
            return
    request("POST", f"{api}/{number[1]}/comments", headers, {"body": text})


def publish_on_gitlab(text: str) -> None:
    """Comment on the merge request; without a token or a merge request, write to the log."""
    token, number = os.environ.get("GITLAB_TOKEN"), os.environ.get("CI_MERGE_REQUEST_IID")
    if not token or not number:
        write_summary(text)
        return
    api = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}/merge_requests/{number}/notes"
    headers = {"PRIVATE-TOKEN": token}
    for note in pages(api, headers):
        if is_ours(note["body"], text):
            request("PUT", f"{api}/{note['id']}", headers, {"body": text})
            return
    request("POST", api, headers, {"body": text})


def is_ours(body: str, text: str) -> bool:
    """Return whether a comment is an earlier one about the same stack. The services may change line ends."""
    return body.partition("\n")[0].strip() == text.partition("\n")[0].strip()


def write_summary(text: str) -> None:
    """Write a report where people see it without a comment."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text)
    else:
        print(text)


def pages(url: str, headers: dict[str, str]) -> Iterator[Any]:
    """Yield the items of all pages of a list."""
    page = 1
    while items := request("GET", f"{url}?per_page=100&page={page}", headers):
        yield from items
        page += 1


def request(method: str, url: str, headers: dict[str, str], body: Any = None) -> Any:
    """Send a request and return the JSON of the response; raises OSError for an error."""
    data = None if body is None else json.dumps(body).encode()
    sent = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    with urllib.request.urlopen(sent, timeout=60) as response:
        return json.load(response)


def main(arguments: Sequence[str]) -> int:
    """Run one job and return its exit code."""
    match arguments:
        case ["review", stack]:
            return review(stack)
        case ["deploy", stack]:
            return deploy(stack)
        case ["drift", stack]:
            return drift(stack)
        case ["unmanaged", *stacks] if stacks:
            return unmanaged(stacks)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
