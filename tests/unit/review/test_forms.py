"""The forms of a report: Markdown that fits a comment, lines for a terminal, and JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from statsig_pulumi.review.markdown import GITHUB_LIMIT, to_code, to_markdown
from statsig_pulumi.review.plain import to_json, to_lines
from statsig_pulumi.review.plan import parse_plan
from statsig_pulumi.review.policies import Policies, Violation, find_violations
from statsig_pulumi.review.report import Report, build_report
from statsig_pulumi.review.state import Dependent

Json = Any


@pytest.fixture
def violations(report: Report) -> list[Violation]:
    policies = Policies.parse({"forbid": "delete,replace"}, "options")
    return find_violations(report, policies, datetime(2026, 1, 1, tzinfo=UTC))


def texts_of(report: Report) -> set[str]:
    return {sentence.text for each in report.objects for sentence in each.sentences}


def test_each_form_has_every_object_sentence_and_violation(report: Report, violations: list[Violation]) -> None:
    markdown = to_markdown(report, violations)
    terminal = "\n".join(line.text for line in to_lines(report, violations))
    as_json = to_json(report, violations)
    in_json = {each["text"] for o in as_json["objects"] for each in o["sentences"]}
    assert {text for text in texts_of(report) if text not in markdown} == set()
    assert {text for text in texts_of(report) if text not in terminal} == set()
    assert in_json == texts_of(report)
    for form in (markdown, terminal, json.dumps(as_json)):
        assert {v.policy for v in violations if v.policy not in form} == set()
    assert len(as_json["objects"]) == terminal.count("updated") - 1 + 3 == markdown.count("<details>") == 20


def test_the_same_plan_makes_the_same_comment(plan_text: str, report: Report) -> None:
    again = build_report(parse_plan(plan_text))
    reversed_plan = json.loads(plan_text)
    reversed_plan["steps"].reverse()
    assert to_markdown(again, []) == to_markdown(build_report(parse_plan(json.dumps(reversed_plan))), [])
    assert to_markdown(report, []).startswith("<!-- statsig-pulumi review: engine/test -->\n")


def many(plan_text: str, count: int) -> Report:
    """Return a report on a plan with every object ``count`` times, under other names."""
    plan = json.loads(plan_text)
    steps = [
        json.loads(json.dumps(step).replace(step["urn"], f"{step['urn']}-{index}"))
        for index in range(count)
        for step in plan["steps"]
    ]
    return build_report(parse_plan(json.dumps(plan | {"steps": steps})))


@pytest.mark.parametrize("count", [2, 12, 60])
def test_a_long_report_fits_a_comment_and_counts_the_rest(plan_text: str, count: int) -> None:
    report = many(plan_text, count)
    markdown = to_markdown(report, [])
    assert len(markdown) <= GITHUB_LIMIT
    named = markdown.count("<details>") + markdown.count("(details were cut)")
    (cut,) = re.findall(r"and ([\d,]+) more objects", markdown) or ["0"]
    assert named + int(cut.replace(",", "")) == len(report.objects) == 20 * count
    # Only the least important ones are cut.
    assert markdown.count("<details><summary>high") > 0


def test_many_violations_leave_room_for_the_changes(plan_text: str) -> None:
    report = many(plan_text, 60)
    policies = Policies.parse({"require-team": True, "max-rollout-step": 0}, "options")
    markdown = to_markdown(report, find_violations(report, policies, datetime(2026, 1, 1, tzinfo=UTC)))
    assert len(markdown) <= GITHUB_LIMIT
    assert "more broken policies" in markdown
    assert "<details>" in markdown


def test_texts_of_users_are_no_markdown_html_or_mention(changed_plan: Json) -> None:
    evil = "</code> <b>@everyone</b> `x` **bold** #1"
    for step in changed_plan["steps"]:
        if step["urn"].endswith("::tag"):
            step["newState"]["inputs"]["description"] = evil
            step["newState"]["inputs"]["name"] = step["oldState"]["outputs"]["name"] = evil
    markdown = to_markdown(build_report(parse_plan(json.dumps(changed_plan))), [])
    outside = re.sub(r"<code>.*?</code>", "", re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown))
    assert "everyone</b>" not in outside.replace("passes for everyone", "")
    assert "<b>" not in outside
    assert "&lt;b&gt;@everyone" in markdown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("plain", "`plain`"),
        ("with `ticks` inside", "``with `ticks` inside``"),
        ("`edge`", "`` `edge` ``"),
        ("two\nlines", "`two lines`"),
    ],
)
def test_code_may_contain_anything(text: str, code: str) -> None:
    assert to_code(text) == code


def test_no_form_has_a_secret(report: Report, plan_text: str, state_text: str) -> None:
    forms = (
        to_markdown(report, []),
        json.dumps(to_json(report, [])),
        "".join(line.text for line in to_lines(report, [])),
    )
    ciphertexts = re.findall(r'"ciphertext": "([^"]+)"', plan_text + state_text)
    assert ciphertexts
    for form in forms:
        assert not any(text in form for text in ciphertexts)
        assert "[secret]" not in form


def test_a_plan_without_changes_is_one_line() -> None:
    report = build_report(parse_plan('{"steps": []}'))
    assert [line.text for line in to_lines(report, [])] == ["No Statsig object changes"]
    assert "## No Statsig object changes" in to_markdown(report, [])
    assert to_json(report, [])["objects"] == []


def test_the_line_of_an_object_counts_what_depends_on_it(report: Report) -> None:
    dependent = Dependent("Gate 'Other'")
    (first, second, third, *_) = (replace(each, dependents=()) for each in report.objects)
    objects = (first, replace(second, dependents=(dependent,)), replace(third, dependents=(dependent, dependent)))
    lines = re.findall("<summary>(.*)</summary>", to_markdown(replace(report, objects=objects), []))
    assert [line.partition("change, ")[2] for line in lines] == ["", "1 depends on it", "2 depend on it"]
