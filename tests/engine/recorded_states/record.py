"""Record the states that this version of the package makes: ``python -m tests.engine.recorded_states.record 1.2.0``.

Names of programs after the version record these programs only. New kinds, properties and public names are added to the
golden files, which no later version may change.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import statsig_pulumi
from statsig_pulumi import errors
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY

from ..stack import Stack
from . import FOLDER
from .programs import CONSOLE_OBJECTS, PROGRAMS

GOLDEN = Path(__file__).parents[2] / "unit" / "golden"


def freeze_names() -> None:
    """Add the names of this version to the golden files."""
    error_classes = [name for name in dir(errors) if isinstance(getattr(errors, name), type) and name.endswith("Error")]
    names = {
        "properties": {kind: list(declaration.properties) for kind, declaration in REGISTRY.items()},
        "public_names": {"package": dir(statsig_pulumi), "errors": error_classes},
    }
    for file, added in names.items():
        path = GOLDEN / f"{file}.json"
        frozen = json.loads(path.read_text())
        merged = {
            key: sorted({*frozen.get(key, ()), *added.get(key, ())}) for key in sorted(frozen.keys() | added.keys())
        }
        path.write_text(json.dumps(merged, indent=1) + "\n")


def main(version: str, *names: str) -> None:
    """Write one file per program into the folder of the version, and freeze the names of this version."""
    freeze_names()
    for name in names or PROGRAMS:
        program = PROGRAMS[name]
        with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
            for collection, body in CONSOLE_OBJECTS.get(name, ()):
                if not any(record.get("name", body) == body.get("name") for record in emulator.objects(collection)):
                    emulator.add(collection, body)
            env = {"PULUMI_HOME": f"{folder}/home", "STATSIG_CONSOLE_KEY": emulator.key}
            stack = Stack(Path(folder) / "project", env | {"STATSIG_CONSOLE_URL": emulator.url}).init()
            sys.stderr.write(stack.program(program).up().text)
            stack.preview_is_empty()
            exported = json.loads(stack.run("stack", "export", "--show-secrets").text)
            for resource in exported["deployment"]["resources"]:
                for place in ("sourcePosition", "stackTrace"):  # paths of the machine
                    resource.pop(place, None)
            recorded = {"program": program, "project": emulator.state(), "deployment": exported}
            file = FOLDER / version / f"{name}.json"
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
