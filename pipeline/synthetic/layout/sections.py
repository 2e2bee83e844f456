"""The sections of a printed receipt, from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.synthetic.layout.item_lines import PrintedItem
from pipeline.synthetic.layout.rows import Row


@dataclass(frozen=True, slots=True)
class Sections:
    """The rows of a receipt by section.

    Attributes:
        header: the merchant's lines.
        reference: numbers, date and time; elsewhere on some receipts.
        heads: of the items' columns.
        summary: from the subtotal to the payments and the tax table.
        slip: of the card.
        footer: all below.
    """

    header: tuple[Row, ...]
    reference: tuple[Row, ...]
    heads: tuple[Row, ...]
    items: tuple[PrintedItem, ...]
    summary: tuple[Row, ...]
    slip: tuple[Row, ...]
    footer: tuple[Row, ...]
