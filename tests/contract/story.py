"""A story: a program that changes, a console user who edits, and commands that fail or are killed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from hypothesis import event, note
from hypothesis import strategies as st

from statsig_pulumi.errors import StatsigError
from statsig_pulumi.json_values import NONE
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.properties import Property

from .console_user import (
    ConsoleUser,
    OverridesConsoleUser,
    RuleConsoleUser,
    console_user_of,
    is_job,
    is_singleton,
    with_variant_ids,
)
from .identities import (
    COLLECTIONS,
    PARENTS,
    draw_inputs,
    identity_of,
    is_kept,
    new_identity,
    shorten,
    with_next_status,
)
from .inputs import is_valid, is_valid_change
from .interruptions import Interruption, Killed, interruptions
from .project import Project, contains, without_server_fields
from .small_engine import Command, Declared, Saved, SmallEngine
from .values import Json, Values, property_values

DERIVED: Final = ("team", "team_id", "is_enabled", "groups")
"""Properties that the service sets along with others."""
CONSOLE_RULE: Final = {
    "id": "console",
    "baseID": "console",
    "name": "of the console",
    "passPercentage": 5,
    "conditions": [],
    "environments": None,
}


class Story:
    """A stack, its program and what others did in the project."""

    def __init__(self, project: Project, folder: Path, kinds: tuple[str, ...], *, has_checkpoints: bool = True) -> None:
        self.project, self.emulator, self.kinds = project, project.emulator, kinds
        self._add_parents()
        self.engine = SmallEngine(project, folder, has_checkpoints=has_checkpoints)
        self.program: dict[str, Declared] = {}
        self.applied: dict[str, Declared] = {}
        """What the last successful ``up`` declared."""
        self.attempted: set[str] = set()
        """The resources that a command may have created."""
        self.drifted = self.needs_refresh = False
        self.undeclared: dict[str, dict[str, Json]] = {}
        """By resource, the fields that the console set and the program does not declare."""
        self.others = self._objects()
        self.held: list[Values] = []
        """The identities of overrides that the console edited: without their resource, they are of others."""
        self.archived: Counter[str] = Counter()
        """The numbers of objects that are archived instead of deleted."""
        self.number = 0

    def _add_parents(self) -> None:
        for kind in ("SegmentIDs", "MetricReload", "Key"):
            console_user_of(REGISTRY[kind]).create_parents(self.emulator)
        for collection, kind in COLLECTIONS.items():
            for id_ in PARENTS[kind][1]:
                self.emulator.add(collection, {"id": id_, "name": id_})
                if collection in ("gates", "dynamic_configs"):
                    rule = CONSOLE_RULE | ({"returnValue": {}} if collection == "dynamic_configs" else {})
                    self.emulator.edit(collection, id_, {"rules": [rule]})

    # -- the program

    def declare(self, data: st.DataObject) -> None:
        declaration = REGISTRY[data.draw(st.sampled_from(self.kinds), label="kind")]
        identity = self._new_identity(data, declaration)
        if identity is None:
            return
        inputs = draw_inputs(data, declaration, identity)
        if inputs is not None:
            self._set(f"{declaration.kind}-{self.number}", Declared(declaration.kind, inputs))

    def change(self, data: st.DataObject) -> None:
        """Change the values of a resource, or its identity."""
        names = [name for name in self.program if name not in self.attempted or name in self.engine.state]
        if not names:
            return
        name = data.draw(st.sampled_from(names), label="changed")
        before = self.program[name]
        declaration = REGISTRY[before.kind]
        is_settled = self.applied.get(name) == before or name not in self.attempted
        identity = identity_of(before)
        if is_settled and data.draw(st.integers(0, 3), label="other identity") == 0:
            identity = None if is_kept(before.inputs) else self._new_identity(data, declaration)
            if identity is None:
                return
            inputs: Values | None = {**before.inputs, **identity}
        elif is_job(declaration) or (declaration.kind == "Experiment" and not is_settled):
            return
        elif declaration.kind == "Experiment" and data.draw(st.booleans(), label="other status"):
            inputs = with_next_status(data, before.inputs, self.number)
        else:
            properties = declaration.inputs
            kept = {n: v for n, v in before.inputs.items() if not properties[n].can_be_updated}
            inputs = draw_inputs(data, declaration, kept | identity)
        if inputs is None or not is_valid(declaration, inputs):
            return
        is_replaced = any(
            before.inputs.get(n) != inputs.get(n) for n, p in declaration.inputs.items() if p.options.replace_on_changes
        )
        is_live = name in self.engine.state
        stored = self.engine.state[name].outputs if is_live else {}
        if is_replaced and any(map(is_kept, (before.inputs, inputs, stored))):
            return  # the archived object would keep the name
        if is_live and not is_replaced and not is_valid_change(declaration, before.inputs, inputs):
            return
        if is_replaced:
            self.undeclared.pop(name, None)
        self._set(name, Declared(before.kind, inputs))

    def remove(self, data: st.DataObject) -> None:
        """Remove a resource from the program, unless a command may have created it without knowing."""
        if names := [name for name in self.program if name not in self.attempted or name in self.engine.state]:
            name = data.draw(st.sampled_from(names), label="removed")
            note(f"remove {name}")
            del self.program[name]
            self.undeclared.pop(name, None)

    def _set(self, name: str, declared: Declared) -> None:
        note(f"program {name} = {json.dumps(declared.inputs, ensure_ascii=False)}")
        self.program[name] = declared
        wires = {REGISTRY[declared.kind].inputs[n].wire for n in declared.inputs}
        kept = {wire: value for wire, value in self.undeclared.get(name, {}).items() if wire not in wires}
        # What the console set, and the state does not know, differs from what is declared by now.
        self.drifted |= kept != self.undeclared.get(name, {})
        self.undeclared[name] = kept

    def _new_identity(self, data: st.DataObject, declaration: Declaration) -> Values | None:
        self.number += 1
        stored = [*self.engine.state.values(), *(saved for _, saved in self.engine.replaced)]
        used = [*self.program.values(), *(Declared(saved.kind, saved.inputs) for saved in stored)]
        return new_identity(data, declaration, self.number, used, self.held)

    # -- the console

    def edit_in_console(self, data: st.DataObject) -> None:
        """Change a property of a live object, declared or not."""
        live = {n: d for n, d in self.program.items() if n in self.engine.state and self._record(n) is not None}
        live = {n: d for n, d in live.items() if _editable(REGISTRY[d.kind]) and not self._is_to_be_replaced(n)}
        if not live:
            return
        name = data.draw(st.sampled_from(list(live)), label="edited")
        declaration = REGISTRY[live[name].kind]
        editable = _editable(declaration)
        p = editable[data.draw(st.sampled_from(list(editable)), label="property")]
        value = codec.normalize(p, data.draw(property_values(p, declaration.kind).map(shorten)))
        body = codec.encode({p.name: p}, {p.name: value})
        if p.wire == "rules":
            body = {p.wire: [{"passPercentage": 100} | with_variant_ids(rule) for rule in body[p.wire]]}
        note(f"console: {name}.{p.wire} = {json.dumps(body[p.wire], ensure_ascii=False)}")
        user = console_user_of(declaration)
        user.edit(self.emulator, user.kind_of(declaration), self._key(name), body)
        if isinstance(user, OverridesConsoleUser):
            self.held.append(identity_of(live[name]))
        if p.name in live[name].inputs or p.name in self.engine.state[name].inputs:
            self.drifted = True
        else:
            record = self._record(name)
            self.undeclared.setdefault(name, {})[p.wire] = record and record.get(p.wire)

    def delete_in_console(self, data: st.DataObject) -> None:
        """Delete a live object."""
        names = [
            name
            for name, saved in self.engine.state.items()
            if self._record(name) is not None and _can_be_deleted(REGISTRY[saved.kind])
        ]
        if names:
            name = data.draw(st.sampled_from(names), label="deleted")
            note(f"console: delete {name}")
            declaration = REGISTRY[self.engine.state[name].kind]
            user = console_user_of(declaration)
            user.delete(self.emulator, user.kind_of(declaration), self._key(name))
            self.undeclared.pop(name, None)
            self.needs_refresh = True

    def add_in_console(self, data: st.DataObject) -> None:
        """Create an object that the program does not know."""
        collection = data.draw(st.sampled_from(["gates", "dynamic_configs", "tags"]), label="collection")
        self.number += 1
        note(f"console: add {collection} {self.number}")
        before = self._objects()
        self.emulator.add(collection, {"id": f"others_{self.number}", "name": f"others_{self.number}"})
        added = [item for item in self._objects()[collection] if item not in before[collection]]
        self.others[collection] += added

    # -- commands

    def up(self, data: st.DataObject) -> None:
        """Run ``up``, after a change if nothing is to be done."""
        if self.applied == self.program:
            data.draw(st.sampled_from([Story.declare, Story.change]), label="change")(self, data)
        interruption = data.draw(interruptions, label="interruption")
        note(f"up {interruption}")
        self._report(self._run(lambda: self.engine.up(self.program, interruption)), interruption)

    def refresh(self, data: st.DataObject) -> None:
        interruption = data.draw(interruptions, label="interruption")
        note(f"refresh {interruption}")
        self._report(self.engine.refresh(interruption), interruption)

    def destroy(self, data: st.DataObject) -> None:
        interruption = data.draw(interruptions, label="interruption")
        note(f"destroy {interruption}")
        self.undeclared.clear()
        self._report(command := self._run(lambda: self.engine.destroy(interruption)), interruption)
        # To create an object again that is archived by now is an error, as it is to replace values of others.
        self.program = {
            name: declared
            for name, declared in self.program.items()
            if not is_kept(declared.inputs) and identity_of(declared) not in self.held
        }
        # Whether the object of the last delete is there is not known, and the program may still declare it.
        self.needs_refresh |= command.error is not None

    def _run(self, run: Callable[[], Command]) -> Command:
        """Run a command, and count the objects that it archived instead of deleting them."""
        before = [
            (REGISTRY[saved.kind], self._key_of(saved))
            for saved in [*self.engine.state.values(), *(saved for _, saved in self.engine.replaced)]
            if is_kept(saved.outputs)
        ]
        command = run()
        after = [self._key_of(saved) for saved in [*self.engine.state.values(), *(s for _, s in self.engine.replaced)]]
        for declaration, key in before:
            if key not in after and (record := self._record_of(declaration, key)) is not None:
                assert console_user_of(declaration).is_archived(record), f"{key} is not archived"
                self.archived[_collection(declaration)] += 1
        return command

    def _report(self, command: Command, interruption: Interruption | None) -> None:
        for message in [*command.messages, f"error: {command.error!r} in {command.running}" if command.error else ""]:
            if message:
                note(f"    {message}")
        self.attempted |= {
            operation.split(" ")[-1] for operation in [*command.operations, command.running] if operation
        }
        self.applied = {n: d for n, d in self.program.items() if command.error is None and n in self.engine.state}
        if command.error is None:
            return
        how = interruption.how if interruption else "nothing"
        kind = command.running.rpartition(" ")[2].partition("-")[0]
        event(f"{how} in {command.running.rpartition(' ')[0]}")
        event(f"{kind}: {command.running.rpartition(' ')[0]}")
        assert isinstance(command.error, (StatsigError, Killed)), f"{command.error!r} is no error for users"
        assert interruption is not None or self.needs_refresh, f"{command.running} failed: {command.error}"

    # -- the end

    def converge(self) -> None:
        """Assert that one ``up`` completes the program, and that nothing of others has changed."""
        if self.needs_refresh:
            self._must(self.engine.refresh(), "refresh")
        self._must(self._run(lambda: self.engine.up(self.program)), "up")
        assert self.engine.preview(self.program) == [], "a preview after `up` is not empty"
        if self.drifted:
            self._must(self.engine.refresh(), "refresh")
            self._must(self.engine.up(self.program), "up")
            assert self.engine.preview(self.program) == [], "a preview after `up` is not empty"
        refreshed = self.engine.refresh()
        self._must(refreshed, "refresh")
        assert refreshed.operations == [], "a refresh finds drift"
        assert self.engine.preview(self.program) == [], "a preview after a refresh is not empty"
        self._assert_objects()
        self._assert_declared()
        self._assert_undeclared()

    def end(self) -> None:
        """Assert that destroy leaves what others made, and what is promised to stay."""
        kept = {
            name: self._record(name)
            for name, saved in self.engine.state.items()
            if is_singleton(REGISTRY[saved.kind]) and REGISTRY[saved.kind].kind in ("IngestionSchedule", "User")
        }
        keys = {name: (REGISTRY[saved.kind], self._key(name)) for name, saved in self.engine.state.items()}
        self._must(self._run(self.engine.destroy), "destroy")
        assert self.engine.state == {}
        for name, record in kept.items():
            assert self._record_of(*keys[name]) == record, f"destroy changed {name}"
        self._assert_objects()

    def _must(self, command: Command, what: str) -> None:
        for message in command.messages:
            note(f"    {message}")
        if command.error:
            note(f"    error: {command.error!r} in {command.running}")
            raise AssertionError(f"{what} fails in {command.running}: {command.error}") from command.error

    def _assert_objects(self) -> None:
        """Assert that each declared object is there once, and each of others unchanged."""
        now, expected = self._objects(), {kind: len(items) for kind, items in self.others.items()}
        for saved in self.engine.state.values():
            declaration = REGISTRY[saved.kind]
            if not is_singleton(declaration) and not is_job(declaration) and saved.kind not in PARENTS:
                expected[_collection(declaration)] += 1
            elif isinstance(console_user_of(declaration), RuleConsoleUser):
                expected[f"{_collection(declaration)} rules"] += 1
        for collection, count in self.archived.items():
            expected[collection] += count
        found = {kind: len(items) for kind, items in now.items()}
        counted = [kind for kind in expected if kind not in UNCOUNTED]
        wrong = {kind: (found[kind], expected[kind]) for kind in counted if found[kind] != expected[kind]}
        assert wrong == {}, f"objects, and those that there should be: {wrong}"
        for kind, items in self.others.items():
            gone = [item for item in items if item not in now[kind]] if kind not in UNCOUNTED else []
            assert gone == [], f"{kind} of others changed: {gone}"

    def _assert_declared(self) -> None:
        """Assert that the service stores the declared texts, numbers and flags, which it does not change."""
        for name, saved in self.engine.state.items():
            record, properties = self._record(name) or {}, _editable(REGISTRY[saved.kind])
            for p in properties.values():
                value = self.program[name].inputs.get(p.name)
                if p.wire in record and value is not None and value != NONE and _is_stored_as_sent(p):
                    stored, from_wire = record[p.wire], p.options.from_wire
                    is_stored = value in (stored, from_wire(stored) if from_wire else stored)
                    is_stored |= (value, stored) == ("", None)  # the same, so it is not sent
                    assert is_stored, f"{name}: {p.wire} is {stored}, not {value}"

    def _assert_undeclared(self) -> None:
        for name, fields in self.undeclared.items():
            if name in self.engine.state and (record := self._record(name)) is not None:
                for wire, value in fields.items():
                    assert contains(record.get(wire), value), f"{name}: {wire} is {record.get(wire)}, not {value}"

    # -- the project

    def _is_to_be_replaced(self, name: str) -> bool:
        saved, inputs = self.engine.state[name], self.program[name].inputs
        properties = REGISTRY[saved.kind].inputs
        fixed = [n for n, p in properties.items() if p.options.replace_on_changes]
        return saved.is_deleted_first or any(n in inputs and saved.inputs.get(n) != inputs[n] for n in fixed)

    def _objects(self) -> dict[str, list[Json]]:
        """Return all objects by collection, without what every write changes and without the rules of parents."""
        objects = self.project.objects()
        for collection in ("gates", "dynamic_configs"):
            parents = [item for item in objects[collection] if item["id"] in PARENTS[COLLECTIONS[collection]][1]]
            objects[f"{collection} rules"] = [rule for parent in parents for rule in parent["rules"]]
            objects[collection] = [
                {k: v for k, v in item.items() if k != "rules" or item not in parents} for item in objects[collection]
            ]
        return objects

    def _key(self, name: str) -> str:
        return self._key_of(self.engine.state[name])

    def _key_of(self, saved: Saved) -> str:
        declaration = REGISTRY[saved.kind]
        client = declaration.cls.resource_client(declaration, self.project.client)
        return str(client.key(saved.id, saved.outputs))

    def _record(self, name: str) -> Json:
        return self._record_of(REGISTRY[self.engine.state[name].kind], self._key(name))

    def _record_of(self, declaration: Declaration, key: str) -> Json:
        """Return the object as it is stored; None if there is none, or if nothing shows it."""
        user = console_user_of(declaration)
        if is_job(declaration) or declaration.kind == "DatabricksConnection":
            return None
        try:
            return without_server_fields(user.record(self.emulator, user.kind_of(declaration), key))
        except (KeyError, StopIteration, StatsigError):
            return None


UNCOUNTED: Final = (
    "metric_reloads",
    "databricks",
    "environments",
    "settings",
    "overrides",
    "schedule",
    "ingestion_schedules",
    "users",
    "gate_overrides",
    "autotune_overrides",
    "segment_ids",
    "experiment_overrides",
    "layer_overrides",
    "holdout_overrides",
)


def _collection(declaration: Declaration) -> str:
    user: ConsoleUser = console_user_of(declaration)
    return user.kind_of(declaration)


def _editable(declaration: Declaration) -> dict[str, Property[Any]]:
    """Return the properties that a console user can edit without an effect on others."""
    if is_job(declaration):
        return {}
    return {
        name: p
        for name, p in declaration.inputs.items()
        if p.sent
        and p.readable
        and p.action is None
        and p.can_be_updated
        and not p.options.alternative
        and not p.is_alternative
        and name not in DERIVED
        and name != "name"
        and p.wire not in declaration.endpoint.key_names
    }


def _is_stored_as_sent(p: Property[Any]) -> bool:
    return not (p.many or p.nested or p.options.compare_fn or p.options.normalize_fn)


def _can_be_deleted(declaration: Declaration) -> bool:
    return not is_job(declaration) and not is_singleton(declaration) and console_user_of(declaration).can_delete
