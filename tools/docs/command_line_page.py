"""Generate docs/command-line.md from the commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cyclopts import App

from statsig_pulumi.cli.command_help import EXIT_CODES
from statsig_pulumi.cli.main import app

INTRODUCTION = """\
# Command line

The package installs the command `statsig-pulumi`. `python -m statsig_pulumi` is the same command.

<!-- generated from the commands by `make docs` -->

| Command | Description |
|---|---|
"""
CONVENTIONS = """\
## For all commands

* Results are printed to standard output. Progress, notes and errors are printed to standard error.
* An error is one line. It says what happened and what to do next.
* `--quiet` (`-q`) leaves out progress, notes and hints. Results, warnings and errors are printed.
* Tables are as wide as the terminal. Ids are never cut or wrapped. If the output is not a terminal, no line is wrapped.
* `NO_COLOR=1` turns colours off.
* `--help` shows the help of a command, `--version` the version of the package.

### Exit codes

| Code | Meaning |
|---|---|
"""
INTERRUPTED = "| `130` | The command was interrupted, such as by Ctrl-C. Only `emulate` then ends with `0`. |"


def build_page() -> str:
    """Return docs/command-line.md."""
    sections = dict(sorted(_commands()))
    rows = [f"| [`{name}`](#{name}) | {_first_line(app[name])} |" for name in sections]
    codes = [f"| `{code}` | {meaning} |" for code, meaning in EXIT_CODES.items()]
    texts = [text for section in sections.values() for text in section]
    lines = [INTRODUCTION + "\n".join(rows), "", CONVENTIONS + "\n".join([*codes, INTERRUPTED]), "", *texts]
    return "\n".join(lines).rstrip() + "\n"


def _first_line(command: App) -> str:
    return command.help.strip().splitlines()[0]


def _commands() -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each command, and its section: heading, usage, parameters, and the end of its help."""
    _, *rest = re.split(rf"^## {app.name[0]} (\S+)$", app.generate_docs(output_format="markdown"), flags=re.MULTILINE)
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        epilogue = _fence_examples(app[name].help_epilogue or "")
        # cyclopts adds the module that this process was started with.
        body = re.sub(r"(?<=^statsig-pulumi )(\S+) -m \S+", r"\1", body, flags=re.MULTILINE)
        yield name, [f"## {name}", "", _escape_patterns(body).strip(), "", epilogue.strip(), ""]


def _escape_patterns(text: str) -> str:
    """Return the text with the asterisks of patterns as code, which Markdown takes for emphasis."""
    return text.replace("; * matches", "; `*` matches")


def _fence_examples(epilogue: str) -> str:
    """Return the epilogue with its indented code as fenced blocks of a shell."""
    return re.sub(r"((?:^    .+\n)+)", lambda match: _fence(match[1]), epilogue, flags=re.MULTILINE)


def _fence(block: str) -> str:
    code = "".join(f"{line[4:]}\n" for line in block.splitlines())
    return f"```sh\n{code}```\n"
