"""Compile and check the expressions of a policy: the Common Expression Language (CEL).

Unknown names are found when the policy is loaded, and so are wrong types: each expression is tried
on a receipt that has every value.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.audit.policy.names import ITEM
from pipeline.errors import ConfigError, did_you_mean
from pipeline.install import needs

if TYPE_CHECKING:
    from lark import Tree

# The compiled form of cel-python 0.5 cannot negate the result of `has`, but that of a comparison.
_HAS = re.compile(r"\bhas\(([\w. ]+)\)")
_MACROS = ("all", "exists", "exists_one", "filter", "map")
Names = Mapping[str, Mapping[str, Any]]
"""The known names by their object (``receipt``, ``claim``, ``mentions``), each with a value."""


class Expression:
    """A checked expression.

    Attributes:
        text: as written.
        used: the names that it asks for, such as ``receipt.total``.
    """

    def __init__(self, text: str, program: Any, used: frozenset[str]) -> None:
        self.text = text
        self.used = used
        self._program = program

    def is_true(self, values: Any) -> bool:
        """Whether it holds; not where it asks for a value that is missing.

        Args:
            values: what ``cel_values`` made.
        """
        from celpy.evaluation import CELEvalError

        try:
            return bool(self._program.evaluate(values))
        except CELEvalError:
            return False


def compile_expression(text: str, names: Names, where: str) -> Expression:
    """Compile an expression and check its names and types.

    Args:
        where: the place in the policy, for messages.

    Raises:
        ConfigError: it is no expression, an unknown name is used, or its types do not fit; or
            cel-python is not installed.
    """
    with needs("policies need cel-python", "audit"):
        import celpy
        from celpy.celparser import CELParseError
        from celpy.evaluation import CELEvalError
    # Missing values are usual, and each would be logged as an error.
    logging.getLogger("celpy").setLevel(logging.CRITICAL)
    environment = celpy.Environment(runner_class=celpy.CompiledRunner)
    try:
        tree = environment.compile(text)
    except CELParseError as error:
        raise ConfigError(f"{where}: not an expression: {_place(error)}: {text}") from error
    used = frozenset(_checked(path, names, where) for path in _paths(tree, {}))
    program = environment.program(environment.compile(_HAS.sub(r"(has(\1) == true)", text)))
    try:
        result = program.evaluate(cel_values(names))
    except CELEvalError as error:
        raise ConfigError(f"{where}: {_cause(error)}: {text}") from error
    if not isinstance(result, celpy.celtypes.BoolType | bool):
        raise ConfigError(f"{where}: is neither true nor false: {text}")
    return Expression(text, program, used)


def cel_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the types of CEL."""
    from celpy.adapter import json_to_cel

    return {name: json_to_cel(value) for name, value in values.items()}


def _paths(tree: Tree[Any], bound: Mapping[str, str]) -> Iterator[str]:
    """The dotted names that a tree asks for.

    Args:
        bound: variables of macros, to the list that they are an entry of.
    """
    from lark import Tree

    if tree.data == "member_dot_arg" and str(tree.children[1]) in _MACROS:
        listed, _, arguments = tree.children
        variable, *bodies = arguments.children
        entries = _dotted(listed) or ""
        yield from _paths(listed, bound)
        inner = {**bound, str(_dotted(variable)): entries}
        for body in bodies:
            yield from _paths(body, inner)
        return
    path = _dotted(tree)
    if path is not None:
        root, _, rest = path.partition(".")
        if root in bound:
            path = f"{bound[root]}[].{rest}" if rest else f"{bound[root]}[]"
        yield path
        return
    for child in tree.children:
        if isinstance(child, Tree):
            yield from _paths(child, bound)


def _dotted(tree: Any) -> str | None:
    """``a.b`` of a tree that only selects members, ``None`` of others."""
    from lark import Tree

    while isinstance(tree, Tree) and len(tree.children) == 1 and tree.data != "ident":
        (tree,) = tree.children
    if not isinstance(tree, Tree):
        return None
    if tree.data == "ident":
        return str(tree.children[0])
    if tree.data == "member_dot":
        before = _dotted(tree.children[0])
        return None if before is None else f"{before}.{tree.children[1]}"
    return None


def _checked(path: str, names: Names, where: str) -> str:
    root, _, rest = path.partition(".")
    if path.startswith("receipt.items[]"):
        known: Mapping[str, Any] = ITEM
        rest = path.removeprefix("receipt.items[]").lstrip(".")
    elif "[]" in path:
        return path
    elif root not in names:
        raise ConfigError(f"{where}: unknown name {root!r}{did_you_mean(root, names)}")
    else:
        known = names[root]
    if rest and rest not in known:
        hint = did_you_mean(rest, known) or f" (known: {', '.join(known)})"
        raise ConfigError(f"{where}: unknown name {path!r}{hint}")
    return path


def _place(error: Any) -> str:
    return f"column {error.column}" if getattr(error, "column", None) else "it ends too early"


def _cause(error: Exception) -> str:
    return " ".join(str(error.args[0] if error.args else error).split())[:120]
