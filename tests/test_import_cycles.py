"""No module of the package imports, by way of others, a module that imports it.

Imports within functions count: they hide a cycle from Python, not from a reader. Only what
stands under ``if TYPE_CHECKING:`` does not.
"""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, str]:
    return {
        module_name(path): path.read_text(encoding="utf-8")
        for path in (ROOT / "pipeline").rglob("*.py")
    }


def is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported_names(node: ast.AST) -> Iterator[str]:
    """Every name that a module imports when it is loaded or when its functions run."""
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0 and node.module is not None, "relative imports are not resolved"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    children = node.orelse if is_for_type_checkers(node) else ast.iter_child_nodes(node)
    for child in children:
        yield from imported_names(child)


def import_graph(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Each module with the modules it imports; importing ``a.b`` imports the package ``a`` too,
    except from within ``a``."""
    graph = {}
    for module, source in sources.items():
        parts = (name.split(".") for name in imported_names(ast.parse(source)))
        loaded = {".".join(path[:end]) for path in parts for end in range(1, len(path) + 1)}
        graph[module] = {
            name for name in loaded & sources.keys() if not f"{module}.".startswith(f"{name}.")
        }
    return graph


def cycle_in(sources: Mapping[str, str]) -> list[str] | None:
    try:
        TopologicalSorter(import_graph(sources)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


def test_the_package_has_no_import_cycle() -> None:
    assert cycle_in(sources()) is None


@pytest.mark.parametrize(
    "back",
    [
        "import p.a",
        "from p import a",
        "from p.a import name",
        "def later():\n    from p.a import name",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import p.a",
    ],
)
def test_an_import_back_is_a_cycle(back: str) -> None:
    assert cycle_in({"p": "", "p.a": "from p.b import x", "p.b": back}) is not None


def test_imports_for_type_checkers_are_none() -> None:
    back = "if TYPE_CHECKING:\n    from p.a import name"
    assert cycle_in({"p": "", "p.a": "from p.b import x", "p.b": back}) is None


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("pipeline.synthetic.content", ("pipeline.synthetic.layout", "pipeline.synthetic.picture")),
        ("pipeline.synthetic.layout", ("pipeline.synthetic.picture",)),
        ("pipeline.synthetic.picture", ("pipeline.synthetic.content", "pipeline.synthetic.layout")),
    ],
)
def test_the_receipt_printer_goes_from_content_to_layout_to_picture(
    package: str, forbidden: tuple[str, ...]
) -> None:
    for module, imported in import_graph(sources()).items():
        if f"{module}.".startswith(f"{package}."):
            assert not [name for name in imported if name.startswith(forbidden)], module
