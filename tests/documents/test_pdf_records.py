"""Records of PDF pages that bring their text, and of those that must be read by OCR."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from extraction_fakes import WORDS, FakeEngine, FakeOptions, fake_extractor
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from pipeline.config import ExtractConfig
from pipeline.data.annotated import AnnotatedPage
from pipeline.data.ocr_tokens import read_words
from pipeline.document import Page
from pipeline.errors import ConfigError
from pipeline.page_reader import PdfText


def three_pages() -> bytes:
    """A receipt as text, the picture of one, and text again."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(200, 300))
    for page in range(3):
        for number, word in enumerate(() if page == 1 else WORDS):
            canvas.drawString(20, 270 - 20 * number, word)
        if page == 1:
            canvas.drawInlineImage(Image.new("RGB", (20, 20), "white"), 0, 0, 200, 300)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_the_record_says_how_a_page_was_read() -> None:
    records = fake_extractor().extract(three_pages(), name="three.pdf")
    assert [one.source.read_from for one in records] == ["text", "ocr", "text"]
    assert [one.status for one in records] == ["ok"] * 3
    assert [set(one.timings) for one in records[:2]] == [
        {"load", "tag", "assemble"},
        {"load", "ocr", "tag", "assemble"},
    ]
    text, ocr, _ = records
    assert text.size == ocr.size == (800, 1200)
    assert text.total is not None and text.total.value == ocr.total.value  # type: ignore[union-attr]
    assert text.draw(Image.new("RGB", (800, 1200))).height == 1200


def test_pages_with_text_are_not_given_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(self: FakeEngine, image: Image.Image) -> Page:
        raise AssertionError("read by OCR")

    monkeypatch.setattr(FakeEngine, "read", read)
    first, second, _ = fake_extractor().extract(three_pages())
    assert first.status == "ok"
    assert second.error == "ocr failed: AssertionError: read by OCR"
    assert second.source.read_from == "ocr"


def test_ocr_for_every_page_if_asked() -> None:
    extractor = fake_extractor()
    extractor.pdf_text = PdfText.NEVER
    records = extractor.extract(three_pages())
    assert [one.source.read_from for one in records] == ["ocr"] * 3


def test_the_setting_is_checked() -> None:
    with pytest.raises(ConfigError, match="pdf_text"):
        ExtractConfig(pdf_text="sometimes")


def test_a_page_that_was_not_read_was_read_from_nothing() -> None:
    (record,) = fake_extractor().extract(b"%PDF-1.7\nand nothing else")
    assert (record.status, record.source.read_from) == ("error", None)


def test_annotated_pages_are_read_as_extraction_reads_them(tmp_path: Path) -> None:
    (tmp_path / "three.pdf").write_bytes(three_pages())
    page = AnnotatedPage(
        id="a",
        source="own",
        page=Page(800, 1200, ()),
        tags=(),
        annotated=frozenset(),
        image=tmp_path / "three.pdf",
        page_number=3,
    )
    words = read_words(page, FakeEngine(FakeOptions()))
    assert [token.text for token in words.tokens] == list(WORDS)
    assert {token.confidence for token in words.tokens} == {1.0}
