"""Annotated receipts read again by an OCR engine: each from its own page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pages import HEIGHT, WIDTH, page_of
from PIL import Image

from pipeline.data.ocr_tokens import upright_image, with_ocr_tokens
from pipeline.document import Page, Token
from pipeline.ocr.engine import EngineOptions

RECEIPTS = (page_of("First 1.00/total", id_="1"), page_of("Second 2.00/total", id_="2"))
SHADES = (0, 200)


class ByShade:
    """Reads from each picture the receipt that its shade stands for."""

    name = "by-shade"
    options = EngineOptions()

    def read(self, image: Image.Image) -> Page:
        pixel = image.convert("L").getpixel((0, 0))
        assert isinstance(pixel, int)
        nearest = min(range(len(SHADES)), key=lambda index: abs(SHADES[index] - pixel))
        page = RECEIPTS[nearest].page
        return replace(page, tokens=tuple(Token(t.text, t.box, 0.5, t.line) for t in page.tokens))


def test_each_page_of_a_file_is_read_from_its_own_picture(tmp_path: Path) -> None:
    pictures = [Image.new("L", (WIDTH, HEIGHT), shade) for shade in SHADES]
    path = tmp_path / "two.tif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:])
    annotated = [
        replace(receipt, image=path, page_number=number)
        for number, receipt in enumerate(RECEIPTS, start=1)
    ]
    read = list(with_ocr_tokens(annotated, ByShade()))
    assert [[token.text for token in page.page.tokens] for page in read] == [
        ["First", "1.00"],
        ["Second", "2.00"],
    ]
    assert [(page.image, page.page_number) for page in read] == [(path, 1), (path, 2)]
    assert all(page.tags == ("O", "B-total") for page in read)


def test_the_picture_is_turned_as_the_page_was(tmp_path: Path) -> None:
    first, second = Image.new("L", (30, 40), 0), Image.new("L", (20, 50), 200)
    first.save(tmp_path / "two.tif", save_all=True, append_images=[second])
    page = replace(RECEIPTS[1], image=tmp_path / "two.tif", page_number=2)
    image = upright_image(page, 90)
    assert image is not None
    assert image.size == (50, 20)
    assert upright_image(RECEIPTS[0], 90) is None
