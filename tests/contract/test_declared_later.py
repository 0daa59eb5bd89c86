"""Properties that are declared with their live value, or no longer declared: nothing is sent."""

from __future__ import annotations

from statsig_pulumi.schema.declaration import REGISTRY

from .project import Project


def test_a_property_declared_with_its_live_value_is_no_change_but_is_compared(project: Project) -> None:
    tag = project.resource(REGISTRY["Tag"]).up({"name": "checkout"})
    project.new_writes()
    tag.up({"name": "checkout", "description": ""})
    assert project.new_writes() == []
    tag.refresh()
    assert not tag.preview()
    project.emulator.edit("tags", str(tag.id), {"description": "Edited in the console"})
    tag.refresh()
    assert tag.preview().changed == ("description",)


def test_an_inner_property_that_is_no_longer_declared_is_unchanged(project: Project) -> None:
    config = project.resource(REGISTRY["DynamicConfig"])
    config.up({"name": "limits", "owner": {"owner_id": "u1", "owner_email": "ana@example.com"}})
    project.new_writes()
    config.up({"name": "limits", "owner": {"owner_id": "u1"}})
    assert project.new_writes() == []
    project.emulator.edit(config.kind, str(config.id), {"owner": {"ownerID": "u1", "ownerEmail": "ben@example.com"}})
    config.refresh()
    assert not config.preview()
