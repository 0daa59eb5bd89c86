"""Conditions of rules (Console API: the ``conditions`` of a rule)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, Unpack, cast

from pulumi import Input

from ...errors import Problem
from ...json_values import NONE, NOT_KNOWN, UNKNOWN, Json, normalize_json
from ...program import refuse, type_error
from ...schema.diff import Nested
from ...schema.options import optional, required
from ...schema.properties import NestedType, OneOrListProp, Prop
from ...schema.wording import describe_words
from .comparisons import (
    AnyOf,
    FieldComparison,
    FreeTextComparison,
    TextComparison,
    TimeComparison,
    Value,
    VersionComparison,
    get_operators,
    is_without_value,
)
from .condition_problems import find_comparison_problems, find_condition_problems, to_number
from .operators import DATE, NUMBER, ONE_VALUE, OPERATORS, REFERENCES, UNORDERED, Operator

if TYPE_CHECKING:
    from ..gate import Gate
    from ..segment import Segment
    from ..unit_id_type import UnitIDType

WORDS: Final = {
    "any": "",
    "none": "not",
    "any_case_sensitive": "exactly",
    "none_case_sensitive": "not exactly",
    "str_contains_any": "contains",
    "str_contains_none": "does not contain",
    "str_matches": "matches",
    "is_null": "is not set",
    "is_not_null": "is set",
    "lt": "<",
    "gt": ">",
    "lte": "<=",
    "gte": ">=",
    "eq": "=",
    "neq": "!=",
    "array_contains_any": "contains",
    "array_contains_none": "contains none of",
    "array_contains_all": "contains all of",
    "not_array_contains_all": "does not contain all of",
}
"""Operators in sentences. The others are words already."""


def normalize_targets(values: Json) -> list[str]:
    """Return target values as texts, because 31 and "31" are equal to the API."""
    return [str(normalize_json(value)) for value in (values if isinstance(values, list) else [values])]


def _get_reference(condition: Mapping[str, Json]) -> str:
    return REFERENCES.get(condition.get("type"), "")


def _without_order(condition: Nested) -> Nested:
    targets = condition.get("target_value")
    is_several = isinstance(targets, list) and len(targets) > 1
    return {**condition, "target_value": sorted(set(normalize_targets(targets)))} if is_several else condition


P = ParamSpec("P")


class NoOr:
    """What type checkers let a program join to a condition by ``|``: nothing."""


class Conditions(list["Condition"]):
    """Conditions that must all match: ``Condition.country(any_of=["NL"]) & Condition.os_name(any_of=["iOS"])``."""

    def __and__(self, other: Condition | Sequence[Condition]) -> Conditions:
        return Conditions([*self, *([other] if isinstance(other, Condition) else other)])

    def __rand__(self, other: Sequence[Condition]) -> Conditions:
        return Conditions([*other, *self])


def checked(construct: Callable[P, Condition]) -> Callable[P, Condition]:
    """Make wrong arguments of a constructor problems like those of all other values."""
    expected = signature(construct)

    @wraps(construct)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Condition:
        try:
            expected.bind(*args, **kwargs)
        except TypeError as error:
            kind = construct.__name__
            refuse(f"Condition.{kind}", [Problem("", str(error))], type_error)
            return _unknown(kind, "field", "custom_id")
        return construct(*args, **kwargs)

    return wrapper


class Condition(NestedType):
    """A condition of a rule, such as "country is one of NL, BE"."""

    summarized = ("type", "operator", "target_value", "field", "custom_id")

    type: Prop[
        Literal[
            "public",
            "user_id",
            "email",
            "custom_field",
            "unit_id",
            "app_version",
            "browser_name",
            "browser_version",
            "os_name",
            "os_version",
            "country",
            "locale",
            "url",
            "user_agent",
            "device_model",
            "ip_address",
            "time",
            "environment_tier",
            "passes_gate",
            "fails_gate",
            "passes_segment",
            "fails_segment",
            "experiment_group",
            "javascript",
            "target_app",
        ]
    ] = required()
    """What the condition tests."""
    operator: Prop[Operator | None] = optional()
    """Comparison operator, such as ``any``, ``str_contains_any`` or ``version_gte``. The allowed operators depend on
    the type; ``public`` and the gate and segment types have none."""
    target_value: OneOrListProp[str | int | float] = optional(compare_fn=normalize_targets, refers_to=_get_reference)
    """Value or values to compare with, or the id of a gate or segment. Versions are text, such as ``"2.10.0"``. For
    type ``time``, milliseconds since 1970. The order of several values is no change."""
    field: Prop[str | None] = optional()
    """Name of the user attribute to test. Required for type ``custom_field``."""
    custom_id: Prop[str | None] = optional(refers_to="UnitIDType.name")
    """Unit type to test, such as ``companyID``. Required for type ``unit_id``."""

    public_names = tuple(OPERATORS)

    @staticmethod
    @checked
    def public() -> Condition:
        """Match everyone."""
        return Condition(type="public")

    @staticmethod
    @checked
    def user_id(**comparison: Unpack[FreeTextComparison[Value]]) -> Condition:
        """Compare the user id."""
        return _compare("user_id", comparison)

    @staticmethod
    @checked
    def email(**comparison: Unpack[TextComparison[str]]) -> Condition:
        """Compare the email address."""
        return _compare("email", comparison)

    @staticmethod
    @checked
    def custom_field(field: Input[str], **comparison: Unpack[FieldComparison]) -> Condition:
        """Compare an attribute of the user, such as ``plan``."""
        return _compare("custom_field", comparison, field=field)

    @staticmethod
    @checked
    def unit_id(custom_id: Input[str] | UnitIDType, **comparison: Unpack[FreeTextComparison[Value]]) -> Condition:
        """Compare the id of a unit type, such as ``companyID``."""
        return _compare("unit_id", comparison, custom_id=custom_id)

    @staticmethod
    @checked
    def app_version(**comparison: Unpack[VersionComparison]) -> Condition:
        """Compare the version of the app."""
        return _compare("app_version", comparison)

    @staticmethod
    @checked
    def browser_version(**comparison: Unpack[VersionComparison]) -> Condition:
        """Compare the version of the browser."""
        return _compare("browser_version", comparison)

    @staticmethod
    @checked
    def os_version(**comparison: Unpack[VersionComparison]) -> Condition:
        """Compare the version of the operating system."""
        return _compare("os_version", comparison)

    @staticmethod
    @checked
    def browser_name(**comparison: Unpack[AnyOf[str]]) -> Condition:
        """Compare the name of the browser, such as ``Chrome Mobile``."""
        return _compare("browser_name", comparison)

    @staticmethod
    @checked
    def os_name(**comparison: Unpack[AnyOf[str]]) -> Condition:
        """Compare the name of the operating system, such as ``iOS``."""
        return _compare("os_name", comparison)

    @staticmethod
    @checked
    def country(**comparison: Unpack[AnyOf[str]]) -> Condition:
        """Compare the country, in two letters: ``NL``."""
        return _compare("country", comparison)

    @staticmethod
    @checked
    def locale(**comparison: Unpack[FreeTextComparison[str]]) -> Condition:
        """Compare the locale, such as ``nl_NL``."""
        return _compare("locale", comparison)

    @staticmethod
    @checked
    def url(**comparison: Unpack[FreeTextComparison[str]]) -> Condition:
        """Compare the URL of the page."""
        return _compare("url", comparison)

    @staticmethod
    @checked
    def user_agent(**comparison: Unpack[FreeTextComparison[str]]) -> Condition:
        """Compare the user agent."""
        return _compare("user_agent", comparison)

    @staticmethod
    @checked
    def device_model(**comparison: Unpack[FreeTextComparison[str]]) -> Condition:
        """Compare the model of the device."""
        return _compare("device_model", comparison)

    @staticmethod
    @checked
    def ip_address(**comparison: Unpack[AnyOf[str]]) -> Condition:
        """Compare the IP address."""
        return _compare("ip_address", comparison)

    @staticmethod
    @checked
    def time(**comparison: Unpack[TimeComparison]) -> Condition:
        """Compare the time, in milliseconds since 1970."""
        return _compare("time", comparison)

    @staticmethod
    @checked
    def environment_tier(**comparison: Unpack[AnyOf[str]]) -> Condition:
        """Compare the environment, such as ``production``."""
        return _compare("environment_tier", comparison)

    @staticmethod
    @checked
    def passes_gate(gate: Input[str] | Gate) -> Condition:
        """Match units that pass a gate, which is a ``Gate`` or an id."""
        return _refer("passes_gate", gate)

    @staticmethod
    @checked
    def fails_gate(gate: Input[str] | Gate) -> Condition:
        """Match units that fail a gate, which is a ``Gate`` or an id."""
        return _refer("fails_gate", gate)

    @staticmethod
    @checked
    def passes_segment(segment: Input[str] | Segment) -> Condition:
        """Match members of a segment, which is a ``Segment`` or an id."""
        return _refer("passes_segment", segment)

    @staticmethod
    @checked
    def fails_segment(segment: Input[str] | Segment) -> Condition:
        """Match units that are no members of a segment, which is a ``Segment`` or an id."""
        return _refer("fails_segment", segment)

    def __and__(self, other: Condition | Sequence[Condition]) -> Conditions:
        """Return this condition and another one, or several others."""
        return Conditions([self]) & other

    def __or__(self, value: NoOr, /) -> Any:  # type: ignore[override]
        """Refuse the union of two conditions, which would be a mixture of both."""
        if isinstance(value, Condition):
            problem = Problem("", "cannot be joined by |: write several values of one condition, or several rules")
            refuse("Condition", [problem], type_error)
            return Conditions([self])
        return super().__or__(cast(Any, value))

    def __ror__(self, value: NoOr, /) -> Any:  # type: ignore[override]
        return super().__ror__(cast(Any, value))

    def __ior__(self, value: NoOr, /) -> Any:  # type: ignore[override]
        return self | value if isinstance(value, Condition) else super().__ior__(cast(Any, value))

    @classmethod
    def summarize(cls, values: Mapping[str, Json]) -> str:
        kind, operator = values.get("type"), values.get("operator")
        if not isinstance(kind, str):
            return NOT_KNOWN
        if kind == "public":
            return "everyone"
        names = (values.get(name) for name in ("field", "custom_id"))
        tested = next((name for name in names if isinstance(name, str) and name not in ("", NONE)), kind)
        word = ""
        if isinstance(operator, str) and operator != NONE:
            operator = operator.removeprefix("version_")
            word = WORDS.get(operator, operator.replace("_", " "))
        targets = values.get("target_value")
        subject = tested.replace("_", " ") if kind in REFERENCES else tested
        return " ".join(filter(None, (subject, word, "" if targets is None else describe_words(targets))))

    @classmethod
    def normalize_values(cls, values: dict[str, Json]) -> dict[str, Json]:
        targets = values.get("target_value")
        if isinstance(targets, list) and values.get("operator") in {*NUMBER, *DATE}:
            return values | {"target_value": [to_number(value) for value in targets]}
        return values

    @classmethod
    def to_compared(cls, old: Nested, new: Nested) -> tuple[Nested, Nested]:
        operator = new.get("operator") or old.get("operator")
        return (_without_order(old), _without_order(new)) if operator in UNORDERED else (old, new)

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        # The API rejects explicit nulls in conditions.
        body = {name: value for name, value in body.items() if value not in (None, "", [])}
        targets = body.get("targetValue")
        if isinstance(targets, list):
            is_one = values.get("operator") in ONE_VALUE or values.get("type") in REFERENCES
            if is_one and len(targets) == 1:
                body["targetValue"] = targets[0]
            elif any(isinstance(value, str) for value in targets):
                body["targetValue"] = [value if isinstance(value, str) else str(value) for value in targets]
        return body

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        return find_condition_problems(values)


def describe_conditions(conditions: Json) -> str:
    """Return the conditions of a rule in words, such as ``country NL, BE and passes gate beta``."""
    if not isinstance(conditions, list):
        return NOT_KNOWN if conditions is UNKNOWN else "everyone"
    words = [Condition.summarize(each) if isinstance(each, Mapping) else NOT_KNOWN for each in conditions]
    return " and ".join(word for word in words if word != "everyone") or "everyone"


def _compare(kind: str, comparison: Any, **fields: Any) -> Condition:
    """Return a condition of a type with one comparison, which is a keyword of its constructor."""
    operators = get_operators(kind)
    if problems := list(find_comparison_problems(operators, comparison)):
        refuse(f"Condition.{kind}", problems, type_error)
        return _unknown(kind, *fields)
    [(keyword, value)] = comparison.items()
    values = {} if is_without_value(operators[keyword]) else {"target_value": value}
    return Condition(**fields, **values, type=cast(Any, kind), operator=cast(Any, operators[keyword]))


def _unknown(kind: str, *fields: str) -> Condition:
    """Return a condition that has no further problems."""
    values = dict.fromkeys(("operator", "target_value", *fields), UNKNOWN)
    condition: Condition = Condition.of({"type": kind, **values})
    return condition


def _refer(kind: str, target: Any) -> Condition:
    return Condition(type=cast(Any, kind), target_value=target)
