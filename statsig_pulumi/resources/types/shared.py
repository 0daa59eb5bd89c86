"""Types that several resources share, and the validation of lists of nested types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ...errors import Problem
from ...json_values import Json
from ...schema.options import computed, optional, required
from ...schema.properties import ListProp, NestedType, Prop
from ...schema.validation import get_known


def _require_id(text: str) -> str:
    if not text.isprintable() or not all(segment.strip(". ") for segment in text.split("/")):
        raise ValueError("is not an id of Statsig: it has an empty segment, a segment of dots, or control characters")
    return text


NonEmptyStr = Annotated[str, Field(min_length=1)]
OwnerID = Annotated[str, AfterValidator(_require_id)]
"""Id of another object, as part of a path. A URL means something else by ``..``."""
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
HourOfDay = Annotated[int, Field(ge=0, le=23)]
FilterOperator = Literal[
    "in",
    "not_in",
    "=",
    ">",
    "<",
    ">=",
    "<=",
    "is_null",
    "non_null",
    "contains",
    "not_contains",
    "sql_filter",
    "starts_with",
    "ends_with",
    "after_exposure",
    "before_exposure",
    "is_true",
    "is_false",
]


def get_items(values: Mapping[str, Json], name: str) -> list[Json]:
    """Return the items of a list, some of which may be unknown, or none if the list is unknown."""
    value = values.get(name)
    return value if isinstance(value, list) else []


def iterate_objects(values: Mapping[str, Json], name: str) -> Iterator[tuple[int, dict[str, Json]]]:
    """Yield the index and the value of each nested value in a list that is known and valid."""
    return ((index, item) for index, item in enumerate(get_items(values, name)) if isinstance(item, dict))


def find_duplicates(values: Mapping[str, Json], name: str, key: str = "name") -> Iterator[Problem]:
    """Yield a problem for each item of a list with the same key as an earlier item."""
    first_indexes: dict[str, int] = {}
    for index, item in iterate_objects(values, name):
        value = get_known(item, key)
        if isinstance(value, str) and first_indexes.setdefault(value, index) != index:
            yield Problem(f"{name}[{index}].{key}", f"'{value}' is already used by {name}[{first_indexes[value]}]")


def is_api_key(owner: Json) -> bool:
    """Return whether an owner is an API key. The API sets its key as owner if a program omits the owner."""
    return bool(owner.get("owner_type") == "SDK_KEY")


class Owner(NestedType):
    """The owner of an object: a user or an API key."""

    owner_id: Prop[str] = optional(exported=False)
    """Statsig's id of the owner."""
    owner_type: Prop[str] = optional()
    """``USER``, or ``SDK_KEY`` for an API key."""
    owner_name: Prop[str] = optional()
    """The owner's name."""
    owner_email: Prop[str] = optional()
    """The owner's email address."""


class MetricReference(NestedType):
    """A reference to a metric. Statsig identifies a metric by its name and its type."""

    name: Prop[str] = required(refers_to="Metric.name")
    """The metric's name, such as ``button_click``."""
    type: Prop[str] = required()
    """The metric's type, such as ``event_count`` or ``user``."""


class Reviewer(NestedType):
    """A user or group that may review changes."""

    id: Prop[str] = computed()
    """Statsig's id of the user or group."""
    name: Prop[str] = computed()
    """The reviewer's name."""
    email: Prop[str] = computed()
    """The reviewer's email address."""


class ReviewSettings(NestedType):
    """Review requirements for changes of an object."""

    required_review: Prop[bool] = required()
    """Whether changes require a review. Has no effect if the project or the team already requires reviews."""
    allowed_reviewers: ListProp[Reviewer] = computed()
    """The users and groups that may review changes."""


class ActiveReview(NestedType):
    """A review in progress."""

    review_id: Prop[str] = computed()
    """Statsig's id of the review."""
    review_status: Prop[str] = computed()
    """The review's status, such as ``pending``."""
    description: Prop[str] = computed()
    """The description written by the review's author."""
