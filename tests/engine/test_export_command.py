"""``statsig-pulumi export``: what it writes and prints, and which files it does not touch. It starts ruff."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.resources.key import fingerprint

from ..unit.cli.command_line import CommandLine, Result
from ..unit.export.test_foreign_state import KEY, TERRAFORM

Json = Any
ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
EVENTS = [{"name": "buy", "type": "count"}]
TWICE = [{"name": "a", "passPercentage": share, "conditions": [{"type": "public"}]} for share in (1, 2)]


class Export:
    """The command ``export``, writing to one folder."""

    def __init__(self, emulator: Emulator, command_line: CommandLine, folder: Path) -> None:
        self.emulator, self.folder, self._command_line = emulator, folder, command_line

    def run(self, *options: str) -> Result:
        return self._command_line.run("export", str(self.folder), *options)

    def resources(self, *options: str) -> set[str]:
        """Return the kinds and names of what an export with these options contains."""
        assert self.run(*options, "--force").code == 0
        imports = json.loads((self.folder / "import.json").read_text(encoding="utf-8"))["resources"]
        return {f"{each['type'].rpartition(':')[2]} {each['name']}" for each in imports}


@pytest.fixture
def export(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Export:
    """The command, for a project without users and tags."""
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", emulator.key)
    monkeypatch.setenv("STATSIG_CONSOLE_URL", emulator.url)
    for user in emulator.objects("users"):
        emulator.remove("users", user["email"])
    for tag in emulator.objects("tags"):
        emulator.remove("tags", tag["id"])
    return Export(emulator, CommandLine(capsys), tmp_path / "flags")


def shop(emulator: Emulator) -> None:
    """Add the objects of the documented project."""
    emulator.add("tags", {"name": "checkout"})
    emulator.add("teams", {"name": "Web Shop", "members": ["ana@example.com"]})
    company = {"type": "email", "operator": "str_contains_any", "targetValue": "@example.com"}
    emulator.add("gates", {"name": "Employees", "rules": [rule("Company addresses", 100, company)]})
    emulator.add(
        "gates",
        {
            "name": "New Checkout",
            "description": "The checkout on one page",
            "team": "Web Shop",
            "tags": ["checkout"],
            "type": "PERMANENT",
            "rules": [
                rule("Employees first", 100, {"type": "passes_gate", "targetValue": "employees"}),
                rule("Beta testers", 50, {"type": "user_id", "operator": "any", "targetValue": user_ids()}),
            ],
        },
    )
    emulator.add("gates", {"name": "Old Checkout", "status": "Archived", "rules": TWICE})


def user_ids() -> list[str]:
    return [f"user-{number}" for number in range(1, 41)]


def rule(name: str, share: float, *conditions: Json) -> Json:
    return {"name": name, "passPercentage": share, "conditions": list(conditions)}


def test_the_documented_export_is_a_real_one(export: Export) -> None:
    shop(export.emulator)
    result = export.run("--project", "feature-flags")
    assert result.code == 0
    shown = re.sub(r"^(\d+ files written to ).*/flags\.", r"\1flags.", result.out, flags=re.MULTILINE)
    documents = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert [line for line in shown.splitlines() if line.rstrip() not in documents] == []
    assert (export.folder / "gates.py").read_text(encoding="utf-8") in documents
    for path in sorted(
        path.relative_to(export.folder).as_posix() for path in export.folder.rglob("*") if path.is_file()
    ):
        assert path.startswith(".") or path.rpartition("/")[2] in documents


def test_filters_select_what_is_exported(export: Export) -> None:
    shop(export.emulator)
    assert export.resources("--kind", "Gate", "Team") == {
        "Gate employees",
        "Gate new_checkout",
        "Gate old_checkout",
        "Team web_shop",
    }
    assert export.resources("--tag", "checkout") == {"Gate new_checkout"}
    assert export.resources("--team", "Web*") == {"Gate new_checkout"}
    assert export.resources("--id", "*_checkout", "Employees") == {
        "Gate employees",
        "Gate new_checkout",
        "Gate old_checkout",
    }
    assert export.resources("--archived") == {"Gate old_checkout"}
    assert export.resources("--no-archived", "--kind", "Gate") == {"Gate employees", "Gate new_checkout"}
    assert export.resources("--kind", "Gate", "--changed-since", "2100-01-01") == set()
    assert len(export.resources("--kind", "Gate", "--created-since", "2020-01-01")) == 3


def test_filters_do_not_change_a_name(export: Export) -> None:
    for name in ("a.gate", "a-gate", "a_gate"):
        export.emulator.add("gates", {"name": name, "tags": [name]})
    names = export.resources("--kind", "Gate")
    assert names == {name for tag in ("a.gate", "a-gate", "a_gate") for name in export.resources("--tag", tag)}


def test_an_edited_file_is_overwritten_only_with_force(export: Export) -> None:
    shop(export.emulator)
    assert export.run("--kind", "Gate").code == 0
    gates = export.folder / "gates.py"
    gates.write_text("# mine\n" + gates.read_text(encoding="utf-8"), encoding="utf-8")
    result = export.run("--kind", "Gate")
    assert (result.code, result.out) == (1, "")
    assert "gates.py was edited, or was not written by an export; use --force" in result.err
    assert gates.read_text(encoding="utf-8").startswith("# mine\n")
    assert export.run("--kind", "Gate", "--force").code == 0
    assert not gates.read_text(encoding="utf-8").startswith("# mine\n")


def test_a_repeated_export_keeps_the_name_and_the_edited_settings_of_the_project(export: Export) -> None:
    shop(export.emulator)
    assert export.run("--project", "shop").code == 0
    project, requirements = export.folder / "Pulumi.yaml", export.folder / "requirements.txt"
    assert export.run().out.count("0 files written") == 1
    edited = project.read_text(encoding="utf-8").replace("runtime: python", "runtime: {name: python}")
    project.write_text(edited, encoding="utf-8")
    requirements.write_text("statsig-pulumi @ file:///wheel\n", encoding="utf-8")
    export.emulator.add("gates", {"name": "New one"})
    assert export.run().code == 0
    assert "New one" in (export.folder / "gates.py").read_text(encoding="utf-8")
    assert project.read_text(encoding="utf-8") == edited
    assert requirements.read_text(encoding="utf-8") == "statsig-pulumi @ file:///wheel\n"
    renamed = export.run("--project", "other")
    assert (renamed.code, renamed.out) == (1, "")
    assert "Pulumi.yaml was edited" in renamed.err
    assert export.run("--project", "other", "--force").code == 0
    assert "name: other\n" in project.read_text(encoding="utf-8")


def test_a_read_only_key_is_enough_and_only_get_is_sent(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    shop(export.emulator)
    export.emulator.set_key("console-reader", "read_only")
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", "console-reader")
    assert export.run().code == 0
    assert {entry["method"] for entry in export.emulator.requests()["log"]} == {"GET"}


def test_a_kind_without_access_is_reported_and_an_error_if_it_is_requested(export: Export) -> None:
    shop(export.emulator)
    export.emulator.fault(path="/users/teams", status=403, times=None)
    result = export.run()
    assert result.code == 0
    assert re.search(r"Team +GET /users/teams answered 403", result.out)
    result = export.run("--kind", "Team")
    assert (result.code, result.out) == (1, "")
    assert "answered 403" in result.err


def test_a_property_that_is_not_managed_is_reported_with_the_reason(export: Export) -> None:
    export.emulator.add("gates", {"name": "Odd one", "rules": TWICE})
    result = export.run("--kind", "Gate")
    reason = "rules is not managed: rules[1].name: 'a' is already used by rules[0]"
    assert re.search(rf"Gate 'odd_one' +{re.escape(reason)}", result.out)
    assert f"# {reason}\n" in (export.folder / "gates.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--kind", "Gates"), 'Did you mean "Gate"?'),
        (("--project", "a b"), "'a b' cannot be the name of a Pulumi project"),
    ],
)
def test_a_wrong_option_prints_one_line_and_writes_nothing(
    export: Export, options: tuple[str, ...], expected: str
) -> None:
    result = export.run(*options)
    assert (result.code, result.out) == (2, "")
    assert expected in result.err
    assert not export.folder.exists()


def test_a_refused_key_writes_nothing_and_is_not_printed(export: Export) -> None:
    shop(export.emulator)
    export.emulator.fault(path="/gates", status=401)
    result = export.run()
    assert result.code == 1
    assert "answered 401" in result.err
    assert export.emulator.key not in result.err
    assert not export.folder.exists()


def test_only_objects_of_the_other_tool_are_exported_under_their_names(export: Export, tmp_path: Path) -> None:
    (tmp_path / "terraform.json").write_text(json.dumps(TERRAFORM))
    for name in ("New Checkout", "eu 0", "eu 1", "Of the console"):
        export.emulator.add("gates", {"name": name})
    tag = export.emulator.add("tags", {"name": "shop"})
    export.emulator.edit("settings", "settings/project", {"name": "Shop"})
    for type_ in ("mean", "sum"):
        export.emulator.add("metrics", {"name": "Buys", "type": type_, "unitTypes": ["userID"], "metricEvents": EVENTS})
    export.emulator.add("keys", {**KEY, "description": "web", "status": "active"})
    result = export.run("--managed-by", str(tmp_path / "terraform.json"))
    assert result.code == 0
    imports = json.loads((export.folder / "import.json").read_text(encoding="utf-8"))["resources"]
    assert {f"{each['type'].rpartition(':')[2]} {each['name']} {each['id']}" for each in imports} == {
        "Gate new_checkout new_checkout",
        "Gate flags_eu_this_0 eu_0",
        "Gate flags_eu_this_1 eu_1",
        f"Tag core {tag['id']}",
        "ProjectSettings main settings/project",
        "Metric buys Buys::sum",
        f"Key web {fingerprint(KEY)}",
    }
    texts = [path.read_text(encoding="utf-8") for path in export.folder.rglob("*") if path.is_file()]
    assert [text for text in [*texts, result.out, result.err] if KEY["key"] in text] == []
    assert re.search(r"EntityPropertySource 'plan' +it does not exist in this Statsig project", result.out)
    for kind in ("Environments", "TeamSettings"):
        assert re.search(rf"{kind} '[\w/]+' +it is as in a new project, so there is nothing to declare", result.out)
    assert result.out.count("as in a new project") == 2
    assert re.search(r"webhook 'statsig_webhook.web' +statsig_pulumi has no resource for it", result.out)
