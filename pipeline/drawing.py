"""Draw a record on its page: boxes coloured by confidence, values in the margin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import fontpkg
from PIL import Image, ImageDraw, ImageFont

from pipeline.rotation import turned

if TYPE_CHECKING:
    from pipeline.receipt import Field, LineItem, Receipt

Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]

SURE, DOUBTFUL = 0.9, 0.6  # at least this confidence is green, or amber; below is red
GREEN: Colour = (21, 128, 61)
AMBER: Colour = (202, 110, 4)
RED: Colour = (200, 30, 30)
_TINT = 48  # opacity of a box's inside, of 255
_LINES_ON_A_PAGE = 60  # of values that fit beside a page without making it longer
_SMALLEST_TEXT = 13
_LONGEST_TEXT = 48  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class _Mark:
    """Boxes of one field or line item, in pixels of the upright page, and the line beside them."""

    text: str
    confidence: float
    boxes: Sequence[tuple[Box, Colour]]

    @property
    def middle(self) -> float:
        """The y coordinate of the first box's middle."""
        (_, top, _, bottom), _ = self.boxes[0]
        return (top + bottom) / 2


def draw_record(record: Receipt, page: Image.Image) -> Image.Image:
    """The upright page with the record's boxes, and the values in a margin at the right.

    Boxes and values are green from a confidence of 0.9, amber from 0.6 and red below. Fields
    without a box, such as an inferred currency, are left out.

    Args:
        page: the page as ``load_pages`` gives it; it is turned upright as the record says.

    Raises:
        ValueError: the page has another size than the one that was read.
    """
    upright = turned(page, record.rotation)
    if record.size is not None and upright.size != record.size:
        raise ValueError(
            f"{record.source.path}: the picture has {upright.width} x {upright.height} pixels, "
            f"the page that was read {record.size[0]} x {record.size[1]}"
        )
    marks = sorted(_marks(record), key=lambda mark: mark.middle)
    size = max(_SMALLEST_TEXT, round(upright.height / _LINES_ON_A_PAGE / 1.4))
    font = ImageFont.truetype(fontpkg.path("Arimo", weight=400, nearest=True), size)
    lines = [_shortened(mark.text) for mark in marks]
    margin = round(max((font.getlength(line) for line in lines), default=0)) + 4 * size
    tops = spread([mark.middle - size / 2 for mark in marks], 1.4 * size, upright.height)
    length = max(upright.height, round(tops[-1] + 2 * size) if tops else 0)
    canvas = Image.new("RGB", (upright.width + margin, length), "white")
    canvas.paste(upright)
    brush = ImageDraw.Draw(canvas, "RGBA")
    for mark, line, top in zip(marks, lines, tops, strict=True):
        _paint(brush, mark, line, (upright.width, top), font)
    return canvas


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


def _marks(record: Receipt) -> Iterator[_Mark]:
    for name, field in {**record.found_fields(), **record.extra}.items():
        if field.boxes:
            yield _Mark(f"{name}: {_plain(field.value)}", field.confidence, _coloured(field))
    for number, item in enumerate(record.items, start=1):
        cells = [cell for _, cell in item if cell is not None and cell.boxes]
        if cells:
            boxes = [box for cell in cells for box in _coloured(cell)]
            least = min(cell.confidence for cell in cells)
            yield _Mark(f"item {number}: {_item_text(item)}", least, boxes)


def _coloured(field: Field[Any]) -> list[tuple[Box, Colour]]:
    return [(box, colour_of(field.confidence)) for box in field.boxes]


def _item_text(item: LineItem) -> str:
    """Such as ``2 x Bread @ 1.50 = 3.00``, as far as the columns are there."""
    parts = [
        f"{_plain(item.quantity.value)} x" if item.quantity else "",
        item.description.value if item.description else "",
        f"@ {_plain(item.unit_price.value)}" if item.unit_price else "",
        f"= {_plain(item.total.value)}" if item.total else "",
    ]
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
