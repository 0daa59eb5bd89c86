"""Gates: rules of every condition type and operator, every state, odd texts, long lists, chains."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.client import Client
from statsig_pulumi.emulator import Emulator

Json = Any

TEXTS = (
    "",
    " leading and trailing ",
    "line\nbreak\r\nand\ttab",
    "quotes \" and ' and ``",
    "back\\slash \\n",
    "${interpolated} {braces} %s",
    "日本語 ünïcode 🚀 \u200b\u2028",
    "<nothing>",
    "x" * 900,
)
ANY, TEXT = ("any", "none"), ("str_contains_any", "str_contains_none")
VERSIONS = ("version_lt", "version_gt", "version_lte", "version_gte", "version_eq", "version_neq")
FREE = (*ANY, *TEXT, "any_case_sensitive", "none_case_sensitive", "str_matches", "is_null", "is_not_null")
ARRAYS = ("array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all")
TESTED: dict[str, tuple[str, ...]] = {
    "user_id": FREE,
    "email": (*ANY, *TEXT, "str_matches"),
    "unit_id": FREE,
    "custom_field": (*FREE, "lt", "gt", "lte", "gte", "eq", "neq", *VERSIONS, "before", "after", "on", *ARRAYS),
    **dict.fromkeys(("app_version", "browser_version", "os_version"), (*ANY, *VERSIONS[:-1])),
    **dict.fromkeys(("browser_name", "os_name", "country", "device_model", "ip_address", "environment_tier"), ANY),
    **dict.fromkeys(("locale", "url", "user_agent"), FREE),
    "time": ("after", "before"),
}
"""console-api.md, section 2.2: the operators that each type takes."""
TARGETS: dict[str, Json] = {
    **dict.fromkeys(("lt", "gt", "lte", "gte"), 31),
    **dict.fromkeys(("before", "after", "on"), 1643070357193),
    **dict.fromkeys(VERSIONS, "1.10.2"),
    "eq": 12.5,
    "neq": "31",
    "str_matches": "^a.*\\d+$",
    "is_null": None,
    "is_not_null": None,
}


def condition(kind: str, operator: str | None = None, target: Json = None, **more: Json) -> Json:
    said = {"type": kind, "operator": operator, "targetValue": target, **more}
    return {name: value for name, value in said.items() if value is not None}


def rule(name: str, share: float, *conditions: Json, **more: Json) -> Json:
    return {"name": name, "passPercentage": share, "conditions": list(conditions), **more}


def tested(kind: str, operator: str) -> Json:
    """A condition of this type, with a target that fits the operator."""
    target = TARGETS.get(operator, ["one", "Two", "3"])
    more = {"custom_field": {"field": "plan name"}, "unit_id": {"customID": "companyID"}}
    return condition(kind, operator, target, **more.get(kind, {}))


def fill(emulator: Emulator) -> None:
    _of_every_condition(emulator)
    _of_every_state(emulator)
    _of_every_text(emulator)
    _in_chains(emulator)
    _with_everything(emulator)
    _with_overrides(emulator)


def _of_every_condition(emulator: Emulator) -> None:
    for kind, operators in TESTED.items():
        for number, operator in enumerate(operators):
            name = f"tests {kind} {operator}"
            emulator.add("gates", {"name": name, "rules": [rule("Only", number + 0.25, tested(kind, operator))]})
    many = [f"user-{number:04}" for number in range(1_000)]
    emulator.add(
        "gates",
        {
            "name": "thousand targets",
            "rules": [
                rule("Users", 50, condition("user_id", "any", many)),
                rule("Numbers", 0.01, condition("user_id", "none", list(map(str, range(100))))),
                rule("Empty text", 99.99, condition("custom_field", "any", [""], field="plan")),
                rule("Empty operator", 1, {"type": "public", "operator": "", "targetValue": []}),
                rule("Segments", 1, condition("passes_segment", None, "vips"), condition("fails_segment", None, "old")),
                rule("Everyone", 0),
            ],
        },
    )


def _of_every_state(emulator: Emulator) -> None:
    states: dict[str, Json] = {
        "disabled": {"isEnabled": False, "status": "Disabled"},
        "launched": {"status": "Launched", "isEnabled": False},
        "archived": {"status": "Archived", "isEnabled": False},
        "archived and enabled": {"status": "Archived", "isEnabled": True},
        "stale": {"type": "STALE", "typeReason": "STALE_ALL_FALSE"},
        "permanent": {"type": "PERMANENT"},
        "template": {"isTemplate": True, "type": "TEMPLATE"},
        "reviewed": {"reviewSettings": {"requiredReview": True, "allowedReviewers": None}},
        "under review": {"activeReview": {"reviewID": "r1", "reviewStatus": "pending", "description": "please"}},
        "held out": {"holdoutIDs": ["a_holdout", "a_holdout"]},
        "in a pipeline": {"releasePipelineID": "38ttpCpzrQFTMKcqFKk02l"},
        "without lifts": {"measureMetricLifts": False},
        "of another unit": {"idType": "companyID"},
        "of a team that is not there": {"team": "Gone team"},
    }
    for name, state in states.items():
        emulator.add("gates", {"name": f"Gate {name}", "rules": [rule("All", 100, {"type": "public"})], **state})
    emulator.add("gates", {"name": "First name", "description": "Was renamed"})
    emulator.edit("gates", "first_name", {"name": "Second Name"})
    for name in ("dots.and-dashes", "UPPER Case", "class", "print", "2024 sale", "a.b", "a-b", "a_b"):
        emulator.add("gates", {"name": f"{name}" if len(name) > 2 else name * 2})


def _of_every_text(emulator: Emulator) -> None:
    for number, text in enumerate(TEXTS):
        named = [rule(text[:100] or "x", 33.33, condition("custom_field", "any", [text, "b"], field=text or "f"))]
        emulator.add("gates", {"name": f"text {number}", "description": text, "rules": named})


def _in_chains(emulator: Emulator) -> None:
    for number in range(12):
        tests = {"type": "passes_gate" if number % 2 else "fails_gate", "targetValue": f"chain_{number - 1:02}"}
        rules = [rule("Before", 10.5 * (number % 9), *([tests] if number else []))]
        emulator.add("gates", {"name": f"chain {number:02}", "rules": rules})
    lost = {"type": "passes_gate", "targetValue": "a_gate_that_is_gone"}
    emulator.add("gates", {"name": "chain to nowhere", "rules": [rule("Lost", 1, lost)]})


def _with_everything(emulator: Emulator) -> None:
    rollout = {"pendingAutomatedRollouts": [{"time": 4102444800000, "passPercent": 50}]}
    emulator.add(
        "gates",
        {
            "name": "Everything at once",
            "description": "Team, tags, apps, metrics",
            "team": "Checkout",
            "tags": ["two words", "checkout", "a tag that is not there"],
            "targetApps": ["iOS", "Android App"],
            "monitoringMetrics": [{"name": "purchase", "type": "event_count"}, {"name": "ünïcode", "type": "user"}],
            "rules": [
                rule("In two environments", 12.5, {"type": "public"}, environments=["staging", "development"]),
                rule("Scheduled", 10, {"type": "public"}, **rollout),
            ],
        },
    )
    emulator.add("gates", {"name": "Presets lifted", "team": "Checkout", "monitoringMetrics": [], "targetApps": []})
    emulator.add("gates", {"name": "Of a team", "team": "Équipe à la carte", "tags": ["Ünïcode ✓", "100%"]})


def _with_overrides(emulator: Emulator) -> None:
    client = Client(emulator.key, emulator.url)
    many = [f"override-{number}" for number in range(1_500)]
    users = {"passingUserIDs": many, "failingUserIDs": ["user with spaces", "ünïcode"]}
    client.change("POST", "gates/everything_at_once/overrides", users)
    environments = [{"environment": "staging", "unitID": None, "passingIDs": ["a"], "failingIDs": []}]
    client.change("POST", "gates/of_a_team/overrides", {"environmentOverrides": environments})
