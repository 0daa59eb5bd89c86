"""Pages of resources: each has an example, and its facts about import and deletion are those of the provider."""

from __future__ import annotations

from pathlib import Path

import pytest

from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.properties import to_snake_case
from tools.docs.facts import FACTS
from tools.docs.groups import GROUPS
from tools.docs.resource_page import EXAMPLES

from ..contract.project import Project, Resource
from ..documents import Block
from ..resources.conftest import deployment_project, no_pauses
from ..resources.test_documentation import LiveEngine, project, run

__all__ = ["deployment_project", "no_pauses", "project"]
KINDS = sorted(REGISTRY)


def test_every_resource_has_an_example_facts_and_a_group() -> None:
    listed = [kind for kinds in GROUPS.values() for kind in kinds]
    assert sorted(FACTS) == KINDS
    assert sorted(listed) == KINDS
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == sorted(map(to_snake_case, KINDS))


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("kind", KINDS)
def test_the_import_and_the_deletion_are_as_described(kind: str, project: Project) -> None:
    facts = FACTS[kind]
    engine = LiveEngine(project)
    path = EXAMPLES / f"{to_snake_case(kind)}.py"
    run(Block(path.name, 1, "python", "", Path(path).read_text()), engine)
    last = [resource for resource in engine.resources.values() if resource.declaration.kind == kind][-1]
    if facts.id_form:
        id_ = facts.example_id or str(last.id)
        live = Resource(project, REGISTRY[kind]).lifecycle.read(id_, {})
        assert live is not None, f"no object has the id {id_!r}"
    if facts.example_id and kind != "Key":  # the fingerprint of a key is random
        assert last.id == facts.example_id
    for resource in reversed(engine.resources.values()):
        project.new_writes()
        resource.destroy()
        if resource is last:
            assert any(method == "DELETE" for method, _, _ in project.new_writes()) == facts.deletes
