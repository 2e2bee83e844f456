"""Draw a record on its page: boxes coloured by confidence, values in the margin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import fontpkg
from PIL import Image, ImageDraw, ImageFont

from pipeline.rotation import turned

if TYPE_CHECKING:
    from pipeline.receipt import Field, LineItem, Payment, Receipt, TaxLine

Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]

SURE, DOUBTFUL = 0.9, 0.6  # at least this confidence is green, or amber; below is red
GREEN: Colour = (21, 128, 61)
AMBER: Colour = (202, 110, 4)
RED: Colour = (200, 30, 30)
FRAME: Colour = (37, 99, 235)  # around one of several receipts on a page
_TINT = 48  # opacity of a box's inside, of 255
_LINES_ON_A_PAGE = 60  # of values that fit beside a page without making it longer
_SMALLEST_TEXT = 13
_LONGEST_TEXT = 48  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class _Mark:
    """Boxes of one field or line item, in pixels of the upright pages, and the line beside them."""

    text: str
    confidence: float
    boxes: Sequence[tuple[Box, Colour]]

    @property
    def middle(self) -> float:
        """The y coordinate of the first box's middle."""
        (_, top, _, bottom), _ = self.boxes[0]
        return (top + bottom) / 2


def draw_record(record: Receipt, pages: Sequence[Image.Image]) -> Image.Image:
    """The upright page with the record's boxes, and the values in a margin at the right.

    Boxes and values are green from a confidence of 0.9, amber from 0.6 and red below. Fields
    without a box, such as an inferred currency, are left out. Of a receipt on several pages these
    are drawn one below the other; of several receipts on a page, this one's part has a frame.

    Args:
        pages: those of the receipt as ``load_pages`` gives them; they are turned upright as the
            record says.

    Raises:
        ValueError: a page has another size than the one that was read, or there are more or fewer.
    """
    upright, tops = _one_below_the_other(record, pages)
    marks = sorted(_marks(record, tops), key=lambda mark: mark.middle)
    size = max(_SMALLEST_TEXT, round(upright.height / len(pages) / _LINES_ON_A_PAGE / 1.4))
    font = ImageFont.truetype(fontpkg.path("Arimo", weight=400, nearest=True), size)
    lines = [_shortened(mark.text) for mark in marks]
    margin = round(max((font.getlength(line) for line in lines), default=0)) + 4 * size
    places = spread([mark.middle - size / 2 for mark in marks], 1.4 * size, upright.height)
    length = max(upright.height, round(places[-1] + 2 * size) if places else 0)
    canvas = Image.new("RGB", (upright.width + margin, length), "white")
    canvas.paste(upright)
    brush = ImageDraw.Draw(canvas, "RGBA")
    if record.source.region is not None:
        brush.rectangle(record.source.region, outline=FRAME, width=max(1, size // 6))
    for mark, line, top in zip(marks, lines, places, strict=True):
        _paint(brush, mark, line, (upright.width, top), font)
    return canvas


def _one_below_the_other(
    record: Receipt, pages: Sequence[Image.Image]
) -> tuple[Image.Image, dict[int, int]]:
    """The upright pages as one picture, and by page number where each begins."""
    shapes = [(record.size, record.rotation)]
    shapes += [(page.size, page.rotation) for page in record.further_pages]
    if len(pages) != len(shapes):
        raise ValueError(
            f"{record.source.path}: the receipt is on {len(shapes)} pages, not {len(pages)}"
        )
    upright = []
    for page, (size, rotation) in zip(pages, shapes, strict=True):
        image = turned(page, rotation)
        if size is not None and image.size != size:
            raise ValueError(
                f"{record.source.path}: the picture has {image.width} x {image.height} pixels, "
                f"the page that was read {size[0]} x {size[1]}"
            )
        upright.append(image)
    if len(upright) == 1:
        return upright[0], {record.source.page: 0}
    whole = Image.new(
        "RGB", (max(one.width for one in upright), sum(one.height for one in upright)), "white"
    )
    tops: dict[int, int] = {}
    for number, image in zip(record.page_numbers, upright, strict=True):
        tops[number] = sum(one.height for one in upright[: len(tops)])
        whole.paste(image, (0, tops[number]))
    return whole, tops


def _paint(
    brush: ImageDraw.ImageDraw,
    mark: _Mark,
    line: str,
    place: tuple[float, float],
    font: ImageFont.FreeTypeFont,
) -> None:
    """The mark's boxes, and its line beside them.

    Args:
        place: the right edge of the page, and the top of the line.
    """
    colour, size = colour_of(mark.confidence), font.size
    width = max(1, int(size // 9))
    edge, top = place
    for box, of_box in mark.boxes:
        brush.rectangle(box, fill=(*of_box, _TINT), outline=of_box, width=width)
    right = max(box[2] for box, _ in mark.boxes)
    start, end = (right, mark.middle), (edge + 2 * size, top + 0.6 * size)
    brush.line([start, end], fill=(*colour, 140), width=max(1, width // 2))
    brush.text((edge + 2.5 * size, top), line, fill=colour, font=font)


def colour_of(confidence: float) -> Colour:
    if confidence >= SURE:
        return GREEN
    return AMBER if confidence >= DOUBTFUL else RED


def _marks(record: Receipt, tops: Mapping[int, int]) -> Iterator[_Mark]:
    for name, field in {**record.found_fields(), **record.extra}.items():
        if field.boxes:
            boxes = _coloured(field, tops)
            yield _Mark(f"{name}: {_plain(field.value)}", field.confidence, boxes)
    for number, item in enumerate(record.items, start=1):
        yield from _row_mark(f"item {number}: {_item_text(item)}", item, tops)
    for number, tax in enumerate(record.taxes, start=1):
        yield from _row_mark(f"tax {number}: {_tax_text(tax)}", tax, tops)
    for number, payment in enumerate(record.payments, start=1):
        yield from _row_mark(f"payment {number}: {_payment_text(payment)}", payment, tops)


def _row_mark(
    text: str, row: LineItem | TaxLine | Payment, tops: Mapping[int, int]
) -> Iterator[_Mark]:
    """The mark of a table's row, unless none of its cells has a box."""
    cells = [cell for _, cell in row if cell is not None and cell.boxes]
    if cells:
        boxes = [box for cell in cells for box in _coloured(cell, tops)]
        yield _Mark(text, min(cell.confidence for cell in cells), boxes)


def _coloured(field: Field[Any], tops: Mapping[int, int]) -> list[tuple[Box, Colour]]:
    """The field's boxes on the picture of all pages, with their colour.

    Args:
        tops: by page number where it begins.
    """
    above = [tops[number] for number in field.pages] or [0] * len(field.boxes)
    return [
        ((x0, y0 + top, x1, y1 + top), colour_of(field.confidence))
        for (x0, y0, x1, y1), top in zip(field.boxes, above, strict=True)
    ]


def _item_text(item: LineItem) -> str:
    """Such as ``[123] 2 x Bread @ 1.50 = 3.00 - 0.50``, as far as the columns are there."""
    return _joined(
        f"[{item.code.value}]" if item.code else "",
        f"{_plain(item.quantity.value)} x" if item.quantity else "",
        item.description.value if item.description else "",
        f"@ {_plain(item.unit_price.value)}" if item.unit_price else "",
        f"= {_plain(item.total.value)}" if item.total else "",
        f"- {_plain(item.discount.value)}" if item.discount else "",
    )


def _tax_text(tax: TaxLine) -> str:
    """Such as ``VAT 20 % of 5.00 = 1.00``."""
    return _joined(
        tax.name.value if tax.name else "",
        f"{_plain(tax.rate.value)} %" if tax.rate else "",
        f"of {_plain(tax.net.value)}" if tax.net else "",
        f"= {_plain(tax.amount.value)}" if tax.amount else "",
    )


def _payment_text(payment: Payment) -> str:
    """Such as ``VISA 9797: 12.50``."""
    words = _joined(
        payment.method.value if payment.method else "",
        payment.card_last4.value if payment.card_last4 else "",
    )
    return f"{words}: {_plain(payment.amount.value)}" if payment.amount else words


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _plain(value: object) -> str:
    """A number with at least two decimals, a whole number without any."""
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:f}"
    whole, _, cents = text.partition(".")
    cents = cents.rstrip("0")
    return f"{whole}.{cents.ljust(2, '0')}" if cents else whole


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"


def spread(tops: Sequence[float], step: float, height: float) -> list[float]:
    """Move text lines apart: positions near ``tops``, which are sorted, at least ``step`` apart and
    all above ``height`` if there is room."""
    placed: list[float] = []
    for top in tops:
        placed.append(max(0.0, top, placed[-1] + step if placed else 0.0))
    lowest = height - step
    for position in reversed(range(len(placed))):
        room = max(position * step, lowest)
        placed[position] = min(placed[position], room)
        lowest = placed[position] - step
    return placed
