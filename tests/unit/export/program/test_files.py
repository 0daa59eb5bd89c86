"""The program of an export: it declares what was exported, and no checker or linter finds fault with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from statsig_pulumi.export import directory
from statsig_pulumi.export.model import Exported, Project
from statsig_pulumi.export.program.files import ProjectNameError, files
from statsig_pulumi.export.program.literals import columns
from statsig_pulumi.json_values import NONE, fingerprint

from ..objects import Json, declared_by, exported, gate

ROOT = Path(__file__).parents[4]
LONG = "It is read by those who come after, and who have to know why; " * 4


def condition(**values: Json) -> Json:
    return {"name": f"{values}"[:80], "pass_percentage": 12.5, "conditions": [values]}


EVERYTHING = [
    exported("Tag", "core", name="core", description="Counts"),
    exported("Tag", "class_", name="class", description=f'{LONG}\n\nAnd: "so" it isn\'t.\r\n\tÜ 漢字 \u2028'),
    exported("TargetApp", "web", name="Web"),
    exported("Team", "checkout", name="Checkout", members=[], default_target_applications=["Web", "Old"]),
    gate("employees"),
    gate(
        "new_checkout",
        name="New Checkout",
        description=LONG * 3,
        team="Checkout",
        tags=["core", "class", "gone"],
        rules=[
            condition(type="passes_gate", target_value=["employees"]),
            condition(type="custom_field", field="age", operator="gt", target_value=[17.5]),
            condition(type="user_id", operator="any", target_value=[f"user-{n}" for n in range(99)]),
            condition(type="user_id", operator="any", target_value=[LONG, LONG, "漢字" * 40, "x" * 300]),
            {"name": "Nobody", "pass_percentage": 0, "conditions": [], "environments": []},
        ],
        monitoring_metrics=[{"name": "buys", "type": "event_count"}],
        review_settings={"required_review": True},
        left=("type is left to the console: it is not one of PERMANENT, TEMPORARY.", LONG),
    ),
    gate("released", "employees", name="released", team=NONE),
    exported(
        "GateOverrides", "new_checkout", gate_id="New Checkout", passing_user_ids=["a"], failing_user_ids=["b"] * 30
    ),
    exported(
        "DynamicConfig",
        "limits",
        name="limits",
        default_value={"most": 50, "rate": 0.1, "on": True, "texts": [LONG, {"deep": {"deeper": [LONG]}}]},
        schema=json.dumps({"properties": {f"p{n}": {"type": "string"} for n in range(9)}}, indent=2),
        rules=[
            {
                "name": "Variants",
                "pass_percentage": 100,
                "conditions": [],
                "variants": [{"name": "a", "pass_percentage": 100, "return_value": {"most": 60}}],
            }
        ],
    ),
    exported(
        "MetricSource",
        "orders",
        name="Orders",
        sql="SELECT *\r\nFROM orders\r\nWHERE paid\r\nORDER BY at\r\n",
        timestamp_column="at",
        id_type_mapping=[{"statsig_unit_id": "userID", "column": "user"}],
    ),
    exported(
        "Experiment",
        "trial",
        name="trial",
        targeting_gate_id="New Checkout",
        groups=[
            {"name": "Control", "size": 50, "parameter_values": {}},
            {"name": "Test", "size": 50, "parameter_values": {f"parameter_{n}": n / 3 for n in range(30)}},
        ],
        stratified_sampling={"status": "success", "csv": {"original": "a.csv", "identifier": "x"}},
    ),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("written") / "infra"
    directory.write(target, files(Project(EVERYTHING), "acme"), force=False)
    return target


def source(*objects: Exported, module: str) -> str:
    return files(Project(list(objects)), "acme")[f"{module}.py"]


def test_the_program_declares_exactly_what_was_exported(written: Path) -> None:
    ids = {(each.kind, each.name): each.id for each in EVERYTHING}
    found = declared_by(written, ids)
    assert found.keys() == ids.keys()
    for each in EVERYTHING:
        assert fingerprint(found[each.kind, each.name]) == fingerprint(each.inputs), each.name


def run(*command: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("place", [".", "infra"])
@pytest.mark.parametrize("config", ["--isolated", f"--config={ROOT / 'pyproject.toml'}"])
def test_linters_find_nothing_wherever_they_are_started(written: Path, config: str, place: str) -> None:
    start = written if place == "." else written.parent
    assert run("ruff", "check", "--no-cache", config, place, folder=start) == ""
    assert run("ruff", "format", "--no-cache", "--check", "--line-length=120", config, place, folder=start) == ""


def test_no_line_is_too_long(written: Path) -> None:
    for path in written.glob("*.py"):
        assert [line for line in path.read_text().splitlines() if columns(line) > 120] == []


def test_mypy_finds_nothing(written: Path) -> None:
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'exported'}"
    assert run("mypy", "--strict", "--config-file=", cache, ".", folder=written) == ""


def test_a_program_reads_as_a_person_would_have_written_it() -> None:
    rules = [{"name": "Everyone", "pass_percentage": 100, "conditions": [{"type": "public"}]}]
    gates = [
        gate("on", rules=rules, team="Checkout", tags=["core"], left=("It has a schedule.",)),
        gate("also", "on", id_type="<none>"),
    ]
    others = [exported("Team", "checkout", name="Checkout"), exported("Tag", "core", name="core")]
    assert source(*gates, *others, module="gates") == (
        '"""The gates of the Statsig project."""\n'
        "\n"
        "import statsig_pulumi as statsig\n"
        "\n"
        "# isort: split\n"
        "import tags\n"
        "import teams\n"
        "\n"
        "# It has a schedule.\n"
        "on = statsig.Gate(\n"
        '    "on",\n'
        '    name="on",\n'
        "    tags=[tags.core.name],\n"
        "    team=teams.checkout.name,\n"
        "    rules=[\n"
        "        statsig.Rule(\n"
        '            name="Everyone",\n'
        "            pass_percentage=100,\n"
        '            conditions=[statsig.Condition(type="public")],\n'
        "        ),\n"
        "    ],\n"
        ")\n"
        "\n"
        "also = statsig.Gate(\n"
        '    "also",\n'
        '    name="also",\n'
        '    id_type="<none>",\n'
        "    rules=[\n"
        "        statsig.Rule(\n"
        '            name="Those",\n'
        "            pass_percentage=100,\n"
        '            conditions=[statsig.Condition(type="passes_gate", target_value=[on.id])],\n'
        "        ),\n"
        "    ],\n"
        ")\n"
    )


def test_what_fits_in_a_line_stands_in_one() -> None:
    tags = [exported("Tag", name, name=name) for name in ("b", "a")]
    long = exported("Tag", "c", name="c", description="d" * 90)
    assert source(*tags, long, module="tags").splitlines()[4:] == [
        'a = statsig.Tag("a", name="a")',
        'b = statsig.Tag("b", name="b")',
        "",
        "c = statsig.Tag(",
        '    "c",',
        '    name="c",',
        f'    description="{"d" * 90}",',
        ")",
    ]


def test_what_is_cleared_is_none() -> None:
    assert "team=None" in source(gate("on", team=NONE), module="gates")


def test_a_comment_is_a_comment_whatever_it_holds() -> None:
    left = ("one\ntwo\rthree\x00\ud800\u2028four", "-" * 300)
    lines = source(exported("Tag", "a", name="a", left=left), module="tags").splitlines()
    assert [line for line in lines if "one" in line] == ["# one two three   four"]
    assert all(line.startswith("# --") for line in lines if "--" in line)


def test_a_resource_whose_name_is_no_identifier_has_a_variable_still() -> None:
    said = source(gate("new-checkout"), gate("next", "new-checkout"), module="gates")
    assert 'new_checkout = statsig.Gate(\n    "new-checkout",' in said
    assert "target_value=[new_checkout.id]" in said


def test_an_empty_project_is_a_program_too() -> None:
    found = files(Project(), "acme")
    assert found["__main__.py"] == '"""The Statsig project of acme."""\n'
    assert sorted(found) == ["Pulumi.yaml", "__main__.py", "requirements.txt"]


@pytest.mark.parametrize(
    ("name", "line"), [("acme-1.2_x", "name: acme-1.2_x"), ("on", 'name: "on"'), ("1", 'name: "1"')]
)
def test_pulumi_knows_the_project_by_its_name(name: str, line: str) -> None:
    assert files(Project(), name)["Pulumi.yaml"].splitlines()[0] == line


@pytest.mark.parametrize("name", ["", "a b", "a/b", "é", "x" * 101])
def test_what_pulumi_takes_for_no_name_is_refused(name: str) -> None:
    with pytest.raises(ProjectNameError, match="cannot be the name of a Pulumi project"):
        files(Project(), name)


def test_the_same_project_is_the_same_program() -> None:
    assert files(Project(EVERYTHING), "acme") == files(Project(EVERYTHING[::-1]), "acme")
