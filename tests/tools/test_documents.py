"""The documents: their language, the links of README.md, and the messages of the troubleshooting page."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tools.docs import voice
from tools.docs.site_hooks import indent_lists, keep_pipes

from ..documents import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SITE = "https://statsig-pulumi.example.com/"
REPOSITORY = "https://git.example.com/statsig-pulumi"
MAX_README_LINES = 250
OF_PULUMI = (
    "ModuleNotFoundError",
    "error: ",
    "Attempting to deploy",
    "failed to load checkpoint",
    "KeyError",
    "The 'virtualenv'",
    "passphrase must",
)
"""How the messages begin that this package does not write."""


def test_documents_do_not_use_the_listed_words() -> None:
    assert [str(finding) for path in voice.documents() for finding in voice.find_words(path)] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The log is told.", 1),
        ("What the API cannot change is an error.", 1),
        ("A list. What others add to it is kept.", 1),
        ("Which one? What is it?", 0),
        ("```text\nWhat the API cannot change is an error.\n```\n", 0),
        ("The gate stands there, besides the config.", 2),
        ("# What the page is about in some words\n", 0),
    ],
)
def test_a_word_that_is_not_used_is_found_in_prose_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: int
) -> None:
    monkeypatch.setattr(voice, "ROOT", tmp_path)
    (tmp_path / "page.md").write_text(text)
    assert len(list(voice.find_words(tmp_path / "page.md"))) == words


def test_documents_have_no_sentences_over_25_words() -> None:
    assert [str(finding) for path in voice.documents() for finding in voice.find_long_sentences(path)] == []


def test_a_sentence_of_more_than_25_words_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "ROOT", tmp_path)
    (tmp_path / "page.md").write_text(
        f"{'word ' * 25}end. {'word ' * 24}end.\n\n{'word ' * 30}\n\n{'word ' * 20}\n{'word ' * 20}\n"
        f"* {'word ' * 20}\n* {'word ' * 20}\n\n*[choices: {'word ' * 30}]*\n| {'word ' * 20} | {'word ' * 20} |\n"
        f"```text\n{'word ' * 30}\n```\n"
    )
    found = [(finding.line, finding.problem) for finding in voice.find_long_sentences(tmp_path / "page.md")]
    assert found == [(1, "26 words"), (3, "30 words"), (5, "40 words")]


def test_the_readme_is_short_and_its_links_are_absolute() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(README.splitlines()) < MAX_README_LINES
    assert [link for link in links if not link.startswith("https://")] == []


def test_the_links_of_the_readme_lead_to_pages_and_files() -> None:
    links = set(re.findall(r"\]\(([^)]+)\)", README))
    missing = []
    for link in sorted(links):
        path, _, anchor = link.partition("#")
        if path.startswith(SITE):
            page = path.removeprefix(SITE).strip("/")
            file = ROOT / "docs" / (page if Path(page).suffix else f"{page or 'index'}.md")
            if not file.exists() or (anchor and anchor not in anchors_of(file)):
                missing.append(link)
        elif path.startswith(f"{REPOSITORY}/"):
            file = ROOT / re.sub(r"^(?:blob|tree)/main/", "", path.removeprefix(f"{REPOSITORY}/"))
            missing += [] if file.exists() else [link]
    assert missing == []


def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w]+", "-", heading.lower()).strip("-") for heading in headings}


def test_all_files_name_the_same_site_and_repository() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    mkdocs = (ROOT / "mkdocs.yml").read_text()
    assert (urls["Documentation"], urls["Repository"]) == (SITE, REPOSITORY)
    assert f"site_url: {SITE}\n" in mkdocs
    assert f"repo_url: {REPOSITORY}\n" in mkdocs


def test_the_messages_of_the_troubleshooting_page_are_those_of_the_package() -> None:
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    messages = [
        text for text in re.findall(r"^### `(.*)`$", page, flags=re.MULTILINE) if not text.startswith(OF_PULUMI)
    ]
    texts = "\n".join(texts_of(path) for path in sorted((ROOT / "statsig_pulumi").rglob("*.py")))
    parts = [part.strip() for message in messages for part in message.split("…")]
    assert messages
    assert [part for part in parts if part.strip(":; ") and part not in texts] == []


def texts_of(module: Path) -> str:
    """Return all texts in a module, with literals that follow each other joined."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return "\n".join(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_content_of_list_items_is_indented_for_the_site_and_code_is_not() -> None:
    text = (
        "1. One:\n\n   ```sh\n   ls\n   ```\n\n   * inner\n2. Two\n\nText\n\n* Three\n  more\n\n"
        "```yaml\n- a: 1\n  b: 2\n```\n"
    )
    assert indent_lists(text) == (
        "1. One:\n\n    ```sh\n    ls\n    ```\n\n    * inner\n\n2. Two\n\nText\n\n* Three\n    more\n\n"
        "```yaml\n- a: 1\n  b: 2\n```\n"
    )


def test_escaped_pipes_in_tables_are_shown_without_the_backslash() -> None:
    text = "| `a` | `str \\| Sequence[<x>]` |\n`a \\| b`\n"
    assert keep_pipes(text) == "| `a` | <code>str &#124; Sequence[&lt;x&gt;]</code> |\n`a \\| b`\n"
