"""Registration: what the modules declare is what the package offers, seen from outside."""

from __future__ import annotations

import inspect
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import statsig_pulumi
from statsig_pulumi import resources
from statsig_pulumi.resources.bases.entity import Entity
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.options import PropertyOptions
from statsig_pulumi.schema.properties import NestedType, Property

MODULES = sorted(module.name for module in iter_modules(resources.__path__) if not module.ispkg)


def declared_in(module: str) -> list[type[Entity]]:
    found = vars(import_module(f"statsig_pulumi.resources.{module}")).values()
    return [c for c in found if inspect.isclass(c) and issubclass(c, Entity) and c.__module__.endswith(f".{module}")]


def parts_of(properties: dict[str, Property[Any]]) -> set[type[NestedType]]:
    found = {p.nested for p in properties.values() if p.nested is not None}
    return found.union(*(parts_of(nested.properties) for nested in found))


PARTS = sorted(set().union(*(parts_of(d.properties) for d in REGISTRY.values())), key=lambda nested: nested.__name__)
CLASSES: list[Any] = [*(d.cls for d in REGISTRY.values()), *PARTS]
EVERY_PROPERTY = [pytest.param(c, p, id=f"{c.__name__}.{n}") for c in CLASSES for n, p in c.properties.items()]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_registers_the_one_entity_it_is_named_for(module: str) -> None:
    (cls,) = declared_in(module)
    assert module == "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).removeprefix("_")
    declaration = REGISTRY[cls.__name__]
    assert (cls, cls.__name__) == (declaration.cls, declaration.kind)
    assert declaration is cls.declaration


def test_nothing_is_registered_that_no_module_declares() -> None:
    assert sorted(REGISTRY) == sorted(cls.__name__ for module in MODULES for cls in declared_in(module))
    assert sorted(MODULES) == sorted(path.stem for path in Path(resources.__path__[0]).glob("[!_]*.py"))


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_entity_and_every_part_in_it_is_exported(cls: type) -> None:
    assert cls is getattr(statsig_pulumi, cls.__name__, None)


def test_what_is_exported_is_documented() -> None:
    public = {name: value for name, value in vars(statsig_pulumi).items() if inspect.isclass(value)}
    assert {cls.__name__ for cls in CLASSES} <= public.keys()
    assert [name for name, value in public.items() if not vars(value).get("__doc__")] == []


@pytest.mark.parametrize(("cls", "p"), EVERY_PROPERTY)
def test_every_property_has_a_docstring_that_is_a_sentence(cls: type, p: Property[Any]) -> None:
    assert p.doc.endswith(".")
    assert p.doc[0] == p.doc[0].upper()


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_no_two_properties_share_a_wire_name(cls: Any) -> None:
    wires = Counter(p.wire for p in cls.properties.values() if not p.options.local and p.options.action is None)
    assert [wire for wire, count in wires.items() if count > 1] == []


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_no_class_shares_its_properties_with_another(cls: Any) -> None:
    assert [
        other.__name__ for other in [*CLASSES, NestedType] if other is not cls and other.properties is cls.properties
    ] == []


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_pulumi_is_left_no_annotation_that_it_does_not_know(cls: type) -> None:
    assert [
        name for name in inspect.get_annotations(cls) if name in vars(cls) and isinstance(vars(cls)[name], Property)
    ] == []


@pytest.mark.parametrize(("cls", "p"), EVERY_PROPERTY)
def test_the_facts_of_a_property_fit_together(cls: Any, p: Property[Any]) -> None:
    options = p.options
    assert isinstance(options, PropertyOptions)
    assert not (options.required and options.computed)
    assert not (options.local and (options.wire or options.action))
    assert not (options.unordered and p.many != "list")
    assert options.alternative in ("", *cls.properties)


@pytest.mark.parametrize("nested", PARTS, ids=lambda nested: nested.__name__)
def test_a_part_is_told_apart_by_a_property_that_it_has(nested: type[NestedType]) -> None:
    assert all(nested.properties[name].options.required for name in nested.identity)


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_the_signature_of_an_entity_names_what_can_be_set(kind: str) -> None:
    declaration = REGISTRY[kind]
    parameters = inspect.signature(declaration.cls).parameters
    assert ["resource_name", *declaration.inputs, "opts"] == list(parameters)
    needed = [name for name, parameter in parameters.items() if parameter.default is inspect.Parameter.empty]
    assert ["resource_name", *(n for n, p in declaration.inputs.items() if p.options.required)] == needed
    assert declaration.doc
