"""Rows of a receipt before layout: cells of text with their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words of one label.

    Attributes:
        continues: joined to the label's last span.
        row: the number of the tax or payment that it is a part of.
    """

    text: str
    label: str | None = None
    continues: bool = False
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Parts side by side, anchored at a fraction (0 to 1) of the printed width."""

    parts: tuple[Part, ...]
    anchor: Anchor = "left"
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line."""

    cells: tuple[Cell, ...]
    style: str = "normal"

    @property
    def labels(self) -> frozenset[str]:
        """The labels of its parts."""
        return frozenset(part.label for cell in self.cells for part in cell.parts if part.label)

    @property
    def text(self) -> str:
        """Its words from left to right."""
        return " ".join(part.text for cell in self.cells for part in cell.parts)


def left(*parts: Part, at: float = 0.0) -> Cell:
    return Cell(parts, "left", at)


def right(*parts: Part, at: float = 1.0) -> Cell:
    return Cell(parts, "right", at)


def centre(*parts: Part) -> Cell:
    return Cell(parts, "center", 0.5)


def plain(text: str) -> Part:
    return Part(text)
