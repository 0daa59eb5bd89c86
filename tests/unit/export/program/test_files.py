"""The files of an exported program, before they are formatted."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from statsig_pulumi.errors import Problem
from statsig_pulumi.export import directory
from statsig_pulumi.export.model import ExportedProject, ExportedResource
from statsig_pulumi.export.program.files import ProjectNameError, to_files
from statsig_pulumi.json_values import NONE, fingerprint

from ..sample_resources import EVERY_FORM, gate, resource, run_program


def write(*resources: ExportedResource, name: str = "acme") -> dict[str, str]:
    """Return the files without formatting, which would start a process."""
    return to_files(ExportedProject(list(resources)), name, format_fn=str)


def test_the_program_declares_exactly_the_exported_inputs(tmp_path: Path) -> None:
    directory.write_files(tmp_path, write(*EVERY_FORM), force=False)
    ids = {(each.kind, each.name): each.id for each in EVERY_FORM}
    declared = run_program(tmp_path, ids)
    assert declared.keys() == ids.keys()
    for each in EVERY_FORM:
        assert fingerprint(declared[each.kind, each.name]) == fingerprint(each.inputs), each.name


def test_one_line_resources_have_no_blank_line_between_them() -> None:
    tags = [resource("Tag", name, name=name) for name in ("b", "a")]
    long = resource("Tag", "c", name="c", description="d" * 90)
    assert write(*tags, long)["tags.py"].splitlines()[4:] == [
        'a = statsig.Tag("a", name="a")',
        'b = statsig.Tag("b", name="b")',
        "",
        f'c = statsig.Tag("c", name="c", description="{"d" * 90}",)',
    ]


def test_a_cleared_value_is_none() -> None:
    assert "team=None" in write(gate("on", team=NONE))["gates.py"]


def test_every_line_of_an_omission_is_a_comment() -> None:
    omitted = {"a": Problem("", "one\ntwo\rthree\x00\ud800\u2028four"), "b": Problem("b", "-" * 300)}
    lines = write(resource("Tag", "a", name="a", omitted=omitted))["tags.py"].splitlines()
    assert [line for line in lines if "one" in line] == ["# a is not managed: one\\ntwo\\rthree\\x00\\ud800\\u2028four"]
    assert all(line.startswith("# ") for line in lines if "--" in line)


def test_a_resource_name_that_is_no_identifier_gets_a_variable() -> None:
    source = write(gate("new-checkout"), gate("next", "new-checkout"))["gates.py"]
    assert 'new_checkout = statsig.Gate("new-checkout",' in source
    assert "target_value=[new_checkout.id]" in source


def test_an_empty_project_is_a_program() -> None:
    files = write()
    assert files["__main__.py"] == '"""The Statsig project of acme."""\n'
    assert sorted(files) == ["Pulumi.yaml", "__main__.py", "requirements.txt"]


def test_the_main_module_imports_all_others() -> None:
    files = write(*EVERY_FORM)
    tree = ast.parse(files["__main__.py"])
    imports = [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    modules = {path.removesuffix(".py") for path in files if path.endswith(".py")}
    assert imports == sorted(modules - {"__main__", "files"})


@pytest.mark.parametrize(
    "name", ["acme-1.2_x", "on", "null", "1", "1.5", "1e3", "0o7", "0x1F", "-", "..", "2026-01-31"]
)
def test_the_project_file_holds_the_name_as_text(name: str) -> None:
    assert yaml.safe_load(write(name=name)["Pulumi.yaml"])["name"] == name


@pytest.mark.parametrize("name", ["1e3", "0o7", "-1e5", ".5e1"])
def test_a_name_that_only_yaml_1_2_reads_as_a_number_is_quoted(name: str) -> None:
    assert write(name=name)["Pulumi.yaml"].splitlines()[0] == f"name: '{name}'"


@pytest.mark.parametrize("name", ["", "a b", "a/b", "é", "x" * 101])
def test_a_name_that_pulumi_does_not_accept_is_refused(name: str) -> None:
    with pytest.raises(ProjectNameError, match="cannot be the name of a Pulumi project"):
        write(name=name)


def test_the_order_of_the_resources_does_not_change_the_program() -> None:
    assert write(*EVERY_FORM) == write(*EVERY_FORM[::-1])
