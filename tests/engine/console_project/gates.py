"""Gates: rules of every condition type and operator, every state, odd texts, long lists, chains."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.resources.types.operators import DATE, NUMBER, OPERATORS, VERSION

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
    "{}",
    "null",
    "True",
    "-01.50",
    "# no comment",
    '"""docstring"""',
    "👩‍👩‍👧 \u202eright to left\u202c e\u0301",
    "x" * 900,
)
FRACTION = 0.1 + 0.2
"""0.30000000000000004"""
TARGETS: dict[str, Json] = {
    **dict.fromkeys(NUMBER, 31),
    **dict.fromkeys(DATE, 1643070357193),
    **dict.fromkeys(VERSION, "1.10.2"),
    "eq": 12.5,
    "neq": "31",
    "str_matches": "^a.*\\d+$",
    "is_null": None,
    "is_not_null": None,
}
"""The target of each operator; the others compare with texts."""
NUMBERS: tuple[tuple[str, Json], ...] = (
    ("lt", -0.5),
    ("lte", 1e-7),
    ("gt", 12.0),
    ("gte", 12),
    ("eq", FRACTION),
    ("neq", 2**53 - 1),
    ("lt", "31"),
    ("eq", [-3]),
    ("any", [1, 2, 3]),
    ("any", ["007", "1e3", "0x1F", "12.0", "true", "null"]),
    ("none", "false"),
    ("version_eq", 2),
)
"""Numbers as targets of number and text operators, and texts that look like numbers or literals."""


def condition(kind: str, operator: str | None = None, target: Json = None, **more: Json) -> Json:
    values = {"type": kind, "operator": operator, "targetValue": target, **more}
    return {name: value for name, value in values.items() if value is not None}


def rule(name: str, share: float, *conditions: Json, **more: Json) -> Json:
    return {"name": name, "passPercentage": share, "conditions": list(conditions), **more}


def tested_condition(kind: str, operator: str) -> Json:
    """Return a condition of this type, with a target that fits the operator."""
    target = TARGETS.get(operator, ["one", "Two", "3"])
    more = {"custom_field": {"field": "plan name"}, "unit_id": {"customID": "companyID"}}
    return condition(kind, operator, target, **more.get(kind, {}))


def fill(emulator: Emulator) -> None:
    _of_every_condition(emulator)
    _of_odd_conditions(emulator)
    _of_every_state(emulator)
    _of_every_text(emulator)
    _in_chains(emulator)
    _with_everything(emulator)
    _with_overrides(emulator)


def _of_every_condition(emulator: Emulator) -> None:
    """Add a gate for each type and operator; types without an operator are in other gates."""
    for kind, operators in OPERATORS.items():
        for number, operator in enumerate(operators):
            name = f"tests {kind} {operator}"
            emulator.add(
                "gates", {"name": name, "rules": [rule("Only", number + 0.25, tested_condition(kind, operator))]}
            )


def _of_odd_conditions(emulator: Emulator) -> None:
    compared = [condition("custom_field", how, target, field="n") for how, target in NUMBERS]
    shares = (33.33, 0.3, 99.99, 12.0, 0, 1)
    odd = [
        condition("experiment_group", "any", ["Test"], field="in_setup"),
        condition("javascript", None, "return user.age > 31;"),
        condition("target_app", "any", ["Web"]),
    ]
    emulator.add(
        "gates",
        {
            "name": "odd conditions",
            "rules": [
                *(rule(f"{test['operator']} {n}", shares[n % 6], test) for n, test in enumerate(compared)),
                rule("All at once", 50, *compared),
                *(rule(test["type"], 1, test) for test in odd),
            ],
        },
    )
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
                rule("Nothing", 1),
                rule("Segments", 1, condition("passes_segment", None, "vips"), condition("fails_segment", None, "old")),
                rule("Everyone", 0, {"type": "public", "targetValue": None}),
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
        "disabled and stale": {"isEnabled": False, "status": "Disabled", "type": "STALE"},
        "archived template": {"status": "Archived", "isTemplate": True, "type": "TEMPLATE"},
        "launched and permanent": {"status": "Launched", "isEnabled": False, "type": "PERMANENT"},
        "permanent": {"type": "PERMANENT"},
        "template": {"isTemplate": True, "type": "TEMPLATE"},
        "reviewed": {"reviewSettings": {"requiredReview": True, "allowedReviewers": None}},
        "under review": {"activeReview": {"reviewID": "r1", "reviewStatus": "pending", "description": "please"}},
        "held out": {"holdoutIDs": ["a_holdout", "a_holdout"]},
        "in a pipeline": {"releasePipelineID": "38ttpCpzrQFTMKcqFKk02l"},
        "without lifts": {"measureMetricLifts": False},
        "of another unit": {"idType": "companyID"},
        "of a team that is not there": {"team": "Gone team"},
        "of an app that is not there": {"targetApps": ["Gone app", "Web"]},
        "of a team with presets": {"team": "Checkout"},
        "of no owner": {"owner": None, "creatorID": None, "creatorEmail": None, "creatorName": "Somebody"},
        "of a key": {"owner": {"ownerID": "k", "ownerType": "SDK_KEY", "ownerName": "CONSOLE API"}},
        "whose exposures are kept": {"store0100Exposures": True},
        "watched": {"monitoringMetrics": [{"name": "a :: b", "type": "ratio"}, {"name": "purchase", "type": "sum"}]},
    }
    for name, state in states.items():
        emulator.add("gates", {"name": f"Gate {name}", "rules": [rule("All", 100, {"type": "public"})], **state})
    emulator.add("gates", {"name": "Share of more decimals", "rules": [rule("Some", FRACTION, {"type": "public"})]})
    emulator.add("gates", {"name": "Described as none", "description": "<none>", "rules": [rule("<none>", 1)]})
    emulator.add("gates", {"name": "First name", "description": "Was renamed"})
    emulator.edit("gates", "first_name", {"name": "Second Name"})
    emulator.add("gates", {"name": "Another name", "id": "its.Own-ID"})
    for name in (
        "dots.and-dashes",
        "UPPER Case",
        "class",
        "print",
        "2024 sale",
        "a.b",
        "a-b",
        "a_b",
        "a  b",
        "n" * 100,
    ):
        emulator.add("gates", {"name": name})


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
    companies = {"passingCustomIDs": ["1", "01", "1.0"], "failingCustomIDs": ['"quoted", and comma', "a\\b"]}
    both = {"passingUserIDs": ["in both"], "failingUserIDs": ["in both"]}
    client.change("POST", "gates/gate_archived/overrides", both | companies)
    environments = [
        {"environment": "staging", "unitID": None, "passingIDs": ["a"], "failingIDs": []},
        {"environment": None, "unitID": "companyID", "passingIDs": [], "failingIDs": ["ünïcode", "<none>"]},
        {"environment": "production", "unitID": "userID", "passingIDs": many[:9], "failingIDs": many[9:12]},
    ]
    client.change("POST", "gates/of_a_team/overrides", {"environmentOverrides": environments})
