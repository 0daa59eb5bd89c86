"""Lists of ids, from a program or from a file with one id per line, and what the state keeps of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

MAX_ID_CHARACTERS: Final = 1_000
MAX_REPORTED_LINES: Final = 5
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
DIGEST_BYTES: Final = 16


@dataclass(frozen=True)
class Summary:
    """What identifies a set of ids, however large it is."""

    count: int
    digest: str
    """A hash that does not depend on the order."""


class Summarizer:
    """Computes the summary of ids that come one by one, each once; it keeps none of them."""

    def __init__(self) -> None:
        self._count = self._sum = 0

    def add(self, id_: bytes) -> None:
        self._count += 1
        self._sum += int.from_bytes(hashlib.blake2b(id_, digest_size=DIGEST_BYTES).digest())

    @property
    def summary(self) -> Summary:
        rest = self._sum % (1 << 8 * DIGEST_BYTES)
        return Summary(self._count, rest.to_bytes(DIGEST_BYTES).hex())


def summarize(ids: Iterable[bytes]) -> Summary:
    """Return the summary of ids, of which none repeats."""
    summarizer = Summarizer()
    for id_ in ids:
        summarizer.add(id_)
    return summarizer.summary


class IDFileError(ValueError):
    """Raised for a file that is no list of ids, with everything that is wrong in it."""


def read_ids(path: str) -> dict[bytes, bool]:
    """Return the ids in a file, each with False; raises IDFileError.

    They are bytes, because a million of them take less memory than as texts.
    """
    ids: dict[bytes, bool] = {}
    problems = list[str]()
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(file, 1):
                id_ = line.rstrip(b"\r\n")
                if reason := _describe_problem(id_, is_first=number == 1):
                    problems.append(f"line {number} {reason}")
                ids[id_] = False
    except OSError as error:
        raise IDFileError(f"cannot read '{path}': {error.strerror or type(error).__name__}") from None
    if not ids:
        raise IDFileError(f"'{path}' is empty; to have no ids in the list, declare ids=[]")
    if problems:
        more = len(problems) - MAX_REPORTED_LINES
        shown = "; ".join(problems[:MAX_REPORTED_LINES]) + (f"; and {more} more lines" if more > 0 else "")
        raise IDFileError(f"'{path}' must have one id per line: {shown}")
    return ids


def describe_problem(id_: str) -> str:
    """Return why a text is no id; empty if it is one."""
    return _describe_problem(id_.encode(errors="surrogatepass"), is_first=False)


def _describe_problem(id_: bytes, *, is_first: bool) -> str:
    if is_first and id_.startswith(BYTE_ORDER_MARK):
        return "begins with a byte order mark: save the file as UTF-8 without it"
    try:
        text = id_.decode()
    except UnicodeDecodeError:
        return "is not UTF-8"
    if not text.strip():
        return "is blank"
    if text != text.strip():
        return "begins or ends with blanks"
    if "\n" in text or "\r" in text:
        return "contains a line break"
    if len(text) > MAX_ID_CHARACTERS:
        return f"has more than {MAX_ID_CHARACTERS:,} characters"
    return ""


def iterate_chunks(ids: Iterable[bytes], size: int) -> Iterator[list[str]]:
    """Yield the ids as texts, in lists of this size."""
    rest = iter(ids)
    while chunk := [id_.decode() for id_ in islice(rest, size)]:
        yield chunk
