"""Kinds of objects and their plain operations.

A kind is a row of the table in `table.py`. Its operations say which plain routes it has; its other fields say how
objects are named, found and stored. A kind with own rules is a subclass that overrides the public methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from ..model.configs import NAME_TAKEN
from ..model.errors import ApiError, invalid_value
from ..model.json_values import Record
from ..model.project import Project
from . import filters
from .filters import Filter
from .pages import page
from .responses import Response, message_response, missing_delete_response, object_response
from .routes import Call, Handler, Routes
from .shapes import Shape

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Operation(Protocol):
    """One route of a kind."""

    @property
    def method(self) -> str: ...

    def template(self, kind: Kind) -> str:
        """Return the path of the route."""
        ...

    def handle(self, kind: Kind, call: Call) -> Response:
        """Return the response to a request."""
        ...


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of object. Its name is that of its collection in the store and at the control endpoints."""

    name: str
    path: str = ""
    # If it is omitted, objects are at `path/{parameter}`.
    item_path: str = ""
    # The path parameter that names the object.
    parameter: str = "id"
    # The field with the key of an object. Only an `id` is generated.
    key_field: str = "id"
    operations: tuple[Operation, ...] = ()
    # Fields of a new object that its body omits.
    defaults: Mapping[str, object] = field(default_factory=dict)
    has_unique_names: bool = False
    is_found_by_name: bool = False
    filters: Mapping[str, Filter] = field(default_factory=dict)
    # The message of the response if there is no such object; `{id}` is replaced by the path parameter.
    missing: str = ""
    # The quirk with the status of that response, if it is uncertain, and the methods to which it applies.
    missing_quirk: str = ""
    missing_quirk_methods: tuple[str, ...] = METHODS
    # The quirk that its plain routes other than GET depend on.
    write_quirk: str = ""
    # The quirk that its DELETE depends on.
    delete_quirk: str = ""

    def routes(self) -> Routes:
        """Return the plain routes."""
        routes = Routes()
        for operation in self.operations:
            quirk = self.write_quirk if operation.method != "GET" else ""
            quirk = quirk or (self.delete_quirk if operation.method == "DELETE" else "")
            routes.add(operation.method, operation.template(self), _handler(self, operation), quirk or None)
        return routes

    def item_template(self) -> str:
        return self.item_path or f"{self.path}/{{{self.parameter}}}"

    # Finding objects

    def key(self, record: Record) -> str:
        """Return the key under which a record is stored."""
        return str(record[self.key_field])

    def stored_key(self, project: Project, id_or_name: str) -> str | None:
        """Return the key of the record with this id or display name."""
        return project.store[self.name].key_of(id_or_name)

    def find_record(self, call: Call) -> Record | None:
        """Return the object that the path names."""
        key: str | None = call.params[self.parameter]
        if self.is_found_by_name:
            key = self.stored_key(call.project, key or "")
        return call.project.store[self.name].get(key or "")

    def find(self, call: Call) -> Record:
        """Return the object that the path names.

        Raises:
            ApiError: if there is none.
        """
        record = self.find_record(call)
        if record is None:
            has_quirk = self.missing_quirk and call.method in self.missing_quirk_methods
            status = call.project.quirks[self.missing_quirk] if has_quirk else 404
            raise ApiError(status, self.missing_message(call))
        return record

    def missing_message(self, call: Call) -> str:
        return self.missing.format(id=call.params[self.parameter])

    def records(self, call: Call) -> list[Record]:
        """Return the objects of a list, with its filters applied."""
        requested = filters.requested_values(call, self.filters)
        return filters.matching_records(call.project.store[self.name], self.filters, requested)

    # Requests of the API

    def create(self, call: Call, body: Record) -> Record:
        """Store a new object."""
        self.validate_name(call.project, body)
        self.validate(call.project, body)
        return self.put(call.project, self.new_record(call.project, body))

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        """Store a change.

        A full update requires more fields than a partial one. By default both keep the fields that the body omits.
        """
        self.validate_name(call.project, body, before)
        self.validate(call.project, body)
        return self.replace(call.project, self.key(before), self.merge(call.project, before, body))

    def new_record(self, project: Project, body: Record) -> Record:
        """Return a new object with its id and the defaults."""
        identity = {"id": project.issuer.new_id()} if self.key_field == "id" else {}
        return {**identity, **self.defaults, **body}

    def put(self, project: Project, record: Record) -> Record:
        return project.put(self.name, self.key(record), record)

    def replace(self, project: Project, key: str, record: Record) -> Record:
        """Store a changed object. It moves if its key has changed, such as by a rename."""
        if self.key(record) != key:
            project.remove(self.name, key)
        return self.put(project, record)

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        """Return an object with the body of an update applied."""
        return before | body

    def validate(self, project: Project, body: Record) -> None:
        """Raise if a body is not valid although it has the documented shape, such as for a missing reference."""

    def validate_name(self, project: Project, body: Record, before: Record | None = None) -> None:
        """Raise if names of this kind are unique and the new one is in use."""
        if not self.has_unique_names or (before and body.get("name", before["name"]) == before["name"]):
            return
        if project.store[self.name].named(body["name"]):
            raise invalid_value("name", NAME_TAKEN)

    def validate_delete(self, project: Project, record: Record) -> None:
        """Raise if an object cannot be deleted."""

    def clean_up(self, project: Project, record: Record) -> None:
        """Remove the records that belong to a deleted object."""

    def present(self, call: Call, record: Record) -> Record:
        """Return an object as a response has it."""
        return record

    def present_in_list(self, call: Call, record: Record) -> Record:
        """Return an object as a list has it."""
        return self.present(call, record)

    # Changes by a console user, without validation of the body

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        """Return an object with the edit of a console user applied."""
        return before | change

    def add_in_console(self, project: Project, body: Record) -> Record:
        """Store an object that a console user made."""
        return self.put(project, self.edit(project, self.new_record(project, body), body))

    def edit_in_console(self, project: Project, key: str, before: Record, change: Record) -> Record:
        """Store the edit of a console user."""
        return self.replace(project, key, self.edit(project, before, change))


def _handler(kind: Kind, operation: Operation) -> Handler:
    return lambda call: operation.handle(kind, call)


@dataclass(frozen=True)
class List:
    """`GET` of a collection."""

    message: str
    path: str = ""
    method: str = "GET"

    def template(self, kind: Kind) -> str:
        return self.path or kind.path

    def handle(self, kind: Kind, call: Call) -> Response:
        return page(call, self.message, kind.records(call), lambda record: kind.present_in_list(call, record))


@dataclass(frozen=True)
class Create:
    """`POST` to a collection."""

    body: Shape
    message: str
    status: int = 201
    method: str = "POST"

    def template(self, kind: Kind) -> str:
        return kind.path

    def handle(self, kind: Kind, call: Call) -> Response:
        record = kind.create(call, call.read(self.body))
        return object_response(self.message, kind.present(call, record), self.status)


@dataclass(frozen=True)
class Read:
    """`GET` of an object."""

    message: str
    method: str = "GET"

    def template(self, kind: Kind) -> str:
        return kind.item_template()

    def handle(self, kind: Kind, call: Call) -> Response:
        return object_response(self.message, kind.present(call, kind.find(call)))


@dataclass(frozen=True)
class Update:
    """`PATCH` of an object, or `POST` or `PUT` to it."""

    method: Literal["PATCH", "POST", "PUT"]
    body: Shape
    message: str
    is_full: bool = False
    # Whether the response has the object, or a message only.
    has_data: bool = True

    def template(self, kind: Kind) -> str:
        return kind.item_template()

    def handle(self, kind: Kind, call: Call) -> Response:
        before = kind.find(call)
        record = kind.update(call, before, call.read(self.body), is_full=self.is_full)
        if not self.has_data:
            return message_response(self.message)
        return object_response(self.message, kind.present(call, record))


@dataclass(frozen=True)
class Delete:
    """`DELETE` of an object."""

    message: str
    method: str = "DELETE"

    def template(self, kind: Kind) -> str:
        return kind.item_template()

    def handle(self, kind: Kind, call: Call) -> Response:
        project, record = call.project, kind.find_record(call)
        if record is None:
            return missing_delete_response(project, kind.missing_message(call), self.message)
        kind.validate_delete(project, record)
        project.remove(kind.name, kind.key(record))
        kind.clean_up(project, record)
        return message_response(self.message)
