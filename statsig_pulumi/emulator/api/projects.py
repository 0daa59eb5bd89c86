"""The project of a key, its company and its usage: `/project`, `/company`."""

from __future__ import annotations

from typing import Final

from ..model.days import day
from ..model.errors import forbidden
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Fields, Text

routes: Final = Routes()

USAGE_COLUMNS: Final = ("date", "type", "events")
MILLISECONDS = Text(pattern=r"[0-9]+")
USAGE = Fields({"start": MILLISECONDS, "end": MILLISECONDS}, frozenset({"end"}))


@routes.on("GET", "/project", quirk="project_shown")
def read_project(call: Call) -> Response:
    return object_response("Project Info Retrieved Successfully", {"id": call.project.id})


@routes.on("GET", "/company")
def read_company(call: Call) -> Response:
    if not call.project.quirks["company_shown"]:
        raise forbidden()
    company = {
        "companyID": "emulated-company",
        "companyName": "Emulated Company",
        "isWarehouseNative": call.project.quirks["warehouse_native"],
        "orgID": None,
        "orgName": None,
    }
    return object_response("Company info retrieved successfully.", company)


@routes.on("GET", "/project/usage_billing/report")
def read_usage(call: Call) -> Response:
    """Return a report as CSV text, without the envelope of other responses."""
    query = call.read_query(USAGE)
    end: str = query["end"]
    days = sorted({day(float(query.get("start") or end)), day(float(end))})
    gates = len(call.project.store["gates"])
    lines = [",".join(USAGE_COLUMNS), *(f"{each},gate_exposures,{gates}" for each in days)]
    return Response(200, text="\n".join(lines) + "\n", headers={"content-type": "text/csv"})
