"""Which endpoint of the Console API is reached by what, and which test shows it."""

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

CHECKOUT: Final = Path(__file__).parent.parent
STORED: Final = Path(__file__).with_name("coverage.json")
BEGIN, END = "<!-- endpoints: made by `make coverage ARGS=--write` -->\n", "<!-- end of endpoints -->\n"
RINGS: Final = ("tests/engine/", "tests/resources/", "tests/unit/")
"""The tests that count, the most telling first; those of the other rings make other requests in each run."""

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
    /experiments/assignment_source/{name} POST DELETE PATCH
    /experiments/assignment_sources GET POST
    /experiments/entity_properties GET POST
    /experiments/entity_property/{name} GET POST DELETE PATCH
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
Users
    /users GET
    /users/{email} GET POST
    /users/invite POST
    /users/teams GET POST
    /users/teams/{id} GET DELETE PATCH
Metric Sources
    /metrics/metric_source/list GET
"""


class RecordingError(Exception):
    """There is no usable recording of a test run."""


@dataclass(frozen=True, order=True)
class Reach:
    """A test made something of the package send a request to a route, which was answered."""

    test: str
    verb: str
    route: str
    by: str


@dataclass(frozen=True)
class Row:
    """One endpoint, what reaches it, and the first test that shows it; without either it is not reached."""

    section: str
    verb: str
    path: str
    by: tuple[str, ...] = ()
    test: str = ""

    @property
    def endpoint(self) -> str:
        return f"{self.verb} {self.path}"


def endpoints() -> Iterator[Row]:
    """Every endpoint that has to be reached."""
    section = ""
    for line in ENDPOINTS.strip().splitlines():
        if line.startswith(" "):
            path, *verbs = line.split()
            yield from (Row(section, verb, path) for verb in verbs)
        else:
            section = line


def recorded(folder: Path) -> set[Reach]:
    """What the tests of a run reached, as its processes wrote it down."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise RecordingError(f"{folder} holds no recording of a test run: `make test` makes one")
    try:
        return {Reach(*entry) for file in files for entry in json.loads(file.read_text("utf-8"))}
    except (ValueError, TypeError) as error:
        raise RecordingError(f"{folder} holds what is no recording of a test run: {error}") from None


def rows(reached: Iterable[Reach]) -> list[Row]:
    """The table that a test run makes."""
    found: defaultdict[str, set[Reach]] = defaultdict(set)
    for reach in reached:
        if reach.test.startswith(RINGS):
            found[_shape(reach.verb, reach.route)].add(reach)
    return [_filled(row, found[_shape(row.verb, row.path)]) for row in endpoints()]


def stored(file: Path = STORED) -> list[Row]:
    """The table that came with this package."""
    return [Row(**row | {"by": tuple(row["by"])}) for row in json.loads(file.read_text("utf-8"))]


def as_json(table: Sequence[Row]) -> str:
    """The table as it is stored, a line for each row."""
    return "[\n" + ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for row in table) + "\n]\n"


def readme(text: str, table: Sequence[Row]) -> str:
    """The README with this table."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    made = "".join(f"{line}\n" for line in _markdown(table))
    return f"{before}{BEGIN}{made}{END}{after}"


def is_so(table: Sequence[Row], reached: Iterable[Reach]) -> bool:
    """Whether all that a table says was seen in a run: each test made the request, and so did all that it names."""
    seen: defaultdict[str, set[Reach]] = defaultdict(set)
    for reach in reached:
        seen[_shape(reach.verb, reach.route)].add(reach)
    return [row.endpoint for row in table] == [row.endpoint for row in endpoints()] and all(
        row.test in {reach.test for reach in found} and set(row.by) <= {reach.by for reach in found}
        for row in table
        for found in [seen[_shape(row.verb, row.path)]]
    )


def unreached(table: Iterable[Row]) -> list[str]:
    """The endpoints that nothing reaches."""
    return [row.endpoint for row in table if not row.test]


def check(folder: Path, root: Path, *, write: bool = False) -> list[str]:
    """What is wrong with the coverage after a run, in sentences; ``write`` mends what is stale in the checkout."""
    reached, problems = recorded(folder), []
    table = rows(reached)
    json_file, readme_file = root / "tools" / STORED.name, root / "README.md"
    if not readme_file.exists():
        raise RecordingError(f"{root} is no checkout of statsig_pulumi, whose tables a test run is held against")
    # Requests that a run made besides make no table wrong.
    stays = not write and json_file.exists() and is_so(stored(json_file), reached)
    shown = stored(json_file) if stays else table
    made = {json_file: as_json(shown), readme_file: readme(readme_file.read_text("utf-8"), shown)}
    for file, text in made.items():
        if file.exists() and file.read_text("utf-8") == text:
            continue
        if write:
            file.write_text(text, "utf-8")
        else:
            problems.append(f"{file.relative_to(root)} is stale: `make coverage ARGS=--write` after a complete run")
    return problems + [f"nothing reaches {endpoint}" for endpoint in unreached(table)]


def _shape(verb: str, path: str) -> str:
    """An endpoint whatever its parameters are called."""
    return f"{verb} {re.sub(r'{[^}]*}', '{}', path)}"


def _filled(row: Row, reached: set[Reach]) -> Row:
    if not reached:
        return row
    first = min((reach.test for reach in reached), key=lambda test: (_ring(test), test))
    return Row(row.section, row.verb, row.path, tuple(sorted({reach.by for reach in reached})), first)


def _ring(test: str) -> int:
    return next(place for place, ring in enumerate(RINGS) if test.startswith(ring))


def _markdown(table: Sequence[Row]) -> Iterator[str]:
    yield "<details>"
    yield f"<summary>{len(table) - len(unreached(table))} of {len(table)} endpoints</summary>"
    yield ""
    yield "| Endpoint | Reached by | Shown by |"
    yield "|---|---|---|"
    section = ""
    for row in table:
        if row.section != section:
            section = row.section
            yield f"| **{section}** | | |"
        by = ", ".join(f"`{name}`" for name in row.by) or "nothing"
        test = "`{}`".format(row.test.replace("|", "\\|")) if row.test else ""
        yield f"| `{row.endpoint}` | {by} | {test} |"
    yield ""
    yield "</details>"


def main(arguments: Sequence[str]) -> int:
    """Compare the table with a recorded run; return the exit code."""
    parser = argparse.ArgumentParser(prog="coverage", description=__doc__)
    parser.add_argument("--recorded", type=Path, default=CHECKOUT / "build" / "requests", help="the recording of a run")
    parser.add_argument("--write", action="store_true", help="update the table from that run")
    given = parser.parse_args(arguments)
    try:
        problems = check(given.recorded, CHECKOUT, write=given.write)
    except RecordingError as error:
        problems = [str(error)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
