"""Control endpoints below `/_emulator`, for tests and for changes as a console user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final, TypeAlias

from ..api.responses import Response, error_response, message_response
from ..api.routes import Call, Routes, no_such_route
from ..model.errors import ApiError
from ..model.json_values import Json, Record
from ..model.quirks import BY_NAME
from . import console
from .console import NoSuchObjectError
from .faults import Fault
from .service import Request, Service, parse_call

PREFIX: Final = "/_emulator"
KEY_HEADER: Final = "Statsig-Emulator-Key"


@dataclass(frozen=True)
class Control:
    """The control endpoints of one service. Their key keeps other users and web pages away."""

    service: Service
    key: str = field(repr=False)

    def handle(self, request: Request) -> Response:
        if not compare_digest(request.headers.get(KEY_HEADER.lower(), "").encode(), self.key.encode()):
            return Response(401, {"status": 401, "message": f"{KEY_HEADER} must be the control key of the emulator."})
        with self.service.lock:
            try:
                return self._dispatch(request)
            except ApiError as error:
                return error_response(error, "status")
            except NoSuchObjectError as error:
                return Response(404, {"status": 404, "message": str(error.args[0])})
            except (ValueError, TypeError, KeyError) as error:
                return Response(400, {"status": 400, "message": f"{type(error).__name__}: {error}"})

    def _dispatch(self, request: Request) -> Response:
        found = _ROUTES.find(request.method, request.path)
        if found is None:
            raise no_such_route(request.method, PREFIX + request.path)
        call = parse_call(self.service.project, request, found[1])
        return _HANDLERS[found[0].label](self.service, call)


ControlHandler: TypeAlias = Callable[[Service, Call], Response]
_ROUTES: Final = Routes()
_HANDLERS: Final[dict[str, ControlHandler]] = {}


def _on(method: str, template: str) -> Callable[[ControlHandler], ControlHandler]:
    """Register the decorated function as a handler."""

    def register(handler: ControlHandler) -> ControlHandler:
        _ROUTES.add(method, template, lambda call: Response(501))
        _HANDLERS[f"{method} {template}"] = handler
        return handler

    return register


def _object(body: Json) -> Record:
    if not isinstance(body, dict):
        raise TypeError("the body is to be a JSON object")
    return body


@_on("GET", "/requests")
def _read_requests(service: Service, call: Call) -> Response:
    return Response(200, service.request_log.as_json(log=call.first("log") != "false"))


@_on("DELETE", "/requests")
def _clear_requests(service: Service, call: Call) -> Response:
    service.request_log.clear()
    return message_response("Requests cleared.")


@_on("GET", "/quirks")
def _read_quirks(service: Service, call: Call) -> Response:
    if call.flag("describe"):
        described = [{**quirk.as_json(), "value": service.project.quirks[name]} for name, quirk in BY_NAME.items()]
        return Response(200, described)
    return Response(200, service.project.quirks.as_json())


@_on("PATCH", "/quirks")
def _change_quirks(service: Service, call: Call) -> Response:
    service.project.quirks.change(_object(call.body))
    return Response(200, service.project.quirks.as_json())


@_on("GET", "/state")
def _read_state(service: Service, call: Call) -> Response:
    return Response(200, service.project.as_json())


@_on("PUT", "/state")
def _replace_state(service: Service, call: Call) -> Response:
    service.project.load(_object(call.body))
    return message_response("State replaced.")


@_on("DELETE", "/state")
def _reset(service: Service, call: Call) -> Response:
    service.reset()
    return message_response("Project reset.")


@_on("GET", "/objects/{kind}")
def _read_objects(service: Service, call: Call) -> Response:
    return Response(200, console.read_all(service.project, call.params["kind"]))


@_on("POST", "/objects/{kind}")
def _add_object(service: Service, call: Call) -> Response:
    return Response(201, console.add(service.project, call.params["kind"], _object(call.body)))


@_on("GET", "/objects/{kind}/{id}")
def _read_object(service: Service, call: Call) -> Response:
    return Response(200, console.read(service.project, call.params["kind"], call.params["id"]))


@_on("PATCH", "/objects/{kind}/{id}")
def _edit_object(service: Service, call: Call) -> Response:
    return Response(200, console.edit(service.project, call.params["kind"], call.params["id"], _object(call.body)))


@_on("DELETE", "/objects/{kind}/{id}")
def _remove_object(service: Service, call: Call) -> Response:
    console.remove(service.project, call.params["kind"], call.params["id"])
    return message_response("Object removed.")


@_on("GET", "/faults")
def _read_faults(service: Service, call: Call) -> Response:
    return Response(200, service.faults.as_json())


@_on("POST", "/faults")
def _add_fault(service: Service, call: Call) -> Response:
    service.faults.add(Fault(**_object(call.body)))
    return message_response("Fault ordered.", 201)


@_on("DELETE", "/faults")
def _clear_faults(service: Service, call: Call) -> Response:
    service.faults.clear()
    return message_response("Faults cleared.")


@_on("POST", "/keys")
def _grant(service: Service, call: Call) -> Response:
    body = _object(call.body)
    service.keys.grant(body["key"], body["access"])
    return message_response("Key set.", 201)
