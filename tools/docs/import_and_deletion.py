"""How a resource is imported and what `pulumi destroy` does, from its declaration and its example."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from statsig_pulumi.json_values import Json
from statsig_pulumi.lifecycle.job import Job
from statsig_pulumi.lifecycle.resource_client import slug
from statsig_pulumi.lifecycle.singleton import Singleton
from statsig_pulumi.lifecycle.write_only import WriteOnly
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.properties import to_snake_case

PERMISSION: Final = "delete_while_"
"""How the properties begin that allow a delete."""


def describe_id(declaration: Declaration) -> str:
    """Return what the id of an import is; empty if the resource cannot be imported."""
    endpoint, words = declaration.endpoint, words_of(declaration.kind)
    if issubclass(declaration.cls.lifecycle, (Job, WriteOnly)):
        return ""
    if declaration.cls.import_id:
        return str(declaration.cls.import_id)
    if not endpoint.key_names:
        return f"always `{endpoint.collection}`"
    if endpoint.is_composite:
        return f"`{'/'.join(_key_properties(declaration))}`"
    (name,) = _key_properties(declaration)
    owner = name.removesuffix("_id").replace("_", " ")
    return f"the id of the {owner}" if name.endswith("_id") else f"the {name} of the {words}"


def find_example_id(declaration: Declaration) -> str:
    """Return the id of the object in the example, as far as the program shows it; empty if Statsig makes it."""
    return _find_id(declaration, *_read_calls(declaration.example, declaration.kind))


def describe_deletion(declaration: Declaration) -> str:
    """Return what ``pulumi destroy`` does."""
    cls, words = declaration.cls, words_of(declaration.kind)
    if issubclass(cls.lifecycle, Job):
        return "`pulumi destroy` removes the resource from the state. A run that was started is not stopped."
    if not declaration.endpoint.key_names:
        return "Every project has these settings. `pulumi destroy` removes them from the state and keeps their values."
    if cls.lifecycle.keeps_on_delete:
        return (
            f"The API cannot delete the {words}. `pulumi destroy` removes it from the state, and says that it is kept."
        )
    if issubclass(cls.lifecycle, Singleton):
        return "`pulumi destroy` removes what the resource declares, and nothing else."
    return " ".join([f"`pulumi destroy` deletes the {words} in Statsig.", *_conditions(declaration)])


def words_of(kind: str) -> str:
    """Return the name of a kind as words, such as ``dynamic config``."""
    return to_snake_case(kind).replace("_", " ")


def _conditions(declaration: Declaration) -> Iterator[str]:
    """Yield when a delete is an error, and what is done instead of it."""
    permissions = [name for name in declaration.properties if name.startswith(PERMISSION)]
    for name in permissions:
        yield f"While it is {name.removeprefix(PERMISSION)}, that is an error, unless it declares `{name}=True`."
    is_used = declaration.cls.used_by or declaration.endpoint.reference_paths
    if is_used and f"{PERMISSION}used" not in permissions:
        yield "While other objects refer to it, that is an error that names them."
    if "archive_on_delete" in declaration.properties:
        yield "With `archive_on_delete=True`, or `statsig:archiveOnDelete`, it is archived instead."
    if "deactivate_on_delete" in declaration.properties:
        yield "With `deactivate_on_delete=True`, it is deactivated instead."


def _key_properties(declaration: Declaration) -> list[str]:
    by_wire = {p.wire: name for name, p in declaration.properties.items()}
    return [by_wire[wire] for wire in declaration.endpoint.key_names]


def _read_calls(program: str, kind: str) -> tuple[Mapping[str, ast.expr], Mapping[str, ast.Call]]:
    """Return the arguments of the last resource of a kind in a program, and the call that makes each variable."""
    nodes = list(ast.walk(ast.parse(program)))
    calls = [node for node in nodes if isinstance(node, ast.Call) and _kind_of(node) == kind]
    last = max(calls, key=lambda call: call.lineno)
    variables = {
        node.targets[0].id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call)
    }
    return _arguments(last), variables


def _find_id(declaration: Declaration, given: Mapping[str, ast.expr], variables: Mapping[str, ast.Call]) -> str:
    endpoint, texts = declaration.endpoint, {name: _text(value, variables) for name, value in given.items()}
    if endpoint.key_form:
        return endpoint.make_key(texts) or ""
    if (id_ := declaration.join_id(texts)) is not None:
        return id_
    is_slug = not declaration.cls.import_id and endpoint.key == "id"
    return slug(str(texts["name"])) if is_slug else ""


def _text(value: ast.expr, variables: Mapping[str, ast.Call]) -> Json:
    """Return the text of an argument: a literal, or the id of a resource that a variable holds; None for others."""
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.Attribute(value=ast.Name(id=variable), attr="id") if variable in variables:
            call = variables[variable]
            return _find_id(REGISTRY[_kind_of(call)], _arguments(call), variables) or None
    return None


def _arguments(call: ast.Call) -> dict[str, ast.expr]:
    return {each.arg: each.value for each in call.keywords if each.arg}


def _kind_of(call: ast.Call) -> str:
    """Return ``Gate`` for ``statsig.Gate(...)``; empty for other calls."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="statsig"), attr=name):
            return name
    return ""
