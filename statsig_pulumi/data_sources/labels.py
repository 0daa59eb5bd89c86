"""Data sources of tags and target apps."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.labels import TagRecord, TargetAppRecord

TAGS = Endpoint("tags")
TARGET_APPS = Endpoint("target_app")


@overload
def get_tag(tag_id: str, **options: Unpack[ReadOptions]) -> TagRecord: ...
@overload
def get_tag(tag_id: Output[str], **options: Unpack[ReadOptions]) -> Output[TagRecord]: ...
@data_source_by_id
def get_tag(reader: Reader, tag_id: str) -> TagRecord:
    """Return the tag with this id. The API accepts its name too.

    Raises GoneError if the tag does not exist.

    Console API: ``GET /tags/{id}``.
    """
    return reader.get_record(TagRecord, TAGS.path(tag_id), f"tag '{tag_id}'")


@data_source_of_all
def list_tags(reader: Reader) -> list[TagRecord]:
    """Return all tags of the project.

    Console API: ``GET /tags``.
    """
    return reader.list_records(TagRecord, TAGS.collection)


@overload
def get_target_app(target_app_id: str, **options: Unpack[ReadOptions]) -> TargetAppRecord: ...
@overload
def get_target_app(target_app_id: Output[str], **options: Unpack[ReadOptions]) -> Output[TargetAppRecord]: ...
@data_source_by_id
def get_target_app(reader: Reader, target_app_id: str) -> TargetAppRecord:
    """Return the target app with this id.

    Raises GoneError if the target app does not exist.

    Console API: ``GET /target_app/{id}``.
    """
    return reader.get_record(TargetAppRecord, TARGET_APPS.path(target_app_id), f"target app '{target_app_id}'")


@data_source_of_all
def list_target_apps(reader: Reader) -> list[TargetAppRecord]:
    """Return all target apps of the project.

    Console API: ``GET /target_app``.
    """
    return reader.list_records(TargetAppRecord, TARGET_APPS.collection)
