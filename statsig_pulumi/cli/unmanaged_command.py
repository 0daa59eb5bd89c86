"""The command ``statsig-pulumi unmanaged``: list the objects that no stack manages."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, astuple

from ..api.client import Client
from ..errors import StatsigError
from ..export.filters import Filters
from ..export.inventory import list_objects
from ..export.unmanaged import find_unmanaged, parse_stack
from ..settings import Settings
from .output import print_json, print_note, print_notes_unless, print_table, read_text, show_progress


def print_unmanaged(stacks: Sequence[str], filters: Filters, *, as_json: bool, quiet: bool) -> bool:
    """Print the objects that are in none of these stacks, and return whether there are any; exit if that fails.

    ``stacks`` are files with the output of ``pulumi stack export``; ``-`` is standard input.
    """
    try:
        managed = set().union(*(parse_stack(read_text(stack)) for stack in stacks))
        with show_progress(quiet=quiet) as report_fn:
            client = Client.from_settings(Settings.from_sources(), on_message=print_notes_unless(quiet))
            listed, not_readable = list_objects(client, filters, report_fn)
    except StatsigError as error:
        sys.exit(str(error))
    for each in not_readable:
        print_note(f"not listed: {each.title}: {each.reason}")
    objects = list(find_unmanaged(listed, managed))
    if as_json:
        print_json([asdict(each) for each in objects])
    else:
        header = ["Kind", "Id", "Name", "Owner", "Last change", "Status"]
        print_table(header, map(astuple, objects), unbroken=["Kind", "Id"])
    print_notes_unless(quiet)(f"{len(objects):,} of {len(listed):,} objects are in no stack")
    return bool(objects)
