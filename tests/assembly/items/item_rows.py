"""Line items of pages that are given line by line."""

from collections.abc import Sequence
from decimal import Decimal

from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble

D, Q, U, T = "item_description", "item_quantity", "item_unit_price", "item_total"
Item = tuple[str | None, str | None, str | None, str | None]


def items_of(lines: Sequence[Sequence[Word]], slope: float = 0.0) -> list[Item]:
    contents = assemble(*page_of(lines, slope), LABELS)

    def text(value: Decimal | None) -> str | None:
        return None if value is None else str(value)

    return [
        (
            item.description.value if item.description else None,
            text(item.quantity.value if item.quantity else None),
            text(item.unit_price.value if item.unit_price else None),
            text(item.total.value if item.total else None),
        )
        for item in contents.items
    ]
