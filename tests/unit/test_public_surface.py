"""The public names of the package: which there are, and what a process imports for one of them."""

from __future__ import annotations

import inspect
import json
import pickle
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

import statsig_pulumi
from statsig_pulumi import errors
from statsig_pulumi.provider import EntityProvider
from statsig_pulumi.schema.declaration import REGISTRY

STUB: Final = Path(statsig_pulumi.__file__).with_suffix(".pyi")
EXPORT: Final = re.compile(r"from (\.\S+) import (\w+) as \2")


def run(program: str, *arguments: str) -> Any:
    """Return what a new Python process prints, which is JSON."""
    command = [sys.executable, "-c", program, *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_every_line_of_the_stub_is_one_export_of_an_existing_name() -> None:
    _, *lines, version = (line for line in STUB.read_text().splitlines() if line)
    exports = [match.groups() for line in lines if (match := EXPORT.fullmatch(line))]
    assert (len(exports), version) == (len(lines), "__version__: str")
    assert [
        n for m, n in exports if getattr(import_module(m, "statsig_pulumi"), n) is not getattr(statsig_pulumi, n)
    ] == []
    assert sorted([*(name for _, name in exports), "__version__"]) == sorted(statsig_pulumi.__all__)


def test_dir_lists_exactly_the_public_names() -> None:
    import_module("statsig_pulumi.schema.codec")
    assert dir(statsig_pulumi) == sorted(statsig_pulumi.__all__)
    assert [name for name in dir(statsig_pulumi) if inspect.ismodule(getattr(statsig_pulumi, name))] == []


def test_every_error_class_is_public() -> None:
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__.startswith("statsig_")]
    assert [cls.__name__ for cls in classes if getattr(statsig_pulumi, cls.__name__, None) is not cls] == []


def test_the_version_is_that_of_the_distribution() -> None:
    project = (STUB.parents[1] / "pyproject.toml").read_text()
    assert f'version = "{statsig_pulumi.__version__}"' in project


def test_an_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'statsig_pulumi' has no attribute 'Gates'") as raised:
        statsig_pulumi.Gates  # type: ignore[attr-defined]  # noqa: B018
    assert (raised.value.name, raised.value.obj) == ("Gates", statsig_pulumi)


@pytest.mark.slow
def test_importing_the_package_imports_no_other_module() -> None:
    program = "import json, sys, statsig_pulumi; print(json.dumps([n for n in sys.modules if n.startswith('%s')]))"
    assert run(program % "statsig_pulumi.") == run(program % "pulumi") == []


@pytest.mark.slow
def test_importing_every_public_name_loads_no_client() -> None:
    program = """
import json, sys
from statsig_pulumi import *
print(json.dumps([name for name in ("httpx", "statsig_pulumi.api.client") if name in sys.modules]))
"""
    assert run(program) == []


@pytest.mark.slow
def test_a_public_name_imports_the_module_of_one_resource() -> None:
    program = """
import json, sys, statsig_pulumi
getattr(statsig_pulumi, sys.argv[1])
print(json.dumps([name for name in sys.modules if name.startswith("statsig_pulumi.resources.")]))
"""
    kinds = {f"statsig_pulumi.resources.{name}": name for name in ("gate", "tag", "experiment", "team")}
    assert [kinds[name] for name in run(program, "Tag") if name in kinds] == ["tag"]


@pytest.mark.slow
def test_a_process_that_only_unpickles_a_provider_finds_its_declaration() -> None:
    program = """
import json, pickle, sys
providers = [pickle.loads(bytes.fromhex(each)) for each in sys.argv[1:]]
registry = sys.modules["statsig_pulumi.schema.declaration"].REGISTRY
loaded_before = [name for name in sys.modules if name.startswith("statsig_pulumi.resources.")]
kinds = [registry[provider.kind].kind for provider in providers]
print(json.dumps([loaded_before, kinds]))
"""
    kinds = sorted(REGISTRY)
    assert run(program, *(pickle.dumps(EntityProvider(kind)).hex() for kind in kinds)) == [[], kinds]


@pytest.mark.slow
def test_a_process_that_only_imports_the_export_lists_every_kind() -> None:
    program = """
import json
from statsig_pulumi.export.kinds import REGISTRY, listable_kinds
listable = listable_kinds()
print(json.dumps([sorted(REGISTRY), sorted(listable)]))
"""
    listable = [kind for kind, d in REGISTRY.items() if d.endpoint.lists != "none" or d.endpoint.subpath]
    assert run(program) == [sorted(REGISTRY), sorted(listable)]


@pytest.mark.parametrize("kind", ["", "Nope", "Bases", "gate", "../Gate", "Gate.x"])
def test_an_unknown_kind_is_no_key_of_the_registry(kind: str) -> None:
    assert kind not in REGISTRY
    with pytest.raises(KeyError):
        REGISTRY[kind]
