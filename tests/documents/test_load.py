"""Loading: formats by content, upright and on white, and every refusal with its reason."""

from __future__ import annotations

import builtins
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exif_orientation import ORIENTATION
from input_files import RED, WHITE, encoded, encrypted_pdf, pdf, picture, png_header
from PIL import Image

from pipeline.documents.image_formats import SUPPORTED_SUFFIXES
from pipeline.documents.images import upright_rgb
from pipeline.documents.limits import ImageLimits
from pipeline.documents.load import load_pages
from pipeline.errors import ImageError
from pipeline.install import how_to_install


def the_page(content: bytes, limits: ImageLimits | None = None) -> Image.Image:
    (page,) = load_pages(content, limits)
    assert page.number == 1
    assert page.image.mode == "RGB"
    return page.image


def refusal(source: bytes | Path, limits: ImageLimits | None = None) -> str:
    with pytest.raises(ImageError) as caught:
        list(load_pages(source, limits, "till.jpg"))
    assert str(caught.value).startswith("till.jpg: ")
    return caught.value.reason


@pytest.mark.parametrize(
    "format_", ["PNG", "BMP", "GIF", "TIFF", "JPEG", "JPEG2000", "WEBP", "AVIF"]
)
def test_each_format_keeps_size_and_colours(format_: str) -> None:
    options = {"lossless": True} if format_ == "WEBP" else {}
    image = the_page(encoded(picture(), format_, **options))
    assert image.size == (60, 40)
    assert np.abs(np.subtract(image.getpixel((5, 5)), RED)).max() < 12
    assert np.abs(np.subtract(image.getpixel((55, 35)), WHITE)).max() < 12


def test_heic(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "photo.heic"
    pillow_heif.from_pillow(picture(128, 64)).save(path)
    (page,) = load_pages(path)
    assert page.image.size == (128, 64)


def test_heic_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without_heif(name: str, *rest: Any) -> Any:
        if name == "pillow_heif":
            raise ImportError(name)
        return real_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_heif)
    reason = refusal(b"\x00\x00\x00\x18ftypheic" + bytes(100))
    assert how_to_install("heic") in reason


def test_content_decides_not_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.pdf"
    path.write_bytes(encoded(picture(), "PNG"))
    (page,) = load_pages(path)
    assert page.image.size == (60, 40)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0, 0)),
        (2, (1, 0)),
        (3, (1, 1)),
        (4, (0, 1)),
        (5, (0, 0)),
        (6, (1, 0)),
        (7, (1, 1)),
        (8, (0, 1)),
    ],
)
def test_exif_orientation_is_applied(
    format_: str, orientation: int, corner: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    image = the_page(encoded(picture(), format_, exif=exif))
    assert image.size == ((60, 40) if orientation < 5 else (40, 60))
    x, y = (3 + side * (extent - 7) for side, extent in zip(corner, image.size, strict=True))
    assert image.getpixel((x, y))[1] < 80, "the red corner is elsewhere"


def test_upright_rgb_forgets_the_orientation_it_applied() -> None:
    image = Image.open(
        BytesIO(
            encoded(
                picture(),
                "JPEG",
                exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00",
            )
        )
    )
    once = upright_rgb(image)
    assert once.size == (40, 60)
    assert upright_rgb(once).size == (40, 60)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_lies_on_white(mode: str) -> None:
    image = the_page(encoded(Image.new(mode, (20, 20), 0), "PNG"))
    assert image.getpixel((10, 10)) == WHITE


def test_palette_transparency_lies_on_white() -> None:
    image = Image.new("P", (20, 20), 1)
    image.putpalette([0, 0, 0, 9, 9, 9])
    assert the_page(encoded(image, "PNG", transparency=1)).getpixel((10, 10)) == WHITE


def test_16_bit_grey_keeps_its_shades() -> None:
    ramp = np.linspace(0, 65535, 64 * 64).astype("uint16").reshape(64, 64)
    for format_ in ("PNG", "TIFF"):
        image = the_page(encoded(Image.fromarray(ramp), format_))
        assert image.getpixel((0, 0)) == (0, 0, 0)
        assert image.getpixel((63, 63)) == WHITE
        assert image.getpixel((0, 32))[0] == pytest.approx(128, abs=2)


def test_floating_point_and_flat_pages() -> None:
    ramp = np.linspace(-1, 1, 32 * 32).astype("float32").reshape(32, 32)
    assert the_page(encoded(Image.fromarray(ramp), "TIFF")).getextrema() == ((0, 255),) * 3
    flat = Image.fromarray(np.full((32, 32), 0.5, "float32"))
    assert the_page(encoded(flat, "TIFF")).getpixel((1, 1)) == WHITE


def test_cmyk() -> None:
    image = the_page(encoded(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = image.getpixel((10, 10))
    assert red > 200 > 60 > max(green, blue)


def test_every_tiff_frame_is_a_page() -> None:
    frames = [picture(30 + index, 20) for index in range(3)]
    content = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    pages = list(load_pages(content))
    assert [page.number for page in pages] == [1, 2, 3]
    assert [page.image.width for page in pages] == [30, 31, 32]


def test_an_animation_is_one_page() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, WHITE)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert the_page(content).getpixel((5, 5)) == RED


def test_every_pdf_page_is_rendered() -> None:
    pages = list(load_pages(pdf(pages=3, width=612, height=792)))
    assert [page.number for page in pages] == [1, 2, 3]
    assert pages[0].image.size == (1700, 2200)  # 200 dpi


def test_a_narrow_slip_is_rendered_finer() -> None:
    image = the_page(pdf(width=164, height=600))
    assert image.width == pytest.approx(800, abs=1)


def test_the_pixel_limit_shrinks_what_a_pdf_renders_to() -> None:
    image = the_page(pdf(width=5000, height=5000), ImageLimits(max_pixels=1_000_000))
    assert 900_000 < image.width * image.height <= 1_000_000


def test_good_pages_come_before_the_damaged_one() -> None:
    frames = [picture(40, 30), picture(40, 30)]
    content = encoded(
        frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="tiff_adobe_deflate"
    )
    with Image.open(BytesIO(content)) as image:
        image.seek(1)
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    damaged = content[:start] + b"\xff" * length + content[start + length :]
    pages = load_pages(damaged, name="scan.tif")
    assert next(pages).number == 1
    with pytest.raises(ImageError, match="page 2 is damaged"):
        next(pages)


def test_a_bomb_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", fail)
    assert "too large" in refusal(png_header(30_000, 30_000))
    assert "12000 x 12000" in refusal(png_header(12_000, 12_000))


def test_limits() -> None:
    content = encoded(picture(), "PNG")
    assert "too large: 60 x 40 pixels" in refusal(content, ImageLimits(max_pixels=2399))
    assert the_page(content, ImageLimits(max_pixels=2400)).size == (60, 40)
    assert "too small: 60 x 40" in refusal(content, ImageLimits(min_side=41))
    assert f"too large: {len(content):,} bytes" in refusal(content, ImageLimits(max_bytes=99))
    assert "too many pages: 3" in refusal(pdf(3), ImageLimits(max_pages=2))
    frames = encoded(picture(), "TIFF", save_all=True, append_images=[picture()] * 2)
    assert "too many pages: 3" in refusal(frames, ImageLimits(max_pages=2))


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.jpg"
    path.write_bytes(bytes(1000))

    def fail(_: Path) -> bytes:
        raise AssertionError("read")

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert "1,000 bytes" in refusal(path, ImageLimits(max_bytes=999))


@pytest.mark.parametrize("format_", ["JPEG", "JPEG2000", "PNG", "TIFF", "WEBP", "BMP"])
def test_a_cut_off_image_is_refused(format_: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), format_)
    assert "damaged or cut off" in refusal(content[: len(content) * 2 // 3])


def test_a_cut_off_avif_is_refused() -> None:
    content = encoded(picture(), "AVIF")
    assert "not an image of a known kind" in refusal(content[: len(content) * 2 // 3])


def test_what_is_no_image() -> None:
    assert refusal(b"") == "the file is empty"
    assert "not an image of a known kind" in refusal(b"dear diary\n" * 20)
    assert "not an image of a known kind" in refusal(b"\xff\xd8")
    assert "damaged" in refusal(b"%PDF-1.7\nand nothing else")
    assert "damaged" in refusal(pdf()[:60])
    assert refusal(encrypted_pdf()) == "the PDF is encrypted and needs a password"


def test_what_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.jpg") == "the file does not exist"
    assert refusal(tmp_path) == "is a folder"
    assert "cannot be read" in refusal(Path("a\0b.jpg"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refusal(tmp_path / "pipe.jpg") == "is not a regular file"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.jpg"
    path.write_bytes(encoded(picture(), "JPEG"))

    def denied(_: Path) -> bytes:  # for root, who may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refusal(path) == "no permission to read the file"


def test_supported_suffixes_are_lower_case_with_a_dot() -> None:
    assert {".jpg", ".png", ".pdf", ".heic", ".tiff"} <= SUPPORTED_SUFFIXES
    assert all(suffix.startswith(".") and suffix.islower() for suffix in SUPPORTED_SUFFIXES)
