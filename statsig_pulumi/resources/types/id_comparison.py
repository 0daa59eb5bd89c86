"""Comparison of a live list of ids, which may be long, with the declared ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from .id_files import Summarizer, Summary

SPOOLED_BYTES: Final = 1024 * 1024


@dataclass
class Comparison:
    """A live list compared with the declared ids. Memory holds the declared ids alone."""

    declared: dict[bytes, bool]
    """The declared ids, each with whether the live list has it."""
    live: Summary = field(default_factory=lambda: Summary(0, ""))
    extra_count: int = 0
    """The number of live ids that are not declared."""
    _extra: IO[bytes] = field(default_factory=lambda: SpooledTemporaryFile(SPOOLED_BYTES))  # noqa: SIM115 - closed with it

    @classmethod
    def of(cls, declared: dict[bytes, bool], live: Iterable[bytes]) -> Comparison:
        """Compare; the ids that are not declared go to a temporary file."""
        found, summarizer = cls(declared), Summarizer()
        for id_ in live:
            summarizer.add(id_)
            if id_ in declared:
                declared[id_] = True
            else:
                found.extra_count += 1
                found._extra.write(json.dumps(id_.decode()).encode() + b"\n")
        found.live = summarizer.summary
        return found

    @property
    def missing(self) -> Iterator[bytes]:
        """The declared ids that the live list lacks."""
        return (id_ for id_, is_live in self.declared.items() if not is_live)

    @property
    def extra(self) -> Iterator[bytes]:
        """The live ids that are not declared."""
        self._extra.seek(0)
        for line in self._extra:  # a generator, which keeps the file open
            yield str(json.loads(line)).encode()
