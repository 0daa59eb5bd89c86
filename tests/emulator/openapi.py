"""Validation of exchanges with the API against its OpenAPI specification.

Unknown keys in bodies and responses are problems, although the service ignores them: a misspelled key is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from jsonschema import ValidationError
from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator

from statsig_pulumi.emulator.api.routes import Routes
from statsig_pulumi.emulator.api.table import all_routes

SPEC_FILE: Final = Path(__file__).resolve().parents[2].parent / "shared" / "api" / "openapi_merged.json"
PREFIX: Final = "/console/v1"
Json = Any


class Oddity(NamedTuple):
    """A problem to ignore, because the specification is wrong or incomplete."""

    operation: str  # a regular expression over "METHOD /template"
    problem: str  # a regular expression over the problem
    reason: str


ODDITIES: Final = (
    Oddity(r"GET /users/teams", r"'(members|admins)' is a required property", "The list has no members since 2026"),
    Oddity(
        r"GET /dynamic_configs/\{id\}/rules?(/\{ruleId\})?",
        r"answer.*'(returnValueJson5|variants)' is not in the specification",
        "Rules have both, but the schema of these two reads has neither",
    ),
    Oddity(
        r".*",
        r"answer.*'(archivedAt|archivedBy\w+|archiveReason|permalink)' is not in",
        "The fields are newer than the specification",
    ),
    Oddity(
        r".* /dynamic_configs.*",
        r"answer.*'activeReview' is not in the specification",
        "Reviews of dynamic configs are missing in the specification",
    ),
    Oddity(
        r"GET /ingestion/events/(count|delta)",
        r"answer at \$\.data: \[",
        "The data is a list, but the schema of the envelope has an object",
    ),
    Oddity(r"DELETE /ingestion", r"answer.*'data' is a required property", "The example has only a message"),
    Oddity(
        r"GET /experiments/\{id\}/cumulative_exposures",
        r"answer at \$\.data: \[",
        "The data is a list in the example, but the schema of the envelope has an object",
    ),
    Oddity(r"DELETE /experiments/\{id\}", r"answer.*'data' is a required property", "The response has only a message"),
    Oddity(
        r"GET /experiments/\{id\}/overrides",
        r"answer.*('id' is a required property|'name' is not in the specification)",
        "The example has `name` instead of `id`",
    ),
    Oddity(
        r".* /(experiments|gates)/?.*",
        r": 1 is less than or equal to the minimum of 1$",
        "The minimum of 1 is exclusive in the specification, but the API accepts 1",
    ),
    Oddity(
        r".* /(experiments|gates)/?.*",
        r"answer.*sprtMDESettings.*('mean' is not in the specification|'stdDev' is a required property)",
        "The schema of reads omits the mean and requires the deviation, which is optional in a write",
    ),
    Oddity(
        r"(POST|PATCH) /dynamic_configs/\{id\}/rules?(/.*)?",
        r"'(user_agent|experiment_group)' is not one of",
        "These two condition types are newer than the endpoints of March 2025",
    ),
    Oddity(
        r"GET /ingestion/status",
        r"request: the query parameter '(page|limit)' is not",
        "The response has pages, and nextPage names the parameters",
    ),
    Oddity(r"DELETE /holdouts/\{id\}", r"answer.*'data' is a required property", "The response has only a message"),
    Oddity(
        r"(POST|PUT) /segments/\{id\}/(conditional|archive)",
        r"answer.*'data' is a required property",
        "The examples have only a message",
    ),
    Oddity(
        r"POST /segments/\{id\}/conditional",
        r"request at \$: \{'rules': .* is not of type 'array'",
        "A quirk takes the object that the Terraform provider sends",
    ),
    Oddity(
        r".* /roles.*",
        r"permissions: '.+' is not in the specification",
        "Permissions are newer than the specification",
    ),
    Oddity(
        r"GET /segments/\{id\}/id_list",
        r"answer at \$\.data: \{'name'",
        "The data is an object in its schema, but the envelope has a list",
    ),
    Oddity(
        r".* /layers.*",
        r"(answer|request).*'(description|schema|environment|\w+_parameter_values)' is not in",
        "The fields are newer than the specification",
    ),
    Oddity(
        r"(GET|POST) /(metrics|events).*",
        r"'(metricSources|metricDimensionLimits|loadingWindow|components|percentile|scheduledReload\w+)' is not in",
        "The fields are of 2026, newer than the specification",
    ),
    Oddity(
        r"(GET|POST) /(metrics|events).*",
        r"'(percentile|composite)' is not one of",
        "The type and the aggregation are newer than the specification",
    ),
    Oddity(
        r"(GET|POST) /(metrics|events).*",
        r"answer.*owner: 'name' is a required property",
        "Examples have it, but S26 and later have no name",
    ),
    Oddity(r"GET /events(/.*)?", r"answer.*'metadata' is not in", "The example has it"),
    Oddity(r"GET /reports", r"answer at \$\.data: \[", "The example has a list"),
    Oddity(r"GET /metrics", r"answer.*'metric_(name|type)' is not in", "The example has both"),
    Oddity(
        r"GET /metrics/\{id\}/experiments",
        r"answer",
        "The example has metrics instead of experiments",
    ),
    Oddity(
        r"(GET|POST) /(metrics|events).*",
        r"answer.*'(event_count|event_dau)' is not one of",
        "Metrics that Statsig makes of events have these types",
    ),
    Oddity(
        r"GET /audit_logs",
        r"answer.*(actionType|modifierEmail): (.* is not of type 'object'|None for not nullable)",
        "The schema has objects, the example has texts; a key has no address",
    ),
    Oddity(
        r"GET /audit_logs",
        r"request: the query parameter '(startTime|endTime)' is not",
        "The parameters are newer than the specification",
    ),
    Oddity(
        r"GET /alerts.*",
        r"answer.*'(evaluationDelayMs|owner|subscribers|activeMuteSchedules)' is not in the specification",
        "The fields are newer than the specification",
    ),
    Oddity(r".* /target_app.*", r"answer.*'description' is not in the specification", "A quirk adds it"),
)

# The quirk of the operations that are newer than the specification, and of which only the form of errors is known here.
NEWER: Final = "api_2026_10"
# Operations whose body is missing in the specification, and the operation that has the same body.
BORROWED_BODIES: Final[Mapping[str, str]] = {
    "DELETE /gates/{id}/overrides": "PATCH /gates/{id}/overrides",
    "DELETE /holdouts/{id}/overrides": "PATCH /holdouts/{id}/overrides",
    "DELETE /experiments/{id}/overrides": "PATCH /experiments/{id}/overrides",
}


def check_exchange(
    method: str, path: str, request_body: Json, status: int, answer_body: Json, query: Iterable[str] = ()
) -> list[str]:
    """Return the problems of one exchange. The path may have the prefix `/console/v1`.

    ``query`` are the names of the query parameters.
    """
    found = _find(method, path.removeprefix(PREFIX).partition("?")[0])
    if found is None:
        is_known = status == 404 or is_newer(method, path.removeprefix(PREFIX).partition("?")[0])
        return [] if is_known else [f"{method} {path} is not in the specification"]
    name, operation = found
    problems = [*_answer_problems(operation, status, answer_body)]
    if 200 <= status < 300:
        problems += _request_problems(name, operation, request_body)
        problems += _query_problems(operation, query)
    return [f"{name}: {problem}" for problem in problems if not _is_known(name, problem)]


def is_newer(method: str, path: str) -> bool:
    """Return whether an operation is newer than the specification."""
    found = _routes().find(method, path)
    return found is not None and found[0].quirk == NEWER


@cache
def _routes() -> Routes:
    return all_routes()


def check_log(log: Iterable[Mapping[str, Json]]) -> list[str]:
    """Return the problems of the exchanges of a request log, except those with a dropped connection.

    Equal exchanges are checked once.
    """
    checked = set[str]()
    problems = []
    for entry in log:
        exchange = (entry["method"], entry["path"], entry["body"], entry["status"], entry["answer"], _own_query(entry))
        if entry["status"] != 0 and (text := json.dumps(exchange)) not in checked:
            checked.add(text)
            problems += check_exchange(*exchange)
    return problems


def _own_query(entry: Mapping[str, Json]) -> list[str]:
    """Return the query parameters of a request of the package; tests of the emulator send undocumented ones too."""
    is_own = str(entry["headers"].get("user-agent", "")).startswith("statsig-pulumi/")
    return list(entry["query"]) if is_own else []


def _is_known(operation: str, problem: str) -> bool:
    return any(re.fullmatch(oddity.operation, operation) and re.search(oddity.problem, problem) for oddity in ODDITIES)


@cache
def specification() -> Json:
    return json.loads(SPEC_FILE.read_text(encoding="utf-8"))


@cache
def _templates() -> list[tuple[list[str], str]]:
    templates = [(path.removeprefix(PREFIX).strip("/").split("/"), path) for path in specification()["paths"]]
    return sorted(templates, key=lambda entry: [segment.startswith("{") for segment in entry[0]])


@cache
def _find(method: str, path: str) -> tuple[str, Json] | None:
    given = path.strip("/").split("/")
    for segments, template in _templates():
        operation = specification()["paths"][template].get(method.lower())
        fits = len(segments) == len(given) and all(
            segment.startswith("{") or segment == value for segment, value in zip(segments, given, strict=True)
        )
        if fits and operation:
            return f"{method} {template.removeprefix(PREFIX)}", operation
    return None


def _answer_problems(operation: Json, status: int, body: Json) -> Iterator[str]:
    if status >= 400:
        yield from _error_problems(status, body)
    elif str(status) not in operation["responses"]:
        yield f"status {status} is not among {sorted(operation['responses'])}"
    else:
        schema = _schema(operation["responses"][str(status)])
        yield from _problems(schema, body, "answer")


def _error_problems(status: int, body: Json) -> Iterator[str]:
    """Return the problems of an error, which must have a message and its status under one of two names."""
    if not isinstance(body, dict) or body.get("status", body.get("statusCode")) != status:
        yield f"answer: a {status} has to repeat its status"
    elif not isinstance(body.get("message"), str):
        yield f"answer: a {status} has to have a message"


def _request_problems(name: str, operation: Json, body: Json) -> Iterator[str]:
    if name in BORROWED_BODIES:
        method, path = BORROWED_BODIES[name].split(" ")
        operation = (_find(method, path) or (name, operation))[1]
    content = operation.get("requestBody")
    if content is None:
        if body not in (None, {}) and "x-source" not in operation:
            yield "request: the operation takes no body"
        return
    yield from _problems(_schema(content), {} if body is None else body, "request")


def _query_problems(operation: Json, query: Iterable[str]) -> Iterator[str]:
    known = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
    for name in query:
        if name not in known:
            yield f"request: the query parameter '{name}' is not in the specification"


def _schema(holder: Json) -> Json:
    return holder.get("content", {}).get("application/json", {}).get("schema")


def _problems(schema: Json, value: Json, side: str) -> Iterator[str]:
    if schema is None:
        return
    # The references of the schema are relative to the whole document.
    validator = _Validator({"allOf": [schema], "components": specification()["components"]})
    for error in validator.iter_errors(value):
        for leaf in error.context or [error]:
            yield f"{side} at {error.json_path}: {leaf.message[:300]}"
    for place, key in _unknown_keys(schema, value, "$"):
        yield f"{side} at {place}: '{key}' is not in the specification"


def _multiple_of(validator: Json, unit: float, instance: Json, schema: Json) -> Iterator[Json]:
    # jsonschema divides floats, so that 12.3 is not a multiple of 0.01.
    if isinstance(instance, (int, float)) and abs(round(instance / unit) * unit - instance) > 1e-9:
        yield ValidationError(f"{instance} is not a multiple of {unit}")


def _union(validator: Json, branches: Json, instance: Json, schema: Json) -> Iterator[Json]:
    # `[]` matches a list of texts and a list of numbers. The service takes the first match, so oneOf means anyOf.
    # The specification has `nullable` next to the union, where OpenAPI 3.0 ignores it.
    if instance is not None or not schema.get("nullable"):
        yield from OAS30Validator.VALIDATORS["anyOf"](validator, branches, instance, schema)


_Validator: Final = extend(  # type: ignore[no-untyped-call, unused-ignore]
    OAS30Validator, {"multipleOf": _multiple_of, "oneOf": _union}
)


def _unknown_keys(schema: Json, value: Json, place: str) -> Iterator[tuple[str, str]]:
    """Return the keys that no branch of the schema has. An object without properties may have any keys."""
    match value:
        case dict():
            known = _properties(schema, value)
            for key, item in value.items():
                if known and key not in known:
                    yield place, key
                for child in known.get(key, [])[:1]:
                    yield from _unknown_keys(child, item, f"{place}.{key}")
        case list():
            kinds = [child["items"] for child in _branches(schema, value) if "items" in child]
            for index, item in enumerate(value):
                found = [list(_unknown_keys(kind, item, f"{place}[{index}]")) for kind in kinds]
                # If items may have several shapes, compare with the most similar one.
                yield from min(found, key=len, default=[])


def _branches(schema: Json, value: Json) -> Iterator[Json]:
    """Return the schema and its parts, with references resolved, the most specific part first."""
    if "$ref" in schema:
        yield from _branches(specification()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], value)
        return
    for word in ("allOf", "oneOf", "anyOf"):
        # In `allOf[envelope, data]`, the later part is more specific.
        for branch in reversed(schema.get(word, [])):
            if word == "allOf" or _may_be(branch, value):
                yield from _branches(branch, value)
    yield schema


def _may_be(branch: Json, value: Json) -> bool:
    """Return whether a branch may match. Branches of ingestion sources differ in the values of `dataset`."""
    given = value if isinstance(value, dict) else {}
    return all(
        given[key] in child["enum"]
        for key, child in branch.get("properties", {}).items()
        if key in given and "enum" in child
    )


def _properties(schema: Json, value: Json) -> dict[str, list[Json]]:
    known: dict[str, list[Json]] = {}
    for branch in _branches(schema, value):
        for key, child in branch.get("properties", {}).items():
            known.setdefault(key, []).append(child)
    return known
