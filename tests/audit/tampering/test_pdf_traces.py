"""Traces in PDFs: editors, changes after saving, and amounts in several fonts."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.audit.tampering.pdf_traces import (
    CHANGED,
    EDITED,
    FONTS,
    changes_after_saving,
    pdf_traces,
)
from pipeline.audit.tampering.places import Place
from pipeline.documents.pdf import pdf_scale

SIZE = (300, 400)
SCALE = pdf_scale(*SIZE, 100_000_000)
WHOLE = Place("total", "192.50", (0.0, 0.0, SIZE[0] * SCALE, SIZE[1] * SCALE))


def pdf(parts: list[tuple[str, str]], producer: str = "Till 4.2") -> bytes:
    """A page with texts in their fonts one after the other on a line."""
    data = BytesIO()
    canvas = Canvas(data, pagesize=SIZE, initialFontName="Helvetica")
    canvas.setProducer(producer)
    x = 40.0
    for font, text in parts:
        canvas.setFont(font, 12)
        canvas.drawString(x, 200, text)
        x += canvas.stringWidth(text, font, 12)
    canvas.save()
    return data.getvalue()


def updated(content: bytes, more: bytes = b"") -> bytes:
    """With an update appended, as editors save a change."""
    start = content[content.rindex(b"startxref") :].split()[1]
    root = re.findall(rb"/Root \d+ 0 R", content)[-1]
    place = len(content) + 1
    body = b"\n99 0 obj\n<< /Changed true " + more + b">>\nendobj\n"
    table = b"xref\n99 1\n%010d 00000 n \ntrailer\n<< /Size 100 %b /Prev %b >>\n" % (
        *(place, root, start),
    )
    end = b"startxref\n%d\n%%%%EOF\n" % (len(content) + len(body))
    return content + body + table + end


def rules(content: bytes) -> list[str]:
    return [sign.rule for sign in pdf_traces(content, 1, [WHOLE])]


def test_an_editor_is_found():
    assert rules(pdf([("Helvetica", "12.50")], producer="Sejda 3.2.1 (sejda.com)")) == [EDITED]


@pytest.mark.parametrize(
    "producer", ["ReportLab PDF Library", "Skia/PDF m120", "Acrobat Distiller"]
)
def test_what_writes_receipts_is_left_alone(producer):
    assert rules(pdf([("Helvetica", "12.50")], producer)) == []


def test_a_change_after_saving_is_found():
    twice = updated(updated(pdf([("Helvetica", "12.50")])))
    assert changes_after_saving(twice) == 2
    assert CHANGED in rules(updated(pdf([("Helvetica", "12.50")])))


def test_a_signature_is_left_alone():
    signed = updated(pdf([("Helvetica", "12.50")]), b"/ByteRange [0 10 20 30] ")
    assert changes_after_saving(signed) == 0


def test_an_index_for_fast_loading_is_left_alone():
    data = BytesIO()
    with pikepdf.open(BytesIO(pdf([("Helvetica", "12.50")]))) as opened:
        opened.save(data, linearize=True)
    assert data.getvalue().count(b"%%EOF") == 2
    assert changes_after_saving(data.getvalue()) == 0


def test_one_digit_in_another_font_is_found():
    content = pdf([("Helvetica", "1"), ("Times-Roman", "9"), ("Helvetica", "2.50")])
    (sign,) = pdf_traces(content, 1, [WHOLE])
    assert sign.rule == FONTS
    assert sign.places == (("total", WHOLE.box),)


@pytest.mark.parametrize(
    "parts",
    [
        [("Helvetica", "192.50")],
        [("Times-Roman", "Total "), ("Helvetica", "192.50"), ("Times-Roman", " EUR")],
        [("Helvetica-Bold", "192."), ("Helvetica", "50")],  # cents set smaller
    ],
)
def test_usual_print_is_left_alone(parts):
    assert rules(pdf(parts)) == []


def test_a_page_that_cannot_be_read_has_no_signs():
    assert list(pdf_traces(b"%PDF-1.4 broken", 1, [])) == []
