"""The programs of docs/conditions.md on the real engine."""

from __future__ import annotations

import re
from pathlib import Path

from statsig_pulumi.emulator import Emulator

from .stack import Stack

PAGE = Path(__file__).parents[2] / "docs" / "conditions.md"
PROGRAMS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)


def test_the_programs_of_the_page_deploy_without_a_difference(stack: Stack, emulator: Emulator) -> None:
    stack.program("\n".join(PROGRAMS)).up()
    stack.preview_is_empty()
    staff, everyone, checkout = "staff", {"type": "public"}, emulator.objects("gates")[-1]
    assert {rule["name"]: rule["conditions"] for rule in checkout["rules"]} == {
        "Staff": [{"type": "passes_gate", "targetValue": staff}],
        "Benelux": [
            {"type": "country", "operator": "any", "targetValue": ["NL", "BE", "LU"]},
            {"type": "custom_field", "operator": "any", "targetValue": ["pro", "team"], "field": "plan"},
            {"type": "app_version", "operator": "version_gte", "targetValue": "2.10"},
        ],
        "Everyone": [everyone],
    }
