"""Endpoint coverage: which endpoints of the Console API the package reaches, and a test that shows it.

`make test` records the requests of each test in build/requests (tests/conftest.py). This tool compares the record with
the stored table, tools/coverage.json, and with its copy in docs/endpoints.md:

    python -m tools.coverage            exit code 1 if an endpoint is not reached or a table is stale
    python -m tools.coverage --write    update both tables from the last complete test run
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from statsig_pulumi.emulator.api.table import KINDS

CHECKOUT: Final = Path(__file__).parent.parent
STORED: Final = Path(__file__).with_name("coverage.json")
PAGE: Final = "docs/endpoints.md"
BEGIN, END = "<!-- endpoints: made by `make coverage ARGS=--write` -->\n", "<!-- end of endpoints -->\n"
RINGS: Final = ("tests/engine/", "tests/resources/", "tests/unit/")
"""The rings whose tests count, in order of preference. Those of the other rings send different requests in each run."""
INTERRUPTED: Final = ("tests/engine/test_faults.py", "tests/engine/test_killed_runs.py")
"""Tests that do not count either: their requests depend on when a command is interrupted."""

ENDPOINTS: Final = """
Dynamic Configs
    /dynamic_configs GET POST
    /dynamic_configs/{id} GET POST DELETE PATCH
    /dynamic_configs/{id}/disable PUT
    /dynamic_configs/{id}/enable PUT
    /dynamic_configs/{id}/rule POST
    /dynamic_configs/{id}/rule/{ruleId} GET DELETE PATCH
    /dynamic_configs/{id}/rule/name/{ruleName} DELETE PATCH
    /dynamic_configs/{id}/rules GET POST PATCH
    /dynamic_configs/{id}/versions GET
Experiments
    /experiments GET POST
    /experiments/{id} GET POST DELETE PATCH
    /experiments/{id}/abandon PUT
    /experiments/{id}/archive PUT
    /experiments/{id}/cumulative_exposures GET
    /experiments/{id}/disable_groups POST
    /experiments/{id}/enable_groups POST
    /experiments/{id}/make_decision PUT
    /experiments/{id}/overrides GET POST DELETE PATCH
    /experiments/{id}/pulse_results GET
    /experiments/{id}/reset PUT
    /experiments/{id}/start PUT
    /experiments/{id}/unarchive PUT
Experiments (Warehouse Native)
    /experiments/{id}/load_pulse POST
    /experiments/{id}/pulse_load_history GET
    /experiments/{id}/pulse_load_history/{dagID} GET
    /experiments/{id}/pulse_load_history/{dagID}/cancel POST
    /experiments/assignment_source/{name} POST DELETE PATCH
    /experiments/assignment_sources GET POST
    /experiments/entity_properties GET POST
    /experiments/entity_property/{name} GET POST DELETE PATCH
    /experiments/qualifying_events GET POST
    /experiments/qualifying_events/{name} GET POST DELETE
Gates
    /gates GET POST
    /gates/{id} GET POST DELETE PATCH
    /gates/{id}/archive PUT
    /gates/{id}/disable PUT
    /gates/{id}/enable PUT
    /gates/{id}/launch PUT
    /gates/{id}/load_pulse POST
    /gates/{id}/overrides GET POST DELETE PATCH
    /gates/{id}/rule POST
    /gates/{id}/rules GET POST PATCH
    /gates/{id}/rules/{ruleID} DELETE PATCH
    /gates/{id}/rules/{ruleID}/pulse_load_history GET
    /gates/{id}/rules/{ruleID}/pulse_results GET
    /gates/{id}/versions GET
Holdouts
    /holdouts GET POST
    /holdouts/{id} GET POST DELETE PATCH
    /holdouts/{id}/overrides GET POST DELETE PATCH
    /holdouts/{id}/pulse_results GET
Ingestions
    /ingestion GET POST DELETE PATCH
    /ingestion/backfill POST
    /ingestion/connection/databricks POST
    /ingestion/events/count GET
    /ingestion/events/delta GET
    /ingestion/runs GET
    /ingestion/runs/{id} GET
    /ingestion/schedule GET POST
    /ingestion/status GET
Segments
    /segments GET POST
    /segments/{id} GET DELETE
    /segments/{id}/archive PUT
    /segments/{id}/add_ids PATCH
    /segments/{id}/conditional POST
    /segments/{id}/id_list GET DELETE PATCH
    /segments/{id}/id_list/reset POST
    /segments/{id}/idlist_metadata GET
    /segments/{id}/remove_ids PATCH
    /segments/{id}/reviews/{reviewID} DELETE
    /segments/{id}/reviews/{reviewID}/commit PUT
Layers
    /layers GET POST
    /layers/{id} GET POST DELETE PATCH
    /layers/{id}/experiments GET
    /layers/{id}/overrides GET POST DELETE PATCH
    /layers/{id}/overrides/conditional/{type}/{name} DELETE
    /layers/{id}/overrides/userID/{userID} DELETE
Users
    /users GET
    /users/{email} GET POST
    /users/id/{id} GET
    /users/invite POST
    /users/teams GET POST
    /users/teams/{id} GET DELETE PATCH
Target Apps
    /target_app GET POST PATCH
    /target_app/{id} GET DELETE PATCH
Keys
    /keys GET POST
    /keys/{id} GET DELETE PATCH
    /keys/{id}/deactivate PATCH
    /keys/{id}/rotate PATCH
Environments
    /environments GET POST
Settings
    /settings/project GET POST
    /settings/reviews GET POST
    /settings/roles GET POST
    /settings/teams GET POST
Metric Sources
    /metrics/metric_source/list GET
Metrics
    /metrics GET POST
    /metrics/{id} GET POST DELETE
    /metrics/{id}/cancel_archive PUT
    /metrics/{id}/experiments GET
    /metrics/{id}/schedule_archive PUT
    /metrics/{id}/sql GET
    /metrics/{id}/unarchive PUT
    /metrics/{name}/{type} GET
    /metrics/list GET
    /metrics/values GET
Metrics (Warehouse Native)
    /metrics/{id}/reload POST
    /metrics/metric_source POST
    /metrics/metric_source/{name} GET POST DELETE
    /metrics/metric_source/{name}/metrics GET
Events
    /events GET
    /events/{eventName} GET
    /events/{eventName}/metrics GET
Exposure Count
    /exposure_count GET
Reports
    /reports GET
Alerts
    /alerts GET POST
    /alerts/{id} GET DELETE PATCH
    /alerts/{id}/events GET
    /alerts/{id}/events/{eventId} GET
    /alerts/{id}/mute POST
    /alerts/{id}/unmute POST
    /experiments/{id}/alerts GET
    /experiments/{id}/alerts/{metricId}/resolve POST
    /gates/{id}/alerts/{metricId}/resolve POST
Autotunes
    /autotunes GET POST
    /autotunes/{id} GET POST DELETE PATCH
    /autotunes/{id}/make_decision PUT
    /autotunes/{id}/overrides GET POST PATCH DELETE
    /autotunes/{id}/overrides/conditional/{type}/{name} DELETE
    /autotunes/{id}/overrides/userID/{userID} DELETE
    /autotunes/{id}/reset PUT
    /autotunes/{id}/reviews GET POST
    /autotunes/{id}/reviews/{reviewID} GET PUT DELETE
    /autotunes/{id}/reviews/{reviewID}/approve PUT
    /autotunes/{id}/reviews/{reviewID}/commit PUT
    /autotunes/{id}/reviews/{reviewID}/reject PUT
    /autotunes/{id}/schedule_start POST
    /autotunes/{id}/start PUT
Audit Logs
    /audit_logs GET
Company
    /company GET
Project
    /project GET
    /project/usage_billing/report GET
Overrides
    /overrides GET
"""
"""The endpoints of irregular groups. The plain ones are those of the kinds in the emulator's table."""


class RecordingError(Exception):
    """Raised if there is no usable record of a test run."""


@dataclass(frozen=True, order=True)
class Reach:
    """One successful request of the package to a route, during a test."""

    test: str
    verb: str
    route: str
    by: str
    """The resource, data source or command that sent it."""


@dataclass(frozen=True)
class Row:
    """One endpoint of the table; an endpoint that is not reached has no test."""

    section: str
    verb: str
    path: str
    by: tuple[str, ...] = ()
    test: str = ""

    @property
    def endpoint(self) -> str:
        return f"{self.verb} {self.path}"


def list_endpoints() -> Iterator[Row]:
    """Yield an empty row for each endpoint that must be reached."""
    listed = list(_parse_endpoints())
    yield from listed
    shapes = {_shape(row.verb, row.path) for row in listed}
    for kind in KINDS:
        section = kind.name.replace("_", " ").capitalize()
        rows = [Row(section, operation.method, operation.template(kind)) for operation in kind.operations]
        yield from (row for row in rows if _shape(row.verb, row.path) not in shapes)


def _parse_endpoints() -> Iterator[Row]:
    section = ""
    for line in ENDPOINTS.strip().splitlines():
        if line.startswith(" "):
            path, *verbs = line.split()
            yield from (Row(section, verb, path) for verb in verbs)
        else:
            section = line


def load_recording(folder: Path) -> set[Reach]:
    """Return the requests of a test run, from the files of all its processes; raises RecordingError."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise RecordingError(f"{folder} holds no record of a test run: run `make test` first")
    try:
        return {Reach(*entry) for file in files for entry in json.loads(file.read_text("utf-8"))}
    except (ValueError, TypeError) as error:
        raise RecordingError(f"{folder} holds a file that is not a record of a test run: {error}") from None


def build_table(reached: Iterable[Reach]) -> list[Row]:
    """Return the table of a test run."""
    counted = (reach for reach in reached if reach.test.startswith(RINGS) and not reach.test.startswith(INTERRUPTED))
    by_endpoint = _group(counted)
    return [_fill(row, by_endpoint[_shape(row.verb, row.path)]) for row in list_endpoints()]


def load_table(file: Path = STORED) -> list[Row]:
    """Return the stored table."""
    return [Row(**row | {"by": tuple(row["by"])}) for row in json.loads(file.read_text("utf-8"))]


def to_json(table: Sequence[Row]) -> str:
    """Return the table as it is stored, one line per row."""
    return "[\n" + ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for row in table) + "\n]\n"


def replace_table(text: str, table: Sequence[Row]) -> str:
    """Return the text of the page with this table between its markers."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    lines = "".join(f"{line}\n" for line in _to_markdown(table))
    return f"{before}{BEGIN}{lines}{END}{after}"


def is_current(table: Sequence[Row], reached: Iterable[Reach]) -> bool:
    """Return whether a run confirms every row: the test sent the request, and so did all that the row names."""
    by_endpoint = _group(reached)
    return [row.endpoint for row in table] == [row.endpoint for row in list_endpoints()] and all(
        row.test in {reach.test for reach in requests} and set(row.by) <= {reach.by for reach in requests}
        for row in table
        for requests in [by_endpoint[_shape(row.verb, row.path)]]
    )


def find_unreached(table: Iterable[Row]) -> list[str]:
    """Return the endpoints without a test."""
    return [row.endpoint for row in table if not row.test]


def check(folder: Path, root: Path, *, write: bool = False) -> list[str]:
    """Return all problems of the coverage after a run; if ``write``, update stale tables in the checkout.

    A run that does not reach every endpoint, such as one of a selection of the tests, updates nothing.
    Raises RecordingError.
    """
    reached, problems = load_recording(folder), []
    new = build_table(reached)
    json_file, page = root / "tools" / STORED.name, root / PAGE
    if not page.exists():
        raise RecordingError(f"{root} is not a checkout of statsig_pulumi, so there is no table to compare")
    # Additional requests of a run do not make the stored table wrong.
    is_kept = not write and json_file.exists() and is_current(load_table(json_file), reached)
    table = load_table(json_file) if is_kept else new
    unreached = [f"no test reaches {endpoint}" for endpoint in find_unreached(table)]
    if write and unreached:
        return [*unreached, "the tables were not updated: run all tests with `make test`, then update them"]
    contents = {json_file: to_json(table), page: replace_table(page.read_text("utf-8"), table)}
    for file, text in contents.items():
        if file.exists() and file.read_text("utf-8") == text:
            continue
        if write:
            file.write_text(text, "utf-8")
        else:
            problems.append(f"{file.relative_to(root)} is stale: run `make test`, then `make coverage ARGS=--write`")
    return problems + unreached


def _group(reached: Iterable[Reach]) -> defaultdict[str, set[Reach]]:
    by_endpoint: defaultdict[str, set[Reach]] = defaultdict(set)
    for reach in reached:
        by_endpoint[_shape(reach.verb, reach.route)].add(reach)
    return by_endpoint


def _shape(verb: str, path: str) -> str:
    """Return the endpoint without the names of its parameters."""
    return f"{verb} {re.sub(r'{[^}]*}', '{}', path)}"


def _fill(row: Row, reached: set[Reach]) -> Row:
    if not reached:
        return row
    first = min((reach.test for reach in reached), key=lambda test: (_ring(test), test))
    return Row(row.section, row.verb, row.path, tuple(sorted({reach.by for reach in reached})), first)


def _ring(test: str) -> int:
    return next(place for place, ring in enumerate(RINGS) if test.startswith(ring))


def _to_markdown(table: Sequence[Row]) -> Iterator[str]:
    yield f"{len(table) - len(find_unreached(table))} of {len(table)} endpoints are reached."
    section = ""
    for row in table:
        if row.section != section:
            section = row.section
            yield from ("", f"## {section}", "", "| Endpoint | Reached by | Shown by |", "|---|---|---|")
        by = ", ".join(f"`{name}`" for name in row.by) or "nothing"
        test = "`{}`".format(row.test.replace("|", "\\|")) if row.test else ""
        yield f"| `{row.endpoint}` | {by} | {test} |"
    yield ""


def main(arguments: Sequence[str]) -> int:
    """Compare the tables with a recorded run; return the exit code."""
    parser = argparse.ArgumentParser(prog="coverage", description="Compare the endpoint tables with a test run.")
    parser.add_argument("--recorded", type=Path, default=CHECKOUT / "build" / "requests", help="the record of the run")
    parser.add_argument("--write", action="store_true", help="update the tables from that run")
    options = parser.parse_args(arguments)
    try:
        problems = check(options.recorded, CHECKOUT, write=options.write)
    except RecordingError as error:
        problems = [str(error)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
