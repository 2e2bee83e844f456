"""What programs left in a picture's file: names of editors and generators, and when it was taken.

Read are Exif, XMP, PNG texts, JPEG comments, and the digital source type of IPTC, which
generators write and which C2PA manifests repeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

from pipeline.audit.tampering.programs import named_program
from pipeline.audit.tampering.signs import Sign
from pipeline.documents.image_formats import DECODE_ERRORS

EDITED, GENERATED, OLDER = "editing-software", "generated-picture", "picture-older-than-receipt"

_SOFTWARE = (ExifTags.Base.Software, ExifTags.Base.ProcessingSoftware)
_XMP_PROGRAMS = re.compile(
    rb"(?:CreatorTool|softwareAgent|stEvt:softwareAgent)(?:>|=[\"'])([^<\"']{2,200})"
)
# https://cv.iptc.org/newscodes/digitalsourcetype/
_GENERATED = re.compile(rb"digitalsourcetype/(?:compositeWith)?trainedAlgorithmicMedia", re.I)
_PNG_PROGRAMS = ("Software", "Source", "Creator", "Comment")
_PNG_OF_GENERATORS = {"parameters": "sampler:", "prompt": "class_type", "workflow": "nodes"}
"""Texts of a PNG in which generators keep their settings, and what these contain."""
_FIRST_YEAR = 2006  # what a camera says whose clock was never set is before it
_TIME_ZONES = timedelta(days=1)


def image_traces(content: bytes, receipt_dates: list[date]) -> Iterator[Sign]:
    """The signs in a picture's file, at most one of each kind.

    Args:
        receipt_dates: the dates that the receipt may print, none if it was not found.
    """
    try:
        image = Image.open(BytesIO(content))
        exif: Any = image.getexif()
        taken = _taken(exif)
    except DECODE_ERRORS:
        return
    texts = list(_texts(content, image, exif))
    if (generator := _generator(content, image, texts)) is not None:
        yield Sign(GENERATED, 1.0, f"The file says that the picture was generated: {generator}.")
    elif (editor := named_program(texts, "editors")) is not None:
        yield Sign(EDITED, 1.0, f"The file was saved by a program that edits pictures: {editor}.")
    if taken and receipt_dates and taken + _TIME_ZONES < min(receipt_dates):
        days = (min(receipt_dates) - taken).days
        yield Sign(
            OLDER,
            1.0,
            f"The camera took the picture on {taken}, {days} days before the date on the receipt "
            f"({min(receipt_dates)}).",
        )


def _texts(content: bytes, image: Image.Image, exif: Any) -> Iterator[str]:
    """Where programs write their names."""
    yield from (str(exif[tag]) for tag in _SOFTWARE if exif.get(tag))
    for found in _XMP_PROGRAMS.finditer(content):
        yield found[1].decode("utf-8", errors="replace")
    for name in _PNG_PROGRAMS:
        if isinstance(value := image.info.get(name), str):
            yield value
    comment = image.info.get("comment")
    if isinstance(comment, bytes):
        yield comment.decode("latin-1")


def _generator(content: bytes, image: Image.Image, texts: list[str]) -> str | None:
    if _GENERATED.search(content):
        return named_program(texts, "generators") or "its source is a trained algorithm"
    for name, contains in _PNG_OF_GENERATORS.items():
        value = image.info.get(name)
        if isinstance(value, str) and contains in value.lower():
            return f"it holds a generator's settings ({name})"
    return named_program(texts, "generators")


def _taken(exif: Any) -> date | None:
    """The day on which the camera took the picture."""
    text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        day = datetime.strptime(str(text)[:10], "%Y:%m:%d").date()
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None
