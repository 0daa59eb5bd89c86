"""Notes which test reached which endpoint through the package, for the table that `make coverage` holds to it.

Every pytest process writes build/requests/<worker>.json when it ends; a new run empties the folder first.
"""

from __future__ import annotations

import json
import os
import re
import shutil

import pytest

from statsig_pulumi.emulator.server.request_log import Entry, observe, stop_observing

OF_THE_PACKAGE = re.compile(r"statsig-pulumi/\S+ \((?P<who>[^)]+)\)")


class Notes:
    """Endpoints that the tests of this process reached through the package."""

    def __init__(self) -> None:
        self.reached: set[tuple[str, str, str, str]] = set()
        self.random: set[str] = set()
        """Tests with random requests, which do not count."""

    def take(self, entry: Entry) -> None:
        speaker = OF_THE_PACKAGE.fullmatch(entry.headers.get("user-agent", ""))
        # A rejected request, or one with a fault that the test set, does not count as reached.
        if speaker and entry.route and 200 <= entry.status < 300:
            test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
            if test and test not in self.random:
                self.reached.add((test, entry.method, entry.route, speaker["who"]))


NOTES = pytest.StashKey[Notes]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.rootpath / "build" / "requests", ignore_errors=True)
    config.stash[NOTES] = Notes()
    observe(config.stash[NOTES].take)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    random = (item.nodeid for item in items if getattr(getattr(item, "obj", None), "is_hypothesis_test", False))
    config.stash[NOTES].random.update(random)


def pytest_unconfigure(config: pytest.Config) -> None:
    notes = config.stash[NOTES]
    stop_observing(notes.take)
    if notes.reached:
        folder = config.rootpath / "build" / "requests"
        folder.mkdir(parents=True, exist_ok=True)
        worker = getattr(config, "workerinput", {"workerid": "main"})["workerid"]
        (folder / f"{worker}.json").write_text(json.dumps(sorted(notes.reached), indent=0))
