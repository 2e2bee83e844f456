"""Data flows one way through the packages of the pipeline, and so do imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

# Package (or module of a stage) to those of this table that it may import. What is not listed,
# such as `document` or `labels`, may import none of them. Imports inside functions load a part
# on demand and are not counted.
MAY_IMPORT = {
    "world": set(),
    "text_lines": {"world"},
    "documents": set(),
    "page_reader": {"documents"},
    "ocr": set(),
    "tagging": {"text_lines", "world"},
    "assembly": {"tagging", "text_lines", "world"},
    "separation": {"text_lines", "world"},
    "reading_run": {"separation"},
    "quality": {"separation", "tagging", "world"},
    "config": {"documents", "page_reader"},
    "extractor": {
        "assembly",
        "config",
        "documents",
        "ocr",
        "page_reader",
        "quality",
        "reading_run",
        "separation",
        "tagging",
    },
    "drawing": {"config"},
    "data": {"documents", "ocr", "page_reader", "separation", "tagging", "text_lines"},
    "synthetic": {"data", "world"},
    "evaluation": {
        "assembly",
        "audit",
        "cluster",
        "data",
        "documents",
        "extractor",
        "ocr",
        "page_reader",
        "quality",
        "separation",
        "synthetic",
        "tagging",
        "world",
    },
    "training": {
        "assembly",
        "data",
        "documents",
        "drift",
        "evaluation",
        "extractor",
        "ocr",
        "page_reader",
        "registry",
        "separation",
        "synthetic",
        "tagging",
    },
    "registry": {"batch", "data", "evaluation", "served_model", "tagging"},
    "rebuild": {"batch", "config", "evaluation", "training"},
    "shapes": {"world"},
    "batch": {"config", "documents", "ocr", "shapes", "world"},
    "cluster": {"batch", "config"},
    "audit": {"batch", "documents", "world"},
    "drift": {"assembly", "batch"},
    "served_model": {"batch", "tagging"},
    "service": {
        "assembly",
        "audit",
        "batch",
        "config",
        "documents",
        "drift",
        "registry",
        "served_model",
        "shapes",
        "world",
    },
    "commands": {"documents", "evaluation", "shapes"},
    "cli": {"commands"},
}


def imported(module: ast.Module, everywhere: bool = False) -> Iterator[str]:
    """The project's modules that a module imports, at its top or everywhere."""
    for node in ast.walk(module) if everywhere else module.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@cache
def sources(project: Path) -> dict[str, ast.Module]:
    """The project's modules by their dotted names."""
    return {
        ".".join(path.relative_to(project).with_suffix("").parts): ast.parse(path.read_text())
        for path in (project / "pipeline").rglob("*.py")
    }


def package_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_packages_import_only_what_comes_before_them(project: Path) -> None:
    wrong = [
        f"{name} imports {other}"
        for name, module in sources(project).items()
        for own in [package_of(name)]
        for other in imported(module)
        if other.startswith("pipeline.")
        and package_of(other) in MAY_IMPORT.keys() - {own} - MAY_IMPORT.get(own, set())
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("package", "inside", "allowed"),
    [
        ("assembly", "pipeline.tagging", "pipeline.tagging.types"),
        ("ocr", "pipeline.tagging", ""),
    ],
)
def test_what_a_stage_knows_of_the_one_before(
    project: Path, package: str, inside: str, allowed: str
) -> None:
    wrong = [
        f"{name} imports {other}"
        for name, module in sources(project).items()
        if package_of(name) == package
        for other in imported(module, everywhere=True)
        if other.startswith(f"{inside}.") and not (allowed and other.startswith(allowed))
    ]
    assert not wrong


def test_the_rules_are_the_tagging_stages_own(project: Path) -> None:
    wrong = [
        name
        for name, module in sources(project).items()
        if package_of(name) != "tagging"
        and any(
            other.startswith("pipeline.tagging.rules")
            for other in imported(module, everywhere=True)
        )
    ]
    assert not wrong
