"""PDFs drawn for tests of the text layer, and what is read of them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from pipeline.document import Page
from pipeline.documents.load import load_pages

LINES = (
    "The Corner Bakery Ltd",
    "14 Abbey Street, Dublin",
    "Sourdough loaf 4.80",
    "Flat white 3.50",
    "Jam doughnut 2.25",
    "Total EUR 10.55",
)


WORDS = " ".join(LINES).split()


def text_of(content: bytes) -> Page | None:
    (text,) = (page.text for page in load_pages(content, name="receipt.pdf"))
    return text


def words_of(content: bytes) -> list[str]:
    page = text_of(content)
    assert page is not None, "not trusted"
    return [token.text for token in page.tokens]


def drawn(draw: Callable[[Canvas], None], size: tuple[float, float] = (300, 400)) -> bytes:
    """A page of ReportLab."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    canvas.setFont("Helvetica", 11)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def write_lines(canvas: Canvas) -> None:
    for number, line in enumerate(LINES):
        canvas.drawString(30, 350 - 20 * number, line)
