"""Base of lists of ids, which may be long: only what differs is sent, in chunks, and the state keeps a digest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final, cast

from ...errors import ConcurrentEditError, GoneError, Problem, StatsigError, TakenError
from ...json_values import Json
from ...lifecycle.adoption import Adoption
from ...lifecycle.crud import LiveState
from ...lifecycle.restart import restart_if_changed
from ...lifecycle.singleton import Singleton, SingletonAdoption
from ...schema import state
from ...schema.diff import Changes
from ...schema.live_object import LiveObject
from ...schema.state import DECLARED, DIGEST, IMPORT, Inputs, Outputs
from ..types.id_comparison import Comparison
from ..types.id_files import IDFileError, Summarizer, Summary, iterate_chunks, read_ids, summarize
from .id_list_client import ID_LIST, LIST_TYPES, USER_STORE, IDListClient, get_chunk_size, to_response

RESET_IDS: Final = 1_000
"""Up to so many ids a reset is atomic."""
MAX_IDS: Final = 10_000
"""So many ids a program may hold. More are in a file."""


class IDListAdoption(SingletonAdoption):
    """Import of a list of ids. The ids of a file are compared by their digest."""

    def differences(self, inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
        found = [name for name in super().differences(inputs, live) if name != "ids"]
        name = "ids_file" if "ids_file" in inputs else "ids"
        if live.get("ids") is not None:
            comparison = Comparison.of(read_declared(inputs), (id_.encode() for id_ in live["ids"]))
            has_more = bool(comparison.extra_count) and not inputs.get("keep_others")
            if has_more or next(comparison.missing, None) is not None:
                found.append(name)
        return found


class IDListLifecycle(Singleton):
    """Behaviour of lists of ids, in a program or in a file.

    The live list is read once per update and once per refresh, and never at a preview. What differs is sent in
    chunks, additions first. If a run is interrupted, the next one finds what is left.
    """

    keeps_on_delete = False

    def make_adoption(self) -> Adoption:
        return IDListAdoption(self.updater)

    @property
    def list_client(self) -> IDListClient:
        """The client, which knows the endpoints of lists."""
        return cast(IDListClient, self.resource_client)

    # -- preview

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        path = inputs.get("ids_file")
        try:
            summary = summarize(read_ids(path)) if isinstance(path, str) and path else None
        except IDFileError as error:
            without_import = {name: value for name, value in inputs.items() if name != IMPORT}
            normalized, problems = super().check(without_import, new=new)
            return normalized, [*problems, Problem("ids_file", str(error))]
        normalized, problems = super().check(inputs, new=new)
        return normalized | ({DIGEST: to_text(summary)} if summary else {}), problems

    def drift(self, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Changes:
        """Compare the ids of a file by their digest: its path is no change."""
        found = super().drift(outputs, inputs)
        if "ids_file" not in inputs:
            return found
        changed = [name for name in found.changed if name != "ids_file"]
        if inputs.get(DIGEST) != to_text(_summary_of(outputs)):
            changed.append("ids_file")
        return replace(found, changed=tuple(name for name in self.declaration.inputs if name in changed))

    # -- update

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        return restart_if_changed(lambda: self._create(inputs))

    def _create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        key = self.resource_client.key("", inputs)
        type_ = self._get_list_type(key)
        if isinstance(inputs.get(IMPORT), str):
            self.adoption.live_to_import(inputs)
            may_remove = True
        else:
            may_remove = self.policy.on_existing == "adopt"
        declared, keeps_others = self._declare(inputs), bool(inputs.get("keep_others"))
        is_read = not keeps_others or IMPORT in inputs
        comparison = self._compare(key, declared) if is_read else None
        if comparison is None or keeps_others:
            self._add(key, type_, declared)
        elif comparison.extra_count and not may_remove:
            raise TakenError(
                f"{self.declaration.title(inputs, key)} already holds {comparison.extra_count:,} ids that the program"
                " does not declare; they were not changed. To keep them, set keep_others=True",
                import_id=key,
            )
        else:
            self._send(key, type_, comparison, comparison.extra)
        return key, self._build(inputs, declared, {})

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        return restart_if_changed(lambda: self._update_ids(id_, outputs, inputs))

    def _update_ids(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        if not self.drift(outputs, inputs).changed:
            return state.rebuild_outputs(self.declaration, outputs, inputs)
        key = self.resource_client.key(id_, outputs)
        type_ = self._get_list_type(key, "Run `pulumi refresh`, then `pulumi up` to create it again")
        declared, before = self._declare(inputs), _ids_of(outputs)
        comparison = None if inputs.get("keep_others") else self._compare(key, declared)
        if comparison is None:
            self._add(key, type_, {id_: id_ in before for id_ in declared})
            for chunk in iterate_chunks((id_ for id_ in before if id_ not in declared), get_chunk_size(type_)):
                self._change(self.list_client.remove, key, type_, chunk)
        else:
            self._send(key, type_, comparison, self._select_removed(inputs, outputs, comparison, before))
        return self._build(inputs, declared, outputs)

    def _select_removed(
        self, inputs: Mapping[str, Json], outputs: Mapping[str, Json], comparison: Comparison, before: Collection[bytes]
    ) -> Iterator[bytes]:
        """Return the ids to remove; report what others did after the state was written."""
        title = self.declaration.title(inputs)
        if _summary_of(outputs) not in (None, comparison.live) and not outputs.get("keep_others"):
            was, is_ = outputs.get("count") or 0, comparison.live.count
            summary = f"{title} was changed in Statsig after the state was written: {was:,} ids => {is_:,} ids"
            if self.policy.on_concurrent_edit == "fail":
                raise ConcurrentEditError(summary)
            self.reporter.say("warning", f"{summary}; or an interrupted run has changed a part of it")
        if "ids" not in (outputs.get(DECLARED) or ()) or self.policy.on_concurrent_edit == "overwrite":
            return comparison.extra
        unseen = comparison.extra_count - sum(id_ in before for id_ in comparison.extra)
        if unseen:
            advice = "declare them; or run `pulumi refresh`, and the next `pulumi up` removes them"
            self.reporter.say("warning", f"{title} keeps {unseen:,} ids that somebody added in Statsig: {advice}")
        return (id_ for id_ in comparison.extra if id_ in before)

    def _send(self, key: str, type_: str, comparison: Comparison, removed: Iterable[bytes]) -> None:
        """Send what differs: at once if the list is short, else additions before removals."""
        is_short = max(len(comparison.declared), comparison.live.count) <= RESET_IDS
        if is_short and type_ != USER_STORE:
            gone = set(removed)
            if gone or next(comparison.missing, None) is not None:
                kept = [id_ for id_ in comparison.extra if id_ not in gone]
                ids = [id_.decode() for id_ in chain(comparison.declared, kept)]
                self.list_client.reset(key, ids, comparison.live)
            return
        self._add(key, type_, comparison.declared)
        for chunk in iterate_chunks(removed, get_chunk_size(type_)):
            self._change(self.list_client.remove, key, type_, chunk)

    def _add(self, key: str, type_: str, declared: Mapping[bytes, bool]) -> None:
        """Send the ids that the live list lacks, in chunks."""
        missing = (id_ for id_, is_live in declared.items() if not is_live)
        for chunk in iterate_chunks(missing, get_chunk_size(type_)):
            self._change(self.list_client.add, key, type_, chunk)

    # -- refresh

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        key = self.resource_client.key(id_, outputs)
        is_resource = DECLARED in outputs
        if self.list_client.get_type(key) not in LIST_TYPES:
            if not is_resource:
                raise GoneError(f"{self.declaration.kind} '{id_}' does not exist in this Statsig project")
            return None
        inputs = state.restore_inputs(self.declaration, outputs)
        if inputs.get("keep_others"):
            return self._read_own(key, inputs, outputs)
        live = self.list_client.iterate_ids(key)
        if live is None:
            return LiveState(dict(outputs), self._with_digest(inputs, _summary_of(outputs)))
        first, summarizer = list[str](), Summarizer()
        for id_bytes in live:
            summarizer.add(id_bytes)
            if "ids_file" not in inputs and len(first) <= MAX_IDS:
                first.append(id_bytes.decode())
        if "ids" in inputs:
            inputs["ids"] = sorted(first)
        response = to_response(key, summarizer.summary)
        if not is_resource and len(first) <= MAX_IDS:
            response["ids"] = first
        refreshed = state.build_outputs(self.declaration, inputs, self.resource_client.live(response), outputs)
        return LiveState(refreshed, self._with_digest(inputs, summarizer.summary))

    def _read_own(self, key: str, inputs: Inputs, outputs: Mapping[str, Json]) -> LiveState:
        """Return the state with those of the declared ids that the list has; those of a file are not read."""
        live = None if "ids_file" in inputs else self.list_client.iterate_ids(key)
        if live is None:
            return LiveState(dict(outputs), self._with_digest(inputs, _summary_of(outputs)))
        found = Comparison.of(dict.fromkeys(_ids_of(outputs), False), live)
        ids = sorted(id_ for id_, is_live in found.declared.items() if is_live)
        inputs["ids"] = [id_.decode() for id_ in ids]
        response = to_response(key, summarize(ids))
        refreshed = state.build_outputs(self.declaration, inputs, self.resource_client.live(response), outputs)
        return LiveState(refreshed, inputs)

    # -- delete

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Remove the declared ids; keep all others."""
        key, title = self.resource_client.key(id_, outputs), self.declaration.title(outputs, id_)
        if self.deletion.is_kept_by_another(id_, outputs) or self.ownership.is_condemned(id_, outputs):
            return
        type_ = self.list_client.get_type(key)
        if type_ not in LIST_TYPES:
            return
        ids = self._find_own(key, outputs)
        if ids is None:
            self.reporter.say(
                "warning",
                f"{title}: the ids are kept in Statsig, because {outputs.get('ids_file')} no longer holds those of the"
                " state. Delete the segment, or remove them in the console",
            )
            return
        for chunk in iterate_chunks(ids, get_chunk_size(type_)):
            self._change(self.list_client.remove, key, type_, chunk)

    def _find_own(self, key: str, outputs: Mapping[str, Json]) -> Iterable[bytes] | None:
        """Return the ids that the resource declared; None if they are not known, because a file has changed."""
        if "ids_file" not in (outputs.get(DECLARED) or ()):
            return _ids_of(outputs)
        try:
            ids = read_ids(str(outputs["ids_file"]))
        except IDFileError:
            ids = {}
        if summarize(ids) == _summary_of(outputs):
            return ids
        live = None if outputs.get("keep_others") else self.list_client.iterate_ids(key)
        comparison = Comparison.of({}, live or ())
        return comparison.extra if comparison.live == _summary_of(outputs) else None

    # -- steps

    def _get_list_type(self, key: str, next_step: str = "") -> str:
        """Return the type of the segment; raises an error if it does not exist, or is no list of ids."""
        type_ = self.list_client.get_type(key)
        if type_ is None:
            summary = f"{self.declaration.kind}: segment '{key}' does not exist in this Statsig project"
            raise GoneError(f"{summary}. {next_step}" if next_step else summary)
        if type_ not in LIST_TYPES:
            raise StatsigError(
                f"{self.declaration.kind}: segment '{key}' is of type '{type_}'; only lists of ids have ids:"
                f" '{ID_LIST}' and '{USER_STORE}'"
            )
        return type_

    def _declare(self, inputs: Mapping[str, Json]) -> dict[bytes, bool]:
        """Return the declared ids, each with False; raises StatsigError if a file has changed since the preview."""
        try:
            ids = read_declared(inputs)
        except IDFileError as error:
            raise StatsigError(str(error)) from None
        if DIGEST in inputs and inputs[DIGEST] != to_text(summarize(ids)):
            raise StatsigError(f"{inputs['ids_file']} was changed while `pulumi` was running; run it again")
        return ids

    def _compare(self, key: str, declared: dict[bytes, bool]) -> Comparison | None:
        """Return the live list compared with the declared ids; None if the API does not show it."""
        live = self.list_client.iterate_ids(key)
        if live is None:
            self.reporter.say("warning", f"segment '{key}': Statsig does not show its ids, so others are not removed")
            return None
        return Comparison.of(declared, live)

    def _change(self, send: Callable[[str, str, list[str]], None], key: str, type_: str, chunk: list[str]) -> None:
        send(key, type_, chunk)
        if type_ == USER_STORE:
            self.list_client.wait_for_update(key)

    def _build(self, inputs: Mapping[str, Json], declared: Iterable[bytes], olds: Mapping[str, Json]) -> Outputs:
        key = self.resource_client.key("", inputs)
        live = self.resource_client.live(to_response(key, summarize(declared)))
        return state.build_outputs(self.declaration, inputs, live, olds)

    def _with_digest(self, inputs: Inputs, summary: Summary | None) -> Inputs:
        return inputs | ({DIGEST: to_text(summary)} if "ids_file" in inputs else {})


def read_declared(inputs: Mapping[str, Json]) -> dict[bytes, bool]:
    """Return the ids of the inputs, each with False; raises IDFileError."""
    if "ids_file" in inputs:
        return read_ids(str(inputs["ids_file"]))
    return dict.fromkeys((id_.encode() for id_ in inputs.get("ids") or ()), False)


def to_text(summary: Summary | None) -> str:
    """Return what the state keeps of the ids in a file."""
    return f"{summary.count} {summary.digest}" if summary else ""


def to_count(text: str) -> int:
    """Return the number of ids in what the state keeps of a file."""
    return int(text.partition(" ")[0])


def _summary_of(outputs: Mapping[str, Json]) -> Summary | None:
    """Return the summary of the ids in the state."""
    return Summary(outputs["count"], outputs["digest"]) if {"count", "digest"} <= outputs.keys() else None


def _ids_of(outputs: Mapping[str, Json]) -> dict[bytes, None]:
    """Return the ids that the program declared before, if the state has them."""
    ids = outputs.get("ids") if "ids" in (outputs.get(DECLARED) or ()) else None
    return dict.fromkeys(id_.encode() for id_ in ids or ())
