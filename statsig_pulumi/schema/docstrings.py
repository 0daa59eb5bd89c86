"""The docstrings that stand under the attributes of a class body."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise


@cache
def under_attributes(cls: type) -> dict[str, str]:
    """Each attribute's docstring; nothing where the source is not at hand."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    except (OSError, TypeError):
        return {}
    docs: dict[str, str] = {}
    for field, under in pairwise(getattr(tree, "body", ())):
        match field, under:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(doc))):
                docs[name] = inspect.cleandoc(doc)
    return docs
