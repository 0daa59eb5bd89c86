"""Pages of resources: each has an example, and its facts about import and deletion are those of the provider."""

from __future__ import annotations

import pytest

from statsig_pulumi.schema.declaration import REGISTRY
from tools.docs.categories import group_resources
from tools.docs.import_and_deletion import describe_deletion, describe_id, find_example_id

from ..contract.project import Project, Resource
from ..documents import Block
from ..resources.conftest import deployment_project
from ..resources.test_documentation import LiveEngine, project, run

__all__ = ["deployment_project", "project"]
KINDS = sorted(REGISTRY)


def test_every_resource_has_a_category() -> None:
    listed = [declaration.kind for declarations in group_resources().values() for declaration in declarations]
    assert sorted(listed) == KINDS


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("kind", KINDS)
def test_the_import_and_the_deletion_are_as_described(kind: str, project: Project) -> None:
    declaration, engine = REGISTRY[kind], LiveEngine(project)
    run(Block(f"the example of {kind}", 1, "python", "", declaration.example), engine)
    last = [resource for resource in engine.resources.values() if resource.declaration.kind == kind][-1]
    example_id = find_example_id(declaration)
    if describe_id(declaration):
        live = Resource(project, declaration).lifecycle.read(str(last.id), {})
        assert live is not None, f"no object has the id {last.id!r}"
        assert example_id in ("", last.id)
    for resource in reversed(engine.resources.values()):
        project.new_writes()
        resource.destroy()
        if resource is last:
            is_kept = "deletes" not in describe_deletion(declaration) and "removes what" not in describe_deletion(
                declaration
            )
            assert bool(project.new_writes()) != is_kept
