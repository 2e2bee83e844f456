"""Traces of programs in pictures' files: what is reported, and what is left alone."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from pipeline.audit.tampering.file_traces import EDITED, GENERATED, OLDER, image_traces

SOFTWARE = ExifTags.Base.Software
PICTURE = Image.new("RGB", (40, 60), "white")


def jpeg(software: str | None = None, taken: str | None = None, **saved) -> bytes:
    exif = Image.Exif()
    if software:
        exif[SOFTWARE] = software
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    data = BytesIO()
    PICTURE.save(data, "JPEG", exif=exif, **saved)
    return data.getvalue()


def png(**texts: str) -> bytes:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    data = BytesIO()
    PICTURE.save(data, "PNG", pnginfo=info)
    return data.getvalue()


def xmp(text: str) -> bytes:
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description {text}/></x:xmpmeta>'
    return jpeg(xmp=packet.encode())


def rules(content: bytes, *dates: date) -> list[str]:
    return [sign.rule for sign in image_traces(content, list(dates))]


@pytest.mark.parametrize(
    "content",
    [
        jpeg("Adobe Photoshop 25.1 (Windows)"),
        jpeg("GIMP 2.10.34"),
        jpeg("Snapseed 2.0"),
        jpeg(comment=b"Created with GIMP"),
        png(Software="Paint.NET 5.0.11"),
        xmp('xmp:CreatorTool="Adobe Photoshop CC 2019"'),
    ],
)
def test_editors_are_found(content):
    assert rules(content) == [EDITED]


@pytest.mark.parametrize(
    "content",
    [
        jpeg(),
        jpeg("17.2.1"),
        jpeg("HDR+ 1.0.585804401zd"),
        jpeg("Google"),
        jpeg("Microsoft Windows Photo Viewer 6.1.7600.16385"),
        jpeg("Adobe Photoshop Lightroom Classic 13.0"),
        jpeg("HP Scan Extended Application"),
        jpeg("CamScanner"),
        jpeg(comment=b"PFU ScanSnap Manager #iX500\x00"),
        png(Title="How we use GIMP and Photoshop", Author="Canva"),
        xmp('xmp:CreatorTool="Adobe Scan for iOS 24.01"'),
        b"not a picture",
    ],
)
def test_cameras_scanners_and_viewers_are_left_alone(content):
    assert rules(content) == []


@pytest.mark.parametrize(
    "content",
    [
        png(parameters="a receipt\nSteps: 20, Sampler: Euler a, Seed: 1"),
        png(prompt='{"3": {"class_type": "KSampler"}}'),
        jpeg("Midjourney"),
        xmp(
            "Iptc4xmpExt:DigitalSourceType="
            '"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"'
        ),
    ],
)
def test_generated_pictures_are_found(content):
    assert rules(content) == [GENERATED]


@pytest.mark.parametrize(
    "content",
    [
        png(parameters="dpi=300 colour=grey"),
        xmp(
            "Iptc4xmpExt:DigitalSourceType="
            '"http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"'
        ),
    ],
)
def test_captured_pictures_are_left_alone(content):
    assert rules(content) == []


def test_a_picture_taken_before_the_receipt_was_printed():
    (sign,) = image_traces(jpeg(taken="2026:02:01 10:00:00"), [date(2026, 3, 10)])
    assert sign.rule == OLDER
    assert "37 days before" in sign.reason


@pytest.mark.parametrize(
    ("taken", "dates"),
    [
        ("2026:03:10 23:00:00", [date(2026, 3, 11)]),  # another time zone
        ("2026:04:02 10:00:00", [date(2026, 3, 10)]),
        ("2000:01:01 00:00:00", [date(2026, 3, 10)]),  # the clock was never set
        ("0000:00:00 00:00:00", [date(2026, 3, 10)]),
        ("2026:03:05 10:00:00", [date(2026, 4, 3), date(2026, 3, 4)]),  # 03/04 is either
        ("2026:03:05 10:00:00", []),
    ],
)
def test_dates_that_may_fit_are_left_alone(taken, dates):
    assert rules(jpeg(taken=taken), *dates) == []
