"""A property that is declared as it is already: no change, nothing sent, and watched from then on."""

from __future__ import annotations

from statsig_pulumi.schema.declaration import REGISTRY

from .project import Project


def test_a_property_declared_as_it_is_already_is_no_change_and_its_later_drift_is(project: Project) -> None:
    tag = project.resource(REGISTRY["Tag"]).up({"name": "checkout"})
    project.sent()
    tag.up({"name": "checkout", "description": ""})
    assert project.sent() == []
    tag.refresh()
    assert not tag.preview()
    project.emulator.edit("tags", str(tag.id), {"description": "Edited in the console"})
    tag.refresh()
    assert tag.preview().changed == ("description",)


def test_what_a_part_no_longer_declares_is_left_as_it_is(project: Project) -> None:
    config = project.resource(REGISTRY["DynamicConfig"])
    config.up({"name": "limits", "owner": {"owner_id": "u1", "owner_email": "ana@example.com"}})
    project.sent()
    config.up({"name": "limits", "owner": {"owner_id": "u1"}})
    assert project.sent() == []
    project.emulator.edit(config.kind, str(config.id), {"owner": {"ownerID": "u1", "ownerEmail": "ben@example.com"}})
    config.refresh()
    assert not config.preview()
