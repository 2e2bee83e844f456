"""What ``Extractor.extract`` takes, and what it says of anything else."""

from __future__ import annotations

import hashlib
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from extraction_fakes import GOOD, NO_TOTAL, fake_extractor
from PIL import Image

from pipeline.documents.limits import ImageLimits
from pipeline.documents.sources import content_of


def page(colour: tuple[int, int, int] = GOOD) -> Image.Image:
    return Image.new("RGB", (60, 40), colour)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "receipt.png"
    page().save(path)
    return path


class PathLike:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return str(self._path)


@pytest.mark.parametrize("of", [Path, str, PathLike])
def test_a_path(file: Path, of: Any) -> None:
    (record,) = fake_extractor().extract(of(file))
    assert (record.status, record.source.path) == ("ok", str(file))
    assert record.source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("of", [bytes, bytearray, memoryview, BytesIO])
def test_content(file: Path, of: Any) -> None:
    (record,) = fake_extractor().extract(of(file.read_bytes()))
    (named,) = fake_extractor().extract(of(file.read_bytes()), name="upload 7")
    assert (record.status, record.source.path) == ("ok", "<bytes>")
    assert named.source.path == "upload 7"
    assert record.source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_open_file_is_read_from_where_it_stands(file: Path) -> None:
    file.write_bytes(b"head" + file.read_bytes())
    with file.open("rb") as opened:
        opened.seek(4)
        (record,) = fake_extractor().extract(opened)
    assert (record.status, record.source.path) == ("ok", str(file))


def test_an_image_is_one_page(file: Path) -> None:
    (from_memory,) = fake_extractor().extract(page())
    with Image.open(file) as opened:
        (from_file,) = fake_extractor().extract(opened)
    assert (from_memory.status, from_memory.source.path) == ("ok", "<image>")
    assert (from_file.status, from_file.source.path) == ("ok", str(file))
    assert from_memory.source.sha256 is from_file.source.sha256 is None
    assert from_memory.size == (60, 40)


def test_an_image_stands_upright_and_is_rgb() -> None:
    image = page().convert("RGBA")
    image.getexif()[0x0112] = 6  # lies on its side
    (record,) = fake_extractor().extract(image)
    assert (record.status, record.size) == ("ok", (40, 60))


def test_an_array_is_rgb_or_grey() -> None:
    colours = np.zeros((40, 60, 3), np.uint8)
    colours[..., 2] = 255  # blue, the third
    (blue,) = fake_extractor().extract(colours)
    (white,) = fake_extractor().extract(np.full((40, 60), 255, np.uint8))
    (flipped,) = fake_extractor().extract(np.full((40, 60, 3), 255, np.uint8)[::-1, ::2])
    (same,) = fake_extractor().extract(page(NO_TOTAL))
    assert blue.error == same.error == "not found: total"
    assert (white.status, white.size, white.source.path) == ("ok", (60, 40), "<array>")
    assert (flipped.status, flipped.size) == ("ok", (30, 40))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (Image.new("RGB", (9, 100)), "too small: 9 x 100 pixels"),
        (Image.new("L", (200, 200)), "too large: 200 x 200 pixels"),
        (np.zeros((0, 100, 3), np.uint8), "too small: 100 x 0 pixels"),
        (b"", "the file is empty"),
        (BytesIO(b"x" * 20_000), "too large: 10,001 bytes"),
        (memoryview(b"dear diary"), "the content is not an image"),
    ],
)
def test_limits_hold_for_all_of_them(source: Any, reason: str) -> None:
    extractor = fake_extractor()
    extractor.limits = ImageLimits(max_pixels=30_000, max_bytes=10_000)
    (record,) = extractor.extract(source)
    assert record.status == "error"
    assert record.error is not None and record.error.startswith(reason)


def test_an_image_whose_file_is_cut_off(file: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), np.uint8)
    Image.fromarray(noise).save(file)
    (record,) = fake_extractor().extract(Image.open(BytesIO(file.read_bytes()[:9000])))
    assert record.error is not None and record.error.startswith("damaged or cut off")


def test_a_file_that_cannot_be_read_is_a_record(file: Path) -> None:
    with file.open("rb") as opened:
        pass
    (record,) = fake_extractor().extract(opened)
    assert record.error == "the file cannot be read: read of closed file"
    assert (record.status, record.source.path) == ("error", str(file))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "not a NoneType$"),
        (7, "not a int$"),
        (["a.jpg", "b.jpg"], "not a list: call it once for each"),
        (Path("receipts").glob("*.jpg"), "not a generator: call it once for each"),
        (StringIO("text"), "gives str, not bytes: open the file in binary mode"),
        (np.zeros((40, 60, 4), np.uint8), "not uint8, 40 x 60 x 4"),
        (np.zeros((40, 60, 3)), "not float64, 40 x 60 x 3"),
        (np.zeros(60, np.uint8), "not uint8, 60$"),
    ],
)
def test_anything_else_is_refused(source: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        fake_extractor().extract(source)
    with pytest.raises(TypeError, match=message):
        content_of(source, ImageLimits(), "source")
