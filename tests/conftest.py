"""A clock without waits, and a record of requests.

It records which test sends which request through the package, for the endpoint coverage of `tools/coverage.py`.

Each pytest process writes build/requests/<worker>.json at its end: a list of test, method, route and sender. The sender
is the part of the package that its User-Agent header names. A new run empties the folder first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from types import SimpleNamespace

import pytest
import tenacity.nap

from statsig_pulumi.api import rate_limit, settling
from statsig_pulumi.emulator.server.request_log import Entry, observe, stop_observing
from statsig_pulumi.lifecycle import job

USER_AGENT = re.compile(r"statsig-pulumi/\S+ \((?P<sender>[^)]+)\)")


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts take no time; the clock of the attempts advances by them."""
    waits = [0.0]

    def sleep(seconds: float) -> None:
        waits[0] += seconds

    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=sleep))
    clock = SimpleNamespace(sleep=sleep, monotonic=lambda: waits[0])
    for module in (tenacity, rate_limit, settling, job):
        monkeypatch.setattr(module, "time", clock)


class RequestRecorder:
    """The requests that the tests of this process sent to emulators in it."""

    def __init__(self) -> None:
        self.requests: set[tuple[str, str, str, str]] = set()
        """Test, method, route and sender."""
        self.ignored_tests: set[str] = set()
        """Property-based tests, which may send different requests in each run."""

    def record(self, entry: Entry) -> None:
        """Record a request of the package that succeeded; others reach no endpoint."""
        match = USER_AGENT.fullmatch(entry.headers.get("user-agent", ""))
        if match and entry.route and 200 <= entry.status < 300:
            test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
            if test and test not in self.ignored_tests:
                self.requests.add((test, entry.method, entry.route, match["sender"]))


RECORDER = pytest.StashKey[RequestRecorder]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.rootpath / "build" / "requests", ignore_errors=True)
    config.stash[RECORDER] = RequestRecorder()
    observe(config.stash[RECORDER].record)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    property_based = (item.nodeid for item in items if getattr(getattr(item, "obj", None), "is_hypothesis_test", False))
    config.stash[RECORDER].ignored_tests.update(property_based)


def pytest_unconfigure(config: pytest.Config) -> None:
    recorder = config.stash[RECORDER]
    stop_observing(recorder.record)
    if recorder.requests:
        folder = config.rootpath / "build" / "requests"
        folder.mkdir(parents=True, exist_ok=True)
        worker = getattr(config, "workerinput", {"workerid": "main"})["workerid"]
        (folder / f"{worker}.json").write_text(json.dumps(sorted(recorder.requests), indent=0))
