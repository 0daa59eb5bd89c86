"""What ``help``, ``dir`` and ``inspect.signature`` show of resources, nested types and records."""

from __future__ import annotations

import inspect
import pydoc
from typing import Any, Final

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.resources.bases.entity import Entity
from statsig_pulumi.resources.types.operators import OPERATORS
from statsig_pulumi.schema.properties import NestedType, Prop

CLASSES: Final[dict[str, Any]] = {
    name: cls for name, cls in inspect.getmembers(statsig, inspect.isclass) if issubclass(cls, (Entity, NestedType))
}


def shown_help(cls: type) -> str:
    return pydoc.render_doc(cls, renderer=pydoc.plaintext)


def shown_parameters(cls: type) -> dict[str, str]:
    """Return the annotations of the constructor as they are shown."""
    return {name: str(each).partition(" = ")[0] for name, each in inspect.signature(cls).parameters.items()}


def test_the_rules_below_cover_resources_nested_types_and_records() -> None:
    assert {"Gate", "Rule", "GateRecord"} <= CLASSES.keys()


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (statsig.Gate, "resource_name: str"),
        (statsig.Gate, "name: Input[str]"),
        (statsig.Gate, "team: Input[str | None]"),
        (statsig.Gate, "tags: Input[Sequence[Input[str]]]"),
        (statsig.Gate, "rules: Input[Sequence[Input[Rule]]]"),
        (statsig.Gate, "type: Input[Literal['PERMANENT', 'TEMPORARY']]"),
        (statsig.Gate, "opts: ResourceOptions | None"),
        (statsig.DynamicConfig, "default_value: Input[Mapping[str, Input[Any]]]"),
        (statsig.Rule, "pass_percentage: Input[float]"),
        (statsig.Condition, "target_value: Input[Sequence[Input[str | int | float]]]"),
    ],
)
def test_a_signature_shows_types_as_programs_write_them(cls: type, expected: str) -> None:
    assert shown_parameters(cls)[expected.partition(":")[0]] == expected


def test_signatures_take_settable_properties_and_require_the_required_ones() -> None:
    violations = []
    for name, cls in CLASSES.items():
        first, last = (["resource_name"], ["opts"]) if issubclass(cls, Entity) else ([], [])
        settable = {n: p.options.required for n, p in cls.properties.items() if p.settable}
        parameters = inspect.signature(cls).parameters
        required = [n for n, each in parameters.items() if each.default is inspect.Parameter.empty]
        if list(parameters) != [*first, *settable, *last]:
            violations.append(f"{name} takes {list(parameters)}")
        if required != [*first, *(n for n, is_required in settable.items() if is_required)]:
            violations.append(f"{name} requires {required}")
    assert violations == []


def test_dir_of_a_class_lists_its_properties_and_its_public_names_only() -> None:
    public = {name: {"get", "id", "urn"} for name, cls in CLASSES.items() if issubclass(cls, Entity)}
    public["Condition"] = {*OPERATORS}  # its constructors
    public["Environments"].add("named")
    assert [n for n, c in CLASSES.items() if set(dir(c)) != {*c.properties, *public.get(n, ())}] == []


def test_dir_of_a_nested_value_adds_the_methods_of_a_dict() -> None:
    assert set(dir(statsig.Owner(owner_id="u1"))) == {*dir(statsig.Owner), *dir(dict)}


def test_help_shows_the_type_and_the_docstring_of_each_property() -> None:
    lines = [line.strip(" |") for line in shown_help(statsig.Gate).splitlines()]
    name, version = lines.index("name"), lines.index("version")
    assert lines[name + 1] == "Input[str], required"
    assert lines[name + 2].startswith("Display name: 3 to 100 letters")
    assert lines[version + 1 : version + 3] == ["Output[int], read-only", "Version number. It grows with every change."]


def test_help_of_a_record_shows_plain_types() -> None:
    lines = [line.strip(" |") for line in shown_help(statsig.TeamRecord).splitlines()]
    assert lines[lines.index("members") + 1] == "list[UserRecord], read-only"


def test_help_shows_get_and_no_internal_attribute() -> None:
    text = shown_help(statsig.Gate)
    assert "get(resource_name: 'str', id: 'str'" in text
    internal = [name for name in (*vars(Entity), *vars(statsig.Gate)) if name not in dir(statsig.Gate)]
    assert {"lifecycle", "from_response", "suppress_drift"} <= set(internal)
    assert [name for name in internal if f"|  {name}" in text] == []


def test_the_docstring_of_a_property_class_describes_the_class() -> None:
    assert Prop.__doc__ == "One value: set it with an ``Input[T]``."
