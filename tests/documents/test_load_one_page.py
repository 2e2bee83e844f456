"""One page of a file, without the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from exif_orientation import ORIENTATION
from input_files import pdf, picture
from PIL import Image

from pipeline.documents.load import load_page, load_pages, page_size
from pipeline.errors import ImageError


def several_pages(path: Path) -> Path:
    """A file of two pages of different shapes, as its suffix says."""
    first, *rest = [picture(60, 40), picture(30, 50)]
    first.save(path, save_all=True, append_images=rest)
    return path


@pytest.mark.parametrize("name", ["two.tif", "two.pdf"])
def test_one_page_of_several(tmp_path: Path, name: str) -> None:
    path = several_pages(tmp_path / name)
    for page in load_pages(path):
        alone = load_page(path, page.number)
        assert np.array_equal(np.asarray(alone), np.asarray(page.image))
        assert page_size(path, page.number) == page.image.size
    for number in (0, 3):
        for of_page in (load_page, page_size):
            with pytest.raises(ImageError, match=f"has 2 pages, so there is no page {number}"):
                of_page(path, number)


def test_a_pdf_page_that_is_missing_has_no_size(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pdf"
    path.write_bytes(pdf().replace(b"/Kids", b"/Kid_"))
    for of_page in (load_page, page_size):
        with pytest.raises(ImageError, match="page 1 cannot be rendered"):
            of_page(path, 1)


def test_the_size_of_a_picture_that_lies_on_its_side(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    picture(60, 40).save(tmp_path / "side.jpg", exif=exif)
    assert page_size(tmp_path / "side.jpg", 1) == load_page(tmp_path / "side.jpg", 1).size
    with pytest.raises(ImageError, match="has 1 page, so there is no page 2"):
        page_size(tmp_path / "side.jpg", 2)
