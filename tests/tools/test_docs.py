"""Generated files match the declarations."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from statsig_pulumi.lifecycle.job import Job
from statsig_pulumi.lifecycle.singleton import Singleton
from statsig_pulumi.schema.declaration import REGISTRY
from tools.docs.limits import complete_page

ROOT = Path(__file__).parents[2]
LIMITS_PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
TERRAFORM_PAGE = (ROOT / "docs" / "terraform.md").read_text(encoding="utf-8")


def test_the_readme_and_the_reference_are_up_to_date() -> None:
    command = [sys.executable, "-m", "tools.docs", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_guarantees_name_tests_that_exist() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    texts = {file: (ROOT / file).read_text() if (ROOT / file).exists() else "" for file, _ in named}
    missing = [
        f"{file}::{test}" for file, test in named if not texts[file] or (test and f"def {test}(" not in texts[file])
    ]
    assert named
    assert missing == []


def test_each_counterpart_of_a_terraform_argument_is_a_property() -> None:
    pattern = r"^## (`statsig_\w+`: `\w+`)\n(.*?)(?=^## |\Z)"
    sections = dict(re.findall(pattern, TERRAFORM_PAGE, re.MULTILINE | re.DOTALL))
    types = {kind: declaration.cls.terraform_type for kind, declaration in REGISTRY.items()}
    counterparts = {f"`statsig_{type_}`: `{kind}`" for kind, type_ in types.items() if type_}
    assert sections.keys() == counterparts
    wrong = []
    for heading, text in sections.items():
        rows = re.findall(r"^\| `([\w.]+)` \| (?:`([\w.]+)`|none) \| (.*)\|$", text, re.MULTILINE)
        assert len(rows) == text.count("\n|") - 2, f"{heading} has a row of another form"
        for argument, here, note in rows:
            flags = list(settable_along(heading.rpartition(" ")[2].strip("`"), here)) if here else [False]
            is_right = bool(note.strip()) if not here else all(flags) == (not note.startswith("Output"))
            wrong += [] if is_right and flags else [f"{heading}: {argument} is {here or 'none'} ({note})"]
    assert wrong == []


def settable_along(kind: str, path: str) -> Iterator[bool]:
    """Yield whether each property of a path such as ``rules.conditions.type`` is settable; KeyError if it is none."""
    properties = REGISTRY[kind].properties
    for name in path.split("."):
        yield properties[name].settable
        properties = properties[name].nested.properties if properties[name].nested else {}


def test_the_page_of_limits_names_the_properties_of_each_limit() -> None:
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", LIMITS_PAGE, re.MULTILINE | re.DOTALL))
    columns = {heading: "".join(re.findall(r"^\| (.*?) \|", text, re.MULTILINE)) for heading, text in sections.items()}
    listed = {heading: set(re.findall(r"`(\w+\.\w+)`", column)) for heading, column in columns.items()}
    lasting = {kind: d for kind, d in REGISTRY.items() if not issubclass(d.cls.lifecycle, Job)}
    sent = {f"{kind}.{name}": p for kind, d in lasting.items() for name, p in d.inputs.items() if p.sent or p.action}
    unread = {name for name, p in sent.items() if p.options.write_only}
    assert listed["Set only when the object is created"] == {n for n, p in sent.items() if p.options.create_only}
    assert listed["Changed by a replacement"] == {n for n, p in sent.items() if p.options.replace_on_changes}
    assert listed["Not returned"] == unread | {"SegmentIDs.ids_file"}
    properties = {f"{kind}.{name}": p for kind, d in REGISTRY.items() for name, p in d.properties.items()}
    assert set(re.findall(r"`([A-Z]\w+\.\w+)`", LIMITS_PAGE)) <= properties.keys()
    assert [name for name in listed["Set in the console only"] if properties[name].settable] == []
    # A destroy takes back overrides and lists of ids.
    owners = {kind for kind, d in REGISTRY.items() if issubclass(d.cls.lifecycle, (Job, Singleton))}
    kept = {kind for kind in owners if not REGISTRY[kind].endpoint.subpath}
    assert set(re.findall(r"`(\w+)`", columns["Not deleted"])) == kept


def test_the_page_of_limits_gets_the_properties_that_it_lacks() -> None:
    without = re.sub(r"^\| `(Layer.name|Layer.team|TargetApp.description)`.*\n", "", LIMITS_PAGE, flags=re.MULTILINE)
    added = set(complete_page(without).splitlines()) - set(without.splitlines())
    assert added == {
        "| `Layer.team` | Change it in the console |",
        "| `Layer.name`, `Layer.id_type` | Code that reads it gets the defaults in the code |",
        "| `TargetApp.description` | |",
    }
    assert complete_page(LIMITS_PAGE) == LIMITS_PAGE
