"""The inputs and outputs of a resource: what its program declares, laid against what the API returned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..json_values import Json, has_unknown
from .declaration import Declaration
from .diff import same
from .live_object import LiveObject
from .matching import declared_only, in_shape, with_computed
from .properties import Property

DECLARED: Final = "__declared"
"""The output that lists the properties the program declares; reading needs it, and gets outputs only."""
IMPORT: Final = "__import"
"""The input that holds the id of the object to adopt instead of creating one."""

RESOURCE: Final = "__resource"
"""The input that tells ``check`` the resource: its URN, or its name where it has a parent. It is kept nowhere."""

SECRET: Final = "__secret"  # noqa: S105 - a name
"""The input and output that names the properties whose values are secret; the engine does not tell them apart."""

DECLARED_BY: Final = "__declared_by"
"""The input that names resources which declare the rules of what this rule belongs to."""

Values = dict[str, Json]


def declared_names(declaration: Declaration, inputs: Mapping[str, Json]) -> list[str]:
    """The properties that these inputs declare."""
    return sorted(name for name in inputs if name in declaration.inputs)


def differences(declaration: Declaration, inputs: Mapping[str, Json], live: LiveObject) -> list[str]:
    """Declared properties that the live object has otherwise."""
    declared = {name: p for name, p in declaration.inputs.items() if name in inputs}
    decoded = declaration.observed(live, inputs)
    return [
        name
        for name, p in declared.items()
        if name in decoded and (decoded[name] is not None or p.can_be_empty)
        if not has_unknown(inputs[name]) and not same(p, decoded[name], inputs[name])
    ]


def outputs(declaration: Declaration, inputs: Mapping[str, Json], live: LiveObject, olds: Mapping[str, Json]) -> Values:
    """Everything the API returned, with declared properties as the program wrote them.

    The engine encrypts an output when the input of its name is secret. A value that was secret and is no
    longer declared would stand in clear, so it is no output.
    """
    decoded = live.decoded
    secret = secret_names(inputs, olds)
    found: Values = {DECLARED: declared_names(declaration, inputs), SECRET: sorted(secret) or None}
    for name, p in declaration.properties.items():
        if name in inputs and p.settable and not p.options.action:
            found[name] = with_computed(p, inputs[name], decoded.get(name))
        elif (
            not p.options.only_if_declared
            and p.options.alternative not in inputs
            and not secret & {name, p.options.alternative}
        ):
            found[name] = decoded.get(name)
            if found[name] is None and p.options.action:
                found[name] = inputs.get(name)
    return {name: value for name, value in found.items() if value is not None}


def outputs_without_request(declaration: Declaration, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Values:
    """The outputs when only what is never sent has changed, or properties were released."""
    properties, secret = declaration.properties, secret_names(news, olds)
    hidden = {
        n
        for n, p in properties.items()
        if p.options.only_if_declared or p.options.local or secret & {n, p.options.alternative}
    }
    kept = {name: value for name, value in olds.items() if name in news or name not in hidden}
    said = {
        name: with_computed(p, news[name], olds.get(name))
        for name, p in declaration.inputs.items()
        if name in news and not p.options.action
    }
    return kept | said | {DECLARED: declared_names(declaration, news), SECRET: sorted(secret) or None}


def secret_names(inputs: Mapping[str, Json], olds: Mapping[str, Json]) -> set[str]:
    """Properties whose values are or were secret, and have not been declared in clear since."""
    now = set(inputs.get(SECRET) or ())
    return now | (set(olds.get(SECRET) or ()) - inputs.keys())


def inputs_before(declaration: Declaration, olds: Mapping[str, Json]) -> Values:
    """What the program said, told from the outputs."""
    properties = declaration.inputs
    return {name: _declared_value(properties[name], olds) for name in olds.get(DECLARED) or () if name in properties}


def inputs_kept(declaration: Declaration, olds: Mapping[str, Json]) -> Values:
    """The inputs as they were, where the live object does not tell them."""
    before = inputs_before(declaration, olds)
    secret = sorted(before.keys() & set(olds.get(SECRET) or ()))
    return before | ({SECRET: secret} if secret else {})


def inputs_of(declaration: Declaration, olds: Mapping[str, Json], live: LiveObject) -> Values:
    """What the program would have to say for this to be the live object; only what it says now is looked at."""
    properties = declaration.inputs
    before = inputs_before(declaration, olds)
    decoded = declaration.observed(live, before)
    found = {
        name: in_shape(properties[name], value, decoded[name]) if name in decoded else value
        for name, value in before.items()
    }
    secret = sorted(before.keys() & set(olds.get(SECRET) or ()))
    return found | ({SECRET: secret} if secret else {})


def _declared_value(p: Property[Json], olds: Mapping[str, Json]) -> Json:
    """What was declared, told from the outputs, in which nothing stands for an explicit nothing."""
    value = olds.get(p.name)
    return p.empty if value is None else declared_only(p, value)
