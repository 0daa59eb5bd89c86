"""The control plane: `/_emulator`, for tests and for whoever plays the console user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..api.responses import Answer, ApiError, Json, Record, message_only
from ..api.routes import Call, Routes, no_such_route
from ..model.quirks import BY_NAME
from . import console
from .console import NoSuchObjectError
from .faults import Fault
from .service import Request, Service, call_of

PREFIX: Final = "/_emulator"


@dataclass(frozen=True)
class Control:
    """The control plane of one service; it needs no key, for it listens on loopback only."""

    service: Service

    def handle(self, request: Request) -> Answer:
        with self.service.lock:
            try:
                return self._dispatch(request)
            except ApiError as error:
                return error.answer("status")
            except NoSuchObjectError as error:
                return Answer(404, {"status": 404, "message": str(error.args[0])})
            except (ValueError, TypeError, KeyError) as error:
                return Answer(400, {"status": 400, "message": f"{type(error).__name__}: {error}"})

    def _dispatch(self, request: Request) -> Answer:
        found = _ROUTES.find(request.method, request.path)
        if found is None:
            raise no_such_route(request.method, PREFIX + request.path)
        call = call_of(self.service.project, request, found[1])
        return _HANDLERS[found[0].label](self.service, call)


Handler = Callable[[Service, Call], Answer]
_ROUTES: Final = Routes()
_HANDLERS: Final[dict[str, Handler]] = {}


def _on(method: str, template: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        _ROUTES.add(method, template, lambda call: Answer(501))
        _HANDLERS[f"{method} {template}"] = handler
        return handler

    return register


def _object(body: Json) -> Record:
    if not isinstance(body, dict):
        raise TypeError("the body is to be a JSON object")
    return body


@_on("GET", "/requests")
def _read_requests(service: Service, call: Call) -> Answer:
    return Answer(200, service.journal.as_json(log=call.first("log") != "false"))


@_on("DELETE", "/requests")
def _clear_requests(service: Service, call: Call) -> Answer:
    service.journal.clear()
    return message_only("Requests cleared.")


@_on("GET", "/quirks")
def _read_quirks(service: Service, call: Call) -> Answer:
    if call.flag("describe"):
        described = [{**vars(quirk), "value": service.project.quirks[name]} for name, quirk in BY_NAME.items()]
        return Answer(200, described)
    return Answer(200, service.project.quirks.as_json())


@_on("PATCH", "/quirks")
def _change_quirks(service: Service, call: Call) -> Answer:
    service.project.quirks.change(_object(call.body))
    return Answer(200, service.project.quirks.as_json())


@_on("GET", "/state")
def _read_state(service: Service, call: Call) -> Answer:
    return Answer(200, service.project.as_json())


@_on("PUT", "/state")
def _replace_state(service: Service, call: Call) -> Answer:
    service.project.load(_object(call.body))
    return message_only("State replaced.")


@_on("DELETE", "/state")
def _reset(service: Service, call: Call) -> Answer:
    service.reset()
    return message_only("Project reset.")


@_on("GET", "/objects/{kind}")
def _read_objects(service: Service, call: Call) -> Answer:
    return Answer(200, console.records(service.project, call.params["kind"]))


@_on("POST", "/objects/{kind}")
def _add_object(service: Service, call: Call) -> Answer:
    return Answer(201, console.add(service.project, call.params["kind"], _object(call.body)))


@_on("GET", "/objects/{kind}/{id}")
def _read_object(service: Service, call: Call) -> Answer:
    return Answer(200, console.record(service.project, call.params["kind"], call.params["id"]))


@_on("PATCH", "/objects/{kind}/{id}")
def _edit_object(service: Service, call: Call) -> Answer:
    return Answer(200, console.edit(service.project, call.params["kind"], call.params["id"], _object(call.body)))


@_on("DELETE", "/objects/{kind}/{id}")
def _remove_object(service: Service, call: Call) -> Answer:
    console.remove(service.project, call.params["kind"], call.params["id"])
    return message_only("Object removed.")


@_on("GET", "/faults")
def _read_faults(service: Service, call: Call) -> Answer:
    return Answer(200, service.faults.as_json())


@_on("POST", "/faults")
def _order_fault(service: Service, call: Call) -> Answer:
    service.faults.order(Fault(**_object(call.body)))
    return message_only("Fault ordered.", 201)


@_on("DELETE", "/faults")
def _clear_faults(service: Service, call: Call) -> Answer:
    service.faults.clear()
    return message_only("Faults cleared.")


@_on("POST", "/keys")
def _grant(service: Service, call: Call) -> Answer:
    body = _object(call.body)
    service.keys.grant(body["key"], body["access"])
    return message_only("Key set.", 201)
