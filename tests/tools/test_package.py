"""The files that are published: a wheel and a source distribution, and their metadata."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from ..documents import ROOT

pytestmark = pytest.mark.slow


def build(target: str, source: Path, folder: Path) -> Path:
    """Build a wheel or a source distribution, without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("source"))


def files_of(wheel: Path) -> list[str]:
    return sorted(zipfile.ZipFile(wheel).namelist())


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as files:
        (name,) = (each for each in files.namelist() if each.endswith(".dist-info/METADATA"))
        return message_from_bytes(files.read(name))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    files = files_of(wheel)
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "statsig_pulumi").rglob("*.py")}
    assert modules | {"statsig_pulumi/py.typed", "statsig_pulumi/__init__.pyi"} <= set(files)
    assert {file.partition("/")[0].partition("-")[0] for file in files} == {"statsig_pulumi"}
    assert [file for file in files if "__pycache__" in file] == []


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, source: Path, tmp_path: Path) -> None:
    with tarfile.open(source) as files:
        files.extractall(tmp_path / "source", filter="data")
    (folder,) = (tmp_path / "source").iterdir()
    (tmp_path / "wheel").mkdir()
    assert files_of(build("wheel", folder, tmp_path / "wheel")) == files_of(wheel)


def test_the_metadata_describes_the_package(wheel: Path) -> None:
    metadata = metadata_of(wheel)
    addresses = {each.partition(",")[0] for each in metadata.get_all("Project-URL", [])}
    assert addresses == {"Documentation", "Repository", "Issues", "Changelog", "Security"}
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(metadata.get_all("Provides-Extra", [])) == {"emulator", "export", "postgresql", "redis"}


def test_no_tool_of_the_development_is_a_dependency(wheel: Path) -> None:
    required = " ".join(metadata_of(wheel).get_all("Requires-Dist", []))
    assert [name for name in ("mkdocs", "mypy", "pytest", "hypothesis", "uv ") if name in required] == []
