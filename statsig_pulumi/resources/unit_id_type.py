"""Unit id types (Console API: ``/unit_id_types``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..errors import Problem
from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Fields, Prop
from .bases.entity import Entity
from .types.shared import NonEmptyStr

BUILT_IN: Final = ("userid", "stableid")
"""The unit id types that every project has, in lower case."""


class UnitIDTypeFields(Fields):
    """Fields of unit id types."""

    name: Prop[NonEmptyStr] = required(replace_on_changes=True)
    """Name, such as ``companyID``, which identifies the unit id type. Other objects refer to it by its name."""
    description: Prop[str] = optional()
    """Description."""


class UnitIDType(Entity, UnitIDTypeFields, endpoint=Endpoint("unit_id_types", key="name", missing_statuses=(400, 404))):
    """A kind of unit that gates and experiments distinguish, such as a company.

    Created with ``POST /unit_id_types``. Only the description can change, with ``PATCH /unit_id_types/{name}``. The
    built-in types ``userID`` and ``stableID`` cannot be managed.

    Example::

        import statsig_pulumi as statsig

        company = statsig.UnitIDType(
            "company",
            name="companyID",
            description="The company that a user belongs to",
        )

        statsig.Gate("invoices", name="invoices", id_type=company.name)
    """

    category = "Project and access"
    terraform_type = "unit_id_type"

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        name = values.get("name")
        if isinstance(name, str) and name.lower() in BUILT_IN:
            yield Problem("name", f"'{name}' is built in: every project has it; refer to it by its name")
