"""Data sources of param stores."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.param_stores import ParamStoreRecord

PARAM_STORES = Endpoint("param_stores")


@data_source_of_all
def list_param_stores(reader: Reader) -> list[ParamStoreRecord]:
    """Return all param stores.

    Console API: ``GET /param_stores``.
    """
    return reader.list_records(ParamStoreRecord, PARAM_STORES.collection)


@overload
def get_param_store(name: str, **options: Unpack[ReadOptions]) -> ParamStoreRecord: ...
@overload
def get_param_store(name: Output[str], **options: Unpack[ReadOptions]) -> Output[ParamStoreRecord]: ...
@data_source_by_id
def get_param_store(reader: Reader, name: str) -> ParamStoreRecord:
    """Return the param store with this name.

    Raises GoneError if it does not exist.

    Console API: ``GET /param_stores/{name}``.
    """
    return reader.get_record(
        ParamStoreRecord,
        PARAM_STORES.path(name),
        f"param store '{name}'",
        is_missing_fn=lambda: all(
            store.name != name for store in reader.list_records(ParamStoreRecord, PARAM_STORES.collection)
        ),
    )
