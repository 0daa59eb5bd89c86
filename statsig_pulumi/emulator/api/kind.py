"""Says of each kind of record what a console user would make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..model.project import Project
from .responses import Record

Fresh: TypeAlias = Callable[[Project, Record], Record]
Tidy: TypeAlias = Callable[[Project, Record, Record], Record]


def slug(name: str) -> str:
    """ "A Gate" becomes "a_gate"; other characters are left alone, for nobody documented them."""
    return name.lower().replace(" ", "_")


def _plain(project: Project, body: Record) -> Record:
    name = str(body.get("name", body.get("id", project.issuer.new_id())))
    return {"id": slug(name), "name": name, **body}


def _merge(project: Project, before: Record, edit: Record) -> Record:
    return before | edit


def _id(record: Record) -> str:
    return str(record["id"])


@dataclass(frozen=True)
class Kind:
    """How the console makes a record (`fresh`) and what an edit brings along (`tidy`)."""

    name: str
    fresh: Fresh = _plain
    tidy: Tidy = _merge
    versioned: bool = False
    key_of: Callable[[Record], str] = _id


KINDS: Final[dict[str, Kind]] = {}


def register(kind: Kind) -> Kind:
    KINDS[kind.name] = kind
    return kind


def kind_of(name: str) -> Kind:
    """Kinds without a file of their own are kept as plain records."""
    return KINDS.get(name) or Kind(name, versioned=True)
