"""The project of a key: `/project`."""

from __future__ import annotations

from typing import Final

from .responses import Response, object_response
from .routes import Call, Routes

routes: Final = Routes()


@routes.on("GET", "/project", quirk="project_shown")
def read_project(call: Call) -> Response:
    return object_response("Project Info Retrieved Successfully", {"id": call.project.id})
