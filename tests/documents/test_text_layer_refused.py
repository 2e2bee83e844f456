"""Text layers that are not what the page shows, and harmless ones that look like them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO

import numpy as np
import pikepdf
import pytest
from drawn_pdfs import LINES, WORDS, drawn, text_of, words_of, write_lines
from pdf_writers import (
    picture_of,
    receipt,
    reportlab_words,
    saved,
)
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


@pytest.fixture
def reasons(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[bytes], str]]:
    """Why the text of a page is not used."""

    def why(content: bytes) -> str:
        caplog.clear()
        with caplog.at_level(logging.INFO, "pipeline.documents.pdf"):
            assert text_of(content) is None
        (message,) = caplog.messages
        assert message.startswith("receipt.pdf, page 1: its text is not used: ")
        return message.split("not used: ")[1]

    return why


def test_an_empty_page_brings_no_text(reasons: Callable[[bytes], str]) -> None:
    assert reasons(drawn(lambda canvas: None)) == "it has no text"


def scan(canvas: Canvas) -> None:
    """A picture of a receipt that covers the page."""
    canvas.drawImage(ImageReader(picture_of(receipt(4), 0.8)), 0, 0, 300, 400)


def test_the_invisible_layer_of_a_scanner_is_refused(reasons: Callable[[bytes], str]) -> None:
    def layer(canvas: Canvas) -> None:
        scan(canvas)
        text = canvas.beginText(30, 350)
        text.setTextRenderMode(3)
        text.textLines(LINES)
        canvas.drawText(text)

    assert "invisible" in reasons(drawn(layer))


def test_text_without_opacity_is_refused(reasons: Callable[[bytes], str]) -> None:
    def clear(canvas: Canvas) -> None:
        scan(canvas)
        canvas.setFillAlpha(0)
        write_lines(canvas)

    assert "invisible" in reasons(drawn(clear))


def test_text_in_a_font_without_shapes_is_refused(reasons: Callable[[bytes], str]) -> None:
    with pikepdf.open(BytesIO(drawn(scan))) as pdf:
        empty = pdf.make_stream(b"600 0 d0")
        names = [pikepdf.Name(f"/c{code}") for code in range(33, 127)]
        pdf.pages[0].Resources.Font = pikepdf.Dictionary(
            F9=pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type3,
                FontBBox=[0, 0, 600, 800],
                FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
                FirstChar=33,
                LastChar=126,
                Widths=[600] * 94,
                CharProcs=pikepdf.Dictionary({str(name): empty for name in names}),
                Encoding=pikepdf.Dictionary(Differences=[33, *names]),
                ToUnicode=pdf.make_stream(character_table(lambda code: code)),
            )
        )
        lines = "".join(f"0 -20 Td ({line.replace(' ', ') Tj 10 0 Td (')}) Tj " for line in LINES)
        pdf.pages[0].contents_add(f"BT /F9 11 Tf 30 370 Td {lines} ET".encode())
        content = saved(pdf)
    assert "invisible" in reasons(content)


def test_text_behind_a_picture_is_refused(reasons: Callable[[bytes], str]) -> None:
    def behind(canvas: Canvas) -> None:
        write_lines(canvas)
        scan(canvas)

    assert "invisible" in reasons(drawn(behind))


def test_a_scan_with_a_line_of_text_is_refused(reasons: Callable[[bytes], str]) -> None:
    def stamped(canvas: Canvas) -> None:
        scan(canvas)
        canvas.drawString(30, 10, "Scanned by Quickscan 7")

    assert "in pictures" in reasons(drawn(stamped))


def test_letters_drawn_as_shapes_are_refused(reasons: Callable[[bytes], str]) -> None:
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.textpath import TextPath

    figure = Figure(figsize=(4, 5))
    for number, line in enumerate(LINES):
        figure.patches.append(
            PathPatch(TextPath((30, 300 - 20 * number), line, size=11), color="black")
        )
    figure.text(0.1, 0.1, "Page 1", size=11)
    buffer = BytesIO()
    FigureCanvasPdf(figure).print_pdf(buffer)
    assert "in pictures" in reasons(buffer.getvalue())


@pytest.mark.parametrize("grey", [1.0, 0.99])
def test_white_text_is_refused(grey: float, reasons: Callable[[bytes], str]) -> None:
    def white(canvas: Canvas) -> None:
        canvas.setFillGray(grey)
        write_lines(canvas)

    assert "no ink" in reasons(drawn(white))


def test_text_under_a_white_area_is_refused(reasons: Callable[[bytes], str]) -> None:
    def covered(canvas: Canvas) -> None:
        write_lines(canvas)
        canvas.setFillGray(1)
        canvas.rect(0, 0, 300, 400, stroke=0, fill=1)

    assert "no ink" in reasons(drawn(covered))


def test_text_outside_of_the_page_is_refused(reasons: Callable[[bytes], str]) -> None:
    with pikepdf.open(BytesIO(drawn(write_lines))) as pdf:
        pdf.pages[0].CropBox = pikepdf.Array([0, 0, 300, 200])
        content = saved(pdf)
    assert reasons(content) == "it has no text"


def character_table(change: Callable[[int], int]) -> bytes:
    """The table to Unicode of a font whose characters are one byte."""
    pairs = "\n".join(f"<{code:02x}> <{change(code):04x}>" for code in range(33, 127))
    return (
        b"/CIDInit /ProcSet findresource begin begincmap\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n"
        b"94 beginbfchar\n" + pairs.encode() + b"\nendbfchar endcmap end"
    )


def with_character_table(change: Callable[[int], int]) -> bytes:
    """A page whose font's table to Unicode is changed."""
    with pikepdf.open(BytesIO(drawn(write_lines))) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        font.ToUnicode = pdf.make_stream(character_table(change))
        return saved(pdf)


def test_a_right_table_is_trusted() -> None:
    assert words_of(with_character_table(lambda code: code)) == WORDS


def test_a_table_of_other_letters_is_refused(reasons: Callable[[bytes], str]) -> None:
    shuffled = np.random.default_rng(0).permutation(np.arange(33, 127))
    wrong = with_character_table(lambda code: int(shuffled[code - 33]))
    assert "look like other letters" in reasons(wrong)
    assert "look like other letters" in reasons(with_character_table(lambda code: 159 - code))


@pytest.mark.parametrize("start", [0xE000, 0xF021 - 33, 1 - 33])
def test_a_table_of_no_letters_is_refused(start: int, reasons: Callable[[bytes], str]) -> None:
    wrong = with_character_table(lambda code: max(start + code, 1) if start > 0 else code % 8 + 1)
    assert "do not tell" in reasons(wrong)


def test_a_few_icons_do_not_matter() -> None:
    pictogram = with_character_table(lambda code: 0xF0C9 if chr(code) == "J" else code)
    assert words_of(pictogram) == [word.replace("Jam", "am") for word in WORDS]


def test_a_logo_does_not_matter() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 80), dtype=np.uint8))

    def with_logo(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(noise), 30, 370, 60, 25)
        write_lines(canvas)

    assert words_of(drawn(with_logo)) == WORDS


def test_text_on_a_pale_background_picture_is_read() -> None:
    paper = Image.new("RGB", (30, 40), (235, 240, 225))

    def on_paper(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(paper), 0, 0, 300, 400)
        write_lines(canvas)

    assert words_of(drawn(on_paper)) == WORDS


def test_writing_outside_of_the_page_does_not_turn_it() -> None:
    def outside(canvas: Canvas) -> None:
        for number in range(5):
            canvas.drawString(30, 500 + 20 * number, "beyond the edge of the page")
        canvas.rotate(90)
        canvas.drawString(100, -280, "Copy")

    assert words_of(drawn(outside)) == ["Copy"]


def test_a_receipt_of_one_word() -> None:
    one = replace(receipt(4), tokens=receipt(4).tokens[:1])
    assert words_of(reportlab_words(one)) == [one.tokens[0].text]
