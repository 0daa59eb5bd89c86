"""The inputs and outputs of a resource, and all reserved keys in them.

Inputs are what a program declares, normalised. Outputs are what the API returned, except that declared
properties are as the program wrote them. Both use our property names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from ..json_values import Json, has_unknown
from .declaration import Declaration
from .diff import is_same_known
from .live_object import LiveObject
from .matching import add_computed, drop_computed, to_inputs
from .properties import Property

Inputs: TypeAlias = dict[str, Json]
"""What a program declares for one resource, by property name; also holds reserved keys."""
Outputs: TypeAlias = dict[str, Json]
"""What the state holds for one resource, by property name; also holds reserved keys."""

DECLARED: Final = "__declared"
"""Output: the names of the declared properties. ``read`` gets no inputs, and finds in it what to compare."""
IMPORT: Final = "__import"
"""Input: the id of the live object to adopt. Without it, the resource creates an object."""
RESOURCE: Final = "__resource"
"""Input of ``check``: the URN of the resource, or its name if it has a parent. It is not kept in the state."""
PROJECT: Final = "__project"
"""Output: the id of the Statsig project that the object was written to."""
STACK: Final = "__stack"
"""Input of ``check``: the full name of the stack, ``organization/project/stack``. It is not kept in the state."""
WITHOUT_VALUE: Final = "__without_value"
"""Input of ``check``: the names of the declared properties that have no value, because the resource that it comes from
failed. The engine drops them. It is not kept in the state."""
HIDDEN: Final = "__hidden"
"""Input of ``check``: the names of the properties in ``hide_diffs``. It is not kept in the state."""
SECRET: Final = "__secret"  # noqa: S105 - a name
"""Input and output: the names of the properties with secret values, which the engine does not pass on."""
SECRET_BELOW: Final = "__secret_below"  # noqa: S105 - a name
"""Output: the names of the properties in which Statsig repeats a secret that a resource below this object declares."""
SECRET_PLACES: Final = "__secret_places"  # noqa: S105 - a name
"""Input of ``check``: the places of secret values in JSON objects, such as ``default_value.token``. The keys in them
are secret too. It is not kept in the state."""
FOR_CHECK: Final = frozenset((RESOURCE, STACK, WITHOUT_VALUE, HIDDEN, SECRET_PLACES))
"""The reserved inputs that only ``check`` gets."""
DIGEST: Final = "__digest"
"""Input: the number of ids in the file that a property names, and their digest. The file itself is in no state."""
DECLARED_BY: Final = "__declared_by"
"""Input of a rule: the resources that declare all rules of the same gate or dynamic config."""

REVIEW: Final = "__review"
"""Output: the review in Statsig that holds declared values back: its id, a link, and the names of the properties."""
DIFFERING: Final = "__differing"
"""Output: the values in Statsig of properties that it accepted and holds with another value, by property. Secret ones
are omitted."""
DRIFTED: Final = "__drifted"
"""Output: the declared values, by property, that a refresh found changed in Statsig."""

CREATED: Final = "created_time"
"""Output: the time of the creation, by Statsig's clock."""
VERSIONS: Final = ("version", "last_modified_time")
"""Outputs that grow with each change of an object."""


def list_declared(declaration: Declaration, inputs: Mapping[str, Json]) -> list[str]:
    """Return the names of the properties in ``inputs``, without reserved keys, sorted."""
    return sorted(name for name in inputs if name in declaration.inputs)


def find_differences(declaration: Declaration, inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
    """Return the names of the declared properties whose value differs in the live object.

    Values that a preview does not know, and values that the API does not return, do not count.
    """
    decoded = declaration.observed(live, inputs)
    names: list[str] = []
    for name, p in declaration.inputs.items():
        if name in inputs and name in decoded:
            declared, value = inputs[name], decoded[name]
            is_returned = value is not None or p.can_be_empty
            if is_returned and not has_unknown(declared) and not is_same_known(p, value, declared):
                names.append(name)
    return names


def build_outputs(
    declaration: Declaration, inputs: Mapping[str, Json], live: LiveObject, olds: Mapping[str, Json]
) -> Outputs:
    """Return the outputs after a create, a read or an update; ``olds`` are the last outputs.

    The engine encrypts an output only if the input of that name is secret, or if it is one of ``secret_outputs``.
    A secret value that is not declared, or no longer, would be stored in clear text, so it is omitted.
    """
    decoded = live.decoded
    secret = find_secret_names(inputs, olds)
    outputs: Outputs = {DECLARED: list_declared(declaration, inputs), SECRET: sorted(secret) or None}
    for name, p in declaration.properties.items():
        if name in inputs and p.settable:
            # What an action did not reach is visible in the next diff.
            value = to_inputs(p, inputs[name], decoded.get(name)) if p.options.action else inputs[name]
            outputs[name] = add_computed(p, value, decoded.get(name))
        elif p.options.secret and p.settable:
            continue
        elif not (p.is_alternative or p.options.alternative in inputs or secret & {name, p.options.alternative}):
            outputs[name] = decoded.get(name)
            if outputs[name] is None and name in declaration.secret_outputs:
                outputs[name] = olds.get(name)  # the API returns it once
    return {name: value for name, value in outputs.items() if value is not None}


def restore_pending(outputs: Outputs, live: LiveObject, pending: Iterable[str]) -> Outputs:
    """Return the outputs with the live values of declared properties that were not sent: the next diff shows them."""
    values = {name: live.decoded.get(name) for name in pending}
    return {name: value for name, value in (outputs | values).items() if value is not None}


def note_differing(
    declaration: Declaration, outputs: Outputs, live: LiveObject, names: Iterable[str], olds: Mapping[str, Json]
) -> Outputs:
    """Return the outputs with the live values of the properties that Statsig holds with another value than declared.

    ``olds`` are the notes of properties that were not sent again.
    """
    secret = set(outputs.get(SECRET) or ())
    differing = dict(olds)
    for name in names:
        is_secret = name in secret or declaration.properties[name].options.secret
        differing[name] = None if is_secret else live.decoded.get(name)
    return outputs | {DIFFERING: differing} if differing else outputs


def rebuild_outputs(declaration: Declaration, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Outputs:
    """Return the outputs after an update that sends nothing: local properties changed, or some were released."""
    properties, secret = declaration.properties, find_secret_names(news, olds)
    hidden = {
        n
        for n, p in properties.items()
        if p.is_alternative or p.options.local or p.is_trigger or secret & {n, p.options.alternative}
    }
    unchanged = {name: value for name, value in olds.items() if name in news or name not in hidden}
    declared = {
        name: add_computed(p, news[name], olds.get(name))
        for name, p in declaration.inputs.items()
        if name in news and not p.options.action
    }
    return unchanged | declared | {DECLARED: list_declared(declaration, news), SECRET: sorted(secret) or None}


def find_secret_names(inputs: Mapping[str, Json], olds: Mapping[str, Json]) -> set[str]:
    """Return the properties whose value is secret, or was secret in ``olds`` and is not declared any more."""
    return set(inputs.get(SECRET) or ()) | (set(olds.get(SECRET) or ()) - inputs.keys())


def find_shared_lists(
    declaration: Declaration, outputs: Mapping[str, Json], olds: Mapping[str, Json]
) -> tuple[set[str], set[str]]:
    """Return the lists of the outputs that other resources may manage: those that changed, and the others.

    A single rule is managed by a resource of its own, and is an item of the rules of its gate or config too.
    """
    shared = {n for n, p in declaration.inputs.items() if p.nested and p.many and outputs.get(n)}
    shared -= {*(outputs.get(DECLARED) or ()), *(outputs.get(SECRET) or ())}
    changed = {name for name in shared if outputs[name] != olds.get(name)}
    return changed, shared - changed


def is_older(live: LiveObject, outputs: Mapping[str, Json]) -> bool:
    """Return whether a live object is an earlier version than the one in the outputs, as far as the API shows it.

    An object that was created at another time is another object.
    """
    if CREATED in live.decoded and live.decoded[CREATED] != outputs.get(CREATED):
        return False
    pairs = [(live.decoded[name], outputs.get(name)) for name in VERSIONS if name in live.decoded]
    return any(isinstance(now, (int, float)) and isinstance(old, (int, float)) and now < old for now, old in pairs)


def restore_inputs(declaration: Declaration, olds: Mapping[str, Json]) -> Inputs:
    """Return the inputs that led to these outputs."""
    properties = declaration.inputs
    inputs = {name: _restore_value(properties[name], olds) for name in olds.get(DECLARED) or () if name in properties}
    secret = sorted(inputs.keys() & set(olds.get(SECRET) or ()))
    return inputs | ({SECRET: secret} if secret else {})


def refresh_inputs(declaration: Declaration, inputs: Inputs, live: LiveObject) -> Inputs:
    """Return inputs with the live values, which ``refresh`` stores."""
    declared = {name: p for name, p in declaration.inputs.items() if name in inputs}
    decoded = declaration.observed(live, inputs)
    return inputs | {
        n: to_inputs(p, inputs[n], decoded[n])
        for n, p in declared.items()
        if n in decoded and not _is_in_other_case(p, inputs[n], decoded[n])
    }


def _is_in_other_case(p: Property[Any], declared: Json, live: Json) -> bool:
    """Return whether a text that no update can change, such as an id, differs only in letter case.

    The API stores it like that. A new object would be the same, so this is no drift.
    """
    is_fixed = p.options.replace_on_changes and isinstance(declared, str) and isinstance(live, str)
    return is_fixed and declared.casefold() == live.casefold()


def find_drifted(declaration: Declaration, olds: Mapping[str, Json], before: Inputs, after: Inputs) -> dict[str, Json]:
    """Return what ``refresh`` stores as DRIFTED. Secret values are omitted.

    ``before`` and ``after`` are the inputs without and with the live values.
    """
    secret = find_secret_names(before, olds)
    declared = before | (olds.get(DRIFTED) or {})
    return {
        name: value
        for name, value in declared.items()
        if name in declaration.inputs
        and value is not None
        and value != after.get(name)
        and not (name in secret or declaration.inputs[name].options.secret)
    }


def find_redeclared(outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> set[str]:
    """Return the properties that were changed in Statsig while the program kept their value."""
    drifted: Mapping[str, Json] = outputs.get(DRIFTED) or {}
    return {name for name, value in drifted.items() if inputs.get(name) == value}


def _restore_value(p: Property[Json], olds: Mapping[str, Json]) -> Json:
    """Outputs hold no nulls, so a declared property without an output was declared empty."""
    value = olds.get(p.name)
    return p.empty if value is None else drop_computed(p, value)
