"""Registration: each module of `resources` declares one resource, and the package exports it."""

from __future__ import annotations

import inspect
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import statsig_pulumi
from statsig_pulumi import resources
from statsig_pulumi.resources.bases.entity import Entity
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.options import PropertyOptions
from statsig_pulumi.schema.properties import NestedType, Property, to_snake_case

MODULES = sorted(module.name for module in iter_modules(resources.__path__) if not module.ispkg)


def declared_in(module: str) -> list[type[Entity]]:
    """Return the resources that a module declares, without those that it imports."""
    values = vars(import_module(f"statsig_pulumi.resources.{module}")).values()
    return [c for c in values if inspect.isclass(c) and issubclass(c, Entity) and c.__module__.endswith(f".{module}")]


def nested_types_of(properties: dict[str, Property[Any]]) -> set[type[NestedType]]:
    """Return the nested types of these properties, at any depth."""
    direct = {p.nested for p in properties.values() if p.nested is not None}
    return direct.union(*(nested_types_of(nested.properties) for nested in direct))


NESTED_TYPES = sorted(
    set().union(*(nested_types_of(d.properties) for d in REGISTRY.values())), key=lambda nested: nested.__name__
)
CLASSES: list[Any] = [*(declaration.cls for declaration in REGISTRY.values()), *NESTED_TYPES]
PROPERTIES: dict[str, tuple[Any, Property[Any]]] = {
    f"{cls.__name__}.{name}": (cls, p) for cls in CLASSES for name, p in cls.properties.items()
}


def test_the_rules_below_cover_resources_and_nested_types() -> None:
    assert {"Gate", "Experiment", "Rule", "Condition"} <= {cls.__name__ for cls in CLASSES}
    assert {"Gate.rules", "Rule.conditions", "Condition.operator"} <= PROPERTIES.keys()


def test_every_module_declares_the_one_resource_it_is_named_for() -> None:
    assert {module: [to_snake_case(cls.__name__) for cls in declared_in(module)] for module in MODULES} == {
        module: [module] for module in MODULES
    }


def test_the_registry_holds_exactly_the_declared_resources() -> None:
    assert {kind: declaration.cls for kind, declaration in REGISTRY.items()} == {
        cls.__name__: cls for module in MODULES for cls in declared_in(module)
    }
    assert [d.kind for d in REGISTRY.values() if d is not d.cls.declaration or d.kind != d.cls.__name__] == []


def test_every_file_of_resources_is_a_module() -> None:
    assert sorted(path.stem for path in Path(resources.__path__[0]).glob("[!_]*.py")) == MODULES


def test_every_resource_and_nested_type_is_exported() -> None:
    assert [cls.__name__ for cls in CLASSES if cls is not getattr(statsig_pulumi, cls.__name__, None)] == []


def test_every_exported_class_has_a_docstring() -> None:
    public = dict(inspect.getmembers(statsig_pulumi, inspect.isclass))
    assert [name for name, value in public.items() if not vars(value).get("__doc__")] == []


def test_every_resource_is_documented() -> None:
    assert [kind for kind, declaration in REGISTRY.items() if not declaration.doc] == []


def test_every_property_has_a_docstring_that_is_a_sentence() -> None:
    docs = {name: p.doc for name, (_, p) in PROPERTIES.items()}
    assert [name for name, doc in docs.items() if not doc.endswith(".") or doc[0].islower()] == []


def test_no_two_properties_of_a_class_share_a_wire_name() -> None:
    # Of two properties that exclude each other, the API gets one.
    wires = Counter(
        (cls.__name__, p.wire)
        for cls, p in PROPERTIES.values()
        if not p.options.local and p.options.action is None and not (p.options.write_only and p.options.conflicts_with)
    )
    assert [wire for wire, count in wires.items() if count > 1] == []


def test_no_two_classes_share_a_properties_dict() -> None:
    holders: dict[int, list[str]] = {}
    for cls in [*CLASSES, NestedType]:
        holders.setdefault(id(cls.properties), []).append(cls.__name__)
    assert [names for names in holders.values() if len(names) > 1] == []


def test_no_property_is_left_in_the_annotations_that_pulumi_reads() -> None:
    assert [name for name, (cls, p) in PROPERTIES.items() if p.name in inspect.get_annotations(cls)] == []


def option_violations(name: str, cls: Any, p: Property[Any]) -> list[str]:
    """Return the rules about property options that a property breaks."""
    options = p.options
    rules = {
        "has no PropertyOptions": not isinstance(options, PropertyOptions),
        "is required and computed": options.required and options.computed,
        "is local and has a wire name or an action": options.local and (options.wire or options.action),
        "is unordered but no list": options.unordered and p.many != "list",
        "is shared but no set": options.shared and not options.unordered,
        "has an alternative that is no property": options.alternative not in ("", *cls.properties),
    }
    return [f"{name}: {rule}" for rule, is_broken in rules.items() if is_broken]


def test_the_options_of_every_property_are_compatible() -> None:
    assert [v for name, (cls, p) in PROPERTIES.items() for v in option_violations(name, cls, p)] == []


def test_every_identity_of_a_nested_type_is_a_required_or_nullable_property() -> None:
    assert [
        f"{nested.__name__}.{name}"
        for nested in NESTED_TYPES
        for name in nested.identity
        if (p := nested.properties.get(name)) is None or not (p.options.required or p.nullable)
    ] == []
