"""The table that compares this package with the Terraform provider over Pulumi's bridge."""

from __future__ import annotations

from typing import Final

import statsig_pulumi as statsig
from statsig_pulumi.schema.declaration import REGISTRY

from .markdown import lines, table

BEGIN, END = "<!-- comparison: made by `make docs` -->\n", "<!-- end of comparison -->\n"
HEADINGS: Final = ("", "statsig_pulumi", "Terraform provider over the bridge")


def build_table() -> str:
    """Return the table, with the numbers of this version."""
    data_sources = sum(name.startswith(("get_", "list_")) for name in dir(statsig))
    rows = [
        ["Resources", str(len(REGISTRY)), "17"],
        ["Resources that can be imported", "all that the API can read", "4"],
        ["Data sources", str(data_sources), "0"],
        ["Retries after lost connections and server errors", "yes", "no"],
        ["Statsig's rate limit", "kept, and shared by all runs", "not kept"],
        ["A rejected request (4xx)", "is an error", "counts as success"],
        ["A rollout of 33.33 %", "is sent as declared", "is truncated"],
        ["An empty list", "clears the property", "cannot be sent"],
        ["Preview of 1,000 unchanged gates", "7.3 s, of which 6.4 s are Pulumi's own", "not measured"],
    ]
    return lines(table(HEADINGS, rows))
