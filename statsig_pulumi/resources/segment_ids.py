"""Id lists of segments (Console API: ``/segments/{id}/id_list``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import Problem
from ..json_values import UNKNOWN, Json
from ..schema.declaration import Endpoint
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop
from ..schema.sentences import Sentence
from ..schema.state import DIGEST
from .bases.entity import Entity
from .bases.id_list import MAX_IDS, IDListLifecycle, to_count, to_text
from .bases.id_list_client import IDListClient
from .types.id_files import describe_problem, summarize
from .types.shared import NonEmptyStr, OwnerID, get_items


class SegmentIDs(
    Entity,
    endpoint=Endpoint("segments", key="segmentID", subpath="id_list", update="replace", lists="none"),
):
    """The ids of a segment of type ``id_list`` or ``user_store_id_list``.

    An update reads the list and sends what differs. It uses ``POST /segments/{id}/id_list/reset`` for up to 1,000 ids,
    else ``PATCH`` and ``DELETE /segments/{id}/id_list`` in chunks of 100,000. A list in the user store gets ``add_ids``
    and ``remove_ids``. ``pulumi destroy`` removes the declared ids. The resource's id is the segment's id.

    Example::

        import statsig_pulumi as statsig

        vip = statsig.Segment("vip", name="VIP users", type="id_list", id_type="userID")

        statsig.SegmentIDs("vip-ids", segment_id=vip.id, ids=["user-1", "user-2"])
    """

    category = "Feature flags"
    lifecycle = IDListLifecycle
    resource_client = IDListClient

    segment_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="Segment.id")
    """The segment's id."""
    ids: ListProp[NonEmptyStr] = optional(unordered=True, conflicts_with=("ids_file",))
    """The ids, up to 10,000. An empty list removes all. Set either ``ids`` or ``ids_file``."""
    ids_file: Prop[NonEmptyStr] = optional(write_only=True, wire="ids", conflicts_with=("ids",), language="file")
    """Path of a UTF-8 file with one id per line, relative to the folder of the program. The state keeps the number of
    ids and a digest, and not the ids. Set either ``ids`` or ``ids_file``."""
    keep_others: Prop[bool] = optional(local=True)
    """Whether ids that the program does not declare stay in the list. The list is not read then. An id that was
    declared in ``ids`` and no longer is, is removed; ids that a file no longer has stay."""
    count: Prop[int] = computed()
    """Number of ids that are declared, or that a refresh has found."""
    digest: Prop[str] = computed()
    """Hash of these ids. It does not depend on their order."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if "ids" in values and "ids_file" in values:
            yield Problem("ids_file", "conflicts with ids: set only one of them")
        elif "ids" not in values and "ids_file" not in values:
            yield Problem("ids", f"is required; a list of more than {MAX_IDS:,} ids needs ids_file instead")
        for index, id_ in enumerate(get_items(values, "ids")):
            if id_ is not UNKNOWN and isinstance(id_, str) and (reason := describe_problem(id_)):
                yield Problem(f"ids[{index}]", f"{reason[0].lower()}{reason[1:]}")
        if (count := len(get_items(values, "ids"))) > MAX_IDS:
            yield Problem("ids", f"has {count:,} ids; more than {MAX_IDS:,} must be in a file: set ids_file instead")

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
        """Say how many ids a file has: its path is mostly the same."""
        path, digest, old = after.get("ids_file"), after.get(DIGEST), before.get("count")
        if isinstance(path, str) and isinstance(digest, str) and isinstance(old, int):
            count = to_count(digest)
            more = count - old
            compared = f"{abs(more):,} {'more' if more > 0 else 'fewer'} than" if more else "as many as"
            yield Sentence(f"ids_file '{path}': {count:,} ids, {compared} in the state", covers=("ids_file",))

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """Declare a list in a file if a program cannot hold it."""
        ids = get_items(values, "ids")
        if len(ids) <= MAX_IDS or any(map(describe_problem, ids)):
            return values
        digest = to_text(summarize(id_.encode() for id_ in ids))
        rest = {name: value for name, value in values.items() if name != "ids"}
        return rest | {"ids_file": "\n".join(sorted(ids)), DIGEST: digest}
