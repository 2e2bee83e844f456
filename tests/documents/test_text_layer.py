"""The text that PDF pages bring: exact where it is what the page shows, refused where it is not."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pikepdf
import pytest
from drawn_pdfs import LINES, WORDS, drawn, text_of, words_of, write_lines
from pdf_writers import (
    WRITERS,
    page_of,
    receipt,
    reportlab_words,
    rotated,
    saved,
)
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.documents.load import load_pages


def lines_of(content: bytes) -> list[str]:
    page = text_of(content)
    assert page is not None, "not trusted"
    return [" ".join(page.tokens[index].text for index in line) for line in page.lines()]


def stream(*operators: str) -> bytes:
    """A page with this text in Helvetica 11, from (30, 350) on."""
    return page_of("\n".join(["BT /F1 11 Tf 30 350 Td", *operators, "ET"]), (300, 400))


@pytest.mark.parametrize("name", WRITERS)
def test_every_word_of_a_drawn_receipt(name: str) -> None:
    seed = list(WRITERS).index(name)
    wanted = receipt(seed)
    assert words_of(WRITERS[name](wanted)) == [token.text for token in wanted.tokens]


def test_boxes_lie_on_the_ink() -> None:
    for degrees in (0, 90, 180, 270):
        (loaded,) = load_pages(rotated(reportlab_words(receipt(4)), degrees))
        text = loaded.text
        assert text is not None
        assert text.rotation == (360 - degrees) % 360
        upright = np.asarray(loaded.image.convert("L").rotate(-text.rotation, expand=True))
        assert upright.shape == (text.height, text.width)
        ink = np.zeros_like(upright, bool)
        for token in text.tokens:
            box = token.box
            part = np.s_[round(box.y0) : round(box.y1) + 1, round(box.x0) : round(box.x1) + 1]
            assert (upright[part] < 128).any(), token
            ink[part] = True
        assert (upright[~ink] > 200).mean() > 0.999


def test_a_page_cropped_to_a_part_shows_that_part() -> None:
    with pikepdf.open(BytesIO(drawn(write_lines))) as pdf:
        pdf.pages[0].CropBox = pikepdf.Array([20, 300, 200, 380])
        content = saved(pdf)
    (loaded,) = load_pages(content)
    assert loaded.text is not None
    assert [token.text for token in loaded.text.tokens] == " ".join(LINES[:3]).split()
    assert loaded.image.size == (loaded.text.width, loaded.text.height)
    assert loaded.text.tokens[0].box.y0 < 0.35 * loaded.text.height


def test_gaps_are_spaces_and_spaces_without_gap_are_none() -> None:
    assert words_of(stream("[(Sour) -20 (dough) -300 (4.80)] TJ")) == ["Sourdough", "4.80"]
    assert words_of(stream("[(1) 0 (0) 0 (,) 0 (5) 0 (5)] TJ")) == ["10,55"]
    assert words_of(stream("[(Sour ) 278 (dough)] TJ")) == ["Sourdough"]


def test_letterspaced_words_are_words() -> None:
    assert words_of(stream("2.5 Tc (TOTAL EUR 10.55) Tj")) == ["TOTAL", "EUR", "10.55"]


def test_letters_in_any_order() -> None:
    letters = [f"1 0 0 1 {30 + 8 * at} 350 Tm ({letter}) Tj" for at, letter in enumerate("MMOOM")]
    assert words_of(stream(*letters[::-1])) == ["MMOOM"]


def test_bold_by_printing_twice_is_one_word() -> None:
    twice = ("(Tillett) Tj", "1 0 0 1 30.3 350 Tm (Tillett) Tj")
    assert words_of(stream(*twice)) == ["Tillett"]


def test_columns_are_lines() -> None:
    def columns(canvas: Canvas) -> None:
        for number, name in enumerate(("Loaf", "Cake", "Jam")):
            canvas.drawString(30, 350 - 20 * number, name)
        for number, price in enumerate(("4.80", "3.50", "2.25")):
            canvas.drawRightString(250, 350 - 20 * number, price)

    assert lines_of(drawn(columns)) == ["Loaf 4.80", "Cake 3.50", "Jam 2.25"]


def test_text_at_right_angles_comes_last() -> None:
    def beside(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.rotate(90)
        canvas.drawString(100, -280, "Copy")
        canvas.restoreState()
        write_lines(canvas)

    assert lines_of(drawn(beside)) == [*LINES, "Copy"]


def test_a_font_that_is_not_in_the_file() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))

    def write(canvas: Canvas) -> None:
        canvas.setFont("HeiseiMin-W3", 11)
        canvas.drawString(30, 350, "合計 金額 1,080")

    assert words_of(drawn(write)) == ["合計", "金額", "1,080"]


def test_forms_and_stamps_are_part_of_the_page() -> None:
    def form(canvas: Canvas) -> None:
        write_lines(canvas)
        canvas.acroForm.textfield(value="Tip 1.20", x=30, y=200, width=120, height=16, fontSize=10)

    assert words_of(drawn(form)) == [*WORDS, "Tip", "1.20"]


def test_a_form_whose_fields_have_no_appearance() -> None:
    def form(canvas: Canvas) -> None:
        write_lines(canvas)
        canvas.acroForm.textfield(value="Tip 1.20", x=30, y=200, width=120, height=16, fontSize=10)

    with pikepdf.open(BytesIO(drawn(form))) as pdf:
        del pdf.pages[0].Annots[0].AP
        pdf.Root.AcroForm.NeedAppearances = True
        content = saved(pdf)
    assert words_of(content) == [*WORDS, "Tip", "1.20"]
