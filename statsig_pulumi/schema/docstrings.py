"""Docstrings under the attributes of a class body."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise


@cache
def parse_attribute_docs(cls: type) -> dict[str, str]:
    """Return the docstring of each annotated attribute; empty if the source is not available."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    except (OSError, TypeError):
        return {}
    docs: dict[str, str] = {}
    for statement, following in pairwise(getattr(tree, "body", ())):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(doc))):
                docs[name] = inspect.cleandoc(doc)
    return docs
